//! Reading without ever waiting, for callers whose thread must not be held up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use time::OffsetDateTime;

use super::ProcessManager;
use crate::store::{
    Change, Listing, OpenProcesses, Requester, Store, StoreError, StoreHealth, StoreNotice,
    StoreNotices, Trashed, WholeProcess,
};
use crate::{
    Action, Error, HistoryEntry, Process, ProcessName, SearchHits, SearchQuery, Subscription,
    Timestamp,
};

impl ProcessManager {
    /// Runs `work` on a handle that never waits: not for a lock, not for a disk, not for a network.
    /// `None` if `work` asked it for anything that takes waiting.
    ///
    /// `work` then has to be done again, on a thread that may block. What it made of the refused
    /// operation is dropped here, so that an error that `work` puts up with changes no answer.
    /// Changes always take waiting.
    ///
    /// ```
    /// # use pm_core::{MemoryStore, ProcessManager};
    /// let manager = ProcessManager::new(MemoryStore::new());
    /// manager.create_process("garden".parse()?, "")?;
    /// let read = manager.at_once(|manager| manager.process("garden"));
    /// assert!(read.is_some_and(|process| process.is_ok()));
    /// assert!(manager.at_once(|manager| manager.list_processes()).is_none());
    /// # Ok::<(), pm_core::Error>(())
    /// ```
    pub fn at_once<T>(&self, work: impl FnOnce(&Self) -> T) -> Option<T> {
        let store = Arc::new(AtOnce {
            store: Arc::clone(&self.store),
            refused: AtomicBool::new(false),
        });
        let value = work(&Self {
            store: Arc::clone(&store) as Arc<dyn Store>,
            ..self.clone()
        });
        (!store.refused.load(Ordering::Relaxed)).then_some(value)
    }
}

/// A store that answers calls which need no waiting, and takes note of having refused another.
struct AtOnce {
    store: Arc<dyn Store>,
    refused: AtomicBool,
}

impl AtOnce {
    /// The error is never seen: an outcome with it is thrown away.
    fn refuse(&self) -> Error {
        self.refused.store(true, Ordering::Relaxed);
        StoreError::Contended.into()
    }
}

/// What is kept of callers is not known without waiting.
impl OpenProcesses for AtOnce {
    fn open_process(&self, _: &str) -> Result<Option<ProcessName>, Error> {
        Err(self.refuse())
    }

    fn set_open_process(&self, _: &str, _: Option<&ProcessName>) -> Result<(), Error> {
        Err(self.refuse())
    }
}

impl Store for AtOnce {
    fn now(&self) -> OffsetDateTime {
        self.store.now()
    }

    fn names(&self) -> Result<Vec<ProcessName>, Error> {
        Err(self.refuse())
    }

    fn list(&self) -> Result<Listing, Error> {
        Err(self.refuse())
    }

    fn read(&self, name: &str) -> Result<Arc<Process>, Error> {
        self.read_at_once(name).ok_or_else(|| self.refuse())
    }

    fn read_at_once(&self, name: &str) -> Option<Arc<Process>> {
        self.store.read_at_once(name)
    }

    fn search(&self, _: &SearchQuery) -> Result<SearchHits, Error> {
        Err(self.refuse())
    }

    fn create(&self, _: Process, _: &Requester) -> Result<Arc<Process>, Error> {
        Err(self.refuse())
    }

    fn update(&self, _: &ProcessName, _: &Requester, _: Change) -> Result<Arc<Process>, Error> {
        Err(self.refuse())
    }

    fn rename(
        &self,
        _: &ProcessName,
        _: &ProcessName,
        _: &Requester,
        _: Action,
    ) -> Result<Arc<Process>, Error> {
        Err(self.refuse())
    }

    fn delete(&self, _: &ProcessName, _: &Requester) -> Result<(), Error> {
        Err(self.refuse())
    }

    fn history(&self, _: &str, _: u64) -> Result<Vec<Arc<HistoryEntry>>, Error> {
        Err(self.refuse())
    }

    fn trash(&self) -> Result<Vec<Trashed>, Error> {
        Err(self.refuse())
    }

