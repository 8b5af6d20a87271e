//! The tool that adds a task.

use crate::answer::TaskBody;
use crate::tool::prelude::*;

/// Adds a task.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TaskNew {
    /// its name
    task_name: String,
    /// what to do
    #[serde(default)]
    task_description: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct TaskNewAnswer {
    message: String,
    task_name: String,
    /// Nothing but what the caller has just sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<TaskBody>,
    #[serde(flatten)]
    concerned: Concerned,
}

impl ToolDefinition for TaskNew {
    const NAME: &'static str = "task_new";
    const TITLE: &'static str = "New task";
    const DESCRIPTION: &'static str = "Add a task to the process.";
    const EFFECT: Effect = Effect::AddsOnce;
    const NOTHING: &'static str = "Nothing was added";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let chosen = call.process_for(&self.task_name, self.process.as_deref())?;
        let name: pm_core::TaskName = self.task_name.parse()?;
        let added = call
            .manager
            .add_task(chosen.name(), name.clone(), self.task_description)?;
        Ok(TaskNewAnswer {
            message: format!("Added the task \"{name}\" to \"{}\".", chosen.name()),
            task_name: name.to_string(),
            task: call.echo(|style| TaskBody::of(&added.value, style, &call.manager.now())),
            concerned: chosen.concerned_since(&added.process),
        })
    }
}
