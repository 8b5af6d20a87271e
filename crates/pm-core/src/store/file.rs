//! A store of one human-readable JSON file a process, in one directory that several OS processes
//! and people with a text editor use at the same time.
//!
//! # Invariants
//!
//! - **The name inside a file is the process's identity**; the file's own name is never built
//!   back from it, files are found by looking at the directory.
//! - **A change is durable before it is acknowledged**: it is appended to the process's journal
//!   and synced ([`journal`]).
//! - **The JSON file is always one that the journal knows**, or somebody else wrote it: it is
//!   announced in the journal before it is renamed into place ([`checkpoint`]).
//! - **Read, modify and append happen under one lock**, shared with all OS processes, on a lock
//!   file that is never deleted ([`document::Document`]).
//! - **What is in memory is believed only after a look at the files** ([`fs::Stamp::is_settled`]).
//! - **Locks are taken in one order**: the directory's names, a process's checkpoint, the
//!   process.

mod catalog;
mod contract;
mod disk;
mod documents;
mod examine;
mod follow;
mod format;
mod journal;
mod lifecycle;
mod open;
mod search;
#[cfg(test)]
mod tests;

use std::ffi::OsStr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use self::catalog::Catalog;
use self::catalog::file_entry::Depth;
use self::catalog::scan::DirScan;
use self::disk::fs::LockGuard;
use self::disk::locks::{Turn, TurnGuard};
use self::disk::names;
use self::disk::store_dir::StoreDir;
use self::documents::cache::Documents;
use self::documents::document::Document;
use self::follow::Following;
use self::lifecycle::background::Schedule;
use super::rules::{no_such_process, refuse_taken};
use super::{FileNotice, StoreError};
use crate::{Error, ProcessName};

pub(crate) use disk::store_dir::reason;
pub(crate) use format::write_process;
pub(crate) use journal::{read_entry, read_patch, write_entry, write_patch};

pub use examine::{
    Concern, Examination, ExamineError, Finding, FindingKind, Repair, RepairError, RepairKind,
    Revisions, TrashContents, WordPlace, Writer, examine, repair,
};
pub use format::process_from_json;
pub use open::{FileStoreOptions, LockSupport, OpenError, OpenProblem};

/// The lock on the names in the directory; no process's lock is called so, as those of names
/// with such letters are called after a checksum.
const NAMES_LOCK: &str = "@names";

/// The largest file, in bytes, whose process is answered at once: what is made of a larger one
/// would hold up other work of the caller's thread for more than a moment.
const MOST_AT_ONCE: usize = 128 << 10;

/// How often an operation starts over because the file was renamed under it.
const MOVED_RETRIES: u32 = 16;

/// Keeps one JSON file a process in a directory.
///
/// See the [crate documentation](crate) for an example and the repository's `ARCHITECTURE.md`
/// for the invariants.
pub struct FileStore {
    /// Goes first: its thread uses the rest.
    following: Following,
    place: Arc<StoreDir>,
    catalog: Arc<Mutex<Catalog>>,
    documents: Arc<Documents>,
    schedule: Arc<Schedule>,
    lock_support: LockSupport,
    /// Whether a look at a file is a matter of this machine alone, so that it never hangs.
    is_local: bool,
    /// Held with the lock on the names: where that keeps nobody out, this store's own threads
    /// still keep out each other.
    naming: Arc<Turn>,
    /// See [`FileStoreOptions::watch_directory`].
    watch_directory: bool,
    /// See [`FileStoreOptions::poll_interval`].
    poll_interval: Duration,
}

/// Keeps others, in this store and in other OS processes, from changing which names there are.
struct NamesGuard<'a> {
    _shared: Box<dyn LockGuard>,
    _own: TurnGuard<'a>,
}

impl FileStore {
    /// The storage directory.
    pub fn dir(&self) -> &Path {
        &self.place.dir
    }

    /// Whether locks work in the directory. Without them, several OS processes that use it at
    /// once may lose each other's changes.
    pub fn lock_support(&self) -> LockSupport {
        self.lock_support
    }

