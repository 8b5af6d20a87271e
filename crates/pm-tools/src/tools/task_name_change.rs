//! The tool that gives a task a new name.

use crate::tool::prelude::*;

/// Gives a task a new name.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TaskNameChange {
    old_task_name: String,
    /// its new name
    new_task_name: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct TaskNameChangeAnswer {
    message: String,
    old_name: String,
    new_name: String,
    #[serde(flatten)]
    concerned: Concerned,
}

impl ToolDefinition for TaskNameChange {
    const NAME: &'static str = "task_name_change";
    const TITLE: &'static str = "Rename task";
    const DESCRIPTION: &'static str = "Rename a task.";
    const EFFECT: Effect = Effect::Replaces;
    const NOTHING: &'static str = "Nothing was renamed";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let task = &self.old_task_name;
        let chosen = call.process_with(task, self.process.as_deref())?;
        let new = self.new_task_name.parse()?;
        let changed = call.manager.rename_task(chosen.name(), task, new)?;
        let rename = changed.value;
        Ok(TaskNameChangeAnswer {
            message: format!("Renamed the task \"{}\" to \"{}\".", rename.old, rename.new),
            old_name: rename.old.to_string(),
            new_name: rename.new.to_string(),
            concerned: chosen.concerned_since(&changed.process),
        })
    }
}
