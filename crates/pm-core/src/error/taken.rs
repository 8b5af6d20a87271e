//! A name that cannot be given, as something else has it.

use std::fmt;

use super::InTask;
use crate::{ProcessName, SnippetName, TaskName};

/// What has the name already, exactly or but for case and punctuation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Taken {
    /// Another process of the store.
    Process {
        /// The name that was to be given.
        wanted: ProcessName,
        /// The process that has it.
        existing: ProcessName,
    },
    /// Another task of the process.
    Task {
        /// The process.
        process: ProcessName,
        /// The name that was to be given.
        wanted: TaskName,
        /// The task that has it.
        existing: TaskName,
    },
    /// Another snippet of the task.
    Snippet {
        /// The task.
        within: InTask,
        /// The name that was to be given.
        wanted: SnippetName,
        /// The snippet that has it.
        existing: SnippetName,
    },
}

impl Taken {
    /// The process within which the name is taken.
    pub(super) fn process(&self) -> Option<&ProcessName> {
        match self {
            Self::Process { .. } => None,
            Self::Task { process, .. } => Some(process),
            Self::Snippet { within, .. } => Some(&within.process),
        }
    }
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process { existing, .. } => write!(f, "the process {existing} already exists"),
            Self::Task {
                process, existing, ..
            } => write!(f, "the task {existing} already exists in {process}"),
            Self::Snippet {
                within, existing, ..
            } => write!(f, "the snippet {existing} already exists in {within}"),
        }
    }
}
