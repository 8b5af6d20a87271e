//! Finds the patch between two states of a process: from what was touched, or by comparing all.

mod maps;
mod matching;

use std::collections::BTreeSet;

use serde_json::value::RawValue;

use super::entries::{CodeOf, Entries, JobsOf, Tasks};
use super::fields::{Fields, value_of};
use super::{Edit, Entity, FieldValue, Patch};
use crate::model::FileFields;
use crate::{Process, Task, TaskName};

impl Patch {
    /// What changed from `old` to `new`, a later state of it; all but the revision.
    ///
    /// If `old` was settled ([`Process::settle`]) before `new` was made from it, only what was
    /// touched since is compared, and the cost does not grow with the process. Otherwise all is
    /// compared; the outcome leads to the same state.
    pub fn between(old: &Process, new: &Process) -> Self {
        Comparison::new(Scope::Touched).run(old, new)
    }

    /// What is different in `new`, which need not come from `old`, such as a file that was edited
    /// by hand: entries are told apart by their keys. The cost grows with both.
    ///
    /// The order of entries counts, that of the fields within an object does not.
    pub fn compared(old: &Process, new: &Process) -> Self {
        Comparison::new(Scope::All).run(old, new)
    }
}

/// Which entries are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// What was touched, if that is known.
    Touched,
    /// Everything.
    All,
}

struct Comparison {
    scope: Scope,
    edits: Vec<Edit>,
}

impl Comparison {
    fn new(scope: Scope) -> Self {
        Self {
            scope,
            edits: Vec::new(),
        }
    }

    fn run(mut self, old: &Process, new: &Process) -> Patch {
        self.fields(&Entity::Process, old, new);
        self.entries(&Tasks, old, new, |this, name, old, new| {
            this.task(name, old, new);
        });
        Patch(self.edits)
    }

    fn task(&mut self, name: &TaskName, old: &Task, new: &Task) {
        self.fields(&Entity::Task(name.clone()), old, new);
        self.entries(&JobsOf(name), old, new, |this, key, old, new| {
            this.fields(&Entity::Job(name.clone(), key.clone()), old, new);
        });
        self.entries(&CodeOf(name), old, new, |this, key, old, new| {
            this.fields(&Entity::Code(name.clone(), key.clone()), old, new);
        });
    }

    /// Compares the entries of one kind. Those that are in both are compared with `within`, which
    /// gets their present key.
    fn entries<E: Entries>(
        &mut self,
        kind: &E,
        old: &E::Owner,
        new: &E::Owner,
        mut within: impl FnMut(&mut Self, &E::Key, &E::Value, &E::Value),
    ) {
        let (old, new) = (E::of(old), E::of(new));
        for (origin, key) in maps::compare(kind, old, new, self.scope, &mut self.edits) {
            if let (Some(old), Some(new)) = (old.get(&origin), new.get(&key)) {
                within(self, &key, old, new);
            }
        }
    }

    fn fields<T: Fields>(&mut self, entity: &Entity, old: &T, new: &T) {
        for field in T::KNOWN {
            if old.text(field) != new.text(field) {
                let value = |of: &T| of.text(field).map(value_of);
                self.field(entity, field, value(old), value(new));
            }
        }
        let names = |of: &FileFields| of.unknown().map(|(name, _)| name.to_owned()).collect();
        let (old, new) = (old.file_fields(), new.file_fields());
        let both: BTreeSet<String> = if old == new {
            BTreeSet::new()
        } else {
            let (mut both, more): (BTreeSet<String>, BTreeSet<String>) = (names(old), names(new));
            both.extend(more);
            both
        };
        for name in both {
            let value = |of: &FileFields| of.get(&name).map(ToOwned::to_owned);
            let (old, new) = (value(old), value(new));
            if old.as_deref().map(RawValue::get) != new.as_deref().map(RawValue::get) {
                self.field(entity, &name, old, new);
            }
        }
    }

    fn field(
        &mut self,
        entity: &Entity,
        field: &str,
        old: Option<FieldValue>,
        new: Option<FieldValue>,
    ) {
        self.edits.push(Edit::Field {
            entity: entity.clone(),
            field: field.to_owned(),
            old,
            new,
        });
    }
}
