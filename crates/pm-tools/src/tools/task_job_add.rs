//! The tool that adds a job to a task.

use pm_core::JobName;
use pm_core::manager::MadeBefore;

use crate::tool::prelude::*;

/// Adds a job to a task.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TaskJobAdd {
    task_name: String,
    /// its name
    job_name: String,
    /// what to do
    #[serde(default)]
    job_description: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct TaskJobAddAnswer {
    message: String,
    task_name: String,
    job_name: String,
    /// Said only if it was added before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    already_added: bool,
    #[serde(flatten)]
    concerned: Concerned,
}

impl ToolDefinition for TaskJobAdd {
    const NAME: &'static str = "task_job_add";
    const TITLE: &'static str = "Add job";
    const DESCRIPTION: &'static str = "Add a job (to-do, step) to a task.";
    const EFFECT: Effect = Effect::AddsEachTime;
    const NOTHING: &'static str = "Nothing was added";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let task = &self.task_name;
        let chosen = call.process_with(task, self.process.as_deref())?;
        let job: JobName = self.job_name.parse()?;
        let description = self.job_description;
        let process = &chosen.process;
        let before = call
            .manager
            .added_job_lately(process, task, &job, &description)?;
        if let Some(MadeBefore { revision }) = before {
            let (task, _) = process.task(task)?;
            return Ok(TaskJobAddAnswer {
                message: format!(
                    "You added the job \"{job}\" to the task \"{task}\" already, in revision \
                     {revision}; it was not added twice. Another one needs another name or \
                     description."
                ),
                task_name: task.to_string(),
                job_name: job.to_string(),
                already_added: true,
                concerned: chosen.concerned(),
            });
        }
        let added = call
            .manager
            .add_job(chosen.name(), task, job, description)?;
        let (task, added_job) = added.value;
        let job = added_job.job.name;
        Ok(TaskJobAddAnswer {
            message: format!("Added the job \"{job}\" to the task \"{task}\"."),
            task_name: task.to_string(),
            job_name: job.to_string(),
            already_added: false,
            concerned: chosen.concerned_since(&added.process),
        })
    }
}
