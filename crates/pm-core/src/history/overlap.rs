//! Whether two changes touch the same places, so that the earlier one cannot be taken back without
//! harm to the later one.
//!
//! # The rule
//!
//! Every edit has a place: a field of something, an entry (a task, job or snippet version that
//! came or went), a task's name, or the order of some entries. Two edits overlap where one place
//! holds the other:
//!
//! - fields of one name of the same thing;
//! - an entry that came or went, and the same entry or anything within it;
//! - names of tasks that are equal but for case and punctuation, where either edit gives or frees
//!   the name: tasks that came, went or were renamed, since no two may have such names at once;
//! - two orders of the same entries, or an order and one of its entries that came or went.
//!
//! A new name is no change within the task: changes within it, before and after, stand on their
//! own. They only name it differently, and so the earlier change is carried past each rename
//! before it is held against what comes later ([`Patch::carried_past`]). The name of a task that
//! is gone is never carried: a later task of that name is another one.

use std::borrow::Cow;

use super::{Edit, Entity, Patch};
use crate::model::Key;
use crate::resolve::folded;
use crate::{Position, TaskName};

impl Patch {
    /// Whether `later`, a change that came after this one, touches what this one touched. See the
    /// rule at [`Edit::touches`]; renames are followed.
    pub fn overlaps(&self, later: &Self) -> bool {
        let mut this = Cow::Borrowed(self);
        for edit in &later.0 {
            if this.is_touched_by(edit) {
                return true;
            }
            if let Edit::RenameTask { old, new } = edit {
                this.to_mut().follow(old, new);
            }
        }
        false
    }

    /// This change as it would name what it touched after `later`, which gave some tasks new
    /// names. Its inverse takes it back from there, where the two do not overlap.
    pub fn carried_past(mut self, later: &Self) -> Self {
        for edit in &later.0 {
            if let Edit::RenameTask { old, new } = edit {
                self.follow(old, new);
            }
        }
        self
    }

    /// Whether an edit after this patch touches what this patch touched.
    fn is_touched_by(&self, later: &Edit) -> bool {
        // Going back through this patch, a task that it renamed had its old name.
        let mut within = later.within_task();
        self.0.iter().rev().any(|edit| {
            let touches = edit.place().overlaps(&later.place_in(within));
            if let Edit::RenameTask { old, new } = edit
                && within == Some(new)
            {
                within = Some(old);
            }
            touches
        })
    }

    /// Takes note that a task was renamed after this patch.
    fn follow(&mut self, old: &TaskName, new: &TaskName) {
        for edit in self.0.iter_mut().rev() {
            match edit {
                // This patch gave the task its name, and what is in front of that calls it
                // something else.
                Edit::RenameTask { new: name, .. } if name == old => {
                    name.clone_from(new);
                    return;
                }
                Edit::Task(entry) if entry.key == *old => {
                    if entry.new.is_some() {
                        entry.key.clone_from(new);
                    }
                    return;
                }
                // In front of this, the name was another task's.
                Edit::RenameTask { old: name, .. } if name == old => return,
                _ => edit.call(old, new),
            }
        }
    }
}

impl Edit {
    /// Whether `later`, an edit that came after this one, touches what this one touched.
    ///
    /// Two edits touch the same where they change one field; where one lets an entry come or go
    /// and the other does the same or changes something within it; where they give or free a
    /// task's name, or one that differs only in case or punctuation; where they order the same
    /// entries, or one orders what the other lets come or go. A task's new name is no change
    /// within it.
    pub fn touches(&self, later: &Self) -> bool {
        self.place().overlaps(&later.place())
    }

    /// The task within which this is a change.
    fn within_task(&self) -> Option<&TaskName> {
        match self {
            Self::Job(task, _) | Self::Code(task, _) => Some(task),
            Self::Field { entity, .. } | Self::Order { entity, .. } => match entity {
                Entity::Process => None,
                Entity::Task(task) | Entity::Job(task, _) | Entity::Code(task, _) => Some(task),
            },
            Self::Task(_) | Self::RenameTask { .. } => None,
        }
    }

    fn place(&self) -> Place<'_> {
        self.place_in(self.within_task())
    }

    /// The place of this edit, where the task within which it is has the name `task`.
    fn place_in<'a>(&'a self, task: Option<&'a TaskName>) -> Place<'a> {
        let within = match self {
            Self::Task(edit) => return Place::Entry(&edit.key),
            Self::RenameTask { old, new } => return Place::Name(old, new),
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

    /// Calls the task `old` by its name `new`.
    fn call(&mut self, old: &TaskName, new: &TaskName) {
        let call = |name: &mut TaskName| {
            if name == old {
                name.clone_from(new);
            }
        };
        match self {
            Self::Task(edit) => rename_neighbour(&mut edit.position, old, new),
            Self::Job(task, _) | Self::Code(task, _) => call(task),
            Self::RenameTask { .. } => {}
            Self::Field { entity, .. } => match entity {
                Entity::Process => {}
                Entity::Task(task) | Entity::Job(task, _) | Entity::Code(task, _) => call(task),
            },
            Self::Order {
                entity: Entity::Process,
                old: before,
                new: after,
                ..
            } => {
                let listed = before.iter_mut().chain(after);
                for name in listed.filter(|name| *name == old.as_str()) {
                    new.as_str().clone_into(name);
                }
            }
            Self::Order { entity, .. } => {
                if let Entity::Task(task) = entity {
                    call(task);
                }
            }
        }
    }
}

fn rename_neighbour<K: Key>(position: &mut Position<K>, old: &K, new: &K) {
    if let Position::After(name) = position
        && name == old
    {
        name.clone_from(new);
    }
}

/// What an edit touches.
enum Place<'a> {
    /// A task that came or went.
    Entry(&'a TaskName),
    /// A task's name: the one before and the one after.
    Name(&'a TaskName, &'a TaskName),
    /// Something within a task; without one, of the process itself.
    Within(Option<&'a TaskName>, Within<'a>),
}

enum Within<'a> {
    Field(&'a str),
    /// An entry, by what holds it and its key; one of its fields, or all of it.
    Entry(&'a str, &'a str, Option<&'a str>),
    /// An order of entries, by what holds them and their keys.
    Order(&'a str, &'a [String]),
}

impl Place<'_> {
    fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Within(task, one), Self::Within(other_task, other)) => {
                task == other_task && one.overlaps(other)
            }
            (Self::Within(task, within), claim) | (claim, Self::Within(task, within)) => {
                match (claim, task) {
                    (Self::Entry(name), Some(task)) => name == task,
                    (Self::Entry(name), None) => within.orders(name.as_str()),
                    _ => false,
                }
            }
            (one, other) => one.names().any(|name| {
                let name = folded(name.as_str());
                other.names().any(|other| folded(other.as_str()) == name)
            }),
        }
    }

    /// The names that are given or freed.
    fn names(&self) -> impl Iterator<Item = &TaskName> {
        let (one, other) = match self {
            Self::Entry(name) => (Some(*name), None),
            Self::Name(old, new) => (Some(*old), Some(*new)),
            Self::Within(..) => (None, None),
        };
        one.into_iter().chain(other)
    }
}

impl Within<'_> {
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
