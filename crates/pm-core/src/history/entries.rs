//! The kinds of entries that patches speak of, so that the work on an entry is written once for all
//! kinds.

use std::sync::Arc;

use super::{Edit, Entity, EntryEdit};
use crate::model::{ByFoldedName, BySnippetName, Index, Key, Unindexed};
use crate::{Job, Ordered, Process, SnippetVersion, Task, TaskName};

/// A kind of entries, and whose they are.
pub(super) trait Entries {
    /// What has the entries.
    type Owner;
    /// What they are found by.
    type Key: Key + AsRef<str>;
    /// What they are.
    type Value: Clone + PartialEq;
    /// What finds them by more than their key.
    type Index: Index<Self::Key, Self::Value>;

    /// The field that holds them.
    const FIELD: &'static str;

    /// The entries of `owner`.
    fn of(owner: &Self::Owner) -> &Map<Self>;

    /// What has the entries.
    fn owner(&self) -> Entity;

    /// The edit of an entry that came or went.
    fn edit(&self, edit: EntryEdit<Self::Key, Self::Value>) -> Edit;

    /// The edit of an entry that got another key, if this kind has such an edit.
    fn renamed(&self, old: &Self::Key, new: &Self::Key) -> Option<Edit>;

    /// The value as a patch keeps it.
    fn kept(value: &Arc<Self::Value>) -> Arc<Self::Value> {
        Arc::clone(value)
    }
}

/// The entries of a kind.
pub(super) type Map<E> = Ordered<<E as Entries>::Key, <E as Entries>::Value, <E as Entries>::Index>;

/// The tasks of the process.
pub(super) struct Tasks;

impl Entries for Tasks {
    type Owner = Process;
    type Key = TaskName;
    type Value = Task;
    type Index = ByFoldedName;

    const FIELD: &'static str = "tasks";

    fn of(process: &Process) -> &Map<Self> {
        &process.tasks
    }

    fn owner(&self) -> Entity {
        Entity::Process
    }

    fn edit(&self, edit: EntryEdit<TaskName, Task>) -> Edit {
        Edit::Task(edit)
    }

    fn renamed(&self, old: &TaskName, new: &TaskName) -> Option<Edit> {
        Some(Edit::RenameTask {
            old: old.clone(),
            new: new.clone(),
        })
    }

    fn kept(task: &Arc<Task>) -> Arc<Task> {
        if task.is_settled() {
            return Arc::clone(task);
        }
        let mut task = Task::clone(task);
        task.settle();
        Arc::new(task)
    }
}

/// The jobs of a task.
pub(super) struct JobsOf<'a>(pub(super) &'a TaskName);

impl Entries for JobsOf<'_> {
    type Owner = Task;
    type Key = String;
    type Value = Job;
    type Index = Unindexed;

    const FIELD: &'static str = "jobs";

    fn of(task: &Task) -> &Map<Self> {
        &task.jobs
    }

    fn owner(&self) -> Entity {
        Entity::Task(self.0.clone())
    }

    fn edit(&self, edit: EntryEdit<String, Job>) -> Edit {
        Edit::Job(self.0.clone(), edit)
    }

    fn renamed(&self, _: &String, _: &String) -> Option<Edit> {
        None
    }
}

/// The snippet versions of a task.
pub(super) struct CodeOf<'a>(pub(super) &'a TaskName);

impl Entries for CodeOf<'_> {
    type Owner = Task;
    type Key = String;
    type Value = SnippetVersion;
    type Index = BySnippetName;

    const FIELD: &'static str = "code";

    fn of(task: &Task) -> &Map<Self> {
        &task.code
    }

    fn owner(&self) -> Entity {
        Entity::Task(self.0.clone())
    }

    fn edit(&self, edit: EntryEdit<String, SnippetVersion>) -> Edit {
        Edit::Code(self.0.clone(), edit)
    }

    fn renamed(&self, _: &String, _: &String) -> Option<Edit> {
        None
    }
}
