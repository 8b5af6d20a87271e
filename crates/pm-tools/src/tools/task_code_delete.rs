//! The tool that deletes code snippets.

use pm_core::SnippetName;
use pm_core::manager::MadeBefore;

use crate::answer::{DeletedCode, deleted_codes};
use crate::tool::prelude::*;

/// Deletes code snippets with all their versions.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TaskCodeDelete {
    task_name: String,
    code_name: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct TaskCodeDeleteAnswer {
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
    // If the name is a part of one, it may be a part of another one in the next call.
    const EFFECT: Effect = Effect::DeletesEachTime;
    const NOTHING: &'static str = "Nothing was deleted";
    const REST: &'static str = "It has been deleted as well.";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let task = &self.task_name;
        let chosen = call.process_with(task, self.process.as_deref())?;
        let name: SnippetName = self.code_name.parse()?;
        let process = &chosen.process;
        // If the same call comes again, its name would be taken for a part of another.
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
