//! Physical patches: what a change left, place by place, with the value before and after.

use std::sync::Arc;

use serde_json::value::RawValue;

use crate::{Job, SnippetVersion, Task, TaskName};

/// The value of a field, as JSON text.
pub type FieldValue = Box<RawValue>;

/// What a change changed, in the order in which it is applied.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patch(pub Vec<Edit>);

/// What has fields.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// Where an entry stands among the others of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position<K> {
    /// Behind all others.
    Last,
    /// In front of all others, and not also behind them.
    First,
    /// Behind this one, and others follow.
    After(K),
}

/// An entry that came, where it has no value before, or went, where it has none after.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryEdit<K, V> {
    /// Its key.
    pub key: K,
    /// The entry before.
    pub old: Option<Arc<V>>,
    /// The entry after.
    pub new: Option<Arc<V>>,
    /// Where it stands, or stood.
    pub position: Position<K>,
}

/// One place that changed.
#[derive(Debug, Clone)]
pub enum Edit {
    /// A field of something, also one that the model does not know.
    Field {
        /// What has the field.
        entity: Entity,
        /// Its name in the file.
        field: String,
        /// The value before; `None` where there was no such field.
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
    /// Entries that stand in another order; only a change from outside does that to jobs and code.
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
