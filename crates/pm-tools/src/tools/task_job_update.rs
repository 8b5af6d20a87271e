//! The tool that changes a job.

use pm_core::model::{FoundJob, JobUpdate};
use pm_core::{Process, Progress, Status};

use super::described::described_anew;
use super::one_of_jobs::one_of_several;
use crate::answer::JobBody;
use crate::input::arguments::{ArgumentProblem, SentStatus, optional_name, optional_status};
use crate::tool::prelude::*;

/// The arguments that say what to change.
const CHANGES: &[&str] = &["status", "description", "new_name"];

/// Changes a job.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TaskJobUpdate {
    task_name: String,
    job_name: String,
    /// how far it is
    #[schemars(extend("enum" = Status::WORDS))]
    status: Option<String>,
    /// what to do
    description: Option<String>,
    new_name: Option<String>,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct TaskJobUpdateAnswer {
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

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let (task, job) = (&self.task_name, &self.job_name);
        let chosen = call.process_with(task, self.process.as_deref())?;
        let text = |sent: &Option<String>| {
            let given = optional_name(sent.as_deref(), |_| false).is_some();
            sent.clone().filter(|_| given)
        };
        let new_name = text(&self.new_name).map(|name| name.parse());
        // Models fill in what they leave out; what is sent alone is meant.
        let sent_alone = self.status.is_none() && self.new_name.is_none();
        let is_cleared = |text: &String| sent_alone && text.trim().is_empty();
        let cleared = self.description.clone().filter(is_cleared);
        let (status, word) = match optional_status(self.status.as_deref())? {
            Some(SentStatus { status, word }) => (Some(status), word),
            None => (None, None),
        };
        let update = JobUpdate {
            status,
            note: word,
            description: text(&self.description).or(cleared).map(Into::into),
            new_name: new_name.transpose()?,
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
        let mut message = match changed.revision {
            None => described_anew("job", name, true),
            Some(_) => format!(
                "Updated the job \"{name}\"{was} of the task \"{}\"{what}.{}",
                found.task,
                one_of_several(&found)
            ),
        };
        let open_jobs = open_jobs(&changed.process, &found);
        if status == Some(Status::Done) && open_jobs == 0 {
            message += " No job of the task is open.";
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

/// How many jobs of the task are not over.
fn open_jobs(process: &Process, found: &FoundJob) -> usize {
    let jobs = process.tasks.get(&found.task).map(Progress::of_jobs);
    jobs.map_or(0, |jobs| jobs.open() + jobs.blocked)
}
