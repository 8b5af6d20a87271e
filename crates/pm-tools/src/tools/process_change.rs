//! The tool that changes a process itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Effect, ToolDefinition};
use crate::call::Call;
use crate::failure::Failure;
use crate::wire::Concerned;

/// Describes a process anew.
pub(super) struct ProcessUpdate;

#[derive(Deserialize, JsonSchema)]
pub(super) struct ProcessUpdateParameters {
    // It must be given: leaving it out would empty what is there.
    /// the new text
    description: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(super) struct ProcessUpdateAnswer {
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
    type Parameters = ProcessUpdateParameters;
    type Answer = ProcessUpdateAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        // What nobody has pointed at is not described anew.
        let chosen = call.process_pointed_at(parameters.process.as_deref())?;
        let description = parameters.description;
        let changed = call
            .manager
            .describe_process(chosen.name(), description.clone())?;
        Ok(ProcessUpdateAnswer {
            message: format!(
                "Changed the description of the process \"{}\".{}",
                chosen.name(),
                call.how_to_undo()
            ),
            old_description: changed.value,
            description,
            concerned: chosen.concerned_since(&changed.process),
        })
    }
}
