//! What becomes of processes that were made of files: new ones, or ones that are there and are brought
//! up to date. What stands in the way is told before anything is written.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use pm_core::name::MAX_NAME_CHARS;
use pm_core::resolve::folded;
use pm_core::{Action, Error, Process, ProcessManager, ProcessName};

use crate::{Imported, Updated, update};

/// An imported process with what is to be done with it.
#[derive(Debug)]
pub struct Prepared {
    /// What was imported.
    pub imported: Imported,
    /// The process that it brings up to date; without one it is new.
    pub present: Option<ProcessName>,
}

/// An imported process whose name is not free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameTaken {
    /// Another one of the same import has it.
    Twice {
        /// The file.
        file: PathBuf,
        /// The file of the other one.
        other: PathBuf,
        /// The name.
        name: ProcessName,
    },
    /// A process has it that is there, and is not to be brought up to date.
    There {
        /// The file.
        file: PathBuf,
        /// The name, as that process has it.
        name: ProcessName,
    },
}

/// What was done with an imported process, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// What the process is called.
    pub name: ProcessName,
    /// Whether it is a new one.
    pub outcome: Outcome,
    /// The revision that an update made, if it made one.
    pub revision: Option<u64>,
}

/// What became of an imported process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is a new process.
    Created,
    /// It brought one up to date that was there.
    Updated(Updated),
}

/// What is to be done with processes whose names are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IfThere {
    /// They are refused.
    #[default]
    Refuse,
    /// They bring those up to date that have the names.
    Update,
}

/// Gives processes the name that was asked for; in front of their own if there are several.
pub fn name_all(found: &mut [Imported], name: &ProcessName) {
    if let [only] = found {
        only.process.name = name.clone();
        return;
    }
    for imported in found {
        let own = format!("{name}: {}", imported.process.name);
        // Both are names, and only the length of the two can be too much.
        let short: String = own.chars().take(MAX_NAME_CHARS).collect();
        if let Ok(name) = short.parse() {
            imported.process.name = name;
        }
    }
}

/// Says what is to be done with each process, beside those that are there; and which ones have names
/// that are taken.
pub fn prepare(
    existing: Vec<ProcessName>,
    found: Vec<Imported>,
    if_there: IfThere,
) -> (Vec<Prepared>, Vec<NameTaken>) {
    let existing = existing.into_iter();
    let existing: HashMap<String, ProcessName> =
        existing.map(|name| (folded(name.as_str()), name)).collect();
    let mut by_name: HashMap<String, PathBuf> = HashMap::new();
    let (mut prepared, mut taken) = (Vec::new(), Vec::new());
    for imported in found {
        let (name, file) = (imported.process.name.clone(), imported.file.clone());
        let key = folded(name.as_str());
        if let Some(other) = by_name.get(&key).cloned() {
            taken.push(NameTaken::Twice { file, other, name });
            continue;
        }
        by_name.insert(key.clone(), file.clone());
        match (existing.get(&key).cloned(), if_there) {
            (Some(name), IfThere::Refuse) => taken.push(NameTaken::There { file, name }),
            (present, _) => prepared.push(Prepared { imported, present }),
        }
    }
    (prepared, taken)
}

impl Prepared {
    /// Says what would be done, and changes nothing.
    pub fn try_out(&self, manager: &ProcessManager) -> Result<Done, Error> {
        match &self.present {
            None => Ok(self.created()),
            Some(name) => self.plan_update(manager, name),
        }
    }

    /// Keeps the process, or brings the one up to date that is there.
    pub fn carry_out(&self, manager: &ProcessManager) -> Result<Done, Error> {
        let Some(name) = &self.present else {
            manager.create_whole(self.imported.process.clone())?;
            return Ok(self.created());
        };
        let planned = self.plan_update(manager, name)?;
        if matches!(&planned.outcome, Outcome::Updated(updated) if updated.is_nothing()) {
            return Ok(planned);
        }
        let imported = Arc::new(self.imported.process.clone());
        let updated = manager.revise(name, move |process, _| {
            let updated = update(process, &imported);
            let summary = format!(
                "imported anew (new tasks: {}, changed: {})",
                updated.added, updated.changed
            );
            Ok((updated, Action::new("import", summary)))
        })?;
        Ok(Done {
            name: updated.process.name.clone(),
            outcome: Outcome::Updated(updated.value),
            revision: updated.revision,
        })
    }

    fn created(&self) -> Done {
        Done {
            name: self.imported.process.name.clone(),
            outcome: Outcome::Created,
            revision: None,
        }
    }

    fn plan_update(&self, manager: &ProcessManager, name: &ProcessName) -> Result<Done, Error> {
        let present = manager.process(name.as_str())?;
        let updated = update(&mut Process::clone(&present), &self.imported.process);
        Ok(Done {
            name: present.name.clone(),
            outcome: Outcome::Updated(updated),
            revision: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use pm_core::MemoryStore;

    use super::*;
    use crate::{Options, read_bytes};

    fn imported(text: &str) -> Vec<Imported> {
        read_bytes("plan.md", text.into(), Options::default()).unwrap()
    }

    #[test]
    fn a_name_is_taken_by_what_is_there_and_by_the_same_import() {
        let both = || {
            let mut both = imported("# Garden\n\n- [ ] dig\n");
            both.extend(imported("# GARDEN\n\n- [ ] dig\n"));
            both
        };
        let (prepared, taken) = prepare(Vec::new(), both(), IfThere::Refuse);
        assert_eq!(prepared.len(), 1);
        assert!(matches!(taken.as_slice(), [NameTaken::Twice { .. }]));
        let there: Vec<ProcessName> = vec!["garden".parse().unwrap()];
        let (prepared, taken) = prepare(there.clone(), both(), IfThere::Refuse);
        assert!(prepared.is_empty());
        assert_eq!(taken.len(), 2);
        let (prepared, _) = prepare(there, both(), IfThere::Update);
        assert_eq!(prepared[0].present.as_ref().unwrap().as_str(), "garden");
    }

    #[test]
    fn what_is_tried_out_is_what_is_done_and_changes_nothing() {
        let manager = ProcessManager::new(MemoryStore::new());
        let prepared = |text: &str| {
            let names = manager.process_names().unwrap();
            let (mut prepared, _) = prepare(names, imported(text), IfThere::Update);
            prepared.remove(0)
        };
        let first = prepared("# Garden\n\n- [ ] dig\n");
        assert_eq!(first.try_out(&manager).unwrap().outcome, Outcome::Created);
        assert!(manager.process_names().unwrap().is_empty());
        first.carry_out(&manager).unwrap();
        let again = prepared("# Garden\n\n- [ ] dig\n- [ ] sow\n");
        let tried = again.try_out(&manager).unwrap();
        assert_eq!(manager.process("garden").unwrap().tasks.len(), 1);
        let done = again.carry_out(&manager).unwrap();
        assert_eq!((&done.outcome, done.revision), (&tried.outcome, Some(2)));
        let same = prepared("# Garden\n\n- [ ] dig\n- [ ] sow\n");
        assert_eq!(same.carry_out(&manager).unwrap().revision, None);
        assert_eq!(manager.process("garden").unwrap().revision, 2);
    }
}
