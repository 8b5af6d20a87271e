//! What is not there, by the names that were asked for.

use pm_core::{ProcessName, TaskName};

/// What is not there, by the names that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Gone {
    Process(String),
    Task(ProcessName, String),
    Snippet(ProcessName, TaskName, String),
    /// A process that was found in the trash, and where a form is sent that puts it back.
    InTrash {
        put_back: String,
    },
}
