//! Why a call was not done: the core's errors and those of the tools, before they are worded.

use pm_core::export::PathProblem;
use pm_core::name::{NameError, NameProblem};
use pm_core::search::QueryProblem;
use pm_core::{ProcessName, Status, TaskName};

use crate::caller::offer::Withheld;
use crate::input::arguments::ArgumentProblem;

/// Why a call was not done. It holds names, never prose; `refusal` words it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The core refused or failed.
    #[error(transparent)]
    Core(#[from] pm_core::Error),
    /// The core refused, and a caller has to know more than that.
    #[error("{}", .0.error)]
    Explained(Box<Explained>),
    /// The arguments do not fit the tool.
    #[error(transparent)]
    Arguments(#[from] ArgumentProblem),
    /// No process is open and none is named, and it is not plain which one is meant.
    #[error("no process is open")]
    NoProcessOpen {
        known: Vec<ProcessName>,
        /// Those that have a task of the name that was asked for.
        having_task: Vec<ProcessName>,
        /// The task that the call is about, as it was sent.
        task: Option<String>,
    },
    /// The caller's open process is gone: it was deleted or renamed.
    #[error("the open process {0} is gone")]
    OpenProcessGone(ProcessName),
    /// The process lacks the task, and another process has it.
    #[error("the task {task} is in {elsewhere}, not in {process}")]
    TaskElsewhere {
        process: ProcessName,
        elsewhere: ProcessName,
        task: TaskName,
    },
    /// No deleted process has this name or one like it.
    #[error("no process {wanted} is in the trash")]
    NotInTrash {
        wanted: String,
        /// Whether none can be restored at all.
        is_empty: bool,
    },
    /// No plan can be made of what was sent.
    #[error(transparent)]
    Plan(#[from] WholePlanProblem),
    /// The process has some tasks of the plan, or other tasks with their names.
    #[error("the process {process} has some tasks of the plan")]
    PlanDiffers {
        process: ProcessName,
        /// The tasks that are there as planned.
        same: Vec<TaskName>,
        /// The tasks that are there and hold something else.
        differing: Vec<TaskName>,
        missing: Vec<TaskName>,
    },
    /// It is not plain what the caller did last, in a session before this one: it may have deleted
    /// a process.
    #[error("the process {deleted} may have been deleted last")]
    DeletedLast {
        deleted: ProcessName,
        /// The process in which there is a change of the caller before that.
        changed: Option<ProcessName>,
    },
    /// Another process has the name of the one that would come back.
    #[error("there is a process {existing} by now")]
    RestoredNameTaken {
        deleted: String,
        existing: ProcessName,
        free: Option<String>,
    },
    /// The tool is not offered.
    #[error(transparent)]
    Withheld(#[from] Withheld),
    /// A directory was named that cannot be one below that to which the server exports.
    #[error("the directory cannot be used: {0}")]
    Directory(PathProblem),
    /// A text cannot be looked for.
    #[error("the query cannot be used: {0}")]
    Query(QueryProblem),
    /// The answer could not be put into JSON.
    #[error("the answer cannot be written: {0}")]
    Unanswerable(String),
    /// The tool panicked.
    #[error("the tool panicked")]
    Panicked,
}

/// A refusal of the core, and what explains it.
#[derive(Debug)]
pub(crate) struct Explained {
    pub(crate) error: pm_core::Error,
    pub(crate) beside: Beside,
}

/// What a caller has to know besides the fact that something is missing or that a name is taken.
#[derive(Debug)]
pub(crate) enum Beside {
    /// All that there is, none of which comes near the name that was asked for.
    There(Vec<String>),
    /// The revision that took the task away.
    DeletedIn(u64),
    /// The process was deleted, and can be restored.
    InTrash(ProcessName),
    /// A process is called so, and no task.
    IsProcess(ProcessName),
    /// A task of the open process is called so, and no process.
    IsTask {
        task: TaskName,
        process: ProcessName,
    },
    /// What the task that has the name holds.
    Holds {
        status: Status,
        jobs: usize,
        codes: usize,
    },
}

impl From<NameError> for Failure {
    fn from(error: NameError) -> Self {
        Self::Core(error.into())
    }
}

/// Why a plan cannot be made of what was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WholePlanProblem {
    /// There is no task in it.
    #[error("the plan has no task")]
    Empty,
    /// A task or one of its jobs cannot be called so.
    #[error("task {number} of the plan: {problem:?}")]
    Name {
        /// Which task, from 1.
        number: usize,
        /// Whether it is the name of one of its jobs.
        is_of_job: bool,
        problem: NameProblem,
    },
    /// Two tasks have the same name, perhaps with other case and punctuation.
    #[error("the plan has two tasks {first:?} and {second:?}")]
    Twins { first: String, second: String },
}
