//! One JSON file a process.
use super::{Change, Listing, Store, StoreHealth};
use crate::{Error, Process, ProcessName};
use std::path::{Path, PathBuf};
use std::sync::Arc;
/// Limits.
#[derive(Debug, Clone, Copy, Default)]
pub struct FileStoreOptions {}
/// Whether locks work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockSupport {
    /// Yes.
    Working,
    /// No.
    Missing,
}
/// Keeps one JSON file a process.
pub struct FileStore {
    dir: PathBuf,
}
/// Why a directory cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot open {}", dir.display())]
pub struct OpenError {
    dir: PathBuf,
}
impl FileStore {
    /// Opens.
    pub fn open(dir: impl Into<PathBuf>) -> Result<Self, OpenError> {
        Ok(Self { dir: dir.into() })
    }
    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }
    /// Locks.
    pub fn lock_support(&self) -> LockSupport {
        LockSupport::Working
    }
}
impl Store for FileStore {
    fn names(&self) -> Result<Vec<ProcessName>, Error> {
        Ok(vec![])
    }
    fn list(&self) -> Result<Listing, Error> {
        Ok(Listing::default())
    }
    fn read(&self, name: &str) -> Result<Arc<Process>, Error> {
        Err(super::memory::missing(name))
    }
    fn create(&self, process: Process) -> Result<Arc<Process>, Error> {
        Ok(Arc::new(process))
    }
    fn update(&self, name: &ProcessName, _: Change) -> Result<Arc<Process>, Error> {
        self.read(name.as_str())
    }
    fn rename(&self, name: &ProcessName, _: &ProcessName) -> Result<Arc<Process>, Error> {
        self.read(name.as_str())
    }
    fn delete(&self, _: &ProcessName) -> Result<(), Error> {
        Ok(())
    }
    fn health(&self) -> StoreHealth {
        StoreHealth {
            processes: 0,
            problems: vec![],
            failure: None,
        }
    }
}
