//! A file system on which nothing is changed, whatever is asked of it.
//!
//! A store for reading only stands on it, so that this does not depend on each place at which the
//! store writes.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use super::fs::{FileSystem, JournalFile, LockGuard, NewFile, OpenDirectory, Stamp, Stat};

/// Reads through another file system.
pub(crate) struct ReadOnlyFileSystem(pub(crate) Box<dyn FileSystem>);

fn refused<T>() -> io::Result<T> {
    Err(io::ErrorKind::ReadOnlyFilesystem.into())
}

impl FileSystem for ReadOnlyFileSystem {
    fn is_local(&self, dir: &Path) -> bool {
        self.0.is_local(dir)
    }

    fn names(&self, dir: &Path) -> io::Result<Vec<OsString>> {
        self.0.names(dir)
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        self.0.stat(path)
    }

    fn open_directory(&self, dir: &Path) -> Option<Box<dyn OpenDirectory>> {
        self.0.open_directory(dir)
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<(Stamp, Vec<u8>)> {
        self.0.read(path, limit)
    }

    fn open_journal(&self, path: &Path) -> io::Result<Box<dyn JournalFile>> {
        self.0.open_journal_to_read(path)
    }

    fn create_dir_all(&self, _: &Path) -> io::Result<()> {
        refused()
    }

    fn create(&self, _: &Path, _: &Path) -> io::Result<Box<dyn NewFile>> {
        refused()
    }

    fn create_journal(&self, _: &Path) -> io::Result<Box<dyn JournalFile>> {
        refused()
    }

    fn link(&self, _: &Path, _: &Path) -> io::Result<()> {
        refused()
    }

    fn set_modified(&self, _: &Path, _: SystemTime) -> io::Result<()> {
        refused()
    }

    fn rename(&self, _: &Path, _: &Path) -> io::Result<()> {
        refused()
    }

    fn rename_to_free_name(&self, _: &Path, _: &Path) -> io::Result<()> {
        refused()
    }

    fn remove(&self, _: &Path) -> io::Result<()> {
        refused()
    }

    fn remove_dir(&self, _: &Path) -> io::Result<()> {
        refused()
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        refused()
    }

    /// A lock is a file that is made if it is missing.
    fn lock(&self, _: &Path) -> io::Result<Box<dyn LockGuard>> {
        refused()
    }

    fn try_lock(&self, _: &Path) -> io::Result<Option<Box<dyn LockGuard>>> {
        refused()
    }
}
