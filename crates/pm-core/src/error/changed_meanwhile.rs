//! A text that was to be changed and is no longer the one that its editor saw.

use std::fmt;
use std::sync::Arc;

use super::InTask;
use crate::{HistoryEntry, JobName, ProcessName, SnippetName};

/// A text was changed after an edit of it was begun, so that the edit is refused.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedMeanwhile {
    /// Which text.
    pub text: EditedText,
    /// The text now.
    pub now: String,
    /// The revision of the process with that text.
    pub revision: u64,
    /// The change that made it what it is: by whom, and when. `None` if the history does not tell.
    pub change: Option<Arc<HistoryEntry>>,
}

/// A text that is edited as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditedText {
    /// The description of a process.
    Process(ProcessName),
    /// The description of a task.
    Task(InTask),
    /// The description of a job.
    Job {
        /// The task that has it.
        within: InTask,
        /// Its name.
        job: JobName,
        /// The key under which the task keeps it.
        key: String,
    },
    /// The code of a snippet: the content of its last version.
    Code {
        /// The task that has it.
        within: InTask,
        /// Its name.
        snippet: SnippetName,
        /// The key under which the task keeps that version.
        key: String,
    },
}

impl EditedText {
    /// The process within which it stands.
    pub fn process(&self) -> &ProcessName {
        match self {
            Self::Process(process) => process,
            Self::Task(within) | Self::Job { within, .. } | Self::Code { within, .. } => {
                &within.process
            }
        }
    }
}

impl fmt::Display for EditedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process(process) => write!(f, "the description of {process}"),
            Self::Task(within) => write!(f, "the description of {within}"),
            Self::Job { within, job, .. } => {
                write!(f, "the description of the job {job} in {within}")
            }
            Self::Code {
                within, snippet, ..
            } => write!(f, "the code {snippet} in {within}"),
        }
    }
}

impl fmt::Display for ChangedMeanwhile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was changed meanwhile", self.text)
    }
}
