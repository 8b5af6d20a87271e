//! A process: the master record of one undertaking, and the changes that it allows.

mod dependencies;
mod jobs;
mod moves;
mod names;
mod next;
mod plan;
mod texts;
mod whole_plan;

pub use jobs::{FoundJob, JobMatch, JobUpdate};
pub(crate) use next::Pick;
pub use next::{Holdup, NextTask};
pub use plan::{TaskUpdate, UpdatedTask};
pub use whole_plan::{PlanThere, PlannedJob, PlannedTask};

use super::ordered::{ByFoldedName, Ordered};
use super::snippet::SnippetRefusal;
use super::{AddedJob, AddedSnippet, DeletedSnippets, FileFields, Task};
use crate::error::{InTask, Unresolved};
use crate::resolve::unresolved;
use crate::{Error, JobName, ProcessName, SnippetName, TaskName, Timestamp};

/// The master record of one undertaking.
///
/// A value of this type is a snapshot: it never changes under its reader. Changes go through
/// [`ProcessManager`](crate::ProcessManager).
#[derive(Debug, Clone, PartialEq)]
pub struct Process {
    /// Its name: its identity within a store.
    pub name: ProcessName,
    /// What it is about.
    pub description: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// The number of its changes, from 1; 0 for a file that another program wrote. Changes made
    /// through this crate count, and edits of the file from outside when they are taken up.
    pub revision: u64,
    /// Its tasks, in order.
    pub tasks: Ordered<TaskName, Task, ByFoldedName>,
    /// How it stood in its file.
    pub file_fields: FileFields,
}

/// What renaming did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename<N> {
    /// The name before.
    pub old: N,
    /// The name after.
    pub new: N,
}

/// What describing a task anew did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescriptionChange {
    /// The task's name.
    pub task: TaskName,
    /// The description before.
    pub old: String,
    /// The description after.
    pub new: String,
}

impl Process {
    /// Makes a process without tasks.
    pub fn new(name: ProcessName, description: String, created_at: Timestamp) -> Self {
        Self {
            name,
            description,
            created_at,
            revision: 0,
            tasks: Ordered::new(),
            file_fields: FileFields::default(),
        }
    }

    /// A process of another name with the same content, in which nobody has claimed anything.
    pub(crate) fn copied(&self, name: ProcessName, created_at: Timestamp) -> Self {
        let mut copy = Self {
            name,
            created_at,
            revision: 0,
            ..self.clone()
        };
        for name in self.tasks.keys() {
            let has_claim = |task: &Task| task.has_claim_field();
            if self.tasks.get(name).is_some_and(has_claim)
                && let Some(task) = copy.tasks.get_mut(name)
            {
                task.set_claim(None);
            }
        }
        copy
    }

    /// Takes the present content as that against which changes are found from now on; see
    /// [`Patch::between`](crate::history::Patch::between). Stores call it each time they have kept
    /// a change.
    ///
    /// The cost grows with the entries that were touched since the last time, and not with the
    /// process.
    pub fn settle(&mut self) {
        for name in self.tasks.touched_now() {
            if self.tasks.get(&name).is_some_and(|task| !task.is_settled())
                && let Some(task) = self.tasks.get_mut(&name)
            {
                task.settle();
            }
        }
        self.tasks.settle();
    }

    /// The task that `name` means, if that is just one. It costs less than a refusal that names
    /// what else may be meant.
    fn find_task(&self, name: &str) -> Option<(&TaskName, &Task)> {
        let name = name.trim();
        if let Some(found) = self.tasks.get_key_value(name) {
            return Some(found);
        }
        let mut alike = self.tasks.index().alike(name);
        match (alike.next(), alike.next()) {
            (Some(name), None) => self.tasks.get_key_value(name),
            _ => None,
        }
    }

    /// Finds the task that `wanted` means: exactly, or but for case and punctuation.
    pub fn task(&self, wanted: &str) -> Result<(&TaskName, &Task), Error> {
        self.find_task(wanted).ok_or_else(|| {
            let wanted = wanted.trim();
            let alike = self.tasks.index().alike(wanted).cloned().collect();
            let unresolved = unresolved(wanted, alike, self.tasks.keys());
            Error::Task(self.name.clone(), unresolved)
        })
    }

    /// A task of this process as the place of an error.
    pub(super) fn within(&self, task: TaskName) -> InTask {
        let process = self.name.clone();
        InTask { process, task }
    }

    pub(crate) fn add_task(
        &mut self,
        name: TaskName,
        description: String,
        now: &Timestamp,
    ) -> Result<Task, Error> {
        self.refuse_taken(&name, None)?;
        let task = Task::new(description, now.clone());
        self.tasks.insert(name, task.clone());
        Ok(task)
    }

