//! The tools that make versions of code snippets and compare them.

use pm_core::unified_diff;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::code::same_already;
use super::{Effect, ToolDefinition};
use crate::arguments::{ArgumentProblem, number};
use crate::call::Call;
use crate::failure::Failure;
use crate::wire::Concerned;

/// Adds a version to a code snippet, which is made where there is none.
pub(super) struct TaskCodeUpdate;

#[derive(Deserialize, JsonSchema)]
pub(super) struct TaskCodeUpdateParameters {
    /// which task
    task_name: String,
    /// which code
    code_name: String,
    /// all of the new code
    new_content: Option<String>,
    /// to restore
    from_version: Option<u64>,
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
    const DESCRIPTION: &'static str = "Change code: read it first, then write all of it.";
    const EFFECT: Effect = Effect::AddsEachTime;
    const NOTHING: &'static str = "Nothing was changed";
    type Parameters = TaskCodeUpdateParameters;
    type Answer = TaskCodeUpdateAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let from_version = number(parameters.from_version);
        let new_content = match (parameters.new_content, from_version) {
            (None, None) => return Err(ArgumentProblem::Missing("new_content".into()).into()),
            // Models fill in what they leave out.
            (Some(content), Some(_)) if !content.is_empty() => {
                return Err(ArgumentProblem::Both("new_content", "from_version").into());
            }
            (content, _) => content.unwrap_or_default(),
        };
        let task = &parameters.task_name;
        let chosen = call.process_with(task, parameters.process.as_deref())?;
        let name = parameters.code_name.parse().map_err(pm_core::Error::from)?;
        let (manager, process) = (call.manager, chosen.name());
        let added = match from_version {
            Some(version) => manager.restore_snippet(process, task, name, version)?,
            None => manager.update_snippet(process, task, name, new_content)?,
        };
        let (task, snippet) = added.value;
        let (name, version) = (&snippet.name, snippet.version);
        let is_first = snippet.is_new && version == 1;
        let message = match from_version {
            _ if !snippet.is_new => same_already(&snippet),
            Some(old) => {
                format!("Restored version {old} of the code \"{name}\" as version {version}.")
            }
            None if is_first => {
                format!("There was no code \"{name}\" in the task \"{task}\"; created it.")
            }
            None => {
                format!("Added version {version} of the code \"{name}\" to the task \"{task}\".")
            }
        };
        Ok(TaskCodeUpdateAnswer {
            message,
            task_name: task.to_string(),
            code_name: name.to_string(),
            new_version_created: snippet.is_new,
            version,
            created: is_first,
            similar_names: snippet.similar.iter().map(ToString::to_string).collect(),
            concerned: chosen.concerned_since(&added.process),
        })
    }
}

/// Compares two versions of a code snippet.
pub(super) struct TaskCodeDiff;

#[derive(Deserialize, JsonSchema)]
pub(super) struct TaskCodeDiffParameters {
    /// which task
    task_name: String,
    /// which code
    code_name: String,
    /// version before
    from: Option<u64>,
    /// version after
    to: Option<u64>,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(super) struct TaskCodeDiffAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(flatten)]
    concerned: Concerned,
    task_name: String,
    code_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<usize>,
    to: usize,
    of: usize,
    lines_added: usize,
    lines_removed: usize,
    diff: String,
}

impl ToolDefinition for TaskCodeDiff {
    const NAME: &'static str = "task_code_diff";
    const TITLE: &'static str = "Compare code";
    const DESCRIPTION: &'static str = "Show what the last version of code changed, or any two.";
    const EFFECT: Effect = Effect::Reads;
    const NOTHING: &'static str = "Nothing was compared";
    const REST: &'static str = "Call task_code_get with a version to read all of it.";
    type Parameters = TaskCodeDiffParameters;
    type Answer = TaskCodeDiffAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let chosen = call.process_with(&parameters.task_name, parameters.process.as_deref())?;
        let process = &chosen.process;
        let (task, code) = (&parameters.task_name, &parameters.code_name);
        let (task, to) = process.snippet_version(task, code, number(parameters.to))?;
        let name = to.snippet.name.as_str();
        // The first version has none before it.
        let from = number(parameters.from).or(to.version.checked_sub(1).filter(|from| *from > 0));
        let from = match from {
            Some(from) => Some(process.snippet_version(task.as_str(), name, Some(from))?.1),
            None => None,
        };
        let head = |version: usize| format!("{name}\tversion {version}");
        let diff = from.map(|from| {
            let (old, new) = (head(from.version), head(to.version));
            unified_diff((&old, &from.snippet.content), (&new, &to.snippet.content))
        });
        let message = match (&from, &diff) {
            (None, _) => Some(format!(
                "Version {} of the code \"{name}\" is the first; there is none before it.",
                to.version
            )),
            (Some(from), Some(diff)) if diff.text.is_empty() => {
                let (from, to) = (from.version, to.version);
                Some(format!(
                    "Versions {from} and {to} of the code \"{name}\" are the same."
                ))
            }
            _ => None,
        };
        Ok(TaskCodeDiffAnswer {
            message,
            concerned: chosen.concerned(),
            task_name: task.to_string(),
            code_name: name.to_owned(),
            from: from.map(|from| from.version),
            to: to.version,
            of: to.of,
            lines_added: diff.as_ref().map_or(0, |diff| diff.added),
            lines_removed: diff.as_ref().map_or(0, |diff| diff.removed),
            diff: diff.map(|diff| diff.text).unwrap_or_default(),
        })
    }
}
