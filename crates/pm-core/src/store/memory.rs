//! A store that keeps processes in memory, for tests and for embedders that need no files.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use time::OffsetDateTime;

use super::retention::outdated;
use super::rules::{no_such_process, refuse_taken};
use super::{Change, Listing, Requester, Store, StoreHealth, Trashed, WholeProcess};
use crate::clock::{Clock, SystemClock};
use crate::feed::{Hub, Touch};
use crate::history::{Author, LastChange};
use crate::{
    Action, Error, HistoryEntry, Process, ProcessName, ProcessSummary, Subscription, Timestamp,
    history,
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
    history: Vec<Arc<HistoryEntry>>,
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

    /// Makes a change to a process that is kept; all of it, or nothing if it is refused.
    fn change(
        &self,
        kept: &mut Kept,
        author: &Author,
        change: impl FnOnce(&mut Process, &Timestamp) -> Result<Action, Error>,
    ) -> Result<Arc<Process>, Error> {
        let mut process = Process::clone(&kept.process);
        let now = self.now();
        let entry = history::commit(&mut process, author, &now.into(), change)?;
        kept.process = Arc::new(process);
        kept.updated_at = entry.at.clone();
        kept.history.push(Arc::new(entry));
        kept.history.drain(..outdated(&kept.history, now));
        Ok(Arc::clone(&kept.process))
    }
}

impl Kept {
    fn whole(&self) -> Result<WholeProcess, Error> {
        let whole = WholeProcess::new(Arc::clone(&self.process), self.history.clone())?;
        Ok(whole.updated_at_time(self.updated_at.clone()))
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl Store for MemoryStore {
    fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    fn names(&self) -> Result<Vec<ProcessName>, Error> {
        Ok(self.lock().keys().cloned().collect())
    }

    fn list(&self) -> Result<Listing, Error> {
        let processes = self
            .lock()
            .values()
            .map(|kept| {
                let last = kept.history.last();
                let last = last.map(|entry| LastChange::of(entry).into());
                ProcessSummary::of(&kept.process, kept.updated_at.clone(), last).into()
            })
            .collect();
        Ok(Listing {
            processes,
            ..Listing::default()
        })
    }

    fn read(&self, name: &str) -> Result<Arc<Process>, Error> {
        match self.lock().get(name) {
            Some(kept) => Ok(Arc::clone(&kept.process)),
            None => Err(no_such_process(name)),
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
            updated_at: self.now().into(),
            history: Vec::new(),
        };
        processes.insert(process.name.clone(), kept);
        self.hub
            .came((&*process).into(), Some(&requester.author.actor));
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
        let kept = kept.ok_or_else(|| no_such_process(name.as_str()))?;
        let process = self.change(kept, &requester.author, change)?;
        // Told under the lock, so that updates come in the order of changes; the hub waits for
        // nobody.
        let last = kept.history.last();
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
            return Err(no_such_process(name.as_str()));
        }
        refuse_taken(processes.keys(), new, Some(name))?;
        let mut kept = processes
            .remove(name)
            .ok_or_else(|| no_such_process(name.as_str()))?;
        let renamed = self.change(&mut kept, &requester.author, |process, _| {
            process.name = new.clone();
            Ok(action.clone())
        })?;
        processes.insert(new.clone(), kept);
        self.hub.gone(name, Some(&requester.author.actor));
        self.hub
            .came((&*renamed).into(), Some(&requester.author.actor));
        Ok(renamed)
    }

    fn delete(&self, name: &ProcessName, requester: &Requester) -> Result<(), Error> {
        let mut processes = self.lock();
        requester.check()?;
        let kept = processes.remove(name);
        let kept = kept.ok_or_else(|| no_such_process(name.as_str()))?;
        self.hub.gone(name, Some(&requester.author.actor));
        let trashed = Trashed {
            name: name.clone(),
            deleted_at: self.now().into(),
            by: requester.author.actor.to_string(),
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
        let last = last.ok_or_else(|| no_such_process(name.as_str()))?;
        refuse_taken(processes.keys(), new, None)?;
        let (_, mut kept) = trash.remove(last);
        let restored = self.change(&mut kept, &requester.author, |process, _| {
            process.name = new.clone();
            Ok(action.clone())
        })?;
        processes.insert(new.clone(), kept);
        self.hub
            .came((&*restored).into(), Some(&requester.author.actor));
        Ok(restored)
    }

    fn read_trashed(&self, item: &Trashed) -> Result<Arc<Process>, Error> {
        let trash = self.lock_trash();
        let found = trash.iter().rev().find(|(kept, _)| kept.is(item));
        let (_, kept) = found.ok_or_else(|| no_such_process(item.name.as_str()))?;
        Ok(Arc::clone(&kept.process))
    }

    fn purge_one(&self, item: &Trashed, requester: &Requester) -> Result<(), Error> {
        let mut trash = self.lock_trash();
        requester.check()?;
        let found = trash.iter().rposition(|(kept, _)| kept.is(item));
        trash.remove(found.ok_or_else(|| no_such_process(item.name.as_str()))?);
        Ok(())
    }

    fn purge(&self, time: &Timestamp) -> Result<usize, Error> {
        let mut trash = self.lock_trash();
        let before = trash.len();
        trash.retain(|(item, _)| item.deleted_at.as_str() >= time.as_str());
        Ok(before - trash.len())
    }

    fn history(&self, name: &str, after: u64) -> Result<Vec<Arc<HistoryEntry>>, Error> {
        match self.lock().get(name) {
            Some(kept) => {
                let known = kept
                    .history
                    .partition_point(|entry| entry.revision <= after);
                Ok(kept.history.iter().skip(known).cloned().collect())
            }
            None => Err(no_such_process(name)),
        }
    }

    fn read_whole(&self, name: &str) -> Result<WholeProcess, Error> {
        match self.lock().get(name) {
            Some(kept) => kept.whole(),
            None => Err(no_such_process(name)),
        }
    }

    fn read_whole_trashed(&self, item: &Trashed) -> Result<WholeProcess, Error> {
        let trash = self.lock_trash();
        let found = trash.iter().rev().find(|(kept, _)| kept.is(item));
        let (_, kept) = found.ok_or_else(|| no_such_process(item.name.as_str()))?;
        Ok(kept.whole()?.deleted(item))
    }

    fn keep_whole(&self, whole: &WholeProcess, requester: &Requester) -> Result<(), Error> {
        let mut processes = self.lock();
        requester.check()?;
        let process = whole.process();
        let kept = Kept {
            process: Arc::clone(process),
            updated_at: whole.updated_at().clone(),
            history: whole.history().to_vec(),
        };
        if let Some(item) = whole.trashed() {
            let mut trash = self.lock_trash();
            let place = trash.partition_point(|(other, _)| {
                other.deleted_at.as_str() <= item.deleted_at.as_str()
            });
            trash.insert(place, (item, kept));
            return Ok(());
        }
        refuse_taken(processes.keys(), &process.name, None)?;
        processes.insert(process.name.clone(), kept);
        self.hub
            .came((&**process).into(), Some(&requester.author.actor));
        Ok(())
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
