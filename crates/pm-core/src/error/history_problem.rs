//! A change that cannot be taken back, or a former state that is not there.

use crate::{Actor, LaterChange, ProcessName};

/// What in the history of a process does not allow an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryProblem {
    /// The history does not reach this revision, or there never was one.
    RevisionNotKept {
        /// The revision that was asked for.
        revision: u64,
        /// The oldest revision that the history has.
        oldest: u64,
        /// The newest one.
        newest: u64,
    },
    /// It is not known what a change changed: somebody wrote the file while no program watched it.
    /// The change cannot be taken back, and no state before it can be brought back.
    ChangeUnknown {
        /// The revision that the change made.
        revision: u64,
    },
    /// The change changed nothing that could be taken back.
    ChangedNothing {
        /// The revision that the change made.
        revision: u64,
    },
    /// The actor has made no change that is still kept and was not taken back.
    NothingToUndo {
        /// Whose change was to be taken back.
        actor: Actor,
    },
    /// The change has been taken back already.
    AlreadyUndone {
        /// The revision that the change made.
        revision: u64,
        /// The revision that took it back.
        by: u64,
    },
    /// Later changes touched what the change had touched.
    ChangedSince {
        /// The revision that the change made.
        revision: u64,
        /// The changes that are in the way, oldest first.
        later: Vec<LaterChange>,
    },
    /// The change gave the process a new name and changed more than that; one change cannot take
    /// both back.
    RenamedBesides {
        /// The revision that the change made.
        revision: u64,
        /// The name before.
        old: ProcessName,
    },
}

impl HistoryProblem {
    /// The problem in one line, with the name of the process.
    pub(super) fn told(&self, process: &ProcessName) -> String {
        match self {
            Self::RevisionNotKept { revision, .. } => {
                format!("the history of {process} does not have revision {revision}")
            }
            Self::ChangeUnknown { revision } => {
                format!("it is not known what revision {revision} of {process} changed")
            }
            Self::ChangedNothing { revision } => {
                format!("revision {revision} of {process} changed nothing")
            }
            Self::NothingToUndo { actor } => {
                format!("{process} has no change of {actor} to take back")
            }
            Self::AlreadyUndone { revision, by } => {
                format!("revision {revision} of {process} was taken back by revision {by}")
            }
            Self::ChangedSince { revision, .. } => {
                format!("what revision {revision} of {process} changed was changed again since")
            }
            Self::RenamedBesides { revision, old } => {
                format!("revision {revision} of {process} renamed it from {old} and changed more")
            }
        }
    }
}
