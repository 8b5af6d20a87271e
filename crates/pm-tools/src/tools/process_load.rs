//! The tool that opens a process.

use crate::answer::{ProcessBody, ProgressBody, progress};
use crate::tool::prelude::*;

/// Opens a process.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct ProcessLoad {
    name: String,
}

#[derive(Serialize)]
pub(crate) struct ProcessLoadAnswer {
    message: String,
    #[serde(flatten)]
    concerned: Concerned,
    task_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<ProgressBody>,
    process_data: ProcessBody,
}

impl ToolDefinition for ProcessLoad {
    const NAME: &'static str = "process_load";
    const TITLE: &'static str = "Open process";
    const DESCRIPTION: &'static str = "Open a process to continue working on it, or switch to it.";
    const EFFECT: Effect = Effect::Reads;
    const NOTHING: &'static str = "Nothing was opened";
    const REST: &'static str =
        "Call task_list for the tasks and task_details_get for one task, with its task_name.";
    const REST_IN_SHORT: &'static str = "Call task_details_get for one task, with its task_name.";
    const READS_ON: &'static str = "task_list";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let process = call.manager.process(&self.name)?;
        call.caller.activate(process.name.clone());
        Ok(ProcessLoadAnswer {
            message: format!("Opened the process \"{}\".", process.name),
            concerned: Concerned::new(&process, None),
            task_count: process.tasks.len(),
            progress: progress(&process),
            process_data: ProcessBody::of(&process, call.style(), &call.manager.now()),
        })
    }
}
