//! Tasks that cannot be claimed, or made to wait for others, as was asked.

use super::Unresolved;
use crate::{Claim, ProcessName, TaskName};

/// What in the plan of a process does not allow an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanProblem {
    /// It is not plain on which task another is to depend.
    Dependency {
        /// The task that was to depend on another.
        task: TaskName,
        /// Why the name that was given for the other task does not mean just one task.
        on: Unresolved<TaskName>,
    },
    /// Tasks would wait for each other: the way along their dependencies, with the same task at
    /// both ends.
    Cycle(Vec<TaskName>),
    /// Somebody else works on the task.
    Claimed {
        /// The task.
        task: TaskName,
        /// Whose it is, and until when.
        claim: Claim,
    },
    /// No task can be claimed: each is over, held up or somebody else's.
    NothingToClaim,
}

impl PlanProblem {
    /// The problem in one line, with the name of the process.
    pub(super) fn told(&self, process: &ProcessName) -> String {
        match self {
            Self::Dependency {
                task,
                on: Unresolved::NotFound { wanted, .. },
            } => format!(
                "the task {task} of {process} cannot depend on {wanted:?}: there is no such task"
            ),
            Self::Dependency { on, .. } => on.told("task", "tasks", Some(process)),
            Self::Cycle(cycle) => {
                let way: Vec<&str> = cycle.iter().map(TaskName::as_str).collect();
                let way = way.join(" → ");
                format!("tasks of {process} would wait for each other: {way}")
            }
            Self::Claimed { task, claim } => format!(
                "the task {task} of {process} is claimed by {} until {}",
                claim.by, claim.until
            ),
            Self::NothingToClaim => format!("no task of {process} can be claimed"),
        }
    }
}
