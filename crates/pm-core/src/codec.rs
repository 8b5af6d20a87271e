//! Turns processes, patches, history entries and the summaries of lists into JSON text and back,
//! for stores that keep texts.
//!
//! The texts are those of the file store, byte for byte: a process as in its file, a patch as the
//! `edits` of a line in a journal, an entry as such a line without its checksums. A later version
//! reads what it added to them as absent in the texts of this one; a field of a process that this
//! version does not know is kept to the letter.
//!
//! ```
//! use pm_core::{MemoryStore, ProcessManager, codec};
//!
//! let manager = ProcessManager::new(MemoryStore::new());
//! let garden = manager.create_process("garden".parse()?, "Plan the garden")?;
//! let text = codec::write_process(&garden)?;
//! assert_eq!(codec::read_process(&text)?, *garden);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Limits
//!
//! A text has no limit of its own; a store sets one with
//! [`StoreError::TooLarge`](crate::StoreError::TooLarge). Objects that a process holds in fields
//! unknown to this crate may be nested to a depth of 120. A revision over 2^53 - 1 is read as 2^53
//! - 1.

use std::sync::Arc;

use crate::store::{self, process_from_json};
use crate::{HistoryEntry, Patch, Process, ProcessName, ProcessSummary, Timestamp, UnusableKind};

/// Why a text could not be written or read.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum CodecError {
    /// The text is not JSON, or not JSON of this shape.
    #[error("this is no {what}: {source}")]
    Json {
        /// What it should be, such as `patch`.
        what: &'static str,
        /// The position at which it is not valid, and why.
        source: Arc<serde_json::Error>,
    },
    /// The text is a patch, or holds one, with an edit of something that no process has.
    #[error("this is no {what}: an edit is of nothing that a process has")]
    Edit {
        /// What it should be.
        what: &'static str,
    },
    /// The text is not a process, or one that lacks its name or its time of creation.
    /// [`process_from_json`] reads a file that a person wrote without them.
    #[error("this is no process: {}", why(.0))]
    Process(UnusableKind),
}

/// Writes a process down as its file has it. [`CodecError::Json`] if it cannot be written as JSON.
pub fn write_process(process: &Process) -> Result<String, CodecError> {
    let bytes = store::write_process(process).map_err(serde_json::Error::io);
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).map_err(serde::ser::Error::custom));
    written("process", text)
}

/// Reads what [`write_process`] wrote. [`CodecError::Process`] if the text is not a process.
pub fn read_process(text: &str) -> Result<Process, CodecError> {
    let nothing = Timestamp::stored("");
    let process = process_from_json(text, "", &nothing).map_err(CodecError::Process)?;
    if process.name.as_str().is_empty() || process.created_at == nothing {
        return Err(CodecError::Process(UnusableKind::NotAProcess));
    }
    Ok(process)
}

/// Takes the name of a process that a store has kept beside the text of the process. The name is
/// not checked: a process that came from elsewhere may have one that no caller could give.
pub fn read_name(text: &str) -> ProcessName {
    ProcessName::stored(text)
}

/// Takes a time that a store has kept beside the text of a process, such as that of its deletion.
pub fn read_time(text: &str) -> Timestamp {
    Timestamp::stored(text)
}

/// Writes a patch down as a journal has it. [`CodecError::Json`] if it cannot be written as JSON.
pub fn write_patch(patch: &Patch) -> Result<String, CodecError> {
    written("patch", store::write_patch(patch))
}

/// Reads what [`write_patch`] wrote. [`CodecError::Json`] if the text is not a patch, and
/// [`CodecError::Edit`] if it edits what no process has.
pub fn read_patch(text: &str) -> Result<Patch, CodecError> {
    read("patch", store::read_patch(text))
}

/// Writes an entry of the history down, with its patch. [`CodecError::Json`] if it cannot be
/// written as JSON.
pub fn write_entry(entry: &HistoryEntry) -> Result<String, CodecError> {
    written("entry of a history", store::write_entry(entry))
}

/// Reads what [`write_entry`] wrote, or the entry in a line of a journal. Refuses as [`read_patch`]
/// does.
pub fn read_entry(text: &str) -> Result<HistoryEntry, CodecError> {
    read("entry of a history", store::read_entry(text))
}

/// Writes down what a list says of a process. [`CodecError::Json`] if it cannot be written as JSON.
pub fn write_summary(summary: &ProcessSummary) -> Result<String, CodecError> {
    written("summary of a process", store::write_summary(summary))
}

/// Reads what [`write_summary`] wrote. [`CodecError::Json`] if the text is not a summary.
pub fn read_summary(text: &str) -> Result<ProcessSummary, CodecError> {
    read("summary of a process", store::read_summary(text).map(Some))
}

fn why(problem: &UnusableKind) -> String {
    match problem {
        UnusableKind::Damaged {
            line,
            column,
            reason,
        } => format!("{reason} at line {line} column {column}"),
        UnusableKind::Empty => "it is empty".into(),
        _ => "it lacks a name or a time of creation".into(),
    }
}

fn written(what: &'static str, text: serde_json::Result<String>) -> Result<String, CodecError> {
    text.map_err(|source| CodecError::Json {
        what,
        source: Arc::new(source),
    })
}

fn read<T>(what: &'static str, text: serde_json::Result<Option<T>>) -> Result<T, CodecError> {
    match text {
        Ok(Some(value)) => Ok(value),
        Ok(None) => Err(CodecError::Edit { what }),
        Err(source) => Err(CodecError::Json {
            what,
            source: Arc::new(source),
        }),
    }
}

#[cfg(test)]
mod tests;
