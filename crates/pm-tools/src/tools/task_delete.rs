//! The tool that deletes a task.

use crate::tool::prelude::*;

/// Deletes a task with all that it holds.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TaskDelete {
    task_name: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct TaskDeleteAnswer {
    message: String,
    task_name: String,
    #[serde(flatten)]
    concerned: Concerned,
}

impl ToolDefinition for TaskDelete {
    const NAME: &'static str = "task_delete";
    const TITLE: &'static str = "Delete task";
    const DESCRIPTION: &'static str = "Delete a task with its jobs and code.";
    const EFFECT: Effect = Effect::Deletes;
    const NOTHING: &'static str = "Nothing was deleted";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let task = &self.task_name;
        let chosen = call.process_with(task, self.process.as_deref())?;
        let changed = call.manager.delete_task(chosen.name(), task)?;
        let (name, deleted) = changed.value;
        Ok(TaskDeleteAnswer {
            message: format!(
                "Deleted the task \"{name}\" (jobs: {}, code versions: {}).{}",
                deleted.jobs.len(),
                deleted.code.len(),
                call.how_to_undo()
            ),
            task_name: name.to_string(),
            concerned: chosen.concerned_since(&changed.process),
        })
    }
}
