//! The tool that describes a task anew.

use super::described::described_anew;
use crate::tool::prelude::*;

/// Describes a task anew.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TaskUpdateDescription {
    task_name: String,
    // Unlike other descriptions it must be given: leaving it out would empty what is there.
    /// the new text
    new_description: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct TaskUpdateDescriptionAnswer {
    message: String,
    task_name: String,
    old_description: String,
    new_description: String,
    #[serde(flatten)]
    concerned: Concerned,
}

impl ToolDefinition for TaskUpdateDescription {
    const NAME: &'static str = "task_update_description";
    const TITLE: &'static str = "Describe task anew";
    const DESCRIPTION: &'static str = "Replace the description of a task.";
    const EFFECT: Effect = Effect::Replaces;
    const NOTHING: &'static str = "Nothing was changed";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let task = &self.task_name;
        let chosen = call.process_with(task, self.process.as_deref())?;
        let changed = call
            .manager
            .describe_task(chosen.name(), task, self.new_description)?;
        let change = changed.value;
        Ok(TaskUpdateDescriptionAnswer {
            message: described_anew("task", &change.task, change.old == change.new),
            task_name: change.task.to_string(),
            old_description: change.old,
            new_description: change.new,
            concerned: chosen.concerned_since(&changed.process),
        })
    }
}
