//! The places that edits touch, and which of them meet.

use super::super::{Edit, Entity, EntryEdit};
use crate::TaskName;
use crate::resolve::folded;

/// What an edit touches.
pub(super) enum Place<'a> {
    /// A task that came.
    Came(&'a TaskName),
    /// A task that went.
    Went(&'a TaskName),
    /// The name of a task: the one before and the one after.
    Renamed(&'a TaskName, &'a TaskName),
    /// Something within a task; without one, of the process itself.
    Within(Option<&'a TaskName>, Within<'a>),
}

/// What an edit touches within a task or the process.
pub(super) enum Within<'a> {
    Field(&'a str),
    /// An entry, by the collection that holds it and its key; one of its fields, or all of it.
    Entry(&'a str, &'a str, Option<&'a str>),
    /// An order of entries, by the collection that holds them and their keys.
    Order(&'a str, &'a [String]),
}

impl Edit {
    pub(super) fn place(&self) -> Place<'_> {
        self.place_in(self.within_task())
    }

    /// The place of this edit, if the task around it has the name `task`.
    pub(super) fn place_in<'a>(&'a self, task: Option<&'a TaskName>) -> Place<'a> {
        let within = match self {
            Self::Task(EntryEdit { key, new: None, .. }) => return Place::Went(key),
            Self::Task(EntryEdit { key, .. }) => return Place::Came(key),
            Self::RenameTask { old, new } => return Place::Renamed(old, new),
            Self::Job(_, edit) => Within::Entry("jobs", &edit.key, None),
            Self::Code(_, edit) => Within::Entry("code", &edit.key, None),
            Self::Field { entity, field, .. } => match entity {
                Entity::Process | Entity::Task(_) => Within::Field(field),
                Entity::Job(_, key) => Within::Entry("jobs", key, Some(field)),
                Entity::Code(_, key) => Within::Entry("code", key, Some(field)),
            },
            Self::Order { entries, old, .. } => Within::Order(entries, old),
        };
        Place::Within(task, within)
    }
}

impl Place<'_> {
    /// Whether a later edit, whose place is `later`, touches this.
    pub(super) fn is_touched_by(&self, later: &Self) -> bool {
        match (self, later) {
            (Self::Within(task, one), Self::Within(later_task, later)) => {
                task == later_task && one.overlaps(later)
            }
            (Self::Within(Some(task), _), Self::Came(name) | Self::Went(name))
            | (Self::Came(name), Self::Within(Some(task), _)) => name == task,
            (Self::Within(None, within), Self::Came(name) | Self::Went(name))
            | (Self::Came(name) | Self::Went(name), Self::Within(None, within)) => {
                within.orders(name.as_str())
            }
            // A task that has the name of one that went is another task, and so is what it holds;
            // and a name is no change within a task.
            (Self::Went(_) | Self::Renamed(..), Self::Within(..))
            | (Self::Within(..), Self::Renamed(..)) => false,
            (one, later) => one.names().any(|name| {
                let name = folded(name.as_str());
                later.names().any(|later| folded(later.as_str()) == name)
            }),
        }
    }

    /// The names that are given or freed.
    fn names(&self) -> impl Iterator<Item = &TaskName> {
        let (one, other) = match self {
            Self::Came(name) | Self::Went(name) => (Some(*name), None),
            Self::Renamed(old, new) => (Some(*old), Some(*new)),
            Self::Within(..) => (None, None),
        };
        one.into_iter().chain(other)
    }
}

impl Within<'_> {
    /// Whether two changes within the same task, or of the process itself, touch the same.
    fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Field(one), Self::Field(other)) => one == other,
            (Self::Entry(kind, key, field), Self::Entry(other_kind, other_key, other_field)) => {
                let fields_meet = match (field, other_field) {
                    (Some(one), Some(other)) => one == other,
                    _ => true,
                };
                kind == other_kind && key == other_key && fields_meet
            }
            (Self::Order(kind, _), Self::Order(other, _)) => kind == other,
            (Self::Order(kind, _), Self::Entry(other_kind, key, None))
            | (Self::Entry(other_kind, key, None), Self::Order(kind, _)) => {
                kind == other_kind && (self.orders(key) || other.orders(key))
            }
            _ => false,
        }
    }

    /// Whether this is an order of entries among which is this one.
    fn orders(&self, key: &str) -> bool {
        matches!(self, Self::Order(_, keys) if keys.iter().any(|listed| listed == key))
    }
}
