//! The tool that reads code snippets.

use pm_core::SnippetName;
use pm_core::model::NumberedVersion;
use pm_core::resolve::is_same;

use super::one_version::{self, CodeAnswer};
use super::task_details_get::{TaskDetailsGet, TaskDetailsGetAnswer};
use crate::answer::VersionBody;
use crate::input::arguments::{number, optional_position};
use crate::input::placeholder::is_no_name;
use crate::text::phrases::existing;
use crate::tool::prelude::*;

/// Reads the versions of the code snippets of a name, or one of them. If no snippet has the name
/// and no other tool on offer reads tasks, reads the task.
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

#[derive(Serialize)]
#[serde(untagged)]
enum TaskCodeGetAnswer {
    Code(CodeAnswer),
    Task(TaskDetailsGetAnswer),
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
            let process = self.process.as_deref();
            let one = one_version::read(call, process, (task, wanted), version, from)?;
            return Ok(TaskCodeGetAnswer::Code(one));
        }
        if call.offer.code_stands_for_tasks() && !self.is_of_code(call) {
            let task = TaskDetailsGet::of(self.task_name, self.process).read(call)?;
            return Ok(TaskCodeGetAnswer::Task(task));
        }
        let chosen = call.process_with(task, self.process.as_deref())?;
        let (name, task) = chosen.process.task(task)?;
        let mut codes = task.versions_matching(wanted);
        if self.latest_only == Some(true) {
            codes.retain(NumberedVersion::is_latest);
        }
        let names = task.snippet_names();
        let names = || names.iter().map(SnippetName::as_str);
        Ok(TaskCodeGetAnswer::Code(CodeAnswer {
            message: codes
                .is_empty()
                .then(|| existing("code", wanted, name.as_str(), names())),
            concerned: chosen.concerned(),
            task_name: name.to_string(),
            codes: codes
                .iter()
                .map(|code| VersionBody::new(code, None, call.style()))
                .collect(),
        }))
    }
}

impl TaskCodeGet {
    /// Whether there is code of the name that is asked for.
    fn is_of_code(&self, call: &Call<'_>) -> bool {
        let wanted = self.code_name.as_str();
        let process = call.process_with(&self.task_name, self.process.as_deref());
        process.is_ok_and(|chosen| {
            let task = chosen.process.task(&self.task_name);
            task.is_ok_and(|(_, task)| {
                let names = task.snippet_names();
                let is_called_so = || names.iter().any(|name| is_same(name.as_str(), wanted));
                let is_filler = wanted.trim().is_empty() || is_no_name(wanted);
                (!is_filler || is_called_so()) && !task.versions_matching(wanted).is_empty()
            })
        })
    }
}