    fn catalog(&self) -> MutexGuard<'_, Catalog> {
        self.catalog.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps others from changing which names there are.
    fn lock_names(&self) -> Result<NamesGuard<'_>, StoreError> {
        let names = self.lock_names_by(self.place.deadline())?;
        names.ok_or_else(|| self.place.held(NAMES_LOCK))
    }

    /// Like [`lock_names`](Self::lock_names); `None` where somebody still changes them at
    /// `deadline`.
    fn lock_names_by(&self, deadline: Instant) -> Result<Option<NamesGuard<'_>>, StoreError> {
        let Some(own) = self.naming.take_by(deadline) else {
            return Ok(None);
        };
        let shared = self.place.lock_by(NAMES_LOCK, deadline)?;
        Ok(shared.map(|shared| NamesGuard {
            _shared: shared,
            _own: own,
        }))
    }

    /// Waits until nobody changes the process of this name, before the names are locked: a lock on
    /// one process must not keep calls on others waiting.
    fn wait_for(&self, name: &ProcessName) -> Result<(), StoreError> {
        let file = self.catalog().file_of(name.as_str()).map(ToOwned::to_owned);
        if let Some(file) = file {
            let document = self.documents.document(&file);
            document.hold(&self.place, self.place.deadline())?;
        }
        Ok(())
    }

    /// Refuses a change of a store that is open for reading only.
    fn refuse_read_only(&self) -> Result<(), StoreError> {
        if self.place.is_read_only {
            return Err(StoreError::ReadOnly);
        }
        Ok(())
    }

    /// Looks at the directory again, and takes away what dead writers left.
    fn refreshed(&self, depth: Depth) -> Result<MutexGuard<'_, Catalog>, StoreError> {
        let mut scan = DirScan::new(&self.place, &self.documents);
        let mut catalog = self.catalog();
        catalog.refresh(&mut scan, depth)?;
        if self.place.is_read_only {
            return Ok(catalog);
        }
        for document in &scan.behind {
            self.schedule.found_behind(document);
        }
        self.schedule.look_after_trash();
        if self.lock_support == LockSupport::Working {
            open::sweep(&self.place, &self.place.dir, catalog.temporary());
        }
        Ok(catalog)
    }

    /// Runs `work` on the document of the process's file, and looks for the file again where `work`
    /// finds that it is no longer there.
    fn with_document<T>(
        &self,
        name: &str,
        mut work: impl FnMut(&Arc<Document>) -> Result<Option<T>, Error>,
    ) -> Result<T, Error> {
        for _ in 0..MOVED_RETRIES {
            let file = self.catalog().file_of(name).map(ToOwned::to_owned);
            if let Some(file) = file
                && let Some(value) = work(&self.documents.document(&file))?
            {
                return Ok(value);
            }
            let catalog = self.refreshed(Depth::Names)?;
            if catalog.file_of(name).is_none() {
                return Err(not_found(&catalog, name));
            }
        }
        Err(StoreError::Contended.into())
    }

    /// The files that could not be brought up to date, and why.
    fn behind(&self) -> Vec<(String, StoreError)> {
        let failures = self.schedule.failures().into_iter();
        failures
            .map(|(file, error)| (names::shown(&file), error))
            .collect()
    }

    /// The damaged journals that are known to lie on the disk: those that were set aside, and those
    /// of the processes that were looked at.
    pub fn damage(&self) -> Vec<FileNotice> {
        let files: Vec<_> = {
            let catalog = self.catalog();
            catalog.files().map(|(_, file)| file.clone()).collect()
        };
        let damage = &self.place.damage;
        damage.all(&self.place, files.iter(), self.lost())
    }

    /// Tells which changes of a damaged journal in its place are missing.
    fn lost(&self) -> impl Fn(&OsStr) -> Option<Option<Revisions>> {
        |file| examine::lost(&self.place, file)
    }

    /// What calls waited for in vain and others still keep locked: the file, and who.
    fn still_held(&self) -> Vec<(String, StoreError)> {
        let held = self.place.still_held().into_iter();
        held.map(|(lock_id, error)| {
            let what = if lock_id == NAMES_LOCK {
                "the names of the files".to_owned()
            } else {
                format!("{lock_id}{}", names::ENDING)
            };
            (what, error)
        })
        .collect()
    }

    /// Refuses a new name that is taken, or that an unusable file would have.
    fn refuse_new_name(
        catalog: &Catalog,
        name: &ProcessName,
        own: Option<&ProcessName>,
    ) -> Result<(), Error> {
        refuse_taken(&catalog.names(), name, own)?;
        match catalog.problem_for(name.as_str()) {
            Some(problem) => Err(Error::Unusable(problem)),
            None => Ok(()),
        }
    }
}

/// The refusal of a process that was not found: a file that cannot be read may be its own, and
/// one that somebody else made may be taken for it.
fn not_found(catalog: &Catalog, name: &str) -> Error {
    let problem = catalog.problem_for(name);
    match problem.or_else(|| catalog.foreign_for(name)) {
        Some(problem) => Error::Unusable(problem),
        None => no_such_process(name),
    }
}
