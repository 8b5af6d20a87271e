//! The processes of a directory: finding their files, and keeping others from changing which there
//! are.

use std::ffi::OsString;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::super::catalog::Catalog;
use super::super::catalog::file_entry::Depth;
use super::super::catalog::scan::DirScan;
use super::super::disk::locks::{NamesGuard, Turn, locked};
use super::super::disk::names::NAMES_LOCK;
use super::super::disk::probes::sweep;
use super::super::documents::cache::Documents;
use super::super::documents::document::{Document, EDITOR_PAUSE, EDITOR_RETRIES};
use super::super::documents::request::Outcome;
use super::super::documents::shared::Shared;
use super::background::Background;
use crate::store::rules::{no_such_process, refuse_taken};
use crate::store::{Change, Requester, StoreError};
use crate::{Error, Process, ProcessName};

/// How often an operation starts over because the file was renamed under it.
pub(crate) const MOVED_RETRIES: u32 = 16;

/// How long the lock of a process is waited for while the names are locked, as all who make, rename
/// or delete any process wait behind it.
pub(super) const BRIEFLY: Duration = Duration::from_millis(200);

/// The processes of a directory.
pub(crate) struct Processes {
    pub(crate) shared: Arc<Shared>,
    catalog: Mutex<Catalog>,
    pub(crate) documents: Documents,
    pub(crate) background: Background,
    /// Held with the lock on the names: if that keeps nobody out, this store's own threads still
    /// keep out each other.
    pub(crate) naming: Turn,
}

impl Processes {
    pub(crate) fn new(shared: Arc<Shared>, cache_bytes: usize, in_background: bool) -> Self {
        Self {
            catalog: Mutex::default(),
            documents: Documents::new(Arc::clone(&shared), cache_bytes),
            background: Background::new(Arc::clone(&shared), in_background),
            naming: Turn::default(),
            shared,
        }
    }

    pub(crate) fn catalog(&self) -> MutexGuard<'_, Catalog> {
        locked(&self.catalog)
    }

    /// What is known of the files, if nobody is using it at the moment.
    pub(crate) fn try_catalog(&self) -> Option<MutexGuard<'_, Catalog>> {
        self.catalog.try_lock().ok()
    }

    /// Keeps others from changing which names there are.
    pub(crate) fn lock_names(&self) -> Result<NamesGuard<'_>, StoreError> {
        let names = self.lock_names_by(self.shared.dir.deadline())?;
        names.ok_or_else(|| self.shared.dir.held(NAMES_LOCK))
    }

    /// Like [`lock_names`](Self::lock_names); `None` if they are still being changed at `deadline`.
    pub(crate) fn lock_names_by(
        &self,
        deadline: Instant,
    ) -> Result<Option<NamesGuard<'_>>, StoreError> {
        let Some(own) = self.naming.take_by(deadline) else {
            return Ok(None);
        };
        let shared = self.shared.dir.lock_by(NAMES_LOCK, deadline)?;
        Ok(shared.map(|shared| NamesGuard::new(shared, own)))
    }

    /// The file of the process of this name, as of the last look at the directory.
    pub(crate) fn file_of(&self, name: &str) -> Option<OsString> {
        self.catalog().file_of(name).map(ToOwned::to_owned)
    }

    /// Keeps others from changing which names there are, once nobody changes the process of this
    /// name: a lock on one process must not keep calls on others waiting.
    pub(crate) fn lock_names_to_change(
        &self,
        name: &ProcessName,
    ) -> Result<NamesGuard<'_>, StoreError> {
        let deadline = self.shared.dir.deadline();
        if let Some(file) = self.file_of(name.as_str()) {
            self.documents.document(&file).lock(deadline)?;
        }
        let names = self.lock_names_by(deadline)?;
        names.ok_or_else(|| self.shared.dir.held(NAMES_LOCK))
    }

    /// Looks at the directory again, and takes away the files of dead writers.
    pub(crate) fn refreshed(&self, depth: Depth) -> Result<MutexGuard<'_, Catalog>, StoreError> {
        let mut retries = EDITOR_RETRIES;
        let mut behind = Vec::new();
        let catalog = loop {
            let mut scan = DirScan::new(&self.documents);
            let mut catalog = self.catalog();
            catalog.refresh(&mut scan, depth)?;
            behind.append(&mut scan.behind);
            if !scan.in_flux || depth == Depth::Names || retries == 0 {
                break catalog;
            }
            // An editor may be in the middle of a file. Nobody else waits for it.
            drop(catalog);
            retries -= 1;
            std::thread::sleep(EDITOR_PAUSE);
        };
        if self.shared.dir.is_read_only {
            return Ok(catalog);
        }
        for document in &behind {
            self.background.found_behind(document);
        }
        self.background.look_after_trash();
        if self.shared.dir.locks_work {
            sweep(&self.shared.dir, &self.shared.dir.dir, &catalog.temporary());
        }
        Ok(catalog)
    }

    /// Runs `work` on the document of the process's file, and looks for the file again if `work`
    /// finds that it is no longer there.
    pub(crate) fn with_document<T>(
        &self,
        name: &str,
        mut work: impl FnMut(&Arc<Document>) -> Result<Option<T>, Error>,
    ) -> Result<T, Error> {
        for _ in 0..MOVED_RETRIES {
            let file = self.file_of(name);
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

    /// Makes a change to the process of exactly this name.
    pub(crate) fn update(
        &self,
        name: &ProcessName,
        requester: &Requester,
        change: Change,
    ) -> Result<Arc<Process>, Error> {
        if self.catalog().is_owed() {
            // A first change to a file that has no journal begins another one. If the look fails, the
            // file is used as it is.
            drop(self.refreshed(Depth::Names));
        }
        let mut waiting = Some(change);
        self.with_document(name.as_str(), |document| {
            // Taken at the end of each round and given back if the file has moved.
            let Some(change) = waiting.take() else {
                return Ok(None);
            };
            match document.submit(name, requester, change) {
                Outcome::Kept(process) => {
                    self.background.changed(document);
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

    /// Refuses a new name that is taken, or that an unusable file would have.
    pub(crate) fn refuse_new_name(
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

/// The refusal of a process that was not found: a file that cannot be read may be its own, and a
/// foreign one may be taken for it.
pub(super) fn not_found(catalog: &Catalog, name: &str) -> Error {
    let problem = catalog.problem_for(name);
    match problem.or_else(|| catalog.foreign_for(name)) {
        Some(problem) => Error::Unusable(problem),
        None => no_such_process(name),
    }
}