    pub(crate) fn describe_task(
        &mut self,
        wanted: &str,
        description: String,
    ) -> Result<DescriptionChange, Error> {
        let (name, task) = self.task_mut(wanted)?;
        let old = std::mem::replace(&mut task.description, description.clone());
        Ok(DescriptionChange {
            task: name,
            old,
            new: description,
        })
    }

    /// Renames a task, which keeps its place; the others depend on it under the new name. Refuses a
    /// name that another task has, exactly or but for case and punctuation.
    pub fn rename_task(&mut self, wanted: &str, new: TaskName) -> Result<Rename<TaskName>, Error> {
        let old = self.task(wanted)?.0.clone();
        self.refuse_taken(&new, Some(&old))?;
        self.redirect_dependencies(&old, Some(&new));
        self.tasks.rename(&old, new.clone());
        Ok(Rename { old, new })
    }

    /// Deletes a task; the others no longer depend on it.
    pub(crate) fn delete_task(&mut self, wanted: &str) -> Result<(TaskName, Task), Error> {
        let (name, task) = self.task(wanted)?;
        let deleted = (name.clone(), task.clone());
        self.redirect_dependencies(&deleted.0, None);
        self.tasks.shift_remove(&deleted.0);
        Ok(deleted)
    }

    /// Deletes tasks, all or none; the others no longer depend on them.
    pub(crate) fn delete_tasks(
        &mut self,
        wanted: &[String],
    ) -> Result<Vec<(TaskName, Task)>, Error> {
        let names = self.find_tasks(wanted)?;
        // As they are before any of them is gone.
        let deleted = names.iter().filter_map(|name| {
            let (name, task) = self.tasks.get_key_value(name)?;
            Some((name.clone(), task.clone()))
        });
        let deleted: Vec<(TaskName, Task)> = deleted.collect();
        for name in &names {
            self.delete_task(name.as_str())?;
        }
        Ok(deleted)
    }

    /// Finds the tasks that `wanted` means, each once, in that order.
    fn find_tasks(&self, wanted: &[String]) -> Result<Vec<TaskName>, Error> {
        let mut names: Vec<TaskName> = Vec::new();
        for wanted in wanted {
            let name = self.task(wanted)?.0;
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        Ok(names)
    }

    pub(crate) fn add_job(
        &mut self,
        wanted: &str,
        name: JobName,
        description: String,
        now: &Timestamp,
    ) -> Result<(TaskName, AddedJob), Error> {
        let (task_name, task) = self.task_mut(wanted)?;
        Ok((task_name, task.add_job(name, description, now)))
    }

    pub(crate) fn add_snippet(
        &mut self,
        wanted: &str,
        name: SnippetName,
        content: String,
        now: &Timestamp,
    ) -> Result<(TaskName, AddedSnippet), Error> {
        self.change_snippets(wanted, |task| task.add_snippet(name, content, now))
    }

    pub(crate) fn update_snippet(
        &mut self,
        wanted: &str,
        name: SnippetName,
        content: String,
        now: &Timestamp,
    ) -> Result<(TaskName, AddedSnippet), Error> {
        self.change_snippets(wanted, |task| task.update_snippet(name, content, now))
    }

    pub(crate) fn delete_snippets(
        &mut self,
        wanted: &str,
        name: &SnippetName,
    ) -> Result<(TaskName, DeletedSnippets), Error> {
        self.change_snippets(wanted, |task| task.delete_snippets(name))
    }

    pub(crate) fn rename_snippet(
        &mut self,
        wanted: &str,
        snippet: &SnippetName,
        new: &SnippetName,
    ) -> Result<(TaskName, Rename<SnippetName>), Error> {
        self.change_snippets(wanted, |task| task.rename_snippet(snippet, new))
    }

    /// Makes a version of a snippet the last one once more.
    pub(crate) fn restore_snippet(
        &mut self,
        wanted: &str,
        name: &SnippetName,
        version: usize,
        now: &Timestamp,
    ) -> Result<(TaskName, AddedSnippet), Error> {
        self.change_snippets(wanted, |task| {
            let (name, content) = task.content_of(name, version)?;
            task.update_snippet(name, content, now)
        })
    }

    fn change_snippets<T>(
        &mut self,
        wanted: &str,
        change: impl FnOnce(&mut Task) -> Result<T, SnippetRefusal>,
    ) -> Result<(TaskName, T), Error> {
        let (name, task) = self.task_mut(wanted)?;
        match change(task) {
            Ok(value) => Ok((name, value)),
            Err(refusal) => Err(refusal.within(self.within(name))),
        }
    }

    fn task_mut(&mut self, wanted: &str) -> Result<(TaskName, &mut Task), Error> {
        let name = self.task(wanted)?.0.clone();
        match self.tasks.get_mut(&name) {
            Some(task) => Ok((name, task)),
            // Just found above; a second look that fails is still an answer, not a panic.
            None => Err(Error::Task(self.name.clone(), Unresolved::unknown(wanted))),
        }
    }
}
