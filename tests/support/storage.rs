//! A storage directory of a test's own, looked at from outside.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use pm_core::{FileStore, ProcessManager};
use serde_json::Value;
use tempfile::TempDir;

use crate::database::StandIn;

/// How long a file is given to be brought up to date, on the slowest of machines.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a server that lives takes at most to write a file.
const A_WRITE: Duration = Duration::from_secs(10);

/// A storage directory; it is removed with this value.
///
/// If the tests run over a database, servers over it store in a workspace there, and no file
/// appears in it.
#[derive(Debug)]
pub struct Storage {
    directory: TempDir,
    stand_in: Option<StandIn>,
}

impl Storage {
    /// An empty one.
    #[expect(clippy::new_without_default, reason = "it makes a directory")]
    pub fn new() -> Self {
        let files = Self::of_files("nothing is known of it yet");
        Self {
            stand_in: StandIn::of(files.path()),
            ..files
        }
    }

    /// An empty one that is a directory in any case, and `why`: what is about files, or about what
    /// the program says of a directory, makes no sense over a database.
    pub fn of_files(_why: &str) -> Self {
        Self {
            directory: tempfile::Builder::new().prefix("pm-").tempdir().unwrap(),
            stand_in: None,
        }
    }

    /// Whether what is stored is in files in it.
    pub fn is_of_files(&self) -> bool {
        self.stand_in.is_none()
    }

    /// Opens what is stored, beside whoever has it open.
    #[track_caller]
    pub fn open(&self) -> ProcessManager {
        match &self.stand_in {
            Some(stand_in) => ProcessManager::new(stand_in.open()),
            None => ProcessManager::new(FileStore::open(self.path()).unwrap()),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Leaves it where it is, for a person to look at.
    pub fn keep(self) -> PathBuf {
        self.directory.keep()
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

    /// Reads a file of it, once it has all that was done: servers bring files up to date a
    /// moment after they have answered.
    #[track_caller]
    pub fn read(&self, name: &str) -> String {
        self.wait_until_up_to_date(name);
        let path = self.file(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Waits until the journal of a file says that the file has all of it.
    #[track_caller]
    fn wait_until_up_to_date(&self, name: &str) {
        let start = Instant::now();
        while let Some(line) = self.behind(name) {
            assert!(
                start.elapsed() < PATIENCE,
                "nobody brings {name} up to date; a journal ends with {line}"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The last line of a journal that has more than the file.
    fn behind(&self, name: &str) -> Option<String> {
        let stem = name.strip_suffix(".json").unwrap_or(name);
        let journals = self.path().join(".pm/journals");
        let own = journals.join(format!("{stem}.journal"));
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        let paths = if stem.len() <= 120 && stem.chars().all(is_plain) {
            vec![own]
        } else {
            // The journal of such a file is called after a checksum: any of them may be its own.
            let entries = std::fs::read_dir(journals).into_iter().flatten();
            entries.map(|entry| entry.unwrap().path()).collect()
        };
        paths.into_iter().find_map(|path| {
            let text = std::fs::read_to_string(path).ok()?;
            has_more(&text).then(|| text.lines().last().unwrap_or_default().to_owned())
        })
    }

    /// Reads a file of it as JSON.
    #[track_caller]
    pub fn json(&self, name: &str) -> Value {
        let text = self.read(name);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"))
    }

    /// The names of all that is directly in it, but for the private folder, in order; once
    /// nothing is being written, or nobody finishes what is.
    pub fn names(&self) -> Vec<OsString> {
        let is_temporary = |name: &OsString| name.to_string_lossy().ends_with(".pm-tmp");
        let start = Instant::now();
        loop {
            let names = self.names_now();
            if start.elapsed() > A_WRITE || !names.iter().any(is_temporary) {
                return names;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn names_now(&self) -> Vec<OsString> {
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

/// Whether a journal has changes that the file lacks. Changes may come while the file is written,
/// so it is not enough that the journal ends with the file's having got its name.
fn has_more(journal: &str) -> bool {
    let (mut newest, mut announced, mut in_file) = (0, 0, 0);
    for line in journal.lines() {
        let record = line.split_once(' ').map_or("", |(_, record)| record);
        // What cannot be read is being written.
        let record: Value = serde_json::from_str(record).unwrap_or_default();
        let revision = |kind: &str| record[kind]["revision"].as_u64();
        if let Some(revision) = revision("journal") {
            (newest, in_file) = (revision, revision);
        } else if let Some(revision) = revision("change") {
            newest = revision;
            if record["change"]["by"] == "outside" {
                in_file = revision;
            }
        } else if let Some(revision) = revision("checkpoint") {
            announced = revision;
        } else if record.get("placed").is_some() {
            in_file = announced;
        }
    }
    newest > in_file
}
