//! The journal: a file a process, in `.pm/journals/`, to which each change is appended as a line.
//!
//! `docs/storage.md#the-journal` says what each kind of line holds.

mod change_text;
mod checksum;
mod edits;
mod end;
mod file;
pub(crate) mod open_journal;
pub(super) mod rebuilt;
mod record;
mod salvage;
mod scan;
pub(super) mod segments;
#[cfg(test)]
mod tests;

pub(crate) use change_text::{ActorText, read_entry, write_entry};
pub(crate) use checksum::{Checksum, Summed};
pub(crate) use edits::for_people as edits_for_people;
pub(crate) use edits::{read_patch, write_patch};
pub(crate) use end::{QuietEnd, quiet_end};
pub(crate) use file::{AppendError, Base, Durable, Journal, JournalState, Reading};
pub(crate) use record::{FORMAT, Line};
pub(crate) use salvage::{Salvage, salvage};
pub(crate) use scan::{Head, Marker, Scan, Tail, scan};
