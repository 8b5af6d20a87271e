//! Kept changes that cannot be applied or discarded.

use std::fmt;

use crate::ProcessName;

/// Why changes that did not fit stay as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConflictProblem {
    /// There are no kept changes of this name; somebody may have settled them.
    NotFound {
        /// The name that was asked for.
        id: String,
    },
    /// The process that they were made to is not there any more.
    ProcessGone {
        /// Their name.
        id: String,
    },
    /// The text in which they are kept was changed, so that they cannot be made out.
    Unreadable {
        /// Their name.
        id: String,
    },
    /// What they would change was changed since somebody looked at it.
    ChangedMeanwhile {
        /// The process that they were made to.
        process: Option<ProcessName>,
    },
}

impl fmt::Display for ConflictProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { id } => write!(f, "there are no changes {id:?} to be settled"),
            Self::ProcessGone { id } => {
                write!(f, "the process of the changes {id:?} is not there any more")
            }
            Self::Unreadable { id } => write!(f, "the changes {id:?} cannot be made out any more"),
            Self::ChangedMeanwhile {
                process: Some(process),
            } => {
                write!(
                    f,
                    "{process} was changed meanwhile where the kept changes are"
                )
            }
            Self::ChangedMeanwhile { process: None } => {
                write!(f, "the kept changes were changed meanwhile")
            }
        }
    }
}
