//! Operations on the tasks of a process.

use super::{Changed, ProcessManager};
use crate::history::quoted;
use crate::{Action, DescriptionChange, Error, ProcessName, Rename, Task, TaskName};

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
            let added = process.add_task(task.clone(), description.clone(), now)?;
            let summary = format!("added the task {}", quoted(&task));
            Ok((added, Action::new("add_task", summary)))
        })
    }

    /// Describes a task anew. With the description that it has nothing is changed, and no revision
    /// made.
    pub fn describe_task(
        &self,
        process: &ProcessName,
        task: &str,
        description: impl Into<String>,
    ) -> Result<Changed<DescriptionChange>, Error> {
        let (task, description) = (task.to_owned(), description.into());
        let before = self.store.read(process.as_str())?;
        if let Ok((name, described)) = before.task(&task)
            && before.name == *process
            && described.description == description
        {
            let value = DescriptionChange {
                task: name.clone(),
                old: description.clone(),
                new: description,
            };
            return Ok(Changed::nothing(value, before));
        }
        self.change(process, move |process, _| {
            let change = process.describe_task(&task, description.clone())?;
            let summary = format!("described the task {} anew", quoted(&change.task));
            Ok((change, Action::new("describe_task", summary)))
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
            let rename = process.rename_task(&task, new.clone())?;
            let (old, new) = (quoted(&rename.old), quoted(&rename.new));
            let summary = format!("renamed the task {old} to {new}");
            Ok((rename, Action::new("rename_task", summary)))
        })
    }

    /// Deletes a task with its jobs and code, and returns it.
    pub fn delete_task(
        &self,
        process: &ProcessName,
        task: &str,
    ) -> Result<Changed<(TaskName, Task)>, Error> {
        let task = task.to_owned();
        self.change(process, move |process, _| {
            let deleted = process.delete_task(&task)?;
            let (jobs, code) = (deleted.1.jobs.len(), deleted.1.code.len());
            let name = quoted(&deleted.0);
            let summary = format!("deleted the task {name} (jobs: {jobs}, code versions: {code})");
            Ok((deleted, Action::new("delete_task", summary)))
        })
    }
}
