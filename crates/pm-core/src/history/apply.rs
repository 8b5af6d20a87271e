//! Applies patches to processes, if they fit.

use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::entries::{CodeOf, Entries, JobsOf, Tasks};
use super::fields::Fields;
use super::{Edit, Entity, EntryEdit, Patch};
use crate::model::{Index, Key};
use crate::{Ordered, Process, Task, TaskName};

/// An edit does not fit: what it changes has neither the value before nor that after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("edit {edit} of the patch does not fit the present state of the process")]
pub struct Misfit {
    /// Its number within the patch, from 0.
    pub edit: usize,
}

impl Process {
    /// Applies a patch, all of it or nothing.
    ///
    /// Each edit must find the value before, and sets the one after; if it finds the one after
    /// already, there is nothing to do. An entry whose neighbour is no longer there comes behind
    /// all others. The revision stays as it is.
    pub fn apply(&mut self, patch: &Patch) -> Result<(), Misfit> {
        let mut changed = self.clone();
        for (number, edit) in patch.0.iter().enumerate() {
            apply(&mut changed, edit).map_err(|NoFit| Misfit { edit: number })?;
        }
        *self = changed;
        Ok(())
    }

    /// Applies those edits of a patch that fit, and answers the others.
    pub fn apply_fitting(&mut self, patch: &Patch) -> Vec<Edit> {
        let misfits = patch.0.iter().filter(|edit| apply(self, edit).is_err());
        misfits.cloned().collect()
    }
}

/// The present value is neither the one before nor the one after.
struct NoFit;

/// What is to be done for an edit that fits.
#[derive(PartialEq, Eq)]
enum Fit {
    /// To change the value.
    Change,
    /// Nothing: it has been done already.
    Done,
}

impl Fit {
    fn of(is_new: bool, is_old: bool) -> Result<Self, NoFit> {
        if is_new {
            Ok(Self::Done)
        } else if is_old {
            Ok(Self::Change)
        } else {
            Err(NoFit)
        }
    }
}

fn apply(process: &mut Process, edit: &Edit) -> Result<(), NoFit> {
    match edit {
        Edit::Field {
            entity,
            field,
            old,
            new,
        } => apply_field(process, entity, field, old.as_deref(), new.as_deref()),
        Edit::Task(edit) => {
            if entry_fit(&process.tasks, edit)? == Fit::Change {
                set_entry(&mut process.tasks, edit);
            }
            Ok(())
        }
        Edit::Job(task, edit) => in_task(
            process,
            task,
            |task| entry_fit(&task.jobs, edit),
            |task| set_entry(&mut task.jobs, edit),
        ),
        Edit::Code(task, edit) => in_task(
            process,
            task,
            |task| entry_fit(&task.code, edit),
            |task| set_entry(&mut task.code, edit),
        ),
        Edit::RenameTask { old, new } => {
            let has = |name: &TaskName| process.tasks.contains_key(name);
            let (old_there, new_there) = (has(old), has(new));
            if Fit::of(new_there && !old_there, old_there && !new_there)? == Fit::Change {
                process.tasks.rename(old, new.clone());
            }
            Ok(())
        }
        Edit::Order {
            entity,
            entries,
            old,
            new,
        } => apply_order(process, entity, entries, old, new),
    }
}

fn apply_field(
    process: &mut Process,
    entity: &Entity,
    field: &str,
    old: Option<&RawValue>,
    new: Option<&RawValue>,
) -> Result<(), NoFit> {
    match entity {
        Entity::Process => {
            if field_fit(Some(&*process), field, old, new)? == Fit::Change {
                process.set(field, new);
            }
            Ok(())
        }
        Entity::Task(task) => in_task(
            process,
            task,
            |task| field_fit(Some(task), field, old, new),
            |task| task.set(field, new),
        ),
        Entity::Job(task, key) => in_task(
            process,
            task,
            |task| field_fit(task.jobs.get(key), field, old, new),
            |task| {
                task.jobs.change(key, |job| job.set(field, new));
            },
        ),
        Entity::Code(task, key) => in_task(
            process,
            task,
            |task| field_fit(task.code.get(key), field, old, new),
            |task| {
                task.code.change(key, |version| version.set(field, new));
            },
        ),
    }
}

