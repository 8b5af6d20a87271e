//! Operations on the tasks of a process.

use super::if_needed::Step;
use super::{Changed, ProcessManager};
use crate::history::quoted;
use crate::{Action, DescriptionChange, Error, ProcessName, Rename, Task, TaskName, TextEdit};

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

    /// Describes a task anew. If it has that description already, nothing changes and no revision
    /// is made.
    ///
    /// [`Error::ChangedMeanwhile`] if its description is not the one from which the edit was made.
    pub fn describe_task(
        &self,
        process: &ProcessName,
        task: &str,
        description: impl Into<TextEdit>,
    ) -> Result<Changed<DescriptionChange>, Error> {
        let (task, edit) = (task.to_owned(), description.into());
        self.change_if_needed(process, move |process, _| {
            let described = process.task(&task)?;
            process.refuse_stale_task(described, &edit)?;
            let (name, present) = (described.0, &described.1.description);
            if *present == edit.text {
                return Ok(Step::Nothing(DescriptionChange {
                    task: name.clone(),
                    old: present.clone(),
                    new: edit.text.clone(),
                }));
            }
            let change = process.describe_task(&task, edit.text.clone())?;
            let summary = format!("described the task {} anew", quoted(&change.task));
            Ok(Step::Made(change, Action::new("describe_task", summary)))
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
            let summary = deleted_summary(std::slice::from_ref(&deleted));
            Ok((deleted, Action::new("delete_task", summary)))
        })
    }
    /// Deletes several tasks with their jobs and code, all of them in one change, or none; returns
    /// them as they were. A task that is given twice counts once; nothing changes if none is given.
    pub fn delete_tasks(
        &self,
        process: &ProcessName,
        tasks: &[impl AsRef<str>],
    ) -> Result<Changed<Vec<(TaskName, Task)>>, Error> {
        let tasks: Vec<String> = tasks.iter().map(|task| task.as_ref().to_owned()).collect();
        self.change_if_needed(process, move |process, _| {
            let deleted = process.delete_tasks(&tasks)?;
            if deleted.is_empty() {
                return Ok(Step::Nothing(deleted));
            }
            let summary = deleted_summary(&deleted);
            Ok(Step::Made(deleted, Action::new("delete_tasks", summary)))
        })
    }
}

fn deleted_summary(tasks: &[(TaskName, Task)]) -> String {
    let jobs: usize = tasks.iter().map(|(_, task)| task.jobs.len()).sum();
    let code: usize = tasks.iter().map(|(_, task)| task.code.len()).sum();
    let what = match tasks {
        [(only, _)] => format!("the task {}", quoted(only)),
        several => format!("{} tasks", several.len()),
    };
    format!("deleted {what} (jobs: {jobs}, code versions: {code})")
}
