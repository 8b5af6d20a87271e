//! The tool that adds a version to a code snippet.

use super::same_code::same_already;
use crate::input::arguments::{ArgumentProblem, number};
use crate::tool::prelude::*;

/// Adds a version to a code snippet, which is made if there is none.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TaskCodeUpdate {
    task_name: String,
    code_name: String,
    /// all of the new code
    new_content: Option<String>,
    /// to restore
    from_version: Option<u64>,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct TaskCodeUpdateAnswer {
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

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let from_version = number(self.from_version);
        let new_content = match (self.new_content, from_version) {
            (None, None) => return Err(ArgumentProblem::Missing("new_content".into()).into()),
            // Models fill in what they leave out.
            (Some(content), Some(_)) if !content.is_empty() => {
                return Err(ArgumentProblem::Both("new_content", "from_version").into());
            }
            (content, _) => content.unwrap_or_default(),
        };
        let task = &self.task_name;
        let chosen = call.process_with(task, self.process.as_deref())?;
        let name = self.code_name.parse()?;
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
