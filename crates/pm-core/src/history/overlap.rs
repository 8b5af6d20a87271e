//! Whether two changes touch the same places, so that the earlier one cannot be taken back without
//! harm to the later one.
//!
//! # The rule
//!
//! Every edit has a place: a field of something, an entry (a task, job or snippet version that came
//! or went), a task's name, or the order of some entries. Two edits overlap if one place holds the
//! other:
//!
//! - fields of one name of the same thing;
//! - an entry that came overlaps with later edits of that entry and of anything within it; an edit
//!   within an entry overlaps with a later one that takes the entry away. An entry that went does
//!   not overlap with what is later within one of its name: that is another entry, and its coming
//!   overlaps;
//! - names of tasks that are equal but for case and punctuation overlap if either edit gives or
//!   frees the name: tasks that came, went or were renamed, since no two may have such names at
//!   once;
//! - names of snippets of one task that are equal but for case and punctuation overlap if either
//!   edit gives or frees the name in a rename: so the versions that came under a new name are in
//!   the way of giving the old one back, as otherwise they would be left behind;
//! - two orders of the same entries, or an order and one of its entries that came or went.
//!
//! Claims on tasks are no places: they are renewed beside whatever else is done.
//!
//! A new name is no change within the task: changes within it, before and after, stand on their
//! own. They only call it something else, and so the earlier change is carried past each rename
//! before it is compared with what comes later ([`Patch::carried_past`]). The name of a task that
//! is gone is not carried: a later task of that name is another one, unless it is the same that
//! came back.
//!
//! The names by which tasks wait for others are carried as well. A name that only follows a rename
//! is no change of them, neither in a later patch nor in the one that is taken back. Comments on
//! one task do not overlap either: each stands by itself.

mod comments;
mod dependencies;
mod place;
mod snippet_names;

use super::{Edit, Entity, EntryEdit, Patch};
use crate::model::Key;
use crate::{Position, TaskName};

impl Patch {
    /// Whether `later`, a change that came after this one, touches what this one touched. See the
    /// rule at [`Edit::touches`]; renames are followed.
    pub fn overlaps(&self, later: &Self) -> bool {
        Carried::new(self.clone()).pass(later) == Meeting::Same
    }

    /// This change as it would name what it touched after `later`, which gave some tasks new names.
    /// If the two do not overlap, its inverse takes it back from there.
    pub fn carried_past(self, later: &Self) -> Self {
        let mut carried = Carried::new(self);
        carried.pass(later);
        carried.patch.settle_dependencies();
        carried.patch
    }

    /// Whether an edit after this patch touches what this patch touched.
    fn is_touched_by(&self, later: &Edit) -> bool {
        // Going back through this patch, a task that it renamed had its old name.
        let mut within = later.within_task();
        self.0.iter().rev().any(|edit| {
            let touches = edit.place().is_touched_by(&later.place_in(within))
                || (edit.within_task() == within && edit.shares_snippet_name(later));
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
        self.let_dependencies_follow(old, new);
        for edit in self.0.iter_mut().rev() {
            match edit {
                // This patch gave the task its name, and the edits in front of that call it
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

/// A change that is carried past later ones, one after the other.
#[derive(Debug)]
pub(super) struct Carried {
    /// The change, as it would name what it touched by now.
    pub(super) patch: Patch,
    /// The tasks that are not there at the moment, the last to go at the end: the name that each
    /// had, and the one that it goes by until it comes back. Meanwhile others may have the first.
    gone: Vec<(TaskName, TaskName)>,
    /// How many have gone so far.
    ever_gone: usize,
}

/// What a later change touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meeting {
    /// Other places.
    Other,
    /// At least one place that the earlier change touched as well.
    Same,
}

impl Carried {
    pub(super) fn new(mut patch: Patch) -> Self {
        patch.mark_own_dependencies();
        Self {
            patch,
            gone: Vec::new(),
            ever_gone: 0,
        }
    }

    /// Whether the change is about a task that is not there at the moment.
    pub(super) fn has_lost_a_task(&self) -> bool {
        let mut tasks = self.patch.0.iter().flat_map(Edit::tasks);
        !self.gone.is_empty() && tasks.any(|task| self.gone.iter().any(|(_, aside)| aside == task))
    }

    /// The change, as it would name what it touched by now, without its edits of tasks that are
    /// gone; `None` if nothing is left of it.
    pub(super) fn into_patch(mut self) -> Option<Patch> {
        self.patch.settle_dependencies();
        if !self.gone.is_empty() {
            self.patch.0.retain(|edit| *edit != edit.inverse());
        }
        Some(self.patch).filter(|patch| !patch.is_empty())
    }

    /// How many tasks are not there at the moment.
    pub(super) fn gone(&self) -> usize {
        self.gone.len()
    }

    /// Carries the change past `later`, and says whether they meet.
    pub(super) fn pass(&mut self, later: &Patch) -> Meeting {
        let mut meeting = Meeting::Other;
        for edit in later.0.iter().filter(|edit| !edit.is_of_a_claim()) {
            let stands = self.patch.lets_follow(later, edit)
                || self.patch.lets_comments_stay(edit)
                || self.patch.lets_own_names_go(edit);
            if !stands && self.patch.is_touched_by(edit) {
                meeting = Meeting::Same;
            }
            match edit {
                Edit::RenameTask { old, new } => self.patch.follow(old, new),
                Edit::Task(EntryEdit { key, new: None, .. }) => {
                    // Only a name that somebody wrote into a file by hand has a line break.
                    let aside = TaskName::stored(format!("\n{}\n", self.ever_gone));
                    self.ever_gone += 1;
                    self.patch.follow(key, &aside);
                    self.gone.push((key.clone(), aside));
                }
                Edit::Task(EntryEdit { key, .. }) => {
                    if let Some(last) = self.gone.iter().rposition(|(name, _)| name == key) {
                        let (name, aside) = self.gone.remove(last);
                        self.patch.follow(&aside, &name);
                    }
                }
                _ => {}
            }
        }
        meeting
    }
}

impl Edit {
    /// Whether `later`, an edit that came after this one, touches what this one touched.
    ///
    /// Two edits touch the same if they change one field; if one lets an entry come or go and the
    /// Two edits touch the same if they change one field; if one lets an entry come or go and the
    /// other does the same or changes something within it; if they give or free a task's name, or
    /// one that differs only in case or punctuation; if they do so with a snippet's name and one of
    /// them renames; if they order the same entries, or one orders what the other lets come or go.
    /// A task's new name is no change within it.
    pub fn touches(&self, later: &Self) -> bool {
        self.place().is_touched_by(&later.place())
            || (self.within_task() == later.within_task() && self.shares_snippet_name(later))
    }

    /// The tasks that this changes, by name; one that is renamed has two.
    pub(crate) fn tasks(&self) -> impl Iterator<Item = &TaskName> {
        let (one, other) = match self {
            Self::Task(edit) => (Some(&edit.key), None),
            Self::RenameTask { old, new } => (Some(old), Some(new)),
            _ => (self.within_task(), None),
        };
        one.into_iter().chain(other)
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
