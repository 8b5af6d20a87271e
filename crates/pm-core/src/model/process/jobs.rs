//! Changing and deleting jobs, of which several may have one name.

use std::sync::Arc;

use super::Process;
use crate::model::{Claimant, StatusChange, TextEdit};
use crate::resolve::{folded, unresolved};
use crate::{Error, Job, JobName, Ordered, Status, Task, TaskName, Timestamp};

/// What is to change of a job; what is not given stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JobUpdate {
    /// Its status.
    pub status: Option<Status>,
    /// A note on the status; an empty one takes the note away. A status that changes without one
    /// loses the note on the former status.
    pub note: Option<String>,
    /// What is to be done.
    pub description: Option<TextEdit>,
    /// Its new name; other jobs may have the same.
    pub new_name: Option<JobName>,
}

/// The job that a name or a key meant.
#[derive(Debug, Clone)]
pub struct FoundJob {
    /// The task that has it, or had it.
    pub task: TaskName,
    /// The key under which the task keeps it.
    pub key: String,
    /// The job, as it is after the change; a deleted one as it was.
    pub job: Job,
    /// The name before.
    pub old_name: JobName,
    /// Which of the jobs that could be meant it is.
    pub by: JobMatch,
}

/// Which of the jobs that could be meant was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobMatch {
    /// The one of the key.
    Key,
    /// The only one of the name.
    OnlyOne,
    /// Of several of the name, the newest that is not over.
    NewestOpen {
        /// How many there were.
        of: usize,
    },
    /// Of several of the name, all of them over, the newest.
    Newest {
        /// How many there were.
        of: usize,
    },
}

impl Task {
    /// Finds the job that `wanted` means: the one of this key, or else of this name, exactly or but
    /// for case and punctuation. Of several the newest that is not over, or the newest if all are
    /// over. Otherwise answers the names that it may mean.
    fn find_job(&self, wanted: &str) -> Result<(String, JobMatch), Vec<JobName>> {
        let wanted = wanted.trim();
        if self.jobs.contains_key(wanted) {
            return Ok((wanted.to_owned(), JobMatch::Key));
        }
        let exact = |job: &Job| job.name.as_str() == wanted;
        let key = folded(wanted);
        let alike = |job: &Job| folded(job.name.as_str()) == key;
        let jobs: Vec<(&String, &Job)> = if self.jobs.values().any(exact) {
            self.jobs.iter().filter(|(_, job)| exact(job)).collect()
        } else {
            self.jobs.iter().filter(|(_, job)| alike(job)).collect()
        };
        let mut names: Vec<JobName> = jobs.iter().map(|(_, job)| job.name.clone()).collect();
        names.dedup();
        let [_] = names.as_slice() else {
            return Err(names);
        };
        let of = jobs.len();
        let open = jobs.iter().rev().find(|(_, job)| !job.status().is_over());
        match (open, jobs.last()) {
            (_, Some((key, _))) if of == 1 => Ok(((*key).clone(), JobMatch::OnlyOne)),
            (Some((key, _)), _) => Ok(((*key).clone(), JobMatch::NewestOpen { of })),
            (None, Some((key, _))) => Ok(((*key).clone(), JobMatch::Newest { of })),
            (None, None) => Err(names),
        }
    }
}

impl Process {
    pub(crate) fn update_job(
        &mut self,
        task: &str,
        wanted: &str,
        update: &JobUpdate,
        claimant: &Claimant,
        now: &Timestamp,
    ) -> Result<FoundJob, Error> {
        let (task_name, key, by) = self.find_job(task, wanted)?;
        let present = self.tasks.get(&task_name);
        if let Some(job) = present.and_then(|task| task.jobs.get(&key))
            && let Some(edit) = &update.description
        {
            self.refuse_stale_job(&task_name, (&key, job), edit)?;
        }
        let (_, task) = self.task_mut(task_name.as_str())?;
        let changed = task.jobs.change(&key, |job| {
            let old_name = job.name.clone();
            job.change_status(StatusChange {
                status: update.status,
                note: update.note.as_deref(),
                at: now,
                by: &claimant.by,
            });
            if let Some(TextEdit { text, .. }) = &update.description {
                job.description.clone_from(text);
            }
            if let Some(name) = &update.new_name {
                job.name.clone_from(name);
            }
            (old_name, job.clone())
        });
        let Some((old_name, job)) = changed else {
            return Err(self.no_job(task_name, wanted, Vec::new()));
        };
        Ok(FoundJob {
            task: task_name,
            key,
            job,
            old_name,
            by,
        })
    }

    /// The job that `wanted` means, if `update` does nothing but describe it as it is described
    /// already.
    pub(crate) fn job_described(
        &self,
        task: &str,
        wanted: &str,
        update: &JobUpdate,
    ) -> Option<FoundJob> {
        let edit = update.description.as_ref()?;
        let only = JobUpdate {
            description: update.description.clone(),
            ..JobUpdate::default()
        };
        let (found, _) = self.found_job(task, wanted).ok()?;
        let is_there = found.job.description == edit.text;
        (is_there && *update == only).then_some(found)
    }

    /// The job that `wanted` means, and the jobs among which it is.
    pub(super) fn found_job(
        &self,
        task: &str,
        wanted: &str,
    ) -> Result<(FoundJob, Ordered<String, Job>), Error> {
        let (task, key, by) = self.find_job(task, wanted)?;
        let jobs = self.tasks.get(&task).map(|task| &task.jobs);
        let Some((jobs, job)) = jobs.and_then(|jobs| Some((jobs, jobs.get(&key)?))) else {
            return Err(self.no_job(task, wanted, Vec::new()));
        };
        let found = FoundJob {
            task,
            key,
            old_name: job.name.clone(),
            job: job.clone(),
            by,
        };
        Ok((found, jobs.clone()))
    }

    pub(crate) fn delete_job(&mut self, task: &str, wanted: &str) -> Result<FoundJob, Error> {
        let (task_name, key, by) = self.find_job(task, wanted)?;
        let (_, task) = self.task_mut(task_name.as_str())?;
        let Some(job) = task.jobs.shift_remove(&key).map(Arc::unwrap_or_clone) else {
            return Err(self.no_job(task_name, wanted, Vec::new()));
        };
        Ok(FoundJob {
            task: task_name,
            key,
            old_name: job.name.clone(),
            job,
            by,
        })
    }

    fn find_job(&self, task: &str, wanted: &str) -> Result<(TaskName, String, JobMatch), Error> {
        let (name, task) = self.task(task)?;
        match task.find_job(wanted) {
            Ok((key, by)) => Ok((name.clone(), key, by)),
            Err(fitting) => Err(self.no_job(name.clone(), wanted, fitting)),
        }
    }

    fn no_job(&self, task: TaskName, wanted: &str, fitting: Vec<JobName>) -> Error {
        let jobs = self.tasks.get(&task).into_iter();
        let names = jobs.flat_map(|task| task.jobs.values().map(|job| &job.name));
        let unresolved = unresolved(wanted.trim(), fitting, names);
        Error::Job(self.within(task), unresolved)
    }
}
