//! A store that keeps processes in memory, for tests and for embedders that need no files.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Change, HISTORY_CHANGES, Listing, Requester, Store, StoreHealth, Trashed};
use crate::clock::{Clock, SystemClock};
use crate::feed::{Hub, Touch};
use crate::resolve::folded;
use crate::{
    Action, Actor, Error, HistoryEntry, Process, ProcessName, ProcessSummary, Subscription,
    Timestamp, history,
};

/// Keeps processes in memory; they are gone with it.
pub struct MemoryStore {
    processes: Mutex<BTreeMap<ProcessName, Kept>>,
    /// What was deleted, the last deleted last. Locked after the processes.
    trash: Mutex<Vec<(Trashed, Kept)>>,
    clock: Arc<dyn Clock>,
    hub: Hub,
}

struct Kept {
    process: Arc<Process>,
    updated_at: Timestamp,
    /// The last changes, oldest first.
    history: VecDeque<Arc<HistoryEntry>>,
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
            trash: Mutex::default(),
            clock,
            hub: Hub::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ProcessName, Kept>> {
        self.processes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_trash(&self) -> MutexGuard<'_, Vec<(Trashed, Kept)>> {
        self.trash.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a change to what is kept; all of it, or nothing where it is refused.
    fn change(
        &self,
        kept: &mut Kept,
        actor: &Actor,
        change: impl FnOnce(&mut Process) -> Result<Action, Error>,
    ) -> Result<Arc<Process>, Error> {
        let mut process = Process::clone(&kept.process);
        let now = || self.clock.now().into();
        let entry = history::commit(&mut process, actor, now, change)?;
        kept.process = Arc::new(process);
        kept.updated_at = entry.at.clone();
        if kept.history.len() == HISTORY_CHANGES {
            kept.history.pop_front();
        }
        kept.history.push_back(Arc::new(entry));
        Ok(Arc::clone(&kept.process))
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
            .map(|kept| ProcessSummary::of(&kept.process, kept.updated_at.clone()).into())
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

    fn create(&self, mut process: Process, requester: &Requester) -> Result<Arc<Process>, Error> {
        let mut processes = self.lock();
        requester.check()?;
        refuse_taken(processes.keys(), &process.name, None)?;
        process.revision = 1;
        process.settle();
        let process = Arc::new(process);
        let kept = Kept {
            process: Arc::clone(&process),
            updated_at: self.clock.now().into(),
            history: VecDeque::new(),
        };
        processes.insert(process.name.clone(), kept);
        self.hub.came((&*process).into(), Some(&requester.actor));
        Ok(process)
    }

    fn update(
        &self,
        name: &ProcessName,
        requester: &Requester,
        change: Change,
    ) -> Result<Arc<Process>, Error> {
        let mut processes = self.lock();
        requester.check()?;
        let kept = processes.get_mut(name);
        let kept = kept.ok_or_else(|| missing(name.as_str()))?;
        let process = self.change(kept, &requester.actor, change)?;
        // Under the lock, so that updates come in the order of changes; it waits for nobody.
        let last = kept.history.back();
        self.hub.changed((&*process).into(), || Touch::of(last));
        Ok(process)
    }

    fn rename(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        let mut processes = self.lock();
        requester.check()?;
        if !processes.contains_key(name) {
            return Err(missing(name.as_str()));
        }
        refuse_taken(processes.keys(), new, Some(name))?;
        let mut kept = processes
            .remove(name)
            .ok_or_else(|| missing(name.as_str()))?;
        let renamed = self.change(&mut kept, &requester.actor, |process| {
            process.name = new.clone();
            Ok(action.clone())
        })?;
        processes.insert(new.clone(), kept);
        self.hub.gone(name, Some(&requester.actor));
        self.hub.came((&*renamed).into(), Some(&requester.actor));
        Ok(renamed)
    }

    fn delete(&self, name: &ProcessName, requester: &Requester) -> Result<(), Error> {
        let mut processes = self.lock();
        requester.check()?;
        let kept = processes.remove(name);
        let kept = kept.ok_or_else(|| missing(name.as_str()))?;
        self.hub.gone(name, Some(&requester.actor));
        let trashed = Trashed {
            name: name.clone(),
            deleted_at: self.clock.now().into(),
            by: requester.actor.to_string(),
        };
        self.lock_trash().push((trashed, kept));
        Ok(())
    }

    fn trash(&self) -> Result<Vec<Trashed>, Error> {
        let trash = self.lock_trash();
        Ok(trash.iter().rev().map(|(item, _)| item.clone()).collect())
    }

    fn restore(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        let mut processes = self.lock();
        requester.check()?;
        let mut trash = self.lock_trash();
        let last = trash.iter().rposition(|(item, _)| item.name == *name);
        let last = last.ok_or_else(|| missing(name.as_str()))?;
        refuse_taken(processes.keys(), new, None)?;
        let (_, mut kept) = trash.remove(last);
        let restored = self.change(&mut kept, &requester.actor, |process| {
            process.name = new.clone();
            Ok(action.clone())
        })?;
        processes.insert(new.clone(), kept);
        self.hub.came((&*restored).into(), Some(&requester.actor));
        Ok(restored)
    }

    fn purge(&self, time: &Timestamp) -> Result<usize, Error> {
        let mut trash = self.lock_trash();
        let before = trash.len();
        trash.retain(|(item, _)| item.deleted_at.as_str() >= time.as_str());
        Ok(before - trash.len())
    }

    fn history(&self, name: &str) -> Result<Vec<Arc<HistoryEntry>>, Error> {
        match self.lock().get(name) {
            Some(kept) => Ok(kept.history.iter().cloned().collect()),
            None => Err(missing(name)),
        }
    }

    fn subscribe(&self) -> Result<Subscription, Error> {
        Ok(self.hub.subscribe())
    }

    fn health(&self) -> StoreHealth {
        StoreHealth {
            processes: self.lock().len(),
            ..StoreHealth::default()
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
