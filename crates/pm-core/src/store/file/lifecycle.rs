//! How processes come and go, and what is done for them in the background.

pub(crate) mod background;
mod conflicts;
pub(crate) mod create;
pub(crate) mod delete;
mod hand_over;
mod lone_journals;
pub(crate) mod processes;
pub(crate) mod purge;
pub(crate) mod rename;
pub(crate) mod restore;
pub(crate) mod trash;
mod trashed;
