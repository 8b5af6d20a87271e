//! The storage directory, and how a file in it is read, locked and replaced.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use time::OffsetDateTime;

use super::fs::{FileKind, FileSystem, LockGuard, Stamp, Stat};
use super::locks::Locks;
use super::names;
use crate::clock::Clock;
use crate::store::{StoreError, Unusable, UnusableKind};
use crate::{Error, Timestamp, reason};

/// The private directory inside the storage directory: what belongs to the machine, and is no
/// process.
pub const PRIVATE_DIR: &str = ".pm";

/// What a directory is called that stands in the place of a file.
pub(crate) const A_DIRECTORY: &str = "a directory";

/// The storage directory, as the rest of the store reaches it.
pub(crate) struct StoreDir {
    pub(crate) dir: PathBuf,
    pub(crate) fs: Arc<dyn FileSystem>,
    /// Whether nothing is ever written.
    pub(crate) is_read_only: bool,
    /// The locks that are waited for.
    pub(crate) locks: Locks,
    /// How long a call waits for a lock.
    pub(crate) lock_patience: Duration,
    /// Whether a look at a file is a matter of this machine alone: on others a look may be some
    /// seconds old.
    pub(crate) is_local: bool,
    /// Whether a lock that is held keeps others out.
    pub(crate) locks_work: bool,
    /// Stamps what is kept, and tells how long something has been in the trash.
    pub(crate) clock: Box<dyn Clock>,
    /// The largest file that is read, in bytes.
    pub(crate) max_file_bytes: u64,
}

/// Why a file's content cannot be had.
#[derive(Debug, Clone)]
pub(crate) enum Unavailable {
    /// There is no such file.
    Missing,
    /// There is such a file, and it cannot be used. A read error is never taken for a missing file.
    Problem(UnusableKind),
    /// It was changed from outside, and that could not be taken into the journal.
    NotKept(StoreError),
}

/// Why a file was not replaced. Only with `Failed` may the new content stand there all the same.
#[derive(Debug)]
pub(crate) enum WriteFailed {
    /// The file was changed from outside in between.
    Stale,
    /// The operating system failed.
    Failed(StoreError),
}

impl StoreDir {
    pub(crate) fn path(&self, file: impl AsRef<OsStr>) -> PathBuf {
        self.dir.join(file.as_ref())
    }

    pub(crate) fn locks_dir(&self) -> PathBuf {
        self.dir.join(PRIVATE_DIR).join("locks")
    }

    /// Makes a directory in the private one durably, even if it is there: the program that made it
    /// may have died before its name was durable.
    pub(crate) fn make_private(&self, dir: &Path) -> io::Result<()> {
        self.fs.create_dir_all(dir)?;
        self.sync_private()
    }

    /// Makes the names of the private directory and of those in it durable.
    pub(crate) fn sync_private(&self) -> io::Result<()> {
        self.fs.sync_dir(&self.dir.join(PRIVATE_DIR))?;
        self.fs.sync_dir(&self.dir)
    }

