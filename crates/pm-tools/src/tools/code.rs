//! The tools for code snippets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Effect, ToolDefinition};
use crate::call::Call;
use crate::failure::Failure;
use crate::refusal::existing;
use crate::wire::{Concerned, SnippetBody};

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
            message: format!(
                "Added version {} of the code \"{}\" to the task \"{task}\".",
                snippet.version, snippet.name
            ),
            task_name: task.to_string(),
            code_name: snippet.name.to_string(),
            version: snippet.version,
            concerned: chosen.concerned_since(&added.process),
        })
    }
}

/// Reads the versions of the code snippets of a name.
pub(super) struct TaskCodeGet;

#[derive(Deserialize, JsonSchema)]
pub(super) struct TaskCodeGetParameters {
    /// which task
    task_name: String,
    /// the name or a part of it
    code_name: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(super) struct TaskCodeGetAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(flatten)]
    concerned: Concerned,
    task_name: String,
    codes: Vec<SnippetBody>,
}

impl ToolDefinition for TaskCodeGet {
    const NAME: &'static str = "task_code_get";
    const TITLE: &'static str = "Read code";
    const DESCRIPTION: &'static str = "Read code of a task, all versions, the newest last.";
    const EFFECT: Effect = Effect::Reads;
    const NOTHING: &'static str = "Nothing was read";
    const REST: &'static str = "Call task_code_get with the whole code_name of just one.";
    type Parameters = TaskCodeGetParameters;
    type Answer = TaskCodeGetAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let wanted = &parameters.code_name;
        let chosen = call.process_with(&parameters.task_name, parameters.process.as_deref())?;
        let (name, task) = chosen.process.task(&parameters.task_name)?;
        let codes = task.snippets_matching(wanted);
        let names = task.snippet_names();
        let names = || names.iter().map(pm_core::SnippetName::as_str);
        Ok(TaskCodeGetAnswer {
            message: codes
                .is_empty()
                .then(|| existing("code", wanted, name.as_str(), names())),
            concerned: chosen.concerned(),
            task_name: name.to_string(),
            codes: codes.into_iter().map(Into::into).collect(),
        })
    }
}

/// Adds a version to a code snippet, which is made where there is none.
pub(super) struct TaskCodeUpdate;

#[derive(Deserialize, JsonSchema)]
pub(super) struct TaskCodeUpdateParameters {
    /// which task
    task_name: String,
    /// which code
    code_name: String,
    /// all of the new code
    new_content: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(super) struct TaskCodeUpdateAnswer {
    message: String,
    task_name: String,
    code_name: String,
    new_version_created: bool,
    version: usize,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    created: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    similar_names: Vec<String>,
    #[serde(flatten)]
    concerned: Concerned,
}

impl ToolDefinition for TaskCodeUpdate {
    const NAME: &'static str = "task_code_update";
    const TITLE: &'static str = "Update code";
    const DESCRIPTION: &'static str =
        "Change code: read it first, then write all of it as a new version.";
    const EFFECT: Effect = Effect::AddsEachTime;
    const NOTHING: &'static str = "Nothing was changed";
    type Parameters = TaskCodeUpdateParameters;
    type Answer = TaskCodeUpdateAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let task = &parameters.task_name;
        let chosen = call.process_with(task, parameters.process.as_deref())?;
        let name = parameters.code_name.parse().map_err(pm_core::Error::from)?;
        let added =
            call.manager
                .update_snippet(chosen.name(), task, name, parameters.new_content)?;
        let (task, snippet) = added.value;
        let (name, version) = (&snippet.name, snippet.version);
        let message = if version == 1 {
            format!("There was no code \"{name}\" in the task \"{task}\"; created it.")
        } else {
            format!("Added version {version} of the code \"{name}\" to the task \"{task}\".")
        };
        Ok(TaskCodeUpdateAnswer {
            message,
            task_name: task.to_string(),
            code_name: name.to_string(),
            new_version_created: true,
            version,
            created: version == 1,
            similar_names: snippet.similar.iter().map(ToString::to_string).collect(),
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
    deleted_codes: Vec<SnippetBody>,
    #[serde(flatten)]
    concerned: Concerned,
}

impl ToolDefinition for TaskCodeDelete {
    const NAME: &'static str = "task_code_delete";
    const TITLE: &'static str = "Delete code";
    const DESCRIPTION: &'static str = "Delete code of a task, all versions.";
    // An exact name wins once; called again, the same name may fit as a part of others.
    const EFFECT: Effect = Effect::DeletesEachTime;
    const NOTHING: &'static str = "Nothing was deleted";
    const REST: &'static str = "It has been deleted as well.";
    type Parameters = TaskCodeDeleteParameters;
    type Answer = TaskCodeDeleteAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let task = &parameters.task_name;
        let chosen = call.process_with(task, parameters.process.as_deref())?;
        let name = parameters.code_name.parse().map_err(pm_core::Error::from)?;
        let changed = call.manager.delete_snippets(chosen.name(), task, name)?;
        let (task, deleted) = changed.value;
        Ok(TaskCodeDeleteAnswer {
            message: format!(
                "Deleted from the task \"{task}\" (code versions: {}).{}",
                deleted.versions.len(),
                call.how_to_undo()
            ),
            task_name: task.to_string(),
            deleted_count: deleted.versions.len(),
            deleted_codes: deleted.versions.iter().map(Into::into).collect(),
            concerned: chosen.concerned_since(&changed.process),
        })
    }
}
