//! The format of a process's file: the one place that knows how a process is written down.
//!
//! The format is in `docs/storage.md#a-process`, the optional fields of the plan are in
//! `docs/plan.md#in-the-file`, and what makes a file a process is in
//! `docs/storage.md#which-files-are-processes`.

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
