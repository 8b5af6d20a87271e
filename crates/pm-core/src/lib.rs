//! Core.

use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where processes are kept.
pub trait Store: Send + Sync {}
/// One JSON file a process.
pub struct FileStore {
    dir: PathBuf,
}
impl Store for FileStore {}
impl FileStore {
    /// Opens.
    pub fn open(dir: impl Into<PathBuf>) -> Result<Self, OpenError> {
        Ok(Self { dir: dir.into() })
    }
    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}
/// Why a directory cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot open")]
pub struct OpenError;
/// The handle.
#[derive(Clone)]
pub struct ProcessManager {
    _store: Arc<dyn Store>,
}
impl ProcessManager {
    /// Makes a manager over `store`.
    pub fn new(store: impl Store + 'static) -> Self {
        Self { _store: Arc::new(store) }
    }
}
