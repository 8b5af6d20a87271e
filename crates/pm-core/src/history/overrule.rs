//! Makes edits that do not fit any more, over whatever stands in their places.

use std::sync::Arc;

use super::fields::Fields;
use super::{Edit, Entity, EntryEdit, Patch};
use crate::model::{Index, Key};
use crate::{Ordered, Process};

impl Process {
    /// Makes the edits of a patch over whatever stands in their places, and answers those whose
    /// places are not there any more.
    ///
    /// Claims are left out, as they have run out since; and the name of the process stays, which no
    /// edit alone may change.
    pub(crate) fn overrule(&mut self, patch: &Patch) -> Vec<Edit> {
        let mut unplaced = Vec::new();
        for edit in patch.without_claims().0 {
            let onto = edit.onto(self).map(|onto| Patch(vec![onto]));
            let is_made = onto.is_some_and(|onto| self.apply_fitting(&onto).is_empty());
            if !is_made {
                unplaced.push(edit);
            }
        }
        unplaced
    }

    /// The keys of entries, in their order; `None` if what has them is not there.
    fn keys_of(&self, entity: &Entity, entries: &str) -> Option<Vec<String>> {
        Some(match (entity, entries) {
            (Entity::Process, "tasks") => keys(&self.tasks),
            (Entity::Task(task), "jobs") => keys(&self.tasks.get(task)?.jobs),
            (Entity::Task(task), "code") => keys(&self.tasks.get(task)?.code),
            _ => return None,
        })
    }
}

impl Edit {
    /// The same edit of what stands in its place now; `None` if there is no such place.
    fn onto(&self, process: &Process) -> Option<Self> {
        Some(match self {
            Self::Field {
                entity: Entity::Process,
                field,
                ..
            } if field == "process_name" => return None,
            Self::Field {
                entity, field, new, ..
            } => Self::Field {
                old: match entity {
                    Entity::Process => process.value(field),
                    Entity::Task(task) => process.tasks.get(task)?.value(field),
                    Entity::Job(task, key) => {
                        let task = process.tasks.get(task)?;
                        task.jobs.get(key)?.value(field)
                    }
                    Entity::Code(task, key) => {
                        let task = process.tasks.get(task)?;
                        task.code.get(key)?.value(field)
                    }
                },
                entity: entity.clone(),
                field: field.clone(),
                new: new.clone(),
            },
            Self::Task(edit) => Self::Task(edit.onto(&process.tasks)),
            Self::Job(task, edit) => {
                let jobs = &process.tasks.get(task)?.jobs;
                Self::Job(task.clone(), edit.onto(jobs))
            }
            Self::Code(task, edit) => {
                let code = &process.tasks.get(task)?.code;
                Self::Code(task.clone(), edit.onto(code))
            }
            Self::RenameTask { .. } => self.clone(),
            Self::Order {
                entity,
                entries,
                new,
                ..
            } => {
                let present = process.keys_of(entity, entries)?;
                let is_there = |key: &&String| present.contains(key);
                let new: Vec<String> = new.iter().filter(is_there).cloned().collect();
                let is_listed = |key: &&String| new.contains(key);
                Self::Order {
                    entity: entity.clone(),
                    entries: entries.clone(),
                    old: present.iter().filter(is_listed).cloned().collect(),
                    new,
                }
            }
        })
    }
}

impl<K: Key, V> EntryEdit<K, V> {
    /// The same edit of the entry that there is now.
    fn onto<I: Index<K, V>>(&self, entries: &Ordered<K, V, I>) -> Self {
        Self {
            key: self.key.clone(),
            old: entries.get_shared(&self.key).map(Arc::clone),
            new: self.new.clone(),
            position: self.position.clone(),
        }
    }
}

fn keys<K: Key + AsRef<str>, V, I: Index<K, V>>(entries: &Ordered<K, V, I>) -> Vec<String> {
    let keys = entries.keys().map(|key| key.as_ref().to_owned());
    keys.collect()
}
