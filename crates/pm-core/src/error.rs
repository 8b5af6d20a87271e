//! What can go wrong, with the names and near misses in it; wording for people and models is
//! made from these at the edge, never parsed back out of text.

use crate::store::{FileProblem, StoreError};
use crate::{Actor, Claim, JobName, LaterChange, NameError, ProcessName, SnippetName, TaskName};

/// Why an operation was refused or failed. In every case nothing has changed, except perhaps
/// with [`StoreError::Uncertain`].
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// A text cannot be a name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// No process has this name, not even loosely.
    #[error("there is no process {wanted:?}")]
    ProcessNotFound {
        /// The name that was asked for.
        wanted: String,
        /// Similar names, best first.
        near: Vec<ProcessName>,
    },
    /// Several processes differ from the name only in case and punctuation.
    #[error("{wanted:?} may mean several processes")]
    ProcessAmbiguous {
        /// The name that was asked for.
        wanted: String,
        /// The processes that it may mean.
        candidates: Vec<ProcessName>,
    },
    /// The name is taken, exactly or but for case and punctuation.
    #[error("the process {existing} already exists")]
    ProcessExists {
        /// The name that was to be given.
        wanted: ProcessName,
        /// The process that has it.
        existing: ProcessName,
    },
    /// The process stands in a file that cannot be used; the file is left as it is.
    #[error("{0}")]
    Unusable(FileProblem),
    /// No task has this name, not even loosely.
    #[error("there is no task {wanted:?} in {process}")]
    TaskNotFound {
        /// The process that was searched.
        process: ProcessName,
        /// The name that was asked for.
        wanted: String,
        /// Similar names, best first.
        near: Vec<TaskName>,
    },
    /// Several tasks differ from the name only in case and punctuation.
    #[error("{wanted:?} may mean several tasks of {process}")]
    TaskAmbiguous {
        /// The process that was searched.
        process: ProcessName,
        /// The name that was asked for.
        wanted: String,
        /// The tasks that it may mean.
        candidates: Vec<TaskName>,
    },
    /// The task's name is taken, exactly or but for case and punctuation.
    #[error("the task {existing} already exists in {process}")]
    TaskExists {
        /// The process.
        process: ProcessName,
        /// The name that was to be given.
        wanted: TaskName,
        /// The task that has it.
        existing: TaskName,
    },
    /// No snippet of the task has this name, not even in part.
    #[error("there is no snippet {wanted:?} in the task {task} of {process}")]
    SnippetNotFound {
        /// The process.
        process: ProcessName,
        /// The task that was searched.
        task: TaskName,
        /// The name that was asked for.
        wanted: String,
        /// Similar names, best first.
        near: Vec<SnippetName>,
    },
    /// Several snippets differ from the name only in case and punctuation.
    #[error("{wanted:?} may mean several snippets of the task {task} of {process}")]
    SnippetAmbiguous {
        /// The process.
        process: ProcessName,
        /// The task that was searched.
        task: TaskName,
        /// The name that was asked for.
        wanted: String,
        /// The snippets that it may mean.
        candidates: Vec<SnippetName>,
    },
    /// Another snippet's name differs from the new one only in case or punctuation.
    #[error("the snippet {existing} already exists in the task {task} of {process}")]
    SnippetExists {
        /// The process.
        process: ProcessName,
        /// The task.
        task: TaskName,
        /// The name that was to be given.
        wanted: SnippetName,
        /// The snippet that has it.
        existing: SnippetName,
    },
    /// The snippet has no version of this number.
    #[error("the snippet {snippet} in the task {task} of {process} has no version {wanted}")]
    VersionNotFound {
        /// The process.
        process: ProcessName,
        /// The task.
        task: TaskName,
        /// The snippet.
        snippet: SnippetName,
        /// The number that was asked for.
        wanted: usize,
        /// How many versions it has; they are numbered from 1.
        of: usize,
    },
    /// The content is that of the snippet's last version, so that there is nothing to keep. What
    /// a [`Change`](crate::store::Change) answers; a [`ProcessManager`](crate::ProcessManager)
    /// takes it for success.
    #[error(
        "version {version} of the snippet {snippet} in the task {task} of {process} is the same"
    )]
    SnippetUnchanged {
        /// The process.
        process: ProcessName,
        /// The task.
        task: TaskName,
        /// The snippet.
        snippet: SnippetName,
        /// The number of its last version.
        version: usize,
    },
    /// No job of the task has this name, not even loosely, nor this key.
    #[error("there is no job {wanted:?} in the task {task} of {process}")]
    JobNotFound {
        /// The process.
        process: ProcessName,
        /// The task that was searched.
        task: TaskName,
        /// The name that was asked for.
        wanted: String,
        /// Similar names, best first.
        near: Vec<JobName>,
    },
    /// Jobs of several names differ from this one only in case and punctuation.
    #[error("{wanted:?} may mean several jobs of the task {task} of {process}")]
    JobAmbiguous {
        /// The process.
        process: ProcessName,
        /// The task that was searched.
        task: TaskName,
        /// The name that was asked for.
        wanted: String,
        /// The names that it may mean.
        candidates: Vec<JobName>,
    },
    /// A task cannot depend on what is not there.
    #[error("the task {task} of {process} cannot depend on {wanted:?}: there is no such task")]
    DependencyNotFound {
        /// The process.
        process: ProcessName,
        /// The task that was to depend on another.
        task: TaskName,
        /// The name that was given for the other.
        wanted: String,
        /// Similar names, best first.
        near: Vec<TaskName>,
    },
    /// Several tasks differ from the name of a dependency only in case and punctuation.
    #[error("{wanted:?} may mean several tasks of {process}")]
    DependencyAmbiguous {
        /// The process.
        process: ProcessName,
        /// The name that was given.
        wanted: String,
        /// The tasks that it may mean.
        candidates: Vec<TaskName>,
    },
    /// The task would wait for itself.
    #[error("tasks of {process} would wait for each other: {}", cycle.iter().map(TaskName::as_str).collect::<Vec<_>>().join(" → "))]
    DependencyCycle {
        /// The process.
        process: ProcessName,
        /// The way along the dependencies, with the task at both ends.
        cycle: Vec<TaskName>,
    },
    /// Somebody else works on the task.
    #[error("the task {task} of {process} is claimed by {} until {}", claim.by, claim.until)]
    TaskClaimed {
        /// The process.
        process: ProcessName,
        /// The task.
        task: TaskName,
        /// Whose it is, and until when.
        claim: Claim,
    },
    /// No task can be claimed: each is over, held up or somebody else's.
    #[error("no task of {process} can be claimed")]
    NothingToClaim {
        /// The process.
        process: ProcessName,
    },
    /// The history does not reach this revision, or there never was one.
    #[error("the history of {process} does not have revision {revision}")]
    RevisionNotKept {
        /// The process.
        process: ProcessName,
        /// The revision that was asked for.
        revision: u64,
        /// The oldest revision that the history has.
        oldest: u64,
        /// The newest one.
        newest: u64,
    },
    /// It is not known what a change changed: somebody wrote the file while nobody watched.
    /// Neither it nor a state before it can be brought back.
    #[error("it is not known what revision {revision} of {process} changed")]
    ChangeUnknown {
        /// The process.
        process: ProcessName,
        /// The revision that the change made.
        revision: u64,
    },
    /// The change changed nothing that could be taken back.
    #[error("revision {revision} of {process} changed nothing")]
    ChangedNothing {
        /// The process.
        process: ProcessName,
        /// The revision that the change made.
        revision: u64,
    },
    /// Nobody of this kind has made a change that is still kept and was not taken back.
    #[error("{process} has no change of {actor} to take back")]
    NothingToUndo {
        /// The process.
        process: ProcessName,
        /// Whose change was to be taken back.
        actor: Actor,
    },
    /// The change has been taken back already.
    #[error("revision {revision} of {process} was taken back by revision {by}")]
    AlreadyUndone {
        /// The process.
        process: ProcessName,
        /// The revision that the change made.
        revision: u64,
        /// The revision that took it back.
        by: u64,
    },
    /// Later changes touched what the change had touched.
    #[error("what revision {revision} of {process} changed was changed again since")]
    ChangedSince {
        /// The process.
        process: ProcessName,
        /// The revision that the change made.
        revision: u64,
        /// The changes that are in the way, oldest first.
        later: Vec<LaterChange>,
    },
    /// The change gave the process a new name and changed more than that, which cannot be taken
    /// back in one.
    #[error("revision {revision} of {process} renamed it from {old} and changed more")]
    RenamedBesides {
        /// The process.
        process: ProcessName,
        /// The revision that the change made.
        revision: u64,
        /// The name before.
        old: ProcessName,
    },
    /// No process of this name was deleted, or not lately enough.
    #[error("there is no process {wanted:?} in the trash")]
    NotInTrash {
        /// The name that was asked for.
        wanted: String,
        /// Similar names of what is there, best first.
        near: Vec<ProcessName>,
    },
    /// Several processes in the trash differ from the name only in case and punctuation.
    #[error("{wanted:?} may mean several processes in the trash")]
    TrashAmbiguous {
        /// The name that was asked for.
        wanted: String,
        /// The processes that it may mean.
        candidates: Vec<ProcessName>,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
