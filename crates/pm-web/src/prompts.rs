//! What a person gives to a model by hand, to have it work with a process or look at a task.

use pm_core::{ProcessName, TaskName};

/// Makes the texts. They are those of the server's MCP prompts, which pages know nothing of.
pub trait Prompts: Send + Sync {
    /// To have a process worked on, if the server offers what that takes.
    fn of_process(&self, process: &ProcessName) -> Option<String>;

    /// To have a task looked over, if the server offers what that takes.
    fn of_task(&self, process: &ProcessName, task: &TaskName) -> Option<String>;
}

/// A server without prompts.
pub(crate) struct NoPrompts;

impl Prompts for NoPrompts {
    fn of_process(&self, _: &ProcessName) -> Option<String> {
        None
    }

    fn of_task(&self, _: &ProcessName, _: &TaskName) -> Option<String> {
        None
    }
}