    /// Until when a call that begins now waits.
    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + self.lock_patience
    }

    /// Waits for a lock that is shared with all OS processes that use the directory; `None` if it
    /// is still held at `deadline`.
    pub(crate) fn lock_by(
        &self,
        lock_id: &str,
        deadline: Instant,
    ) -> Result<Option<Box<dyn LockGuard>>, StoreError> {
        let path = self.lock_path(lock_id);
        match self.locks.take_by(&self.fs, &path, deadline) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // The private directory was removed; a lock in it holds nothing that could be lost.
                self.fs
                    .create_dir_all(&self.locks_dir())
                    .and_then(|()| self.locks.take_by(&self.fs, &path, deadline))
                    .map_err(|error| StoreError::io("make the lock directory", error))
            }
            outcome => outcome.map_err(|error| StoreError::io("take the lock", error)),
        }
    }

    /// The refusal of a call that has waited for a lock for as long as calls wait.
    pub(crate) fn held(&self, lock_id: &str) -> StoreError {
        self.locks.is_overdue(lock_id);
        StoreError::Held {
            holder: self.fs.lock_holder(&self.lock_path(lock_id)),
            seconds: self.lock_patience.as_secs(),
        }
    }

    /// The locks that calls waited for in vain and that are still held.
    pub(crate) fn still_held(&self) -> Vec<(String, StoreError)> {
        let overdue = self.locks.overdue(|lock_id| {
            // If even the attempt fails, nobody knows.
            matches!(self.fs.try_lock(&self.lock_path(lock_id)), Ok(Some(_)))
        });
        let held = overdue.into_iter();
        held.map(|lock_id| {
            let error = StoreError::Held {
                holder: self.fs.lock_holder(&self.lock_path(&lock_id)),
                seconds: self.lock_patience.as_secs(),
            };
            (lock_id, error)
        })
        .collect()
    }

    fn lock_path(&self, lock_id: &str) -> PathBuf {
        self.locks_dir().join(format!("{lock_id}.lock"))
    }

    /// Takes a lock that is shared with all OS processes, if it is free.
    pub(crate) fn try_lock(&self, lock_id: &str) -> Result<Option<Box<dyn LockGuard>>, StoreError> {
        let failed = |error| StoreError::io("take the lock", error);
        self.fs.try_lock(&self.lock_path(lock_id)).map_err(failed)
    }

    /// Gives a file a second name, which is durable once the directory is synced. If the file
    /// system has no hard links, a copy gets the name.
    pub(crate) fn link_or_copy(&self, from: &Path, to: &Path) -> io::Result<()> {
        match self.fs.link(from, to) {
            Err(error) if is_unsupported(&error) => {
                let (_, bytes) = self.fs.read(from, u64::MAX)?;
                let mut copy = self.fs.create(to, from)?;
                copy.write_all(&bytes)?;
                copy.sync()
            }
            outcome => outcome,
        }
    }

    /// Stamps a file without opening it.
    pub(crate) fn stamp(&self, file: &OsStr) -> Result<Stamp, Unavailable> {
        self.stamp_of(self.fs.stat(&self.path(file)))
    }

    /// The stamp of a file that was looked at, if it is one that can be read.
    pub(crate) fn stamp_of(&self, stat: io::Result<Stat>) -> Result<Stamp, Unavailable> {
        let stat = stat.map_err(|error| absent(&error))?;
        let what = match stat.kind {
            FileKind::Regular if stat.stamp.len > self.max_file_bytes => {
                let limit = self.max_file_bytes;
                return Err(Unavailable::Problem(UnusableKind::TooLarge {
                    bytes: stat.stamp.len,
                    limit,
                }));
            }
            FileKind::Regular => return Ok(stat.stamp),
            FileKind::Directory => A_DIRECTORY,
            FileKind::SymbolicLink => "a symbolic link",
            FileKind::Other => "a device or a pipe",
        };
        Err(Unavailable::Problem(UnusableKind::NotARegularFile { what }))
    }

    /// Reads a file.
    pub(crate) fn read(&self, file: &OsStr) -> Result<(Stamp, Vec<u8>), Unavailable> {
        self.stamp(file)?;
        let limit = self.max_file_bytes;
        self.fs
            .read(&self.path(file), limit)
            .map_err(|error| absent(&error))
    }

    /// Reads the first `bytes` of a file.
    pub(crate) fn read_head(
        &self,
        file: &OsStr,
        bytes: u64,
    ) -> Result<(Stamp, Vec<u8>), Unavailable> {
        self.stamp(file)?;
        self.fs
            .read(&self.path(file), bytes)
            .map_err(|error| absent(&error))
    }

    /// Sets the time at which a file was last changed, as people see it; a text that is not a
    /// moment sets none.
    pub(crate) fn set_modified(&self, path: &Path, at: &Timestamp) -> io::Result<()> {
        match at.instant() {
            Some(at) => self.fs.set_modified(path, at.into()),
            None => Ok(()),
        }
    }

    /// Makes renames and removals in the storage directory durable. If that fails they have been
    /// made all the same, and nobody knows whether they last.
    pub(crate) fn sync_names(&self) -> Result<(), StoreError> {
        self.fs
            .sync_dir(&self.dir)
            .map_err(|error| StoreError::Uncertain {
                action: "make the directory durable",
                source: Arc::new(error),
            })
    }
}

impl From<WriteFailed> for Error {
    fn from(failed: WriteFailed) -> Self {
        match failed {
            WriteFailed::Stale => StoreError::Contended.into(),
            WriteFailed::Failed(error) => error.into(),
        }
    }
}

impl Unavailable {
    /// The refusal of a call about the process of `file`, which is there.
    pub(crate) fn refusal(self, file: &OsStr) -> Error {
        match self {
            Self::Missing => StoreError::Contended.into(),
            Self::Problem(kind) => unusable(file, kind),
            Self::NotKept(error) => error.into(),
        }
    }
}

/// The refusal of a file that cannot be used.
pub(crate) fn unusable(file: &OsStr, kind: UnusableKind) -> Error {
    Error::Unusable(Unusable {
        file: names::shown(file),
        kind,
    })
}

/// When a file was last modified.
pub(crate) fn modified_at(stamp: &Stamp) -> Timestamp {
    OffsetDateTime::from_unix_timestamp_nanos(stamp.modified_ns)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
        .into()
}

/// Wraps the operating system's answer to `action`.
pub(crate) fn failed(action: &'static str, error: io::Error) -> WriteFailed {
    WriteFailed::Failed(StoreError::io(action, error))
}

fn absent(error: &io::Error) -> Unavailable {
    match error.kind() {
        io::ErrorKind::NotFound => Unavailable::Missing,
        _ => Unavailable::Problem(UnusableKind::Unreadable {
            reason: reason(error),
        }),
    }
}

/// What file systems without hard links answer to a request for one.
fn is_unsupported(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied | io::ErrorKind::TooManyLinks
    )
}

/// The refusal of a process whose journal cannot be read: without it the state of the process is
/// not known.
pub(crate) fn unreadable_journal(error: &io::Error) -> Unavailable {
    Unavailable::Problem(UnusableKind::Unreadable {
        reason: format!("its journal: {}", reason(error)),
    })
}
