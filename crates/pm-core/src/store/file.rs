//! A store of one human-readable JSON file a process, in one directory that several OS processes
//! and people with a text editor use at the same time.
//!
//! # Invariants
//!
//! - **The name inside a file is the process's identity**; the file's own name is never built
//!   back from it, files are found by looking at the directory.
//! - **A change is durable before it is acknowledged**: temporary file, write, fsync, rename,
//!   fsync of the directory ([`place::Place::put`]).
//! - **Read, modify and write happen under one lock**, shared with all OS processes, on a lock
//!   file that is never deleted ([`slot::Slot`]).
//! - **What is in memory is believed only after a look at the file** ([`fs::Stamp::is_settled`]).
//! - **Locks are taken in one order**: the directory's names, then one process.

mod cache;
mod commit;
mod directory;
mod entry;
mod format;
mod fs;
mod index;
mod naming;
mod open;
mod os;
mod place;
mod slot;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::cache::Cache;
use self::commit::Outcome;
use self::directory::Directory;
use self::entry::Depth;
use self::place::{Absent, NotReplaced, Place, failed, unusable};
use super::memory::{missing, refuse_taken};
use super::{Change, Listing, Store, StoreError, StoreHealth};
use crate::{Error, Process, ProcessName};

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
    place: Place,
    directory: Mutex<Directory>,
    cache: Cache,
    lock_support: LockSupport,
    /// Whether a look at a file is a matter of this machine alone, so that it never hangs.
    is_local: bool,
    /// Held with the lock on the names: where that keeps nobody out, this store's own threads
    /// still keep out each other.
    naming: Mutex<()>,
}

/// Keeps others, in this store and in other OS processes, from changing which names there are.
struct NamesGuard<'a> {
    _shared: Box<dyn fs::LockGuard>,
    _own: MutexGuard<'a, ()>,
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

    fn directory(&self) -> MutexGuard<'_, Directory> {
        self.directory
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps others from changing which names there are.
    fn lock_names(&self) -> Result<NamesGuard<'_>, StoreError> {
        let own = self.naming.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(NamesGuard {
            _shared: self.place.lock(NAMES_LOCK)?,
            _own: own,
        })
    }

    /// Looks at the directory again, and takes away what dead writers left.
    fn refreshed(&self, depth: Depth) -> Result<MutexGuard<'_, Directory>, StoreError> {
        let mut directory = self.directory();
        directory.refresh(&self.place, depth)?;
        let temporary = directory.take_temporary();
        if self.lock_support == LockSupport::Working {
            open::sweep(&self.place, temporary);
        }
        Ok(directory)
    }

    /// Runs `work` on the slot of the process's file, and looks for the file again where `work`
    /// finds that it is no longer there.
    fn with_slot<T>(
        &self,
        name: &str,
        mut work: impl FnMut(&slot::Slot) -> Result<Option<T>, Error>,
    ) -> Result<T, Error> {
        for _ in 0..MOVED_RETRIES {
            let file = self.directory().file_of(name).map(ToOwned::to_owned);
            if let Some(file) = file
                && let Some(value) = work(&self.cache.slot(&file))?
            {
                return Ok(value);
            }
            let directory = self.refreshed(Depth::Names)?;
            if directory.file_of(name).is_none() {
                return Err(not_found(&directory, name));
            }
        }
        Err(StoreError::Contended.into())
    }

    /// Refuses a new name that is taken, or that an unusable file would have.
    fn refuse_new_name(
        directory: &Directory,
        name: &ProcessName,
        own: Option<&ProcessName>,
    ) -> Result<(), Error> {
        refuse_taken(&directory.names(), name, own)?;
        match directory.problem_for(name.as_str()) {
            Some(problem) => Err(Error::Unusable(problem)),
            None => Ok(()),
        }
    }
}

impl Store for FileStore {
    fn names(&self) -> Result<Vec<ProcessName>, Error> {
        Ok(self.refreshed(Depth::Names)?.names())
    }

    fn list(&self) -> Result<Listing, Error> {
        Ok(self.refreshed(Depth::Summaries)?.listing())
    }

    fn read(&self, name: &str) -> Result<Arc<Process>, Error> {
        self.with_slot(name, |slot| match slot.current(&self.place) {
            Ok(process) if process.name.as_str() == name => Ok(Some(process)),
            Ok(_) | Err(Absent::Missing) => Ok(None),
            Err(Absent::Problem(kind)) => {
                self.directory().look_closer(&self.place, slot.file());
                Err(unusable(slot.file(), kind))
            }
        })
    }

    fn read_at_once(&self, name: &str) -> Option<Arc<Process>> {
        if !self.is_local {
            return None;
        }
        let slot = {
            let directory = self.directory.try_lock().ok()?;
            self.cache.known_slot(directory.file_of(name)?)?
        };
        let process = slot.current_at_once(&self.place, MOST_AT_ONCE)?;
        (process.name.as_str() == name).then_some(process)
    }

