//! Keeping the writers of a file away for a moment, without making anything.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use super::super::disk::os::not_through_links;
use super::super::disk::store_dir::StoreDir;

/// How long a lock is waited for. A program that holds one for longer is not writing: it hangs.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long to wait between two attempts.
const PAUSE: Duration = Duration::from_millis(1);

/// What became of an attempt to keep writers away.
pub(crate) enum Paused {
    /// No writer works on the file for as long as this value lives.
    Quiet {
        /// Closing the handle releases the lock; there is none if the lock was never taken.
        _lock: Option<File>,
    },
    /// A writer works on the file.
    Busy,
}

/// Waits for a moment without writers of what this lock is for.
pub(crate) fn pause(dir: &StoreDir, lock_id: &str) -> Paused {
    let give_up = Instant::now() + PATIENCE;
    loop {
        match attempt(dir, lock_id) {
            Paused::Busy if Instant::now() < give_up => std::thread::sleep(PAUSE),
            outcome => return outcome,
        }
    }
}

/// Keeps writers away, if none is at work.
pub(crate) fn attempt(dir: &StoreDir, lock_id: &str) -> Paused {
    let lock = match open(&dir.locks_dir().join(format!("{lock_id}.lock"))) {
        Ok(lock) => lock,
        // Lock files are never taken away: without one, nobody ever wrote.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Paused::Quiet { _lock: None };
        }
        Err(_) => return Paused::Busy,
    };
    // The lock is shared, as a handle that can only read may ask for that on every file system.
    match lock.try_lock_shared() {
        Ok(()) => Paused::Quiet { _lock: Some(lock) },
        Err(TryLockError::WouldBlock) => Paused::Busy,
        // Without locks nobody can be kept away, and a look now is as good as any.
        Err(TryLockError::Error(_)) => Paused::Quiet { _lock: None },
    }
}

/// Opens a lock file that is there.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    not_through_links(OpenOptions::new().read(true)).open(path)
}
