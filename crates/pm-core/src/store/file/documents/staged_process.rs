//! A process's file that is whole and durable, and waits for its name.

use std::io;

use super::super::disk::fs::Stamp;
use super::super::disk::staged_file::StagedFile;
use super::super::disk::store_dir::{StoreDir, WriteFailed, failed};
use super::super::format::write_process;
use super::super::journal::{Checksum, Line};
use crate::Process;
use crate::store::StoreError;
use std::ffi::OsStr;

/// A JSON file, durable under a temporary name that goes with it.
pub(super) struct StagedProcess<'a> {
    file: StagedFile<'a>,
    pub(super) checksum: Checksum,
    pub(super) revision: u64,
}

impl<'a> StagedProcess<'a> {
    /// Writes `process` for `file`, under the lock `lock_id`.
    pub(super) fn new(
        dir: &'a StoreDir,
        lock_id: &str,
        file: &OsStr,
        process: &Process,
    ) -> Result<Self, WriteFailed> {
        if dir.fs.is_read_only(&dir.path(file)) {
            return Err(WriteFailed::Failed(StoreError::FileReadOnly));
        }
        let bytes = write_process(process).map_err(|error| failed("write the file", error))?;
        Ok(Self {
            file: StagedFile::write(dir, lock_id, file, &bytes)?,
            checksum: Checksum::of(&bytes),
            revision: process.revision,
        })
    }

    /// The line that announces the file.
    pub(super) fn announcement(&self) -> Line {
        Line::Checkpoint {
            revision: self.revision,
            json: self.checksum,
        }
    }

    /// Gives the file its name.
    pub(super) fn replace(&self, file: &OsStr) -> io::Result<()> {
        self.file.replace(file)
    }

    /// Stamps the file, under whatever name it has.
    pub(super) fn stamp(&self) -> io::Result<Stamp> {
        self.file.stamp()
    }
}
