//! The task within which something is wrong.

use std::fmt;

use crate::{ProcessName, TaskName};

/// A task and its process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InTask {
    /// The process.
    pub process: ProcessName,
    /// The task.
    pub task: TaskName,
}

impl fmt::Display for InTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { process, task } = self;
        write!(f, "the task {task} of {process}")
    }
}
