//! The tool that describes a process anew.

use super::described::described_anew;
use crate::tool::prelude::*;

/// Describes a process anew.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct ProcessUpdate {
    // It must be given: leaving it out would empty what is there.
    /// the new text
    description: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct ProcessUpdateAnswer {
    message: String,
    old_description: String,
    description: String,
    #[serde(flatten)]
    concerned: Concerned,
}

impl ToolDefinition for ProcessUpdate {
    const NAME: &'static str = "process_update";
    const TITLE: &'static str = "Describe process anew";
    const DESCRIPTION: &'static str = "Replace the description of a process.";
    const EFFECT: Effect = Effect::Replaces;
    const NOTHING: &'static str = "Nothing was changed";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        // A process that nobody has pointed at is not described anew.
        let chosen = call.process_pointed_at(self.process.as_deref())?;
        let description = self.description;
        let changed = call
            .manager
            .describe_process(chosen.name(), description.clone())?;
        Ok(ProcessUpdateAnswer {
            message: described_anew("process", chosen.name(), changed.value == description),
            old_description: changed.value,
            description,
            concerned: chosen.concerned_since(&changed.process),
        })
    }
}
