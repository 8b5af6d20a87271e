//! The contract of a store, kept by files: each operation, passed on to where it is done.

use std::sync::Arc;

use time::OffsetDateTime;

use super::catalog::file_entry::Depth;
use super::catalog::scan::DirScan;
use super::disk::names;
use super::disk::store_dir::Unavailable;
use super::documents::commit::Outcome;
use super::documents::{notices, rotate};
use super::lifecycle::trash;
use super::{FileStore, MOST_AT_ONCE};
use crate::store::{
    Change, FileNotice, FileNoticeKind, FileNotices, Listing, Requester, Store, StoreError,
    StoreHealth, Trashed,
};
use crate::{
    Action, Error, HistoryEntry, Process, ProcessName, SearchHits, SearchQuery, Subscription,
    Timestamp,
};

impl Store for FileStore {
    fn now(&self) -> OffsetDateTime {
        self.place.clock.now()
    }

    fn names(&self) -> Result<Vec<ProcessName>, Error> {
        Ok(self.refreshed(Depth::Names)?.names())
    }

    fn list(&self) -> Result<Listing, Error> {
        Ok(self.refreshed(Depth::Summaries)?.listing())
    }

    fn read(&self, name: &str) -> Result<Arc<Process>, Error> {
        self.with_document(name, |document| match document.current(&self.place) {
            Ok(process) if process.name.as_str() == name => Ok(Some(process)),
            Ok(_) | Err(Unavailable::Missing) => Ok(None),
            Err(absent) => {
                let mut scan = DirScan::new(&self.place, &self.documents);
                self.catalog().look_closer(&mut scan, document.file());
                Err(absent.refusal(document.file()))
            }
        })
    }

    fn read_at_once(&self, name: &str) -> Option<Arc<Process>> {
        if !self.is_local {
            return None;
        }
        let document = {
            let catalog = self.catalog.try_lock().ok()?;
            self.documents.known_document(catalog.file_of(name)?)?
        };
        let process = document.current_at_once(&self.place, MOST_AT_ONCE as u64)?;
        (process.name.as_str() == name).then_some(process)
    }

    fn search(&self, query: &SearchQuery) -> Result<SearchHits, Error> {
        self.search_files(query)
    }

    fn create(&self, process: Process, requester: &Requester) -> Result<Arc<Process>, Error> {
        self.refuse_read_only()?;
        self.create_file(process, requester)
    }

    fn update(
        &self,
        name: &ProcessName,
        requester: &Requester,
        change: Change,
    ) -> Result<Arc<Process>, Error> {
        self.refuse_read_only()?;
        let mut waiting = Some(change);
        self.with_document(name.as_str(), |document| {
            // Taken at the end of each round and given back where the file has moved.
            let Some(change) = waiting.take() else {
                return Ok(None);
            };
            match document.submit(&self.place, name, requester, change) {
                Outcome::Kept(process) => {
                    self.schedule.changed(document);
                    Ok(Some(process))
                }
                Outcome::Refused(error) => Err(error),
                Outcome::Moved(change) => {
                    waiting = Some(change);
                    Ok(None)
                }
            }
        })
    }

    fn rename(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        self.refuse_read_only()?;
        self.rename_file(name, new, requester, action)
    }

    fn delete(&self, name: &ProcessName, requester: &Requester) -> Result<(), Error> {
        self.refuse_read_only()?;
        self.delete_file(name, requester)
    }

    fn history(&self, name: &str, after: u64) -> Result<Vec<Arc<HistoryEntry>>, Error> {
        self.with_document(name, |document| match document.current(&self.place) {
            Ok(process) if process.name.as_str() == name => {
                let history = rotate::history(document, &self.place, after);
                history
                    .map(Some)
                    .map_err(|absent| absent.refusal(document.file()))
            }
            Ok(_) | Err(Unavailable::Missing) => Ok(None),
            Err(absent) => Err(absent.refusal(document.file())),
        })
    }

    fn trash(&self) -> Result<Vec<Trashed>, Error> {
        Ok(self.trashed()?.iter().map(trash::Item::describe).collect())
    }

    fn restore(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        self.refuse_read_only()?;
        self.restore_file(name, new, requester, action)
    }

    fn purge(&self, time: &Timestamp) -> Result<usize, Error> {
        self.refuse_read_only()?;
        let purged = trash::purge(&self.place, time);
        Ok(purged.map_err(|error| StoreError::io("empty the trash", error))?)
    }

    fn subscribe(&self) -> Result<Subscription, Error> {
        Ok(self.follow()?)
    }

    fn file_notices(&self) -> Option<&dyn FileNotices> {
        Some(self)
    }

    fn flush(&self) -> Result<(), StoreError> {
        // Nothing is due in a store that is open for reading only.
        self.schedule.flush()
    }

    fn health(&self) -> StoreHealth {
        match self.list() {
            Ok(listing) => StoreHealth {
                processes: listing.processes.len(),
                problems: listing.problems,
                behind: self.behind(),
                notices: self.place.notices.all(),
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

impl FileNotices for FileStore {
    fn take(&self, name: &str) -> Vec<FileNotice> {
        let is_due = self.catalog().is_look_due(&self.place);
        if is_due {
            // Where it fails, what was found before has to do.
            drop(self.refreshed(Depth::Names));
        }
        let catalog = self.catalog();
        let Some(file) = catalog.file_of(name) else {
            return Vec::new();
        };
        let mut notices = self.place.notices.take(file);
        notices.extend(notices::copied(file, &catalog.copies(name)));
        notices
    }

    fn standing(&self, name: &str) -> Vec<FileNotice> {
        let left = self.schedule.has_failures();
        if !self.place.damage.may_be(&self.place) && !left {
            return Vec::new();
        }
        let file = self.catalog().file_of(name).map(ToOwned::to_owned);
        let Some(file) = file else {
            return Vec::new();
        };
        let mut notices = self.place.damage.of(&self.place, &file, self.lost());
        if left && matches!(self.schedule.failure(&file), Some(StoreError::FileReadOnly)) {
            notices.push(FileNotice {
                file: names::shown(&file),
                kind: FileNoticeKind::FileReadOnly,
            });
        }
        notices
    }

    fn may_have_any(&self, name: &str) -> bool {
        let Ok(mut catalog) = self.catalog.try_lock() else {
            return true;
        };
        if catalog.is_look_due(&self.place) || !catalog.copies(name).is_empty() {
            return true;
        }
        let (notices, damage) = (&self.place.notices, &self.place.damage);
        let left = self.schedule.has_failures();
        if !notices.any_wait() && !damage.may_be(&self.place) && !left {
            return false;
        }
        let file = catalog.file_of(name);
        file.is_some_and(|file| left || notices.waits(file) || damage.may_concern(file))
    }
}