fn apply_order(
    process: &mut Process,
    entity: &Entity,
    entries: &str,
    old: &[String],
    new: &[String],
) -> Result<(), NoFit> {
    match (entity, entries) {
        (Entity::Process, Tasks::FIELD) => {
            if order_fit(&process.tasks, old, new)? == Fit::Change {
                set_order(&mut process.tasks, new);
            }
            Ok(())
        }
        (Entity::Task(task), JobsOf::FIELD) => in_task(
            process,
            task,
            |task| order_fit(&task.jobs, old, new),
            |task| set_order(&mut task.jobs, new),
        ),
        (Entity::Task(task), CodeOf::FIELD) => in_task(
            process,
            task,
            |task| order_fit(&task.code, old, new),
            |task| set_order(&mut task.code, new),
        ),
        _ => Err(NoFit),
    }
}

/// Changes a task if there is something to change. The task is looked at before, since a task that
/// is handed out to be changed is copied, and counts as touched.
fn in_task(
    process: &mut Process,
    name: &TaskName,
    fit: impl FnOnce(&Task) -> Result<Fit, NoFit>,
    change: impl FnOnce(&mut Task),
) -> Result<(), NoFit> {
    let task = process.tasks.get(name).ok_or(NoFit)?;
    if fit(task)? == Fit::Change
        && let Some(task) = process.tasks.get_mut(name)
    {
        change(task);
    }
    Ok(())
}

fn field_fit<T: Fields>(
    of: Option<&T>,
    field: &str,
    old: Option<&RawValue>,
    new: Option<&RawValue>,
) -> Result<Fit, NoFit> {
    let of = of.ok_or(NoFit)?;
    if !of.can_have(field, new) {
        return Err(NoFit);
    }
    Fit::of(of.has(field, new), of.has(field, old))
}

fn entry_fit<K: Key, V: PartialEq, I: Index<K, V>>(
    entries: &Ordered<K, V, I>,
    edit: &EntryEdit<K, V>,
) -> Result<Fit, NoFit> {
    let present = entries.get_shared(&edit.key);
    let is = |value: &Option<Arc<V>>| match (present, value) {
        (None, None) => true,
        (Some(present), Some(value)) => Arc::ptr_eq(present, value) || present == value,
        _ => false,
    };
    Fit::of(is(&edit.new), is(&edit.old))
}

fn set_entry<K: Key, V, I: Index<K, V>>(entries: &mut Ordered<K, V, I>, edit: &EntryEdit<K, V>) {
    match &edit.new {
        Some(value) => entries.insert_at(edit.key.clone(), Arc::clone(value), &edit.position),
        None => entries.shift_remove(&edit.key),
    };
}

/// Whether the entries of the keys of an [`Edit::Order`] stand in the order before or after;
/// others may stand among them.
fn order_fit<K: Key + AsRef<str>, V, I: Index<K, V>>(
    entries: &Ordered<K, V, I>,
    old: &[String],
    new: &[String],
) -> Result<Fit, NoFit> {
    let listed: BTreeSet<&str> = old.iter().map(String::as_str).collect();
    let present = entries.keys().map(AsRef::as_ref);
    let present: Vec<&str> = present.filter(|key| listed.contains(key)).collect();
    if listed.len() != new.len() || !new.iter().all(|key| listed.contains(key.as_str())) {
        return Err(NoFit);
    }
    Fit::of(present == *new, present == *old)
}

fn set_order<K: Key + Borrow<str>, V, I: Index<K, V>>(
    entries: &mut Ordered<K, V, I>,
    order: &[String],
) {
    let keys = order
        .iter()
        .filter_map(|key| entries.get_key_value(key.as_str()));
    let keys: Vec<K> = keys.map(|(key, _)| key.clone()).collect();
    entries.arrange(&keys);
}
