//! The journal: a file a process, in `.pm/journals/`, to which each change is appended.
//!
//! ```text
//! <checksum> {"journal":{"format":1,"epoch":"…","file":"….json","process":"…",
//!             "created_at":"…","revision":4,"json":"<checksum>"}}
//! <checksum> {"change":{"prev":"<checksum>","revision":5,"at":"…","by":{"client":"…"},
//!             "session":"…","operation":"add_job","summary":"…",
//!             "edits":[{"at":["tasks","soil test","jobs","sample_…"],"new":{…}}]}}
//! <checksum> {"checkpoint":{"prev":"<checksum>","revision":5,"json":"<checksum>"}}
//! <checksum> {"placed":{"prev":"<checksum>","json":"<checksum>"}}
//! ```
//!
//! One line a record. The checksum in front (XXH3, 64 bits, in hex) is that of the line's JSON;
//! `prev` is the checksum of the line before, so that a record counts only in its place.
//!
//! - **`journal`** opens the file: the process's JSON file with the checksum `json` holds the
//!   revision `revision`, and the changes that follow build on it. The epoch is random, so that
//!   no record fits into two journals. `created_at` is when the process was created, for a JSON
//!   file that does not say so.
//! - **`change`** is one change with its patch. One with `json` was made outside: the JSON file
//!   with that checksum holds the state that it left.
//! - **`checkpoint`** announces a JSON file that holds all changes up to a revision, and
//!   **`placed`** says that it durably has the process's file name. In between, the file is
//!   either this one or the one before.

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
