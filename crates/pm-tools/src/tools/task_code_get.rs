//! The tool that reads code snippets.

use pm_core::SnippetName;
use pm_core::model::NumberedVersion;

use super::one_version::{self, CodeAnswer};
use crate::answer::VersionBody;
use crate::input::arguments::{number, optional_position};
use crate::text::phrases::existing;
use crate::tool::prelude::*;

/// Reads the versions of the code snippets of a name, or one of them.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TaskCodeGet {
    task_name: String,
    /// name or a part of it
    code_name: String,
    /// only this
    version: Option<u64>,
    /// newest only
    latest_only: Option<bool>,
    /// to read on
    from_line: Option<String>,
    /// if the user names one
    process: Option<String>,
}

impl ToolDefinition for TaskCodeGet {
    const NAME: &'static str = "task_code_get";
    const TITLE: &'static str = "Read code";
    const DESCRIPTION: &'static str = "Read code of a task, the newest version last.";
    const EFFECT: Effect = Effect::Reads;
    const NOTHING: &'static str = "Nothing was read";
    const REST: &'static str = "Call task_code_version with the whole code_name and the version of \
        just one; if it is long, with its next_line as from_line.";
    const REST_IN_SHORT: &'static str = "Call task_code_get with the whole code_name and the \
        version of just one; where it is long, with its next_line as from_line.";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let (task, wanted) = (&self.task_name, &self.code_name);
        let version = number(self.version);
        let from = optional_position("from_line", self.from_line.as_deref())?;
        if version.is_some() || from.is_some() {
            return one_version::read(call, self.process.as_deref(), (task, wanted), version, from);
        }
        let chosen = call.process_with(task, self.process.as_deref())?;
        let (name, task) = chosen.process.task(task)?;
        let mut codes = task.versions_matching(wanted);
        if self.latest_only == Some(true) {
            codes.retain(NumberedVersion::is_latest);
        }
        let names = task.snippet_names();
        let names = || names.iter().map(SnippetName::as_str);
        Ok(CodeAnswer {
            message: codes
                .is_empty()
                .then(|| existing("code", wanted, name.as_str(), names())),
            concerned: chosen.concerned(),
            task_name: name.to_string(),
            codes: codes
                .iter()
                .map(|code| VersionBody::new(code, None, call.style()))
                .collect(),
        })
    }
}
