//! The tools that add and delete code snippets.

use pm_core::{AddedSnippet, MadeBefore, SnippetName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Effect, ToolDefinition};
use crate::call::Call;
use crate::failure::Failure;
use crate::wire::{Concerned, DeletedCode, deleted_codes};

/// Adds a code snippet, or a version of one.
pub(super) struct TaskCodeAdd;

#[derive(Deserialize, JsonSchema)]
pub(super) struct TaskCodeAddParameters {
    /// which task
    task_name: String,
    /// its name
    code_name: String,
    /// the code
    code_content: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(super) struct TaskCodeAddAnswer {
    message: String,
    task_name: String,
    code_name: String,
    version: usize,
    /// Said only where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    new_version_created: Option<bool>,
    #[serde(flatten)]
    concerned: Concerned,
}

impl ToolDefinition for TaskCodeAdd {
    const NAME: &'static str = "task_code_add";
    const TITLE: &'static str = "Add code";
    const DESCRIPTION: &'static str = "Add code (a snippet, a file) to a task.";
    const EFFECT: Effect = Effect::AddsEachTime;
    const NOTHING: &'static str = "Nothing was added";
    type Parameters = TaskCodeAddParameters;
    type Answer = TaskCodeAddAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let task = &parameters.task_name;
        let chosen = call.process_with(task, parameters.process.as_deref())?;
        let name = parameters.code_name.parse().map_err(pm_core::Error::from)?;
        let added = call
            .manager
            .add_snippet(chosen.name(), task, name, parameters.code_content)?;
        let (task, snippet) = added.value;
        Ok(TaskCodeAddAnswer {
            message: if snippet.is_new {
                format!(
                    "Added version {} of the code \"{}\" to the task \"{task}\".",
                    snippet.version, snippet.name
                )
            } else {
                same_already(&snippet)
            },
            task_name: task.to_string(),
            code_name: snippet.name.to_string(),
            version: snippet.version,
            new_version_created: (!snippet.is_new).then_some(false),
            concerned: chosen.concerned_since(&added.process),
        })
    }
}

/// Deletes code snippets with all their versions.
pub(super) struct TaskCodeDelete;

#[derive(Deserialize, JsonSchema)]
pub(super) struct TaskCodeDeleteParameters {
    /// which task
    task_name: String,
    /// which code
    code_name: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(super) struct TaskCodeDeleteAnswer {
    message: String,
    task_name: String,
    deleted_count: usize,
    deleted_codes: Vec<DeletedCode>,
    #[serde(flatten)]
    concerned: Concerned,
}

impl ToolDefinition for TaskCodeDelete {
    const NAME: &'static str = "task_code_delete";
    const TITLE: &'static str = "Delete code";
    const DESCRIPTION: &'static str = "Delete code, all versions.";
    // A part of a name fits once; called again, it may fit another.
    const EFFECT: Effect = Effect::DeletesEachTime;
    const NOTHING: &'static str = "Nothing was deleted";
    const REST: &'static str = "It has been deleted as well.";
    type Parameters = TaskCodeDeleteParameters;
    type Answer = TaskCodeDeleteAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let task = &parameters.task_name;
        let chosen = call.process_with(task, parameters.process.as_deref())?;
        let name: SnippetName = parameters.code_name.parse().map_err(pm_core::Error::from)?;
        let process = &chosen.process;
        // Sent again, the name would be taken for a part of another.
        let before = call.manager.deleted_snippet_lately(process, task, &name)?;
        if let Some(MadeBefore { revision }) = before {
            let (task, _) = process.task(task)?;
            return Ok(TaskCodeDeleteAnswer {
                message: format!(
                    "You deleted the code \"{name}\" from the task \"{task}\" already, in revision \
                     {revision}; nothing more was deleted."
                ),
                task_name: task.to_string(),
                deleted_count: 0,
                deleted_codes: Vec::new(),
                concerned: chosen.concerned(),
            });
        }
        let changed = call.manager.delete_snippets(chosen.name(), task, name)?;
        let (task, deleted) = changed.value;
        Ok(TaskCodeDeleteAnswer {
            message: format!(
                "Deleted the code \"{}\" from the task \"{task}\" (code versions: {}).{}",
                deleted.name,
                deleted.versions.len(),
                call.how_to_undo()
            ),
            task_name: task.to_string(),
            deleted_count: deleted.versions.len(),
            deleted_codes: deleted_codes(&deleted.versions, call.style()),
            concerned: chosen.concerned_since(&changed.process),
        })
    }
}

/// Says that the last version holds the same, so that none was added.
pub(super) fn same_already(snippet: &AddedSnippet) -> String {
    format!(
        "Version {} of the code \"{}\" holds the same already; no version was added.",
        snippet.version, snippet.name
    )
}