    fn restore(
        &self,
        _: &ProcessName,
        _: &ProcessName,
        _: &Requester,
        _: Action,
    ) -> Result<Arc<Process>, Error> {
        Err(self.refuse())
    }

    fn read_trashed(&self, _: &Trashed) -> Result<Arc<Process>, Error> {
        Err(self.refuse())
    }

    fn purge_one(&self, _: &Trashed, _: &Requester) -> Result<(), Error> {
        Err(self.refuse())
    }

    fn purge(&self, _: &Timestamp) -> Result<usize, Error> {
        Err(self.refuse())
    }

    fn keep_whole(&self, _: &WholeProcess, _: &Requester) -> Result<(), Error> {
        Err(self.refuse())
    }

    fn open_processes(&self) -> Option<&dyn OpenProcesses> {
        self.store
            .open_processes()
            .map(|_| self as &dyn OpenProcesses)
    }

    fn subscribe(&self) -> Result<Subscription, Error> {
        Err(self.refuse())
    }

    fn notices(&self) -> Option<&dyn StoreNotices> {
        Some(self)
    }

    fn health(&self) -> StoreHealth {
        self.refused.store(true, Ordering::Relaxed);
        StoreHealth::default()
    }
}

impl StoreNotices for AtOnce {
    /// Takes none: a notice that is taken has to reach a caller, and this call may yet be refused.
    fn take(&self, name: &str) -> Vec<StoreNotice> {
        if self.may_have_any(name) {
            self.refused.store(true, Ordering::Relaxed);
        }
        Vec::new()
    }

    /// Looks at files, which takes waiting.
    fn look(&self, _: &str) -> Vec<StoreNotice> {
        self.refused.store(true, Ordering::Relaxed);
        Vec::new()
    }

    /// If there may be any, [`take`](Self::take) refuses.
    fn standing(&self, _: &str) -> Vec<StoreNotice> {
        Vec::new()
    }

    fn may_have_any(&self, name: &str) -> bool {
        let notices = self.store.notices();
        notices.is_some_and(|notices| notices.may_have_any(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemoryStore;

    fn garden() -> ProcessManager {
        let manager = ProcessManager::new(MemoryStore::new());
        manager
            .create_process("garden".parse().unwrap(), "")
            .unwrap();
        manager
    }

    #[test]
    fn an_error_that_is_put_up_with_is_no_answer() {
        let manager = garden();
        // Looked for under another name, which takes the names of all.
        let exists = manager.at_once(|manager| manager.process("GARDEN").is_ok());
        assert_eq!(exists, None);
        let exists = manager.at_once(|manager| manager.process("garden").is_ok());
        assert_eq!(exists, Some(true));
    }

    #[test]
    fn nothing_is_changed() {
        let manager = garden();
        let garden: ProcessName = "garden".parse().unwrap();
        let refused = [
            manager.at_once(|m| m.create_process("b".parse().unwrap(), "").is_ok()),
            manager.at_once(|m| m.add_task(&garden, "t".parse().unwrap(), "").is_ok()),
            manager.at_once(|m| m.rename_process(&garden, &"b".parse().unwrap()).is_ok()),
            manager.at_once(|m| m.delete_process(&garden).is_ok()),
            manager.at_once(|m| m.health().failure.is_none()),
        ];
        assert_eq!(refused, [None; 5]);
        let process = manager.process("garden").unwrap();
        assert_eq!((process.revision, process.tasks.len()), (1, 0));
        assert_eq!(manager.process_names().unwrap(), [garden]);
    }
    #[test]
    fn the_trash_takes_waiting() {
        let manager = garden();
        let deleted = manager.delete_process(&"garden".parse().unwrap());
        deleted.unwrap();
        let item = manager.trash().unwrap().remove(0);
        let asked = |ask: &dyn Fn(&AtOnce) -> bool| {
            let store = AtOnce {
                store: Arc::clone(&manager.store),
                refused: AtomicBool::new(false),
            };
            (ask(&store), store.refused.into_inner())
        };
        let refused = (false, true);
        assert_eq!(asked(&|store| store.read_trashed(&item).is_ok()), refused);
        let by = manager.requester();
        assert_eq!(asked(&|store| store.purge_one(&item, &by).is_ok()), refused);
        assert_eq!(manager.trash().unwrap(), [item]);
    }
}
