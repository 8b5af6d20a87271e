//! The tool that adds code snippets.

use super::same_code::same_already;
use crate::tool::prelude::*;

/// Adds a code snippet, or a version of one.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TaskCodeAdd {
    task_name: String,
    /// its name
    code_name: String,
    /// the code
    code_content: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct TaskCodeAddAnswer {
    message: String,
    task_name: String,
    code_name: String,
    version: usize,
    /// Said only if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    new_version_created: Option<bool>,
    #[serde(flatten)]
    concerned: Concerned,
}

impl ToolDefinition for TaskCodeAdd {
    const NAME: &'static str = "task_code_add";
    const TITLE: &'static str = "Add code";
    const DESCRIPTION: &'static str = "Store new code (a snippet, a script, a file) in a task.";
    const EFFECT: Effect = Effect::AddsEachTime;
    const NOTHING: &'static str = "Nothing was added";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let task = &self.task_name;
        let chosen = call.process_with(task, self.process.as_deref())?;
        let name = self.code_name.parse()?;
        let added = call
            .manager
            .add_snippet(chosen.name(), task, name, self.code_content)?;
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
