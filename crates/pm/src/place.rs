//! Which store and which process are meant: by an option, a variable, or the file of a project.

use std::fmt;
use std::path::{Path, PathBuf};

use pm_cli::project::{PROJECT_FILE, Project};
use pm_cli::{ConfigError, store_directory};
use pm_core::{FileStore, FileStoreOptions, ProcessManager};

use crate::globals::GlobalArgs;
use crate::stop::Stop;

/// Where a command works.
#[derive(Debug)]
pub(crate) struct Place {
    /// The store.
    pub(crate) store: StorePlace,
    /// The process that is named, as it was written.
    pub(crate) process: Option<String>,
    /// The file that names it, if no option or variable does.
    pub(crate) named_by: Option<PathBuf>,
}

/// Where processes are stored, before that is opened.
#[derive(Debug)]
pub(crate) enum StorePlace {
    /// In a directory, by its absolute path.
    Directory(PathBuf),
    /// In a database.
    #[cfg(feature = "postgres")]
    Database(Box<pm_cli::Database>),
}

impl Place {
    /// Finds it out, from the options and from where the program was started.
    pub(crate) fn find(args: &GlobalArgs) -> Result<Self, Stop> {
        let named = args.process.clone().filter(|name| !name.trim().is_empty());
        let database = database(args)?;
        let project = match (&named, &args.dir, &database) {
            (Some(_), Some(_), _) | (Some(_), _, Some(_)) => None,
            _ => Project::here().map_err(ConfigError::Project)?,
        };
        let store = StorePlace::find(args, database, project.as_ref())?;
        let (process, named_by) = match (named, project) {
            (Some(named), _) => (Some(named), None),
            (None, Some(project)) => {
                let file = project.process.is_some();
                let file = file.then(|| project.root.join(PROJECT_FILE));
                (project.process, file)
            }
            (None, None) => (None, None),
        };
        Ok(Self {
            store,
            process,
            named_by,
        })
    }
}

impl StorePlace {
    /// The store that is meant wherever the program is started: that of a project is not.
    pub(crate) fn everywhere(args: &GlobalArgs) -> Result<Self, ConfigError> {
        Self::find(args, database(args)?, None)
    }

    fn find(
        args: &GlobalArgs,
        database: Option<Self>,
        project: Option<&Project>,
    ) -> Result<Self, ConfigError> {
        Ok(match database {
            Some(database) => database,
            None => Self::Directory(store_directory(args.dir.as_deref(), project)?),
        })
    }
}

/// The database that is named; it counts before any directory, as it does for the servers.
#[cfg(feature = "postgres")]
fn database(args: &GlobalArgs) -> Result<Option<StorePlace>, ConfigError> {
    let database = args.database.database()?;
    Ok(database.map(Box::new).map(StorePlace::Database))
}

#[cfg(not(feature = "postgres"))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "it is the same function without a database"
)]
fn database(_: &GlobalArgs) -> Result<Option<StorePlace>, ConfigError> {
    Ok(None)
}

impl StorePlace {
    /// The directory, if it is one.
    pub(crate) fn directory(&self) -> Option<&Path> {
        match self {
            Self::Directory(directory) => Some(directory),
            #[cfg(feature = "postgres")]
            Self::Database(_) => None,
        }
    }

    /// Opens it for a look, if that takes no time.
    pub(crate) fn open_at_once(&self) -> Result<ProcessManager, ConfigError> {
        match self {
            Self::Directory(_) => self.open(FileStoreOptions {
                read_only: true,
                checkpoint_in_background: false,
                ..FileStoreOptions::default()
            }),
            #[cfg(feature = "postgres")]
            Self::Database(database) => Ok(ProcessManager::new(database.open_at_once()?)),
        }
    }

    /// Opens it; `options` are for a directory.
    pub(crate) fn open(&self, options: FileStoreOptions) -> Result<ProcessManager, ConfigError> {
        match self {
            Self::Directory(directory) => Ok(ProcessManager::new(FileStore::open_with(
                directory, options,
            )?)),
            #[cfg(feature = "postgres")]
            Self::Database(database) => Ok(ProcessManager::new(database.open()?)),
        }
    }
}

impl fmt::Display for StorePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(directory) => write!(f, "{}", directory.display()),
            #[cfg(feature = "postgres")]
            Self::Database(database) => write!(f, "{}", database.place()),
        }
    }
}

/// Who is logged in, for the history.
pub(crate) fn logged_in() -> Option<String> {
    let names = ["USER", "LOGNAME", "USERNAME"].into_iter();
    let mut names = names.filter_map(|name| std::env::var(name).ok());
    names.find(|name| !name.trim().is_empty())
}
