//! The store in which a chore is done: a directory, or a database in its place.

use std::path::PathBuf;

use pm_cli::{ConfigError, Place, env, path_parser, storage_directory};
use pm_core::{FileStore, ProcessManager};

/// A chore, and the store in which it is done.
#[derive(Debug, Clone, clap::Args)]
pub struct InStore<A: clap::Args> {
    /// What is done there.
    #[command(flatten)]
    pub chore: A,

    /// Which store.
    #[command(flatten)]
    pub store: ChoreStore,
}

/// The store in which a chore is done.
#[derive(Debug, Clone, clap::Args)]
pub struct ChoreStore {
    /// Directory in which processes are stored [default: the one that the server uses]
    #[arg(long, env = env::DIR, value_name = "DIRECTORY", value_parser = path_parser())]
    pub dir: Option<PathBuf>,

    /// A database in place of a directory.
    #[cfg(feature = "postgres")]
    #[command(flatten)]
    pub database: pm_cli::DatabaseArgs,
}

impl ChoreStore {
    /// Where the store is; a database counts before any directory, as it does for serving.
    pub fn place(&self) -> Result<Place, ConfigError> {
        #[cfg(feature = "postgres")]
        if let Some(database) = self.database.database()? {
            return Ok(database.place());
        }
        Ok(Place::Directory(storage_directory(self.dir.as_deref())?))
    }

    /// Opens it.
    pub fn open(&self) -> Result<ProcessManager, ConfigError> {
        #[cfg(feature = "postgres")]
        if let Some(database) = self.database.database()? {
            return Ok(ProcessManager::new(database.open()?));
        }
        let directory = storage_directory(self.dir.as_deref())?;
        Ok(ProcessManager::new(FileStore::open(directory)?))
    }
}
