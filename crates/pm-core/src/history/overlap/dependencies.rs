//! The names by which tasks wait for others, carried past renames like all other names of tasks.
//!
//! The values that a change brings back call the tasks by their names of that time. The values that
//! it has to find depend on the later changes: after a rename that was made here all names follow,
//! after one by an edit of the file they may not.

use std::sync::Arc;

use serde_json::value::{RawValue, to_raw_value};

use super::super::{Edit, Entity, EntryEdit, FieldValue, Patch};
use crate::model::{DEPENDS_ON, TASK_FIELDS};
use crate::resolve::folded;
use crate::{Task, TaskName};

/// What the name of a task that is gone begins with, see [`Carried`](super::Carried).
const GONE: char = '\n';

/// What the name of a task begins with that the change itself brings back under that name.
const OWN: char = '\r';

impl Patch {
    /// Marks the names that mean tasks which went with this patch, or were renamed by it: others
    /// may have such names later.
    pub(super) fn mark_own_dependencies(&mut self) {
        let own: Vec<String> = self
            .0
            .iter()
            .filter_map(|edit| match edit {
                Edit::RenameTask { old, .. } => Some(folded(old.as_str())),
                Edit::Task(entry) => Some(folded(entry.key.as_str())),
                _ => None,
            })
            .collect();
        if !own.is_empty() {
            self.change_dependencies_before(|name| {
                let is_own = own.contains(&folded(&name));
                Some(if is_own { format!("{OWN}{name}") } else { name })
            });
        }
    }

    /// Takes note that a task was renamed after this patch, in the names that tasks waited for
    /// before it.
    pub(super) fn let_dependencies_follow(&mut self, old: &TaskName, new: &TaskName) {
        self.change_dependencies_before(|name| {
            Some(if means(&name, old) {
                new.to_string()
            } else {
                name
            })
        });
    }

    /// Takes away marks, and the names of tasks that are gone.
    pub(super) fn settle_dependencies(&mut self) {
        self.change_dependencies_before(|name| match name.strip_prefix(OWN) {
            Some(name) => Some(name.to_owned()),
            None => Some(name).filter(|name| !name.starts_with(GONE)),
        });
    }

    fn change_dependencies_before(&mut self, change: impl Fn(String) -> Option<String>) {
        for edit in &mut self.0 {
            match edit {
                Edit::Field {
                    entity: Entity::Task(_),
                    field,
                    old: Some(old),
                    ..
                } if field == DEPENDS_ON => {
                    let changed = changed(old, &change);
                    edit.set_before(changed);
                }
                Edit::Task(EntryEdit {
                    old: Some(task), ..
                }) => {
                    let Some(names) = task.file_fields.get(DEPENDS_ON) else {
                        continue;
                    };
                    let changed = changed(names, &change);
                    if changed.as_deref().map(RawValue::get) != Some(names.get()) {
                        set_dependencies(task, changed);
                    }
                }
                _ => {}
            }
        }
    }

    /// Takes note of `edit`, one of `later`, if all that it did was to let the names for which a
    /// task waits follow; answers whether it was so.
    pub(super) fn lets_follow(&mut self, later: &Self, edit: &Edit) -> bool {
        let Edit::Field {
            entity: Entity::Task(task),
            field,
            old: Some(before),
            new,
        } = edit
        else {
            return false;
        };
        if field != DEPENDS_ON || !later.only_renames(before, new.as_deref()) {
            return false;
        }
        let is_before = |value: &RawValue| value.get() == before.get();
        for edit in &mut self.0 {
            match edit {
                Edit::Field {
                    entity: Entity::Task(of),
                    field,
                    new: Some(value),
                    ..
                } if of == task && field == DEPENDS_ON && is_before(value) => {
                    edit.set_after(new.clone());
                }
                Edit::Task(EntryEdit {
                    key,
                    new: Some(value),
                    ..
                }) if key == task && value.file_fields.get(DEPENDS_ON).is_some_and(is_before) => {
                    set_dependencies(value, new.clone());
                }
                _ => {}
            }
        }
        true
    }

    /// Takes out what this patch did to the names for which a task waits, if `later`, an edit of
    /// them, comes after names that did no more than follow a rename of this patch; answers whether
    /// it was so. Whoever takes the rename back lets the names follow once more.
    pub(super) fn lets_own_names_go(&mut self, later: &Edit) -> bool {
        let Edit::Field { entity, field, .. } = later else {
            return false;
        };
        let is_it = |edit: &Edit| match edit {
            Edit::Field {
                entity: of,
                field: named,
                old: Some(before),
                new,
            } => {
                (of, named) == (entity, field)
                    && self.only_renames(&unmarked(before), new.as_deref())
            }
            _ => false,
        };
        if field != DEPENDS_ON || !matches!(entity, Entity::Task(_)) {
            return false;
        }
        let Some(at) = self.0.iter().position(is_it) else {
            return false;
        };
        self.0.remove(at);
        true
    }

    /// Whether these names are the same but for the new names that this patch gives.
    fn only_renames(&self, before: &RawValue, after: Option<&RawValue>) -> bool {
        let (Some(mut names), Some(after)) = (names(before), after.and_then(names)) else {
            return false;
        };
        for edit in &self.0 {
            if let Edit::RenameTask { old, new } = edit {
                for name in names.iter_mut().filter(|name| means(name, old)) {
                    new.as_str().clone_into(name);
                }
            }
        }
        names == after
    }
}

impl Edit {
    fn set_before(&mut self, value: Option<FieldValue>) {
        if let Self::Field { old, .. } = self {
            *old = value;
        }
    }

    fn set_after(&mut self, value: Option<FieldValue>) {
        if let Self::Field { new, .. } = self {
            *new = value;
        }
    }
}

/// The names without the marks of the patch's own tasks.
fn unmarked(value: &FieldValue) -> FieldValue {
    let unmarked = changed(value, |name| {
        let plain = name.strip_prefix(OWN).map(str::to_owned);
        Some(plain.unwrap_or(name))
    });
    unmarked.unwrap_or_else(|| value.clone())
}

fn set_dependencies(task: &mut Arc<Task>, names: Option<FieldValue>) {
    Arc::make_mut(task)
        .file_fields
        .set(DEPENDS_ON, names, TASK_FIELDS);
}

/// Whether a task's name among dependencies is this one.
fn means(name: &str, task: &TaskName) -> bool {
    let task = task.as_str();
    // Marks are nothing but punctuation.
    let is_marked = |name: &str| name.starts_with([GONE, OWN]);
    name == task || (!is_marked(name) && !is_marked(task) && folded(name) == folded(task))
}

fn names(value: &RawValue) -> Option<Vec<String>> {
    serde_json::from_str(value.get()).ok()
}

/// The names after `change`; `None` if it leaves none.
fn changed(value: &RawValue, change: impl Fn(String) -> Option<String>) -> Option<FieldValue> {
    let unchanged = || Some(value.to_owned());
    let Some(before) = names(value) else {
        return unchanged();
    };
    let after: Vec<String> = before.iter().cloned().filter_map(change).collect();
    if after == before {
        return unchanged();
    }
    if after.is_empty() {
        return None;
    }
    to_raw_value(&after).ok().or_else(unchanged)
}
