//! The tools for jobs.

use std::mem::take;

use pm_core::{JobName, MadeBefore};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::task::TaskListAnswer;
use super::{Effect, ToolDefinition};
use crate::arguments::optional_name;
use crate::bounded::{Entry, Page, PageEnd};
use crate::call::Call;
use crate::failure::Failure;
use crate::listing::{narrowed, passed, wanted};
use crate::refusal::existing;
use crate::wire::{Concerned, JobBody, ListedJob};

/// Adds a job to a task.
pub(super) struct TaskJobAdd;

#[derive(Deserialize, JsonSchema)]
pub(super) struct TaskJobAddParameters {
    /// which task
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
pub(super) struct TaskJobAddAnswer {
    message: String,
    task_name: String,
    job_name: String,
    /// Said only where it was added before.
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
    type Parameters = TaskJobAddParameters;
    type Answer = TaskJobAddAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let task = &parameters.task_name;
        let chosen = call.process_with(task, parameters.process.as_deref())?;
        let job: JobName = parameters.job_name.parse().map_err(pm_core::Error::from)?;
        let description = parameters.job_description;
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

/// Reads the jobs of a name.
pub(super) struct TaskJobGet;

#[derive(Deserialize, JsonSchema)]
pub(super) struct TaskJobGetParameters {
    /// which task
    task_name: String,
    /// name or a part of it
    job_name: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(super) struct TaskJobGetAnswer {
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
    type Parameters = TaskJobGetParameters;
    type Answer = TaskJobGetAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let wanted = &parameters.job_name;
        let chosen = call.process_with(&parameters.task_name, parameters.process.as_deref())?;
        let (name, task) = chosen.process.task(&parameters.task_name)?;
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

/// Lists the jobs of a task; without a task, the tasks.
pub(super) struct TaskJobsList;

#[derive(Deserialize, JsonSchema)]
pub(super) struct TaskJobsListParameters {
    /// which task
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
pub(super) enum TaskJobsListAnswer {
    Tasks(TaskListAnswer),
    Jobs(JobListAnswer),
}

/// The jobs of a task.
#[derive(Serialize)]
pub(super) struct JobListAnswer {
    /// Said only where a part of the list was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(flatten)]
    concerned: Concerned,
    task_name: String,
    job_count: usize,
    jobs: Vec<JobBody>,
    #[serde(skip)]
    end: PageEnd,
}

impl ToolDefinition for TaskJobsList {
    const NAME: &'static str = "task_jobs_list";
    const TITLE: &'static str = "List jobs";
    const DESCRIPTION: &'static str = "List all jobs of a task.";
    const EFFECT: Effect = Effect::Reads;
    const NOTHING: &'static str = "Nothing was listed";
    const REST: &'static str = "Call task_job_get with a task_name and a job_name for one job.";
    type Parameters = TaskJobsListParameters;
    type Answer = TaskJobsListAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let (task, named) = (
            parameters.task_name.as_deref(),
            parameters.process.as_deref(),
        );
        let (after, status) = (parameters.after.as_deref(), parameters.status.as_deref());
        let chosen = match task {
            Some(task) => call.process_with(task, named)?,
            None => call.process(named)?,
        };
        let exists = |name: &str| chosen.process.task(name).is_ok();
        let Some(task) = optional_name(task, exists) else {
            let list = TaskListAnswer::of(call, &chosen, after, status)?;
            return Ok(TaskJobsListAnswer::Tasks(list));
        };
        let (name, task) = chosen.process.task(task)?;
        let wanted = wanted(status)?;
        let mut jobs = ListedJob::all(task, call.style());
        let passed = match task.jobs.keys().position(|key| Some(key.as_str()) == after) {
            Some(place) => place + 1,
            None => passed(after, jobs.iter().map(ListedJob::name))?,
        };
        let before = passed.checked_sub(1).and_then(|place| jobs.get(place));
        let before = before.map(Entry::after);
        jobs.drain(..passed);
        jobs.retain(|job| wanted.is_none_or(|wanted| wanted.fits(job.status())));
        let counts = (jobs.len(), task.jobs.len());
        let mut answer = JobListAnswer {
            message: narrowed("jobs", wanted, before.as_deref(), counts),
            concerned: chosen.concerned(),
            task_name: name.to_string(),
            job_count: task.jobs.len(),
            jobs: Vec::new(),
            end: PageEnd::default(),
        };
        let page = Page::of("/jobs", &jobs, call.room_beside(&answer));
        (answer.jobs, answer.end) = (page.entries, page.end);
        Ok(TaskJobsListAnswer::Jobs(answer))
    }

    fn page_end(answer: &mut Self::Answer) -> PageEnd {
        match answer {
            TaskJobsListAnswer::Tasks(list) => take(&mut list.end),
            TaskJobsListAnswer::Jobs(list) => take(&mut list.end),
        }
    }
}
