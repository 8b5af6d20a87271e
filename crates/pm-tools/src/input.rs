//! What a tool takes, and what was sent for it.

pub(crate) mod arguments;
pub(crate) mod narrowing;
pub(crate) mod placeholder;
pub(crate) mod schema;
