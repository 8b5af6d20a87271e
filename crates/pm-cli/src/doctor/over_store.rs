//! Examining a store that has no files, by way of what any store can be asked for.

use pm_core::manager::HistoryQuery;
use pm_core::{Error, Process, ProcessManager, StoreError};

use crate::Place;

/// What was looked at, and what was found wrong.
#[derive(Debug, Default)]
pub(super) struct Examination {
    processes: usize,
    trashed: usize,
    /// A sentence each.
    pub(super) findings: Vec<String>,
}

/// Reads every process with its history, and those in the trash; fails if the store does not answer.
pub(super) fn examine(manager: &ProcessManager) -> Result<Examination, Error> {
    let mut examination = Examination::default();
    for name in manager.process_names()? {
        let examined = manager.process(name.as_str());
        let examined = examined.and_then(|process| gap(manager, &process));
        examination.processes += 1;
        match examined {
            // Deleted or renamed meanwhile, unless it is still among the names.
            Err(error @ Error::Process(_)) => {
                if manager.process_names()?.contains(&name) {
                    examination.note(name.as_str(), Err(error))?;
                }
            }
            finding => examination.note(name.as_str(), finding)?,
        }
    }
    for item in manager.trash()? {
        let name = item.name.as_str();
        let read = manager.trashed(name, Some(&item.deleted_at));
        examination.trashed += 1;
        match read {
            // Restored or taken away meanwhile.
            Err(Error::Trash(_)) => {}
            read => examination.note(name, read.map(|_| None))?,
        }
    }
    Ok(examination)
}

/// What is wrong with the history of a process, if anything is.
fn gap(manager: &ProcessManager, process: &Process) -> Result<Option<String>, Error> {
    let query = HistoryQuery {
        // What came meanwhile is not looked at.
        before: Some(process.revision + 1),
        ..HistoryQuery::default()
    };
    let changes = manager.history(&process.name, &query)?.changes;
    let revisions = changes.iter().map(|change| change.entry.revision);
    // Newest first; those of long ago are kept no more.
    let mut wanted = (0..=process.revision).rev();
    let missing = wanted
        .by_ref()
        .zip(revisions)
        .find(|(wanted, found)| wanted != found);
    Ok(missing.map(|(wanted, _)| format!("change {wanted} is missing in its history")))
}

impl Examination {
    /// Takes note of what is wrong with a process.
    fn note(&mut self, name: &str, finding: Result<Option<String>, Error>) -> Result<(), Error> {
        let finding = match finding {
            Ok(None) => return Ok(()),
            Ok(Some(finding)) => finding,
            Err(error @ Error::Store(StoreError::Unreachable { .. })) => return Err(error),
            Err(error) => error.to_string(),
        };
        let line = format!("\"{name}\": {finding}; get it back from a backup");
        self.findings.push(line);
        Ok(())
    }

    /// The last line.
    pub(super) fn summary(&self, place: &Place) -> String {
        let processes = match self.processes {
            1 => "1 process".to_owned(),
            processes => format!("{processes} processes"),
        };
        let found = match self.findings.len() {
            0 => "nothing to report".to_owned(),
            found => format!("{found} to look at"),
        };
        let trash = match self.trashed {
            0 => "the trash is empty".to_owned(),
            trashed => format!("{trashed} in the trash"),
        };
        format!("{place}: {processes}: {found}; {trash}")
    }
}
