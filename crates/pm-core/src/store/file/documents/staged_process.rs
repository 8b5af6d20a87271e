//! A process's file that is whole and durable, and waits for its name.

use std::io;

use super::super::disk::fs::Stamp;
use super::super::disk::staged_file::StagedFile;
use super::super::disk::store_dir::{StoreDir, WriteFailed};
use super::super::format::write_in_pieces;
use super::super::journal::{Checksum, Line, Summed};
use crate::Process;
use crate::store::StoreError;
use std::ffi::OsStr;

/// A JSON file, durable under a temporary name; it is taken away if it never gets its own.
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
        let mut checksum = Checksum::NONE;
        let staged = StagedFile::write(dir, lock_id, file, |to| {
            let mut summed = Summed::new(to);
            write_in_pieces(process, &mut summed)?;
            checksum = summed.checksum();
            Ok(())
        })?;
        Ok(Self {
            file: staged,
            checksum,
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
