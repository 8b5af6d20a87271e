//! Processes and their two files, the JSON file and the journal: reading them, and writing both.
//!
//! A [`Document`](document::Document) reads, without a lock. A [`Writer`](writer::Writer) is a
//! document under its lock: all that changes one of the files is a method of it.

mod adopt;
mod adoption;
pub(super) mod cache;
pub(super) mod checkpoint;
pub(super) mod commit;
pub(super) mod conflict;
pub(super) mod damage;
pub(super) mod document;
mod durable_names;
pub(super) mod load;
mod look;
pub(super) mod notices;
pub(super) mod request;
mod rotate;
pub(super) mod shared;
mod staged_process;
pub(super) mod state;
pub(super) mod writer;
