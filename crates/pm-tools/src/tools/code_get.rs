//! The tool that reads code snippets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Effect, ToolDefinition};
use crate::arguments::number;
use crate::call::Call;
use crate::failure::Failure;
use crate::refusal::existing;
use crate::wire::{Concerned, VersionBody};

/// Reads the versions of the code snippets of a name, or one of them.
pub(super) struct TaskCodeGet;

#[derive(Deserialize, JsonSchema)]
pub(super) struct TaskCodeGetParameters {
    /// which task
    task_name: String,
    /// name or a part of it
    code_name: String,
    /// only this
    version: Option<u64>,
    /// newest only
    latest_only: Option<bool>,
    /// to read on
    from_line: Option<u64>,
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
    codes: Vec<VersionBody>,
}

impl ToolDefinition for TaskCodeGet {
    const NAME: &'static str = "task_code_get";
    const TITLE: &'static str = "Read code";
    const DESCRIPTION: &'static str = "Read code of a task, the newest version last.";
    const EFFECT: Effect = Effect::Reads;
    const NOTHING: &'static str = "Nothing was read";
    const REST: &'static str = "Call task_code_get with the whole code_name and the version of \
        just one; where it is long, with its next_line as from_line.";
    type Parameters = TaskCodeGetParameters;
    type Answer = TaskCodeGetAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let wanted = &parameters.code_name;
        let chosen = call.process_with(&parameters.task_name, parameters.process.as_deref())?;
        let (name, task) = chosen.process.task(&parameters.task_name)?;
        let (version, from_line) = (number(parameters.version), number(parameters.from_line));
        if version.is_some() || from_line.is_some() {
            // A number belongs to just one snippet.
            let (_, found) = chosen
                .process
                .snippet_version(name.as_str(), wanted, version)?;
            let body = VersionBody::new(&found, from_line);
            return Ok(TaskCodeGetAnswer {
                message: body.is_past_its_end().then(|| {
                    let of = (found.version, &found.snippet.name);
                    format!(
                        "Version {} of the code \"{}\" ends before this line.",
                        of.0, of.1
                    )
                }),
                concerned: chosen.concerned(),
                task_name: name.to_string(),
                codes: vec![body],
            });
        }
        let mut codes = task.versions_matching(wanted);
        if parameters.latest_only == Some(true) {
            codes.retain(pm_core::NumberedVersion::is_latest);
        }
        let names = task.snippet_names();
        let names = || names.iter().map(pm_core::SnippetName::as_str);
        Ok(TaskCodeGetAnswer {
            message: codes
                .is_empty()
                .then(|| existing("code", wanted, name.as_str(), names())),
            concerned: chosen.concerned(),
            task_name: name.to_string(),
            codes: codes
                .iter()
                .map(|code| VersionBody::new(code, None))
                .collect(),
        })
    }
}
