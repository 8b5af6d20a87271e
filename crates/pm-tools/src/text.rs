//! Texts: shortened ones, positions in them, what they take as JSON, names like others, and names
//! in sentences.

pub(crate) mod cut;
pub(crate) mod json_size;
mod near_names;
pub(crate) mod phrases;
pub(crate) mod position;

pub(crate) use near_names::near_names;
