//! How processes come and go, and what is done for them in the background.

pub(crate) mod background;
pub(crate) mod ops;
pub(crate) mod purge;
pub(crate) mod trash;
