//! Processes and their two files, the JSON file and the journal: reading them, and writing both.

pub(crate) mod adopt;
pub(crate) mod append;
pub(crate) mod cache;
pub(crate) mod checkpoint;
pub(crate) mod commit;
pub(crate) mod conflict;
pub(crate) mod damage;
pub(crate) mod document;
pub(crate) mod durable_names;
pub(crate) mod load;
pub(crate) mod notices;
pub(crate) mod rotate;
pub(crate) mod state;
