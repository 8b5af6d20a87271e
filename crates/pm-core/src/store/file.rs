//! A store of one human-readable JSON file a process, in one directory that several OS processes
//! and people with a text editor use at the same time.
//!
//! What always holds, and which room uses which, is in the repository's `ARCHITECTURE.md`; the
//! formats, and every order of writing with why it is safe, in `docs/storage.md`.

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
use std::sync::Arc;

use self::disk::names::{self, NAMES_LOCK};
use self::follow::Following;
use self::lifecycle::processes::Processes;
use super::{Revisions, StoreError, StoreNotice};

pub(crate) use catalog::summary_text::{read_summary, write_summary};
pub(crate) use format::write_process;
pub(crate) use journal::{read_entry, read_patch, write_entry, write_patch};

pub use disk::probes::{LockSupport, OpenProblem};
pub use disk::store_dir::PRIVATE_DIR;
pub use examine::{
    Concern, Examination, ExamineError, Finding, FindingKind, Repair, RepairError, RepairKind,
    TrashContents, WordPlace, Writer, examine, repair,
};
pub use format::process_from_json;
pub use open::{FileStoreOptions, OpenError};

/// The version of the format of a journal: the only one that is written and read.
pub const JOURNAL_FORMAT: u32 = journal::FORMAT;

/// The largest file, in bytes, whose process is answered at once: what is made of a larger one
/// would hold up other work of the caller's thread for more than a moment.
const AT_ONCE_BYTES_MAX: usize = 128 << 10;

/// Keeps one JSON file a process in a directory.
///
/// See the [crate documentation](crate) for an example and the repository's `ARCHITECTURE.md`
/// for the invariants.
pub struct FileStore {
    /// Dropped before the others: its thread uses them.
    following: Following,
    processes: Arc<Processes>,
    lock_support: LockSupport,
    /// Whether a look at a file is a matter of this machine alone, so that it never hangs.
    is_local: bool,
}

impl FileStore {
    /// The storage directory.
    pub fn dir(&self) -> &Path {
        &self.processes.shared.dir.dir
    }

    /// Whether locks work in the directory. Without them, several OS processes that use it at
    /// once may lose each other's changes.
    pub fn lock_support(&self) -> LockSupport {
        self.lock_support
    }

    /// Refuses a change of a store that is open for reading only.
    fn refuse_read_only(&self) -> Result<(), StoreError> {
        if self.processes.shared.dir.is_read_only {
            return Err(StoreError::ReadOnly);
        }
        Ok(())
    }

    /// The files that could not be brought up to date, and why.
    fn behind(&self) -> Vec<(String, StoreError)> {
        let failures = self.processes.background.failures().into_iter();
        failures
            .map(|(file, error)| (names::shown(&file), error))
            .collect()
    }

    /// The damaged journals that are known to lie on the disk: those that were set aside, and those
    /// of the processes that were looked at.
    pub fn damage(&self) -> Vec<StoreNotice> {
        let files: Vec<_> = {
            let catalog = self.processes.catalog();
            catalog.files().map(|(_, file)| file.clone()).collect()
        };
        let damage = &self.processes.shared.damage;
        damage.all(&self.processes.shared.dir, files.iter(), self.lost())
    }

    /// Tells which changes of a damaged journal in its place are missing.
    fn lost(&self) -> impl Fn(&OsStr) -> Option<Option<Revisions>> {
        |file| examine::lost(&self.processes.shared.dir, file)
    }

    /// The locks that calls waited for in vain and that are still held: the file, and the holder.
    fn still_held(&self) -> Vec<(String, StoreError)> {
        let held = self.processes.shared.dir.still_held().into_iter();
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
}
