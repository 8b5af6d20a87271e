//! A version of a snippet that is not there, or need not be.

use super::InTask;
use crate::SnippetName;

/// What is wrong with a version of a snippet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionProblem {
    /// The snippet has no version of this number.
    NotFound {
        /// The snippet.
        snippet: SnippetName,
        /// The number that was asked for.
        wanted: usize,
        /// How many versions it has; they are numbered from 1.
        of: usize,
    },
    /// The content is that of the snippet's last version, so that there is nothing to keep. A
    /// [`Change`](crate::store::Change) answers this; a [`ProcessManager`](crate::ProcessManager)
    /// takes it for success.
    Unchanged {
        /// The snippet.
        snippet: SnippetName,
        /// The number of its last version.
        version: usize,
    },
}

impl VersionProblem {
    /// The problem in one line, with the name of the task.
    pub(super) fn told(&self, within: &InTask) -> String {
        match self {
            Self::NotFound {
                snippet, wanted, ..
            } => format!("the snippet {snippet} in {within} has no version {wanted}"),
            Self::Unchanged { snippet, version } => {
                format!("version {version} of the snippet {snippet} in {within} is the same")
            }
        }
    }
}
