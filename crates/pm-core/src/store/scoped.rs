//! A store as somebody sees it who may use some of its processes: the others do not exist.

use std::sync::Arc;

use time::OffsetDateTime;

use super::{
    Change, Conflict, KeptChanges, Listing, OpenProcesses, Reach, Requester, Store, StoreError,
    StoreHealth, StoreNotice, StoreNotices, Trashed, WholeProcess, no_such_conflict,
    no_such_process,
};
use crate::{
    Action, Actor, Error, HistoryEntry, Process, ProcessName, SearchHits, SearchQuery,
    Subscription, Timestamp,
};

/// A store of which only some processes are in reach. What is out of reach does not exist: no
/// answer depends on whether it is there, and a name out of reach can be given to nothing
/// ([`Error::OutOfReach`]).
///
/// What is told of files that hold no process is told to nobody here, as nobody knows whose they
/// are.
pub struct Scoped {
    store: Arc<dyn Store>,
    reach: Reach,
}

impl Scoped {
    /// Shows what of `store` is in `reach`.
    pub fn new(store: Arc<dyn Store>, reach: Reach) -> Self {
        Self { store, reach }
    }

    fn holds(&self, name: &ProcessName) -> bool {
        self.reach.holds(name.as_str())
    }

    /// The store, for somebody who asks for the process of this name.
    fn with(&self, name: &str) -> Result<&dyn Store, Error> {
        if self.reach.holds(name) {
            Ok(&*self.store)
        } else {
            Err(no_such_process(name))
        }
    }

    /// Refuses to give a name that is out of reach.
    fn may_give(&self, name: &ProcessName) -> Result<(), Error> {
        if self.holds(name) {
            return Ok(());
        }
        Err(Error::OutOfReach {
            wanted: name.clone(),
            reach: self.reach.clone(),
        })
    }

    /// The store, for somebody who asks for changes that did not fit.
    fn with_conflict(&self, conflict: &Conflict) -> Result<&dyn Store, Error> {
        // Whether it is in reach is not taken from what the caller says of it.
        let conflicts = self.conflicts()?;
        if conflicts.iter().any(|known| known.id == conflict.id) {
            Ok(&*self.store)
        } else {
            Err(no_such_conflict(&conflict.id))
        }
    }

    fn retain(&self, conflicts: &mut Vec<Conflict>) {
        conflicts.retain(|conflict| {
            let process = conflict.process.as_ref();
            process.is_some_and(|process| self.holds(process))
        });
    }
}

impl Store for Scoped {
    fn now(&self) -> OffsetDateTime {
        self.store.now()
    }

    fn names(&self) -> Result<Vec<ProcessName>, Error> {
        let mut names = self.store.names()?;
        names.retain(|name| self.holds(name));
        Ok(names)
    }

    fn list(&self) -> Result<Listing, Error> {
        let mut listing = self.store.list()?;
        let processes = &mut listing.processes;
        processes.retain(|summary| self.holds(&summary.name));
        listing.problems.clear();
        self.retain(&mut listing.conflicts);
        Ok(listing)
    }

    fn read(&self, name: &str) -> Result<Arc<Process>, Error> {
        self.with(name)?.read(name)
    }

    fn read_at_once(&self, name: &str) -> Option<Arc<Process>> {
        self.with(name).ok()?.read_at_once(name)
    }

    fn last_known(&self, name: &str) -> Option<Arc<Process>> {
        self.with(name).ok()?.last_known(name)
    }

    fn search(&self, query: &SearchQuery) -> Result<SearchHits, Error> {
        let query = query.clone().within(self.reach.clone());
        let mut hits = self.store.search(&query)?;
        hits.problems.clear();
        Ok(hits)
    }

    fn create(&self, process: Process, requester: &Requester) -> Result<Arc<Process>, Error> {
        self.may_give(&process.name)?;
        self.store.create(process, requester)
    }

    fn update(
        &self,
        name: &ProcessName,
        requester: &Requester,
        change: Change,
    ) -> Result<Arc<Process>, Error> {
        self.with(name.as_str())?.update(name, requester, change)
    }

    fn rename(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        let store = self.with(name.as_str())?;
        self.may_give(new)?;
        store.rename(name, new, requester, action)
    }

    fn delete(&self, name: &ProcessName, requester: &Requester) -> Result<(), Error> {
        self.with(name.as_str())?.delete(name, requester)
    }

    fn history(&self, name: &str, after: u64) -> Result<Vec<Arc<HistoryEntry>>, Error> {
        self.with(name)?.history(name, after)
    }

