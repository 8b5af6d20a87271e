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
//! Other fields may stand anywhere; they are kept to the letter and in their place. A field that
//! is missing has its default, so that a file made by hand needs no more than `{}`.

mod entry;
mod object;
mod outline;
mod read;
mod texts;
mod write;

pub(super) use entry::EntryText;
pub(super) use outline::{name_in_head, read_outline};
pub(super) use read::{name_or, read_process};
pub(super) use texts::read_texts;
pub(super) use write::write_process;

use super::super::FileProblemKind;
use crate::Timestamp;
use crate::model::{JOB_FIELDS, PROCESS_FIELDS, SNIPPET_FIELDS, TASK_FIELDS};

/// What stands in for fields that a file does not have.
#[derive(Debug, Clone)]
pub(super) struct Missing {
    /// The name of a process: its file's name without the ending.
    pub(super) name: String,
    /// The time of creation: the one that the journal keeps, or that of the file's last change.
    pub(super) created_at: Timestamp,
}

/// The largest revision that a file is believed to hold: 2^53 - 1, past which other JSON programs
/// do not count in ones any more. One that claims more, by somebody's hand or by damage, is taken
/// to hold this one, so that there is always another after it.
const MOST_REVISION: u64 = (1 << 53) - 1;

/// How much of the reason for a refusal is kept, in characters.
const MAX_REASON_CHARS: usize = 200;

/// Drops the byte order mark that some editors put in front.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

/// Says where and why a file could not be read.
fn problem(bytes: &[u8], error: &serde_json::Error) -> FileProblemKind {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return FileProblemKind::Empty;
    }
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let place = format!(" at line {line} column {column}");
    // The parser quotes the value that it did not expect, whole.
    let reason = text.strip_suffix(&place).unwrap_or(&text);
    let reason = reason.chars().take(MAX_REASON_CHARS).collect();
    FileProblemKind::Damaged {
        line,
        column,
        reason,
    }
}

#[cfg(test)]
mod tests;
