//! The tool that lists the jobs of a task.

use super::task_list::TaskListAnswer;
use crate::answer::{JobBody, ListEntry, ListedJob, Page};
use crate::input::narrowing::{Wish, narrowed, passed_keyed, wanted};
use crate::input::placeholder::task_meant;
use crate::tool::prelude::*;

/// Lists the jobs of a task; without a task, the tasks.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TaskJobsList {
    task_name: Option<String>,
    /// to read on
    after: Option<String>,
    /// open, closed, done…
    status: Option<String>,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum TaskJobsListAnswer {
    Tasks(TaskListAnswer),
    Jobs(JobListAnswer),
}

/// The jobs of a task.
#[derive(Serialize)]
pub(crate) struct JobListAnswer {
    /// Said only if a part of the list was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(flatten)]
    concerned: Concerned,
    task_name: String,
    job_count: usize,
    jobs: Vec<JobBody>,
}

impl ToolDefinition for TaskJobsList {
    const NAME: &'static str = "task_jobs_list";
    const TITLE: &'static str = "List jobs";
    const DESCRIPTION: &'static str = "List all jobs of a task.";
    const EFFECT: Effect = Effect::Reads;
    const NOTHING: &'static str = "Nothing was listed";
    const REST: &'static str = "Call task_job_get with a task_name and a job_name for one job.";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let (task, named) = (self.task_name.as_deref(), self.process.as_deref());
        let (after, status) = (self.after.as_deref(), self.status.as_deref());
        let chosen = call.process_of(task, named)?;
        let Some(task) = task_meant(task, &chosen.process) else {
            let list = TaskListAnswer::of(call, &chosen, after, status, None)?;
            return Ok(TaskJobsListAnswer::Tasks(list));
        };
        let (name, task) = chosen.process.task(task)?;
        let wanted = wanted(status)?;
        let mut jobs = ListedJob::all(task, call.style());
        let passed = passed_keyed(after, task.jobs.keys(), jobs.iter().map(ListedJob::name))?;
        let before = passed.checked_sub(1).and_then(|index| jobs.get(index));
        let before = before.map(ListEntry::after);
        jobs.drain(..passed);
        jobs.retain(|job| wanted.is_none_or(|wanted| wanted.fits(job.status())));
        let counts = (jobs.len(), task.jobs.len());
        let wish = Wish {
            status: wanted,
            ..Wish::default()
        };
        let mut answer = JobListAnswer {
            message: narrowed("jobs", wish, before.as_deref(), counts),
            concerned: chosen.concerned(),
            task_name: name.to_string(),
            job_count: task.jobs.len(),
            jobs: Vec::new(),
        };
        let page = Page::of("/jobs", &jobs, call.room_beside(&answer));
        answer.jobs = call.shown(page);
        Ok(TaskJobsListAnswer::Jobs(answer))
    }
}
