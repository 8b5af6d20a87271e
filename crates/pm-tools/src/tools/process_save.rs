//! The tool that gives a process a new name.

use crate::input::arguments::optional_name;
use crate::tool::prelude::*;

/// Gives the open process a new name; without one, confirms that it is stored.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct ProcessSave {
    /// its new name
    name: Option<String>,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct ProcessSaveAnswer {
    message: String,
    #[serde(flatten)]
    concerned: Concerned,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_name: Option<String>,
}

impl ToolDefinition for ProcessSave {
    const NAME: &'static str = "process_save";
    const TITLE: &'static str = "Rename process";
    const DESCRIPTION: &'static str = "Only to rename the open process; all is saved already.";
    const EFFECT: Effect = Effect::Replaces;
    const NOTHING: &'static str = "Nothing was saved";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let named = self.process.as_deref();
        let exists = |name: &str| call.manager.process(name).is_ok();
        let Some(new) = optional_name(self.name.as_deref(), exists) else {
            let chosen = call.process(named)?;
            return Ok(ProcessSaveAnswer {
                message: format!("The process \"{}\" is saved.", chosen.name()),
                concerned: chosen.concerned(),
                old_name: None,
            });
        };
        // Models take this tool for process_new: never rename what nobody has pointed at.
        let chosen = call.process_pointed_at(named)?;
        let old = chosen.name();
        if old.as_str() == new {
            return Ok(ProcessSaveAnswer {
                message: format!("The process \"{old}\" is saved and already has this name."),
                concerned: chosen.concerned(),
                old_name: None,
            });
        }
        let new = new.parse()?;
        let process = call.manager.rename_process(old, &new)?;
        call.caller.follow(old, Some(&process.name));
        Ok(ProcessSaveAnswer {
            message: format!("Renamed the process \"{old}\" to \"{}\".", process.name),
            concerned: chosen.concerned_since(&process),
            old_name: Some(old.to_string()),
        })
    }
}
