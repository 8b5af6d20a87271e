//! The contract of a store, kept by files: each operation, passed on to the room that does it.

use std::ffi::OsStr;
use std::sync::Arc;

use time::OffsetDateTime;

use super::catalog::file_entry::Depth;
use super::catalog::scan::DirScan;
use super::disk::names;
use super::disk::store_dir::Unavailable;
use super::documents::notices::{self, Notices};
use super::journal::segments;
use super::lifecycle::processes::Processes;
use super::lifecycle::{purge, trash};
use super::{AT_ONCE_BYTES_MAX, FileStore};
use crate::store::{
    Change, Conflict, KeptChanges, Listing, Requester, Store, StoreError, StoreHealth, StoreNotice,
    StoreNoticeKind, StoreNotices, Trashed, WholeProcess,
};
use crate::{
    Action, Error, HistoryEntry, Process, ProcessName, SearchHits, SearchQuery, Subscription,
    Timestamp,
};

impl Store for FileStore {
    fn now(&self) -> OffsetDateTime {
        self.processes.shared.dir.clock.now()
    }

    fn names(&self) -> Result<Vec<ProcessName>, Error> {
        Ok(self.processes.refreshed(Depth::Names)?.names())
    }

    fn list(&self) -> Result<Listing, Error> {
        Ok(self.processes.refreshed(Depth::Summaries)?.listing())
    }

    fn read(&self, name: &str) -> Result<Arc<Process>, Error> {
        self.processes
            .with_document(name, |document| match document.current() {
                Ok(process) if process.name.as_str() == name => Ok(Some(process)),
                Ok(_) | Err(Unavailable::Missing) => Ok(None),
                Err(absent) => {
                    let mut scan = DirScan::new(&self.processes.documents);
                    self.processes
                        .catalog()
                        .look_closer(&mut scan, document.file());
                    Err(absent.refusal(document.file()))
                }
            })
    }

    fn read_at_once(&self, name: &str) -> Option<Arc<Process>> {
        if !self.is_local {
            return None;
        }
        let document = {
            let catalog = self.processes.try_catalog()?;
            self.processes
                .documents
                .known_document(catalog.file_of(name)?)?
        };
        let process = document.current_at_once(AT_ONCE_BYTES_MAX as u64)?;
        (process.name.as_str() == name).then_some(process)
    }

    fn search(&self, query: &SearchQuery) -> Result<SearchHits, Error> {
        self.processes.search(query)
    }

    fn create(&self, process: Process, requester: &Requester) -> Result<Arc<Process>, Error> {
        self.refuse_read_only()?;
        self.processes.create(process, requester)
    }

    fn update(
        &self,
        name: &ProcessName,
        requester: &Requester,
        change: Change,
    ) -> Result<Arc<Process>, Error> {
        self.refuse_read_only()?;
        self.processes.update(name, requester, change)
    }

    fn rename(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        self.refuse_read_only()?;
        self.processes.rename(name, new, requester, action)
    }

    fn delete(&self, name: &ProcessName, requester: &Requester) -> Result<(), Error> {
        self.refuse_read_only()?;
        self.processes.delete(name, requester)
    }

    fn history(&self, name: &str, after: u64) -> Result<Vec<Arc<HistoryEntry>>, Error> {
        self.processes
            .with_document(name, |document| match document.current() {
                Ok(process) if process.name.as_str() == name => {
                    let history = segments::history(document.dir(), &document.lock_id, after);
                    history
                        .map(Some)
                        .map_err(|absent| absent.refusal(document.file()))
                }
                Ok(_) | Err(Unavailable::Missing) => Ok(None),
                Err(absent) => Err(absent.refusal(document.file())),
            })
    }

    fn trash(&self) -> Result<Vec<Trashed>, Error> {
        Ok(self
            .processes
            .trashed()?
            .iter()
            .map(trash::Item::describe)
            .collect())
    }

    fn restore(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        self.refuse_read_only()?;
        self.processes.restore(name, new, requester, action)
    }

    fn read_trashed(&self, item: &Trashed) -> Result<Arc<Process>, Error> {
        self.processes.read_trashed(item)
    }

    fn purge_one(&self, item: &Trashed, requester: &Requester) -> Result<(), Error> {
        self.refuse_read_only()?;
        self.processes.purge_one(item, requester)
    }

    fn purge(&self, time: &Timestamp) -> Result<usize, Error> {
        self.refuse_read_only()?;
        let _names = self.processes.lock_names()?;
        let purged = purge::purge(&self.processes.shared.dir, time);
        Ok(purged.map_err(|error| StoreError::io("empty the trash", error))?)
    }

