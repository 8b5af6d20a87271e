//! The tool that makes an old version of a code snippet the newest again.

use super::same_code::same_already;
use crate::input::arguments::{ArgumentProblem, number};
use crate::tool::prelude::*;

/// Adds a version with the content of an old one.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TaskCodeRestore {
    task_name: String,
    code_name: String,
    version: u64,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct TaskCodeRestoreAnswer {
    message: String,
    task_name: String,
    code_name: String,
    new_version_created: bool,
    version: usize,
    #[serde(flatten)]
    concerned: Concerned,
}

impl ToolDefinition for TaskCodeRestore {
    const NAME: &'static str = "task_code_restore";
    const TITLE: &'static str = "Restore code";
    const DESCRIPTION: &'static str = "Make an old version of code the newest again.";
    const EFFECT: Effect = Effect::AddsEachTime;
    const NOTHING: &'static str = "Nothing was restored";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let old = number(Some(self.version));
        let old = old.ok_or_else(|| ArgumentProblem::Missing("version".into()))?;
        let chosen = call.process_with(&self.task_name, self.process.as_deref())?;
        let name = self.code_name.parse()?;
        let added = call
            .manager
            .restore_snippet(chosen.name(), &self.task_name, name, old)?;
        let (task, snippet) = added.value;
        let (name, version) = (&snippet.name, snippet.version);
        let message = if snippet.is_new {
            format!("Restored version {old} of the code \"{name}\" as version {version}.")
        } else {
            same_already(&snippet)
        };
        Ok(TaskCodeRestoreAnswer {
            message,
            task_name: task.to_string(),
            code_name: name.to_string(),
            new_version_created: snippet.is_new,
            version,
            concerned: chosen.concerned_since(&added.process),
        })
    }
}