    fn create(&self, mut process: Process) -> Result<Arc<Process>, Error> {
        process.revision = 1;
        let bytes = format::write_process(&process)
            .map_err(|error| StoreError::io("write the file", error))?;
        let _names = self.lock_names()?;
        for _ in 0..MOVED_RETRIES {
            let directory = self.refreshed(Depth::Names)?;
            Self::refuse_new_name(&directory, &process.name, None)?;
            let file = naming::free_file_name(&process.name, directory.taken());
            drop(directory);

            let slot = self.cache.slot(file.as_ref());
            let created = slot.exclusively(&self.place, |lock_id| {
                let put = self
                    .place
                    .put(lock_id, file.as_ref(), &bytes, |temporary, target| {
                        self.place
                            .fs
                            .rename_to_free_name(temporary, target)
                            .map_err(|error| match error.kind() {
                                std::io::ErrorKind::AlreadyExists => NotReplaced::Stale,
                                _ => failed("name the new file", error),
                            })
                    });
                match put {
                    Ok(_) => Ok(true),
                    // Somebody put a file of that name there just now; another name is free.
                    Err(NotReplaced::Stale) => Ok(false),
                    Err(NotReplaced::Failed(error)) => Err(error.into()),
                }
            })?;
            if created {
                self.directory().learn(&process.name, file.as_ref());
                return Ok(Arc::new(process));
            }
        }
        Err(StoreError::Contended.into())
    }

    fn update(&self, name: &ProcessName, change: Change) -> Result<Arc<Process>, Error> {
        let mut waiting = Some(change);
        self.with_slot(name.as_str(), |slot| {
            // Taken at the end of each round and given back where the file has moved.
            let Some(change) = waiting.take() else {
                return Ok(None);
            };
            match slot.submit(&self.place, name, change) {
                Outcome::Kept(process) => Ok(Some(process)),
                Outcome::Refused(error) => Err(error),
                Outcome::Moved(change) => {
                    waiting = Some(change);
                    Ok(None)
                }
            }
        })
    }

    fn rename(&self, name: &ProcessName, new: &ProcessName) -> Result<Arc<Process>, Error> {
        let _names = self.lock_names()?;
        let (old_file, new_file) = {
            let directory = self.refreshed(Depth::Names)?;
            let old_file = match directory.file_of(name.as_str()) {
                Some(file) => file.to_owned(),
                None => return Err(not_found(&directory, name.as_str())),
            };
            Self::refuse_new_name(&directory, new, Some(name))?;
            // Its own name is free to it, also where only the case changes.
            let mut taken = directory.taken().clone();
            taken.remove(&old_file.to_string_lossy().to_ascii_lowercase());
            (old_file, naming::free_file_name(new, &taken))
        };

        // First the name inside, which is the identity: from here on the process is renamed.
        // The file's own name follows; where that fails it stays behind, and no harm is done.
        let new_name = new.clone();
        let process = self.update(
            name,
            Box::new(move |process| {
                process.name = new_name.clone();
                Ok(())
            }),
        )?;
        if old_file.eq_ignore_ascii_case(&new_file) {
            return Ok(process);
        }
        let followed = self.cache.slot(&old_file).exclusively(&self.place, |_| {
            let (from, to) = (self.place.path(&old_file), self.place.path(&new_file));
            if self.place.fs.rename_to_free_name(&from, &to).is_ok() {
                self.directory().learn(new, new_file.as_ref());
                self.place.sync_names()?;
            }
            Ok(())
        });
        // The process has its new name, durably; a file that keeps its old one does no harm.
        drop(followed);
        self.cache.remove(&old_file);
        Ok(process)
    }

    fn delete(&self, name: &ProcessName) -> Result<(), Error> {
        let _names = self.lock_names()?;
        let file = self.with_slot(name.as_str(), |slot| {
            slot.exclusively(&self.place, |_| {
                match slot.current(&self.place) {
                    Ok(process) if process.name == *name => {}
                    Ok(_) | Err(Absent::Missing) => return Ok(None),
                    Err(Absent::Problem(kind)) => return Err(unusable(slot.file(), kind)),
                }
                self.place
                    .fs
                    .remove(&self.place.path(slot.file()))
                    .map_err(|error| StoreError::io("remove the file", error))?;
                self.place.sync_names()?;
                Ok(Some(slot.file().to_owned()))
            })
        })?;
        self.cache.remove(&file);
        Ok(())
    }

    fn health(&self) -> StoreHealth {
        match self.list() {
            Ok(listing) => StoreHealth {
                processes: listing.processes.len(),
                problems: listing.problems,
                failure: None,
            },
            Err(error) => StoreHealth {
                processes: 0,
                problems: Vec::new(),
                failure: match error {
                    Error::Store(error) => Some(error),
                    _ => None,
                },
            },
        }
    }
}

/// The refusal of a process that was not found: a file that cannot be read may be its own.
fn not_found(directory: &Directory, name: &str) -> Error {
    match directory.problem_for(name) {
        Some(problem) => Error::Unusable(problem),
        None => missing(name),
    }
}
