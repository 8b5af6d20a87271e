//! Operations on the tasks of a process.

use super::{Changed, ProcessManager};
use crate::{DescriptionChange, Error, ProcessName, Rename, Task, TaskName};

impl ProcessManager {
    /// Adds a task to a process.
    pub fn add_task(
        &self,
        process: &ProcessName,
        task: TaskName,
        description: impl Into<String>,
    ) -> Result<Changed<Task>, Error> {
        let description = description.into();
        self.change(process, move |process, now| {
            process.add_task(task.clone(), description.clone(), now)
        })
    }

    /// Describes a task anew.
    pub fn describe_task(
        &self,
        process: &ProcessName,
        task: &str,
        description: impl Into<String>,
    ) -> Result<Changed<DescriptionChange>, Error> {
        let (task, description) = (task.to_owned(), description.into());
        self.change(process, move |process, _| {
            process.describe_task(&task, description.clone())
        })
    }

    /// Gives a task a new name; it keeps its place.
    pub fn rename_task(
        &self,
        process: &ProcessName,
        task: &str,
        new: TaskName,
    ) -> Result<Changed<Rename<TaskName>>, Error> {
        let task = task.to_owned();
        self.change(process, move |process, _| {
            process.rename_task(&task, new.clone())
        })
    }

    /// Deletes a task with its jobs and code, and returns what it held.
    pub fn delete_task(
        &self,
        process: &ProcessName,
        task: &str,
    ) -> Result<Changed<(TaskName, Task)>, Error> {
        let task = task.to_owned();
        self.change(process, move |process, _| process.delete_task(&task))
    }
}
