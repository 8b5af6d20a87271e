//! The tools that change and delete tasks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Effect, ToolDefinition};
use crate::call::Call;
use crate::failure::Failure;
use crate::wire::Concerned;

/// Describes a task anew.
pub(super) struct TaskUpdateDescription;

#[derive(Deserialize, JsonSchema)]
pub(super) struct TaskUpdateDescriptionParameters {
    /// which task
    task_name: String,
    // Unlike other descriptions it must be given: leaving it out would empty what is there.
    /// the new text
    new_description: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(super) struct TaskUpdateDescriptionAnswer {
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
    type Parameters = TaskUpdateDescriptionParameters;
    type Answer = TaskUpdateDescriptionAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let task = &parameters.task_name;
        let chosen = call.process_with(task, parameters.process.as_deref())?;
        let changed =
            call.manager
                .describe_task(chosen.name(), task, parameters.new_description)?;
        let change = changed.value;
        Ok(TaskUpdateDescriptionAnswer {
            message: format!(
                "Changed the description of the task \"{}\".{}",
                change.task,
                call.how_to_undo()
            ),
            task_name: change.task.to_string(),
            old_description: change.old,
            new_description: change.new,
            concerned: chosen.concerned_since(&changed.process),
        })
    }
}

/// Gives a task a new name.
pub(super) struct TaskNameChange;

#[derive(Deserialize, JsonSchema)]
pub(super) struct TaskNameChangeParameters {
    /// which task
    old_task_name: String,
    /// its new name
    new_task_name: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(super) struct TaskNameChangeAnswer {
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
    type Parameters = TaskNameChangeParameters;
    type Answer = TaskNameChangeAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let task = &parameters.old_task_name;
        let chosen = call.process_with(task, parameters.process.as_deref())?;
        let new = parameters
            .new_task_name
            .parse()
            .map_err(pm_core::Error::from)?;
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

/// Deletes a task with all that it holds.
pub(super) struct TaskDelete;

#[derive(Deserialize, JsonSchema)]
pub(super) struct TaskDeleteParameters {
    /// which task
    task_name: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(super) struct TaskDeleteAnswer {
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
    type Parameters = TaskDeleteParameters;
    type Answer = TaskDeleteAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let task = &parameters.task_name;
        let chosen = call.process_with(task, parameters.process.as_deref())?;
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
