//! The tool that creates a process.

use crate::answer::ProcessBody;
use crate::tool::prelude::*;

/// Creates a process and opens it.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct ProcessNew {
    /// its name
    name: String,
    /// what it is about
    #[serde(default)]
    description: String,
}

#[derive(Serialize)]
pub(crate) struct ProcessNewAnswer {
    message: String,
    /// Nothing but what the caller has just sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<ProcessBody>,
    #[serde(flatten)]
    concerned: Concerned,
}

impl ToolDefinition for ProcessNew {
    const NAME: &'static str = "process_new";
    const TITLE: &'static str = "New process";
    const DESCRIPTION: &'static str = "Create a new process (project) and open it.";
    const EFFECT: Effect = Effect::AddsOnce;
    const NOTHING: &'static str = "Nothing was created";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let name = self.name.parse()?;
        let process = call.manager.create_process(name, self.description)?;
        call.caller.activate(process.name.clone());
        Ok(ProcessNewAnswer {
            message: format!("Created and opened the process \"{}\".", process.name),
            process: call.echo(|style| ProcessBody::of(&process, style, &call.manager.now())),
            concerned: Concerned::new(&process, None),
        })
    }
}
