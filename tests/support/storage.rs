//! A storage directory of a test's own, looked at from outside.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

/// A storage directory; it is removed with this value.
#[derive(Debug)]
pub struct Storage(TempDir);

impl Storage {
    /// An empty one.
    #[expect(clippy::new_without_default, reason = "it makes a directory")]
    pub fn new() -> Self {
        Self(tempfile::Builder::new().prefix("pm-").tempdir().unwrap())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The path of a file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Writes a file into it, as a person would.
    #[track_caller]
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.file(name), content).unwrap();
    }

    /// Reads a file of it.
    #[track_caller]
    pub fn read(&self, name: &str) -> String {
        let path = self.file(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Reads a file of it as JSON.
    #[track_caller]
    pub fn json(&self, name: &str) -> Value {
        let text = self.read(name);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"))
    }

    /// The names of all that is directly in it, but for the private folder, in order.
    pub fn names(&self) -> Vec<OsString> {
        let entries = std::fs::read_dir(self.path()).unwrap();
        let mut names: Vec<OsString> = entries
            .map(|entry| entry.unwrap().file_name())
            .filter(|name| name != ".pm")
            .collect();
        names.sort();
        names
    }

    /// Every file in it, parsed: each must be one that a person can read.
    #[track_caller]
    pub fn all_json(&self) -> Vec<(String, Value)> {
        self.names()
            .into_iter()
            .map(|name| {
                let name = name.into_string().unwrap();
                let value = self.json(&name);
                (name, value)
            })
            .collect()
    }

    /// Takes the lock of the process in a file, so that whoever writes to it waits until the
    /// returned file is dropped. The process must have been written to before.
    #[track_caller]
    pub fn lock(&self, file: &str) -> File {
        let stem = file.strip_suffix(".json").unwrap();
        let path = self.path().join(".pm/locks").join(format!("{stem}.lock"));
        let lock = File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        match lock.try_lock() {
            Ok(()) => lock,
            Err(TryLockError::WouldBlock) => panic!("{} is locked", path.display()),
            Err(TryLockError::Error(error)) => panic!("{}: {error}", path.display()),
        }
    }
}