    fn read_whole(&self, name: &str) -> Result<WholeProcess, Error> {
        self.processes.read_whole(name)
    }

    fn read_whole_trashed(&self, item: &Trashed) -> Result<WholeProcess, Error> {
        self.processes.read_whole_trashed(item)
    }

    fn keep_whole(&self, whole: &WholeProcess, requester: &Requester) -> Result<(), Error> {
        self.refuse_read_only()?;
        self.processes.keep_whole(whole, requester)
    }

    fn read_conflict(&self, conflict: &Conflict) -> Result<KeptChanges, Error> {
        self.processes.read_conflict(conflict)
    }

    fn discard_conflict(&self, conflict: &Conflict, requester: &Requester) -> Result<(), Error> {
        self.refuse_read_only()?;
        self.processes.discard_conflict(conflict, requester)
    }

    fn read_unusable(&self, file: &str) -> Result<Option<Vec<u8>>, Error> {
        // Only what is listed, so that no path is made from what a caller sent.
        let unusable = self.processes.refreshed(Depth::Summaries)?.unusable(file);
        let Some(file) = unusable else {
            return Ok(None);
        };
        match self.processes.shared.dir.read(&file) {
            Ok((_, bytes)) => Ok(Some(bytes)),
            Err(Unavailable::Missing) => Ok(None),
            Err(unavailable) => Err(unavailable.refusal(&file)),
        }
    }

    fn subscribe(&self) -> Result<Subscription, Error> {
        Ok(self.following.subscribe(&self.processes)?)
    }

    fn notices(&self) -> Option<&dyn StoreNotices> {
        Some(self)
    }

    fn flush(&self) -> Result<(), StoreError> {
        // Nothing is due in a store that is open for reading only.
        self.processes.background.flush()
    }

    fn health(&self) -> StoreHealth {
        match self.list() {
            Ok(listing) => StoreHealth {
                processes: listing.processes.len(),
                problems: listing.problems,
                unflushed: self.behind(),
                notices: self.processes.shared.notices.all(),
                damage: self.damage(),
                held: self.still_held(),
                failure: None,
            },
            Err(error) => StoreHealth {
                failure: match error {
                    Error::Store(error) => Some(error),
                    _ => None,
                },
                ..StoreHealth::default()
            },
        }
    }
}

impl FileStore {
    /// The notices about the file of a process, `kept` being those of what happened to it.
    fn notices_of(
        &self,
        name: &str,
        kept: impl FnOnce(&Notices, &OsStr) -> Vec<StoreNotice>,
    ) -> Vec<StoreNotice> {
        let Processes { shared, .. } = &*self.processes;
        let is_due = self.processes.catalog().is_look_due(&shared.dir);
        if is_due {
            // If it fails, what was found before has to do.
            drop(self.processes.refreshed(Depth::Names));
        }
        let catalog = self.processes.catalog();
        let Some(file) = catalog.file_of(name) else {
            return Vec::new();
        };
        let mut notices = kept(&shared.notices, file);
        notices.extend(notices::copied(file, &catalog.copies(name)));
        notices
    }
}

impl StoreNotices for FileStore {
    fn take(&self, name: &str) -> Vec<StoreNotice> {
        self.notices_of(name, Notices::take)
    }

    fn look(&self, name: &str) -> Vec<StoreNotice> {
        self.notices_of(name, Notices::about)
    }

    fn standing(&self, name: &str) -> Vec<StoreNotice> {
        let Processes {
            shared, background, ..
        } = &*self.processes;
        let left = background.has_failures();
        if !shared.damage.may_be(&shared.dir) && !left {
            return Vec::new();
        }
        let Some(file) = self.processes.file_of(name) else {
            return Vec::new();
        };
        let mut notices = shared.damage.of(&shared.dir, &file, self.lost());
        if left && matches!(background.failure(&file), Some(StoreError::FileReadOnly)) {
            notices.push(StoreNotice {
                file: names::shown(&file),
                kind: StoreNoticeKind::FileReadOnly,
            });
        }
        notices
    }

    fn may_have_any(&self, name: &str) -> bool {
        let Processes {
            shared, background, ..
        } = &*self.processes;
        let Some(mut catalog) = self.processes.try_catalog() else {
            return true;
        };
        if catalog.is_look_due(&shared.dir) || !catalog.copies(name).is_empty() {
            return true;
        }
        let left = background.has_failures();
        if !shared.notices.any_wait() && !shared.damage.may_be(&shared.dir) && !left {
            return false;
        }
        let file = catalog.file_of(name);
        file.is_some_and(|file| {
            left || shared.notices.waits(file) || shared.damage.may_concern(file)
        })
    }
}
