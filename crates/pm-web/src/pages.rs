//! The pages, one a module: what is read for it, its template, and what it looks like.

pub(crate) mod activity;
mod code;
pub(crate) mod events;
pub(crate) mod export;
pub(crate) mod help;
pub(crate) mod home;
pub(crate) mod import;
pub(crate) mod login;
pub(crate) mod palette;
pub(crate) mod process;
pub(crate) mod search;
pub(crate) mod since;
pub(crate) mod snippet;
pub(crate) mod status;
pub(crate) mod task;
pub(crate) mod trash;
pub(crate) mod trashed;
pub(crate) mod undo;
pub(crate) mod unusable;
pub(crate) mod you;
