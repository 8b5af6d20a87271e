//! The format of a process's file: the one place that knows how a process is written down.
//!
//! The shape is the reference's, with `revision` added:
//!
//! ```json
//! {
//!   "process_name": "…", "description": "…", "created_at": "…", "revision": 1,
//!   "tasks": {
//!     "<task name>": {
//!       "description": "…", "created_at": "…",
//!       "jobs": { "<name>_<time>": { "name": "…", "description": "…", "created_at": "…" } },
//!       "code": { "<name>_<time>": { "name": "…", "content": "…", "created_at": "…" } }
//!     }
//!   }
//! }
//! ```
//!
//! Tasks and jobs may also have the fields of the plan (`model/plan_fields.rs`), which are read and
//! written like any that is not known here.
//!
//! Other fields may stand anywhere; they are kept to the letter and in their place. A field that is
//! missing, or `null`, has its default. A file is a process only if it says so: by `process_name`,
//! or by `tasks` that are an object; a file made by hand needs no more than `{"tasks": {}}`.

mod defaults;
mod entry;
mod object;
mod outline;
mod read;
mod texts;
mod unparsable;
mod write;

pub(crate) use defaults::Defaults;
pub(crate) use entry::EntryText;
pub(crate) use outline::{name_in_head, read_outline};
pub(crate) use read::{name_or, read_process};
pub(crate) use texts::read_texts;
pub(crate) use unparsable::claims_to_be_process;
pub(crate) use write::{write_in_pieces, write_process};

use crate::store::UnusableKind;
use crate::{Process, Timestamp};

/// Reads a process from the text of its file. If the text does not give a name or a time of
/// creation, `stem`, the file's name without its ending, and `created_at` stand in. The error says
/// why the text is not a process.
pub fn process_from_json(
    text: &str,
    stem: &str,
    created_at: &Timestamp,
) -> Result<Process, UnusableKind> {
    let missing = Defaults {
        name: stem.to_owned(),
        created_at: created_at.clone(),
        has_journal: false,
    };
    read_process(text.as_bytes(), &missing)
}

#[cfg(test)]
mod tests;