    fn trash(&self) -> Result<Vec<Trashed>, Error> {
        let mut trash = self.store.trash()?;
        trash.retain(|item| self.holds(&item.name));
        Ok(trash)
    }

    fn restore(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        let store = self.with(name.as_str())?;
        self.may_give(new)?;
        store.restore(name, new, requester, action)
    }

    fn read_trashed(&self, item: &Trashed) -> Result<Arc<Process>, Error> {
        self.with(item.name.as_str())?.read_trashed(item)
    }

    fn purge_one(&self, item: &Trashed, requester: &Requester) -> Result<(), Error> {
        self.with(item.name.as_str())?.purge_one(item, requester)
    }

    fn purge(&self, time: &Timestamp) -> Result<usize, Error> {
        let mut purged = 0;
        for item in self.trash()? {
            if item.deleted_at.as_str() < time.as_str() {
                self.purge_one(&item, &Actor::Unnamed.into())?;
                purged += 1;
            }
        }
        Ok(purged)
    }

    fn read_whole(&self, name: &str) -> Result<WholeProcess, Error> {
        self.with(name)?.read_whole(name)
    }

    fn read_whole_trashed(&self, item: &Trashed) -> Result<WholeProcess, Error> {
        self.with(item.name.as_str())?.read_whole_trashed(item)
    }

    fn keep_whole(&self, whole: &WholeProcess, requester: &Requester) -> Result<(), Error> {
        self.may_give(whole.name())?;
        self.store.keep_whole(whole, requester)
    }

    fn conflicts(&self) -> Result<Vec<Conflict>, Error> {
        let mut conflicts = self.store.conflicts()?;
        self.retain(&mut conflicts);
        Ok(conflicts)
    }

    fn read_conflict(&self, conflict: &Conflict) -> Result<KeptChanges, Error> {
        self.with_conflict(conflict)?.read_conflict(conflict)
    }

    fn discard_conflict(&self, conflict: &Conflict, requester: &Requester) -> Result<(), Error> {
        let store = self.with_conflict(conflict)?;
        store.discard_conflict(conflict, requester)
    }

    fn subscribe(&self) -> Result<Subscription, Error> {
        let reach = self.reach.clone();
        let all = self.store.subscribe()?;
        Ok(all.only(move |name| reach.holds(name.as_str())))
    }

    fn notices(&self) -> Option<&dyn StoreNotices> {
        self.store.notices().map(|_| self as &dyn StoreNotices)
    }

    fn open_processes(&self) -> Option<&dyn OpenProcesses> {
        self.store
            .open_processes()
            .map(|_| self as &dyn OpenProcesses)
    }

    fn flush(&self) -> Result<(), StoreError> {
        self.store.flush()
    }

    fn health(&self) -> StoreHealth {
        let processes = self.names().map(|names| names.len());
        StoreHealth {
            processes: processes.unwrap_or_default(),
            failure: self.store.health().failure,
            ..StoreHealth::default()
        }
    }
}

impl Scoped {
    /// What the files of the process of this name have to tell, as `tell` asks for it.
    fn told<T: Default>(&self, name: &str, tell: impl FnOnce(&dyn StoreNotices) -> T) -> T {
        let store = self.with(name).ok();
        let notices = store.and_then(Store::notices);
        notices.map(tell).unwrap_or_default()
    }
}

impl StoreNotices for Scoped {
    fn take(&self, name: &str) -> Vec<StoreNotice> {
        self.told(name, |notices| notices.take(name))
    }

    fn look(&self, name: &str) -> Vec<StoreNotice> {
        self.told(name, |notices| notices.look(name))
    }

    fn standing(&self, name: &str) -> Vec<StoreNotice> {
        self.told(name, |notices| notices.standing(name))
    }

    fn may_have_any(&self, name: &str) -> bool {
        self.told(name, |notices| notices.may_have_any(name))
    }
}

impl OpenProcesses for Scoped {
    fn open_process(&self, caller: &str) -> Result<Option<ProcessName>, Error> {
        let Some(open) = self.store.open_processes() else {
            return Ok(None);
        };
        // The process may have been given a name that is out of reach.
        Ok(open.open_process(caller)?.filter(|name| self.holds(name)))
    }

    fn set_open_process(&self, caller: &str, process: Option<&ProcessName>) -> Result<(), Error> {
        let process = process.filter(|name| self.holds(name));
        match self.store.open_processes() {
            Some(open) => open.set_open_process(caller, process),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
