//! Physical patches: what a change left, place by place, with the value before and after.

use std::sync::Arc;

use serde_json::value::RawValue;

use crate::model::CLAIM;
use crate::{Job, Position, SnippetVersion, Task, TaskName};

/// The value of a field, as JSON text.
pub type FieldValue = Box<RawValue>;

/// What a change changed, in the order in which it is applied.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patch(pub Vec<Edit>);

/// What has fields.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Entity {
    /// The process itself.
    Process,
    /// A task.
    Task(TaskName),
    /// A job of a task, by its key.
    Job(TaskName, String),
    /// A snippet version of a task, by its key.
    Code(TaskName, String),
}

/// An entry: without a value before it came, without one after it went, and with both it was
/// replaced in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryEdit<K, V> {
    /// Its key.
    pub key: K,
    /// The entry before.
    pub old: Option<Arc<V>>,
    /// The entry after.
    pub new: Option<Arc<V>>,
    /// The position at which it stands, or stood.
    pub position: Position<K>,
}

/// One place that changed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Edit {
    /// A field of something, also one that the model does not know.
    Field {
        /// What has the field.
        entity: Entity,
        /// Its name in the file.
        field: String,
        /// The value before; `None` if there was no such field.
        old: Option<FieldValue>,
        /// The value after.
        new: Option<FieldValue>,
    },
    /// A task that came or went.
    Task(EntryEdit<TaskName, Task>),
    /// A job that came or went.
    Job(TaskName, EntryEdit<String, Job>),
    /// A snippet version that came or went.
    Code(TaskName, EntryEdit<String, SnippetVersion>),
    /// A task that got another name and kept its place.
    RenameTask {
        /// The name before.
        old: TaskName,
        /// The name after.
        new: TaskName,
    },
    /// Entries that stand in another order; only a change from outside does that to code.
    Order {
        /// What has the entries: the process, for its tasks, or a task.
        entity: Entity,
        /// Which of its entries: `tasks`, `jobs` or `code`.
        entries: String,
        /// The keys in their order before.
        old: Vec<String>,
        /// The keys in their order after.
        new: Vec<String>,
    },
}

/// An edit, with text in place of the field values, which cannot be compared.
#[derive(PartialEq)]
enum Parts<'a> {
    Field(&'a Entity, &'a str, Option<&'a str>, Option<&'a str>),
    Task(&'a EntryEdit<TaskName, Task>),
    Job(&'a TaskName, &'a EntryEdit<String, Job>),
    Code(&'a TaskName, &'a EntryEdit<String, SnippetVersion>),
    RenameTask(&'a TaskName, &'a TaskName),
    Order(&'a Entity, &'a str, &'a [String], &'a [String]),
}

impl PartialEq for Edit {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Edit {
    fn parts(&self) -> Parts<'_> {
        let text = |value| Option::as_deref(value).map(RawValue::get);
        match self {
            Self::Field {
                entity,
                field,
                old,
                new,
            } => Parts::Field(entity, field, text(old), text(new)),
            Self::Task(edit) => Parts::Task(edit),
            Self::Job(task, edit) => Parts::Job(task, edit),
            Self::Code(task, edit) => Parts::Code(task, edit),
            Self::RenameTask { old, new } => Parts::RenameTask(old, new),
            Self::Order {
                entity,
                entries,
                old,
                new,
            } => Parts::Order(entity, entries, old, new),
        }
    }
}

impl Patch {
    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it changes more than claims.
    pub(crate) fn can_be_taken_back(&self) -> bool {
        !self.0.iter().all(Edit::is_of_a_claim)
    }

    /// This patch without its edits of claims, which come, are renewed and run out beside the
    /// changes that are taken back.
    pub(crate) fn without_claims(&self) -> Self {
        let edits = self.0.iter().filter(|edit| !edit.is_of_a_claim());
        Self(edits.cloned().collect())
    }

    /// The patch that takes this one back.
    pub fn inverse(&self) -> Self {
        // Each edit fits the state that those before it left, so they are taken back from the last
        // one on.
        Self(self.0.iter().rev().map(Edit::inverse).collect())
    }
}

impl Edit {
    /// Whether it changes the claim on a task that stays.
    pub(crate) fn is_of_a_claim(&self) -> bool {
        match self {
            Self::Field {
                entity: Entity::Task(_),
                field,
                ..
            } => field == CLAIM,
            _ => false,
        }
    }

    /// The edit that takes this one back.
    pub fn inverse(&self) -> Self {
        let mut edit = self.clone();
        match &mut edit {
            Self::Field { old, new, .. } => std::mem::swap(old, new),
            Self::Task(edit) => edit.invert(),
            Self::Job(_, edit) => edit.invert(),
            Self::Code(_, edit) => edit.invert(),
            Self::RenameTask { old, new } => std::mem::swap(old, new),
            Self::Order { old, new, .. } => std::mem::swap(old, new),
        }
        edit
    }
}

impl<K, V> EntryEdit<K, V> {
    fn invert(&mut self) {
        std::mem::swap(&mut self.old, &mut self.new);
    }
}
