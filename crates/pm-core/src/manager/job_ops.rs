//! Operations on the jobs of a task.

use super::if_needed::Step;
use super::{Changed, ProcessManager};
use crate::history::quoted;
use crate::{Action, AddedJob, Error, FoundJob, JobName, JobUpdate, ProcessName, TaskName};

impl ProcessManager {
    /// Adds a job to a task; jobs of one name stand side by side.
    pub fn add_job(
        &self,
        process: &ProcessName,
        task: &str,
        job: JobName,
        description: impl Into<String>,
    ) -> Result<Changed<(TaskName, AddedJob)>, Error> {
        let (task, description) = (task.to_owned(), description.into());
        self.change(process, move |process, now| {
            let added = process.add_job(&task, job.clone(), description.clone(), now)?;
            let summary = format!(
                "added the job {} to the task {}",
                quoted(&job),
                quoted(&added.0)
            );
            Ok((added, Action::new("add_job", summary)))
        })
    }
    /// Changes the job that `job` means: the one of this key, or else of this name, exactly or but
    /// for case and punctuation. Of several of one name it is the newest that is not over, or the
    /// newest if all are over.
    ///
    /// [`Error::ChangedMeanwhile`] if its description is not the one from which the edit was made.
    /// Nothing changes, and no revision is made, if the update is nothing but a description that
    /// the job has already.
    pub fn update_job(
        &self,
        process: &ProcessName,
        task: &str,
        job: &str,
        update: JobUpdate,
    ) -> Result<Changed<FoundJob>, Error> {
        let (task, job) = (task.to_owned(), job.to_owned());
        let claimant = self.claimant();
        self.change_if_needed(process, move |process, now| {
            if let Some(found) = process.job_described(&task, &job, &update) {
                return Ok(Step::Nothing(found));
            }
            let updated = process.update_job(&task, &job, &update, &claimant, now)?;
            let (task, job) = (quoted(&updated.task), quoted(&updated.old_name));
            let mut told = Vec::new();
            if let Some(status) = update.status {
                told.push(status.to_string());
            }
            if update.note.is_some() {
                told.push("a note".to_owned());
            }
            if update.description.is_some() {
                told.push("described anew".to_owned());
            }
            if let Some(name) = &update.new_name {
                told.push(format!("renamed to {}", quoted(name)));
            }
            let told = told.join(", ");
            let summary = format!("updated the job {job} of the task {task}: {told}");
            Ok(Step::Made(updated, Action::new("update_job", summary)))
        })
    }

    /// Deletes the job that `job` means, found as in [`update_job`](Self::update_job).
    pub fn delete_job(
        &self,
        process: &ProcessName,
        task: &str,
        job: &str,
    ) -> Result<Changed<FoundJob>, Error> {
        let (task, job) = (task.to_owned(), job.to_owned());
        self.change(process, move |process, _| {
            let deleted = process.delete_job(&task, &job)?;
            let (task, job) = (quoted(&deleted.task), quoted(&deleted.job.name));
            let summary = format!("deleted the job {job} from the task {task}");
            Ok((deleted, Action::new("delete_job", summary)))
        })
    }
}
