//! A file that a program has open, for writing from its beginning or as a journal.

use std::io;
use std::path::{Path, PathBuf};

use super::content::Content;
use super::disk::NodeId;
use super::fault::{FaultKind, Sort};
use super::filesystem::{ModelFileSystem, part};
use super::machine::State;
use super::sites::{Site, SyncOperation};
use crate::store::file::disk::fs::{JournalFile, NewFile, Stamp};

/// An open file. It stays what it is, whatever becomes of its name.
pub(crate) struct OpenFile {
    fs: ModelFileSystem,
    node: NodeId,
    /// The name under which it was opened.
    path: PathBuf,
    len: u64,
}

impl OpenFile {
    pub(crate) fn new(fs: &ModelFileSystem, node: NodeId, path: &Path) -> Self {
        Self {
            fs: fs.clone(),
            node,
            path: path.to_owned(),
            len: 0,
        }
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let place = usize::try_from(offset).map_err(io::Error::other)?;
        let put = |state: &mut State, bytes: &[u8]| {
            let disk = &mut state.disk;
            disk.change_file(self.node, |content| content.write(place, bytes));
        };
        let half = |state: &mut State, kind| {
            if matches!(kind, FaultKind::Short | FaultKind::Killed) {
                put(state, &bytes[..bytes.len() / 2]);
            }
        };
        let operation = ("write", &*self.path, Sort::Write);
        let machine = &self.fs.machine;
        machine.operate(self.fs.program, operation, half, |state| {
            put(state, bytes);
            Ok(())
        })
    }

    fn sync_as(&self, name: &'static str, operation: SyncOperation) -> io::Result<()> {
        let lose = |state: &mut State, kind| {
            if kind != FaultKind::Killed {
                state.disk.settle(self.node, Content::lose);
            }
        };
        let described = (name, &*self.path, Sort::Sync);
        let machine = &self.fs.machine;
        machine.operate(self.fs.program, described, lose, |state| {
            let site = Site::of_file(&state.disk, operation, &self.path, self.node);
            if state.honest(site) {
                state.disk.settle(self.node, Content::sync);
            }
            Ok(())
        })
    }

    fn stamp_now(&self) -> io::Result<Stamp> {
        self.fs.run("stat", &self.path, Sort::Look, |state| {
            Ok(state.disk.stat(self.node).stamp)
        })
    }
}

impl NewFile for OpenFile {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write(self.len, bytes)?;
        self.len += bytes.len() as u64;
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_as("sync", SyncOperation::File)
    }

    fn stamp(&self) -> io::Result<Stamp> {
        self.stamp_now()
    }
}

impl JournalFile for OpenFile {
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.write(offset, bytes)
    }

    fn read_at(&self, offset: u64, limit: u64) -> io::Result<Vec<u8>> {
        self.fs.run("read", &self.path, Sort::Look, |state| {
            Ok(part(&state.disk.file(self.node)?.seen, offset, limit))
        })
    }

    fn set_len(&mut self, len: u64) -> io::Result<()> {
        let len = usize::try_from(len).map_err(io::Error::other)?;
        self.fs.run("cut", &self.path, Sort::Other, |state| {
            let disk = &mut state.disk;
            disk.change_file(self.node, |content| content.set_len(len));
            Ok(())
        })
    }

    fn sync_data(&mut self) -> io::Result<()> {
        self.sync_as("sync the data of", SyncOperation::JournalData)
    }

    fn stamp(&self) -> io::Result<Stamp> {
        self.stamp_now()
    }
}
