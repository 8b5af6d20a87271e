//! A file that is whole before it has its name: written and made durable under a temporary one, and
//! taken away if it never gets its own.

use std::ffi::OsStr;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use super::fs::{NewFile, Stamp};
use super::names;
use super::store_dir::{StoreDir, WriteFailed, failed};
use crate::Timestamp;
use crate::store::StoreError;

/// A file of the storage directory that is durable under a temporary name.
///
/// The order makes a change safe: content first, then the name, then the directory
/// ([`StoreDir::sync_names`]). At no moment does the real name stand for anything but a whole file.
pub(crate) struct StagedFile<'a> {
    dir: &'a StoreDir,
    temporary: PathBuf,
    file: Box<dyn NewFile>,
    is_placed: AtomicBool,
}

impl<'a> StagedFile<'a> {
    /// Has `write` write a file under a temporary name that belongs to a lock, which the caller
    /// holds, with the permissions of the file `like`. If `write` writes in small pieces, it has to
    /// buffer them.
    pub(crate) fn write(
        dir: &'a StoreDir,
        lock_id: &str,
        like: &OsStr,
        write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
    ) -> Result<Self, WriteFailed> {
        let limit = dir.max_file_bytes;
        let temporary = dir.path(names::temporary_name(lock_id));
        let file = (dir.fs.create(&temporary, &dir.path(like)))
            .map_err(|error| failed("make a temporary file", error))?;
        let mut staged = Self {
            dir,
            temporary,
            file,
            is_placed: AtomicBool::new(false),
        };
        let mut to = Limited {
            file: &mut *staged.file,
            room: Some(limit),
        };
        if let Err(error) = write(&mut to) {
            return Err(if to.room.is_none() {
                WriteFailed::Failed(StoreError::TooLarge { limit })
            } else {
                failed("write the file", error)
            });
        }
        (staged.file.sync()).map_err(|error| failed("make the file durable", error))?;
        Ok(staged)
    }

    /// Sets the time at which the file was last changed, as people see it.
    pub(crate) fn set_modified(&self, at: &Timestamp) -> io::Result<()> {
        self.dir.set_modified(&self.temporary, at)
    }

    /// Gives the file its name, over whatever has that name.
    pub(crate) fn replace(&self, file: impl AsRef<OsStr>) -> io::Result<()> {
        self.dir.fs.rename(&self.temporary, &self.dir.path(file))?;
        self.is_placed.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Gives the file its name; refused with `AlreadyExists` if that is taken.
    pub(crate) fn place(&self, file: &OsStr) -> io::Result<()> {
        let target = self.dir.path(file);
        self.dir.fs.rename_to_free_name(&self.temporary, &target)?;
        self.is_placed.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Stamps the file, under whatever name it has.
    pub(crate) fn stamp(&self) -> io::Result<Stamp> {
        self.file.stamp()
    }
}

/// A new file that takes bytes up to a limit.
struct Limited<'a> {
    file: &'a mut dyn NewFile,
    /// The bytes that it still takes; none once there were too many.
    room: Option<u64>,
}

impl io::Write for Limited<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let len = bytes.len() as u64;
        self.room = self.room.and_then(|room| room.checked_sub(len));
        if self.room.is_none() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.file.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for StagedFile<'_> {
    fn drop(&mut self) {
        if !self.is_placed.load(Ordering::Relaxed) {
            // If this fails, too, the next sweep takes it.
            let _ = self.dir.fs.remove(&self.temporary);
        }
    }
}
