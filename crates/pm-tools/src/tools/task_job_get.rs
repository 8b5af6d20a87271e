//! The tool that reads jobs.

use crate::answer::JobBody;
use crate::text::phrases::existing;
use crate::tool::prelude::*;

/// Reads the jobs of a name.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TaskJobGet {
    task_name: String,
    /// name or a part of it
    job_name: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct TaskJobGetAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(flatten)]
    concerned: Concerned,
    task_name: String,
    jobs: Vec<JobBody>,
}

impl ToolDefinition for TaskJobGet {
    const NAME: &'static str = "task_job_get";
    const TITLE: &'static str = "Read jobs";
    const DESCRIPTION: &'static str = "Read a job of a task.";
    const EFFECT: Effect = Effect::Reads;
    const NOTHING: &'static str = "Nothing was read";
    const REST: &'static str = "Call task_job_get with more of the job_name.";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let wanted = &self.job_name;
        let chosen = call.process_with(&self.task_name, self.process.as_deref())?;
        let (name, task) = chosen.process.task(&self.task_name)?;
        let jobs = task.jobs_matching(wanted);
        let names = || task.jobs.values().map(|job| job.name.as_str());
        Ok(TaskJobGetAnswer {
            message: jobs
                .is_empty()
                .then(|| existing("job", wanted, name.as_str(), names())),
            concerned: chosen.concerned(),
            task_name: name.to_string(),
            jobs: jobs
                .into_iter()
                .map(|job| JobBody::of(job, call.style()))
                .collect(),
        })
    }
}
