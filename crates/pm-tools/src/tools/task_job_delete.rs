//! The tool that deletes a job.

use super::one_of_jobs::one_of_several;
use crate::tool::prelude::*;

/// Deletes a job.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TaskJobDelete {
    task_name: String,
    /// its name or key
    job_name: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct TaskJobDeleteAnswer {
    message: String,
    task_name: String,
    job_name: String,
    job_key: String,
    #[serde(flatten)]
    concerned: Concerned,
}

impl ToolDefinition for TaskJobDelete {
    const NAME: &'static str = "task_job_delete";
    const TITLE: &'static str = "Delete job";
    const DESCRIPTION: &'static str = "Delete a job of a task.";
    const EFFECT: Effect = Effect::DeletesEachTime;
    const NOTHING: &'static str = "Nothing was deleted";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let (task, job) = (&self.task_name, &self.job_name);
        let chosen = call.process_with(task, self.process.as_deref())?;
        let changed = call.manager.delete_job(chosen.name(), task, job)?;
        let found = changed.value;
        Ok(TaskJobDeleteAnswer {
            message: format!(
                "Deleted the job \"{}\" of the task \"{}\".{}{}",
                found.job.name,
                found.task,
                one_of_several(&found),
                call.how_to_undo()
            ),
            task_name: found.task.to_string(),
            job_name: found.job.name.to_string(),
            job_key: found.key,
            concerned: chosen.concerned_since(&changed.process),
        })
    }
}
