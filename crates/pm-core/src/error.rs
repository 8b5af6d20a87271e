//! What can go wrong, as values that hold the names and near misses. The wording for people and
//! models is made from these values at the edge, and never parsed back out of text.

mod changed_meanwhile;
mod conflict_problem;
mod history_problem;
mod in_task;
mod plan_problem;
mod taken;
#[cfg(test)]
mod tests;
mod unresolved;
mod version_problem;

pub use changed_meanwhile::{ChangedMeanwhile, EditedText};
pub use conflict_problem::ConflictProblem;
pub use history_problem::HistoryProblem;
pub use in_task::InTask;
pub use plan_problem::PlanProblem;
pub use taken::Taken;
pub use unresolved::Unresolved;
pub use version_problem::VersionProblem;

use crate::store::{Reach, StoreError, Unusable};
use crate::{JobName, NameError, ProcessName, SnippetName, TaskName};

/// Why an operation was refused or failed. In every case nothing has changed, except perhaps
/// with [`StoreError::Uncertain`].
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A text cannot be a name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// It is not plain which process is meant.
    #[error("{}", .0.told("process", "processes", None))]
    Process(Unresolved<ProcessName>),
    /// The process stands in a file that cannot be used; the file is left as it is.
    #[error("{0}")]
    Unusable(Unusable),
    /// It is not plain which task of the process is meant.
    #[error("{}", .1.told("task", "tasks", Some(.0)))]
    Task(ProcessName, Unresolved<TaskName>),
    /// It is not plain which job of the task is meant.
    #[error("{}", .1.told("job", "jobs", Some(.0)))]
    Job(InTask, Unresolved<JobName>),
    /// It is not plain which snippet of the task is meant.
    #[error("{}", .1.told("snippet", "snippets", Some(.0)))]
    Snippet(InTask, Unresolved<SnippetName>),
    /// A version of a snippet of the task is not there, or would be the same as the last one.
    #[error("{}", .1.told(.0))]
    Version(InTask, VersionProblem),
    /// Something else has the name.
    #[error("{0}")]
    Taken(Taken),
    /// The caller may use only some processes, and none of this name.
    #[error("processes can only be called {reach} here, and {wanted} is none of these")]
    OutOfReach {
        /// The name that was to be given.
        wanted: ProcessName,
        /// The names that can be given.
        reach: Reach,
    },
    /// A text is no longer the one from which its edit was made.
    #[error("{0}")]
    ChangedMeanwhile(Box<ChangedMeanwhile>),
    /// The plan of the process does not allow the operation.
    #[error("{}", .1.told(.0))]
    Plan(ProcessName, PlanProblem),
    /// The history of the process does not allow the operation.
    #[error("{}", .1.told(.0))]
    History(ProcessName, HistoryProblem),
    /// Changes that did not fit beside an edit made outside stay as they are.
    #[error("{0}")]
    Conflict(ConflictProblem),
    /// It is not plain which deleted process is meant.
    #[error("{} in the trash", .0.told("process", "processes", None))]
    Trash(Unresolved<ProcessName>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Error {
    /// The process that was found and within which something is wrong.
    pub fn process(&self) -> Option<&ProcessName> {
        match self {
            Self::Task(process, _) | Self::Plan(process, _) | Self::History(process, _) => {
                Some(process)
            }
            Self::Job(within, _) | Self::Snippet(within, _) | Self::Version(within, _) => {
                Some(&within.process)
            }
            Self::Taken(taken) => taken.process(),
            Self::ChangedMeanwhile(refusal) => Some(refusal.text.process()),
            Self::Conflict(ConflictProblem::ChangedMeanwhile { process }) => process.as_ref(),
            Self::Name(_)
            | Self::Conflict(_)
            | Self::Process(_)
            | Self::OutOfReach { .. }
            | Self::Unusable(_)
            | Self::Trash(_)
            | Self::Store(_) => None,
        }
    }
}
