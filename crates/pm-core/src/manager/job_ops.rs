//! Operations on the jobs of a task.

use super::{Changed, ProcessManager};
use crate::history::quoted;
use crate::{Action, AddedJob, Error, JobName, ProcessName, TaskName};

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
}
