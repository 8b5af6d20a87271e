//! What is left in the outbox for the follower.

use std::collections::{HashSet, VecDeque};
use std::ffi::{OsStr, OsString};

use super::super::fs::Stamp;
use super::super::journal::Known;
use crate::Timestamp;
use crate::feed::ProcessEvent;

/// Something durable that was done here, in the order in which it was done.
pub(super) enum Note {
    /// A change was appended to the journal of a file.
    Appended {
        file: OsString,
        event: ProcessEvent,
        created_at: Timestamp,
    },
    /// The appending to it is over, and left this journal.
    Stands { file: OsString, journal: Known },
    /// A process has a new file.
    Created {
        file: OsString,
        event: ProcessEvent,
        created_at: Timestamp,
        stamp: Option<Stamp>,
    },
    /// A process went.
    Deleted {
        file: OsString,
        event: ProcessEvent,
        created_at: Timestamp,
    },
    /// A file and its journal have another name.
    Moved { from: OsString, to: OsString },
}

impl Note {
    /// Whether it says which process a file has: that one came, went, or was moved.
    pub(super) fn is_about_who_has(&self, file: &OsStr) -> bool {
        match self {
            Self::Created { file: of, .. } | Self::Deleted { file: of, .. } => of == file,
            Self::Moved { from, to } => from == file || to == file,
            Self::Appended { .. } | Self::Stands { .. } => false,
        }
    }
}

/// Something that somebody may have written to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Hint {
    /// The file of a process.
    File(OsString),
    /// The journal of the file with this lock.
    Journal(String),
    /// Anything.
    Directory,
    /// What is watched is not there any more.
    Watch,
}

/// What there is to do.
#[derive(Default)]
pub(super) struct Work {
    pub(super) notes: VecDeque<Note>,
    pub(super) hints: HashSet<Hint>,
    /// Whether notes were lost.
    pub(super) overflown: bool,
    /// Whether the store is being closed.
    pub(super) closed: bool,
}
