//! The tools that change and delete jobs.

use pm_core::{FoundJob, JobMatch, JobUpdate, Process, Progress, Status};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Effect, ToolDefinition};
use crate::arguments::{ArgumentProblem, SentStatus, optional_name, optional_status};
use crate::call::Call;
use crate::failure::Failure;
use crate::wire::{Concerned, JobBody};

/// The arguments that say what to change.
const CHANGES: &[&str] = &["status", "description", "new_name"];

/// Changes a job.
pub(super) struct TaskJobUpdate;

#[derive(Deserialize, JsonSchema)]
pub(super) struct TaskJobUpdateParameters {
    /// which task
    task_name: String,
    /// which job
    job_name: String,
    /// how far it is
    #[schemars(extend("enum" = Status::WORDS))]
    status: Option<String>,
    /// what to do
    description: Option<String>,
    /// its new name
    new_name: Option<String>,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(super) struct TaskJobUpdateAnswer {
    message: String,
    task_name: String,
    job_key: String,
    job: JobBody,
    open_jobs: usize,
    #[serde(flatten)]
    concerned: Concerned,
}

impl ToolDefinition for TaskJobUpdate {
    const NAME: &'static str = "task_job_update";
    const TITLE: &'static str = "Update job";
    const DESCRIPTION: &'static str = "Mark a job done, or change its text or name.";
    const EFFECT: Effect = Effect::Replaces;
    const NOTHING: &'static str = "Nothing was changed";
    type Parameters = TaskJobUpdateParameters;
    type Answer = TaskJobUpdateAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let (task, job) = (&parameters.task_name, &parameters.job_name);
        let chosen = call.process_with(task, parameters.process.as_deref())?;
        let text = |sent: &Option<String>| {
            let given = optional_name(sent.as_deref(), |_| false).is_some();
            sent.clone().filter(|_| given)
        };
        let new_name = text(&parameters.new_name).map(|name| name.parse());
        // Models fill in what they leave out; what is sent alone is meant.
        let sent_alone = parameters.status.is_none() && parameters.new_name.is_none();
        let is_cleared = |text: &String| sent_alone && text.trim().is_empty();
        let cleared = parameters.description.clone().filter(is_cleared);
        let (status, word) = match optional_status(parameters.status.as_deref())? {
            Some(SentStatus { status, word }) => (Some(status), word),
            None => (None, None),
        };
        let update = JobUpdate {
            status,
            note: word,
            description: text(&parameters.description).or(cleared),
            new_name: new_name.transpose().map_err(pm_core::Error::from)?,
        };
        if update == JobUpdate::default() {
            chosen.process.task(task)?;
            return Err(ArgumentProblem::NothingToChange(CHANGES).into());
        }
        let changed = call.manager.update_job(chosen.name(), task, job, update)?;
        let found = changed.value;
        let name = &found.job.name;
        let was = if found.old_name == *name {
            String::new()
        } else {
            format!(", before \"{}\",", found.old_name)
        };
        let what = status.map_or_else(String::new, |status| format!(": {status}"));
        let mut message = format!(
            "Updated the job \"{name}\"{was} of the task \"{}\"{what}.{}",
            found.task,
            one_of_several(&found)
        );
        let open_jobs = open_jobs(&changed.process, &found);
        if status == Some(Status::Done) && open_jobs == 0 {
            let finish = " No job of the task is open; when the task is finished, call \
                          task_update with status \"done\".";
            message += call.offer.lead_to("task_update", finish);
        }
        Ok(TaskJobUpdateAnswer {
            message,
            task_name: found.task.to_string(),
            job: JobBody::of(&found.job, call.style()),
            job_key: found.key,
            open_jobs,
            concerned: chosen.concerned_since(&changed.process),
        })
    }
}

/// Deletes a job.
pub(super) struct TaskJobDelete;

#[derive(Deserialize, JsonSchema)]
pub(super) struct TaskJobDeleteParameters {
    /// which task
    task_name: String,
    /// its name or key
    job_name: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(super) struct TaskJobDeleteAnswer {
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
    type Parameters = TaskJobDeleteParameters;
    type Answer = TaskJobDeleteAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let (task, job) = (&parameters.task_name, &parameters.job_name);
        let chosen = call.process_with(task, parameters.process.as_deref())?;
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

/// Which of several jobs it was, where there were several of its name.
fn one_of_several(found: &FoundJob) -> String {
    match found.by {
        JobMatch::Key | JobMatch::OnlyOne => String::new(),
        JobMatch::NewestOpen { of } => {
            format!(" There were {of} of this name; this was the newest open one.")
        }
        JobMatch::Newest { of } => {
            format!(" There were {of} of this name, none of them open; this was the newest.")
        }
    }
}

/// How many jobs of the task are not over.
fn open_jobs(process: &Process, found: &FoundJob) -> usize {
    let jobs = process.tasks.get(&found.task).map(Progress::of_jobs);
    jobs.map_or(0, |jobs| jobs.open() + jobs.blocked)
}
