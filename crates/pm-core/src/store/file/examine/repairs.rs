//! What was repaired.

use crate::Error;

/// Something that was repaired, or could not be.
#[derive(Debug, Clone)]
pub struct Repair {
    /// The path of the file within the directory, as in [`Finding::file`](super::Finding::file).
    pub file: String,
    /// What was done.
    pub kind: RepairKind,
}

/// What was done to a file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RepairKind {
    /// The process's file has all that its journal has.
    BroughtUpToDate,
    /// The process's file counts as it was edited, and the journal knows it.
    Adopted,
    /// The journal was damaged and has another name now; a new one has the changes of it that could
    /// be read.
    SetAside {
        /// That name, in `.pm/journals`.
        kept: String,
    },
    /// The journal, which held nothing at all, is gone.
    EmptyJournalRemoved,
    /// Changes that do not fit on a file that was edited are in a file of their own.
    Conflict {
        /// The name of that file.
        kept: String,
        /// How many there are.
        changes: usize,
    },
    /// A temporary file of a dead writer is taken away. No call was answered with it.
    Swept,
    /// The index is made anew.
    IndexRebuilt,
    /// It was not repaired.
    Failed(Error),
}
