//! [`FileSystem`] over the disk of a [`Machine`], as one program sees it.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::disk::NodeId;
use super::fault::Sort;
use super::machine::{Machine, Program, State};
use super::names::Why;
use super::open_file::OpenFile;
use super::paths::Taken;
use super::sites::Site;
use crate::store::file::disk::fs::{FileSystem, JournalFile, LockGuard, NewFile, Stamp, Stat};

/// The file system of a machine, for one of its programs.
#[derive(Clone)]
pub(crate) struct ModelFileSystem {
    pub(crate) machine: Arc<Machine>,
    pub(crate) program: Program,
}

struct Lock {
    fs: ModelFileSystem,
    file: NodeId,
}

impl ModelFileSystem {
    /// Starts a program on a machine.
    pub(crate) fn start(machine: &Arc<Machine>) -> Self {
        let machine = Arc::clone(machine);
        let program = machine.start();
        Self { machine, program }
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.machine.is_dead(self.program)
    }

    pub(crate) fn run<T>(
        &self,
        name: &'static str,
        path: &Path,
        sort: Sort,
        work: impl FnOnce(&mut State) -> io::Result<T>,
    ) -> io::Result<T> {
        let operation = (name, path, sort);
        self.machine
            .operate(self.program, operation, |_, _| (), work)
    }

    fn create_file(&self, path: &Path) -> io::Result<OpenFile> {
        let node = self.run("create", path, Sort::Allocate, |state| {
            state.disk.create(path, Why::Created)
        })?;
        Ok(OpenFile::new(self, node, path))
    }

    /// The lock file of this path, made if it is missing.
    fn lock_file(state: &mut State, path: &Path) -> io::Result<NodeId> {
        match state.disk.find(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                state.disk.create(path, Why::Locked)
            }
            found => found,
        }
    }

    fn guard(&self, file: NodeId) -> Box<dyn LockGuard> {
        let fs = self.clone();
        Box::new(Lock { fs, file })
    }
}

impl LockGuard for Lock {}

impl Drop for Lock {
    fn drop(&mut self) {
        self.fs.machine.unlock(self.fs.program, self.file);
    }
}

impl FileSystem for ModelFileSystem {
    fn is_local(&self, _dir: &Path) -> bool {
        true
    }

    fn create_dir_all(&self, dir: &Path) -> io::Result<()> {
        self.run("make a directory", dir, Sort::Allocate, |state| {
            state.disk.create_dir_all(dir).map(drop)
        })
    }

    fn names(&self, dir: &Path) -> io::Result<Vec<OsString>> {
        self.run("list", dir, Sort::Look, |state| {
            let node = state.disk.find(dir)?;
            Ok(state.disk.directory(node)?.seen.keys().cloned().collect())
        })
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        self.run("stat", path, Sort::Look, |state| {
            let node = state.disk.find(path)?;
            Ok(state.disk.stat(node))
        })
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<(Stamp, Vec<u8>)> {
        self.run("read", path, Sort::Look, |state| {
            let node = state.disk.find(path)?;
            let bytes = part(&state.disk.file(node)?.seen, 0, limit);
            Ok((state.disk.stat(node).stamp, bytes))
        })
    }

    fn create(&self, path: &Path, _like: &Path) -> io::Result<Box<dyn NewFile>> {
        Ok(Box::new(self.create_file(path)?))
    }

    fn create_journal(&self, path: &Path) -> io::Result<Box<dyn JournalFile>> {
        Ok(Box::new(self.create_file(path)?))
    }

    fn open_journal(&self, path: &Path) -> io::Result<Box<dyn JournalFile>> {
        let node = self.run("open", path, Sort::Look, |state| {
            let node = state.disk.find(path)?;
            state.disk.file(node)?;
            Ok(node)
        })?;
        Ok(Box::new(OpenFile::new(self, node, path)))
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.run("link to", to, Sort::Allocate, |state| {
            state.disk.link(from, to)
        })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.run("rename to", to, Sort::Allocate, |state| {
            state.disk.rename(from, to, Taken::Replace)
        })
    }

    fn rename_to_free_name(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.run("rename to free", to, Sort::Allocate, |state| {
            state.disk.rename(from, to, Taken::Refuse)
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.run("remove", path, Sort::Other, |state| state.disk.remove(path))
    }

    fn remove_dir(&self, dir: &Path) -> io::Result<()> {
        self.run("remove", dir, Sort::Other, |state| {
            state.disk.remove_dir(dir)
        })
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.run("sync the names of", dir, Sort::Other, |state| {
            let node = state.disk.find(dir)?;
            let site = Site::of_directory(&state.disk, dir, node);
            if state.honest(site) {
                state.disk.sync_dir(node)?;
            }
            Ok(())
        })
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn LockGuard>> {
        let file = self.run("lock", path, Sort::Look, |state| {
            Self::lock_file(state, path)
        })?;
        self.machine.wait_for_lock(self.program, file)?;
        Ok(self.guard(file))
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<Box<dyn LockGuard>>> {
        let program = self.program;
        let taken = self.run("try to lock", path, Sort::Look, |state| {
            let file = Self::lock_file(state, path)?;
            if state.locks.contains_key(&file) {
                return Ok(None);
            }
            state.locks.insert(file, program);
            Ok(Some(file))
        })?;
        Ok(taken.map(|file| self.guard(file)))
    }
}

/// At most `limit` bytes from `offset` on.
pub(crate) fn part(bytes: &[u8], offset: u64, limit: u64) -> Vec<u8> {
    let place = |at: u64| usize::try_from(at).map_or(bytes.len(), |at| at.min(bytes.len()));
    bytes[place(offset)..place(offset.saturating_add(limit))].to_vec()
}
