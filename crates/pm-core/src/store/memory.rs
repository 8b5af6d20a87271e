//! A store that keeps processes in memory, for tests and for embedders that need no files.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Change, Listing, Store, StoreHealth};
use crate::clock::{Clock, SystemClock};
use crate::resolve::folded;
use crate::{Error, Process, ProcessName, ProcessSummary, Timestamp};

/// Keeps processes in memory; they are gone with it.
pub struct MemoryStore {
    processes: Mutex<BTreeMap<ProcessName, Kept>>,
    clock: Arc<dyn Clock>,
}

struct Kept {
    process: Arc<Process>,
    updated_at: Timestamp,
}

impl MemoryStore {
    /// Makes an empty store.
    pub fn new() -> Self {
        Self::with_clock(Arc::new(SystemClock))
    }

    /// Makes an empty store whose times come from `clock`.
    pub fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self {
            processes: Mutex::default(),
            clock,
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ProcessName, Kept>> {
        self.processes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, process: Process) -> Kept {
        Kept {
            process: Arc::new(process),
            updated_at: self.clock.now().into(),
        }
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl Store for MemoryStore {
    fn names(&self) -> Result<Vec<ProcessName>, Error> {
        Ok(self.lock().keys().cloned().collect())
    }

    fn list(&self) -> Result<Listing, Error> {
        let processes = self
            .lock()
            .values()
            .map(|kept| ProcessSummary::of(&kept.process, kept.updated_at.clone()))
            .collect();
        Ok(Listing {
            processes,
            problems: Vec::new(),
        })
    }

    fn read(&self, name: &str) -> Result<Arc<Process>, Error> {
        match self.lock().get(name) {
            Some(kept) => Ok(Arc::clone(&kept.process)),
            None => Err(missing(name)),
        }
    }

    fn read_at_once(&self, name: &str) -> Option<Arc<Process>> {
        let processes = self.processes.try_lock().ok()?;
        Some(Arc::clone(&processes.get(name)?.process))
    }

    fn create(&self, mut process: Process) -> Result<Arc<Process>, Error> {
        let mut processes = self.lock();
        refuse_taken(processes.keys(), &process.name, None)?;
        process.revision = 1;
        let kept = self.keep(process);
        let process = Arc::clone(&kept.process);
        processes.insert(process.name.clone(), kept);
        Ok(process)
    }

    fn update(&self, name: &ProcessName, mut change: Change) -> Result<Arc<Process>, Error> {
        let mut processes = self.lock();
        let kept = processes
            .get_mut(name)
            .ok_or_else(|| missing(name.as_str()))?;
        let mut process = Process::clone(&kept.process);
        change(&mut process)?;
        process.revision += 1;
        *kept = self.keep(process);
        Ok(Arc::clone(&kept.process))
    }

    fn rename(&self, name: &ProcessName, new: &ProcessName) -> Result<Arc<Process>, Error> {
        let mut processes = self.lock();
        let old = processes.get(name).ok_or_else(|| missing(name.as_str()))?;
        refuse_taken(processes.keys(), new, Some(name))?;
        let mut process = Process::clone(&old.process);
        process.name = new.clone();
        process.revision += 1;
        let kept = self.keep(process);
        let process = Arc::clone(&kept.process);
        processes.remove(name);
        processes.insert(new.clone(), kept);
        Ok(process)
    }

    fn delete(&self, name: &ProcessName) -> Result<(), Error> {
        match self.lock().remove(name) {
            Some(_) => Ok(()),
            None => Err(missing(name.as_str())),
        }
    }

    fn health(&self) -> StoreHealth {
        StoreHealth {
            processes: self.lock().len(),
            problems: Vec::new(),
            failure: None,
        }
    }
}

/// The refusal of a name that no process has; near misses are the manager's to add.
pub(super) fn missing(name: &str) -> Error {
    Error::ProcessNotFound {
        wanted: name.to_owned(),
        near: Vec::new(),
    }
}

/// Refuses a name that is taken, also loosely; `own` is the present name of a process that is
/// being renamed, and may come back in another spelling.
pub(super) fn refuse_taken<'a>(
    names: impl IntoIterator<Item = &'a ProcessName>,
    wanted: &ProcessName,
    own: Option<&ProcessName>,
) -> Result<(), Error> {
    let key = folded(wanted.as_str());
    let taken = names
        .into_iter()
        .find(|name| *name == wanted || (Some(*name) != own && folded(name.as_str()) == key));
    match taken {
        Some(existing) => Err(Error::ProcessExists {
            wanted: wanted.clone(),
            existing: existing.clone(),
        }),
        None => Ok(()),
    }
}
