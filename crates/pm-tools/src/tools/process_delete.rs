//! The tool that deletes a process.

use crate::tool::prelude::*;

/// Deletes a process.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct ProcessDelete {
    name: String,
}

#[derive(Serialize)]
pub(crate) struct ProcessDeleteAnswer {
    message: String,
    deleted_process: String,
    process_name: String,
}

impl ToolDefinition for ProcessDelete {
    const NAME: &'static str = "process_delete";
    const TITLE: &'static str = "Delete process";
    const DESCRIPTION: &'static str = "Delete a whole process.";
    const EFFECT: Effect = Effect::Deletes;
    const NOTHING: &'static str = "Nothing was deleted";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let process = call.manager.process(&self.name)?;
        call.manager.delete_process(&process.name)?;
        call.caller.follow(&process.name, None);
        let name = &process.name;
        let mut message = format!("Deleted the process \"{name}\".");
        let is_kept = || {
            let trash = call.manager.trash();
            trash.is_ok_and(|items| items.iter().any(|item| item.name == *name))
        };
        let how = call.how_to_restore(name);
        if !how.is_empty() && is_kept() {
            message.push_str(&how);
        }
        Ok(ProcessDeleteAnswer {
            message,
            deleted_process: process.name.to_string(),
            process_name: process.name.to_string(),
        })
    }
}
