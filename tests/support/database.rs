//! The database over which servers run with `PM_TEST_STORE`, in the place of the directories that
//! tests give them.
//!
//! Each storage directory of a test then stands for a workspace of one database. What is about the
//! files in it says so ([`Storage::of_files`](crate::storage::Storage::of_files)) and keeps them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

use pm_postgres::testing::Cluster;
use pm_postgres::{PostgresOptions, PostgresStore};

/// `postgres` for a database server of the tests' own, or the address of a database with tables.
const VARIABLE: &str = "PM_TEST_STORE";

/// How many connections each store has.
const CONNECTIONS: usize = 4;

/// A directory that stands for a workspace, for as long as this is there.
#[derive(Debug)]
pub(crate) struct StandIn {
    directory: PathBuf,
    /// Kept for as long as anybody uses it.
    database: Arc<Database>,
}

/// A database that tests share; a server of their own ends with the last of them.
#[derive(Debug)]
struct Database {
    address: String,
    _server: Option<Cluster>,
}

/// The database that is in use, and the directories that stand for a workspace of it.
#[derive(Default)]
struct InUse {
    database: Weak<Database>,
    directories: HashMap<PathBuf, String>,
}

static IN_USE: LazyLock<Mutex<InUse>> = LazyLock::new(Mutex::default);

fn in_use() -> MutexGuard<'static, InUse> {
    IN_USE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl StandIn {
    /// Has a directory stand for a workspace, if a database is asked for.
    pub(crate) fn of(directory: &Path) -> Option<Self> {
        let wanted = std::env::var(VARIABLE).ok()?;
        let mut in_use = in_use();
        let database = in_use.database.upgrade().unwrap_or_else(|| {
            let database = Arc::new(Database::open(&wanted));
            in_use.database = Arc::downgrade(&database);
            database
        });
        let (directory, address) = (directory.to_owned(), database.address.clone());
        in_use.directories.insert(directory.clone(), address);
        Some(Self {
            directory,
            database,
        })
    }
}

impl StandIn {
    /// The workspace, as a server opens it.
    #[track_caller]
    pub(crate) fn open(&self) -> PostgresStore {
        let options = PostgresOptions {
            workspace: self.directory.to_str().unwrap().to_owned(),
            connections: CONNECTIONS,
            allow_unsafe_database: true,
            ..PostgresOptions::default()
        };
        let address = self.database.address.parse().unwrap();
        PostgresStore::open(&address, &options).unwrap()
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        in_use().directories.remove(&self.directory);
    }
}

/// Tells a server over a directory of the database in whose place that stands.
pub(crate) fn point(command: &mut Command, directory: &Path) {
    if let Some(address) = in_use().directories.get(directory) {
        command.env("PM_STORE", address);
        command.env("PM_WORKSPACE", directory);
        // Not for good: nothing that they keep is needed after a power cut.
        command.env("PM_ALLOW_UNSAFE_DATABASE", "true");
        command.env("PM_STORE_CONNECTIONS", CONNECTIONS.to_string());
    }
}

impl Database {
    fn open(wanted: &str) -> Self {
        if wanted != "postgres" {
            return Self {
                address: wanted.to_owned(),
                _server: None,
            };
        }
        let server = Cluster::start_with(&["fsync=off"]).unwrap();
        let server = server.expect("PM_TEST_STORE asks for PostgreSQL");
        Self {
            address: server.database().unwrap().to_string(),
            _server: Some(server),
        }
    }
}
