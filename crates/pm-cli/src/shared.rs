//! The options that all servers have, and opening the store that they name.

use std::path::{Path, PathBuf};
use std::time::Duration;

use pm_core::export::{ExportRoot, HiddenNames};
use pm_core::store::LockSupport;
use pm_core::{FileStore, FileStoreOptions, ProcessManager};
use pm_tools::{PmServer, ServerOptions};

use crate::logging::LogFormat;
use crate::project::Project;
use crate::tool_args::{ToolArgs, tools_left_out};
use crate::{ConfigError, PRODUCT, Place, env, parse_duration, parse_switch, path_parser};

/// Options that mean the same over every transport.
#[derive(Debug, Clone, clap::Args)]
pub struct SharedArgs {
    /// Directory in which processes are stored, one JSON file each
    ///
    /// It is created where it is missing. Several servers may use one directory at the same time.
    /// [default: the platform's data directory for process-manager]
    #[arg(long, env = env::DIR, value_name = "DIRECTORY", value_parser = path_parser(), help_heading = "Storage")]
    pub dir: Option<PathBuf>,

    /// Work in the project of DIRECTORY; alone, in that of the working directory
    ///
    /// The file .pm-process there or above names the process that is open for each client at the
    /// beginning. If .processes lies beside it, that is where processes are stored, unless --dir
    /// names another directory. `pm init` makes both.
    #[arg(long, env = env::PROJECT, value_name = "DIRECTORY", value_parser = path_parser(), num_args = 0..=1, default_missing_value = ".", help_heading = "Storage")]
    pub project: Option<PathBuf>,

    /// The process that is open for each client at the beginning, for programs that know it
    /// otherwise; the name as people write it. It counts before that of the project.
    #[arg(skip)]
    pub process: Option<String>,

    /// The database to store in, in place of the directory.
    #[cfg(feature = "postgres")]
    #[command(flatten)]
    pub database: crate::DatabaseArgs,

    /// Which tools are offered.
    #[command(flatten)]
    pub tools: ToolArgs,

    /// How long a claimed task is left to the one who claimed it, unless they go on with it
    #[arg(long, env = env::LEASE, value_name = "TIME", default_value = "2h", value_parser = parse_lease, help_heading = "Tools")]
    pub lease: Duration,

    /// Directory below which models may write code as files; without it they cannot
    #[arg(long, env = env::EXPORT_DIR, value_name = "DIRECTORY", value_parser = path_parser(), help_heading = "Tools")]
    pub export_dir: Option<PathBuf>,

    /// Let models also write files with hidden names, as .gitignore (or .bashrc)
    #[arg(long, env = env::EXPORT_HIDDEN, value_parser = parse_switch, help_heading = "Tools")]
    pub export_hidden: bool,

    /// How log lines are written (to standard error; `PM_LOG=info` shows more)
    #[arg(long, env = env::LOG_FORMAT, value_name = "FORMAT", default_value = "text", value_enum, help_heading = "Logs")]
    pub log_format: LogFormat,
}

/// An opened store and the server over it.
#[derive(Clone)]
pub struct Opened {
    /// The tools over the store.
    pub server: PmServer,
    /// The operations over the store, for what is not a tool.
    pub manager: ProcessManager,
    /// Where the processes are stored.
    pub place: Place,
    /// Whether several programs can use the place at once.
    pub locks: LockSupport,
    /// What the server offers.
    pub options: ServerOptions,
    /// Which tools were asked for and are not offered, and why not.
    left_out: Vec<String>,
}

impl Opened {
    /// The facts of the store and the tools that the person who starts the server should know, a
    /// line each.
    pub fn warnings(&self) -> Vec<String> {
        let locks = match self.locks {
            LockSupport::Working => None,
            LockSupport::Missing => Some(format!(
                "the file system of {} has no working locks; let one server alone use it, or \
                 changes may be lost",
                self.place
            )),
        };
        let warnings = locks.into_iter().chain(self.left_out.iter().cloned());
        warnings.map(|line| format!("warning: {line}")).collect()
    }
}

impl SharedArgs {
    /// Opens the store and makes the server over it.
    pub fn open(&self) -> Result<Opened, ConfigError> {
        let mut options = self.tools.options()?;
        let project = self.project.as_deref().map(Project::of).transpose()?;
        let (manager, place, locks) = self.store(project.as_ref())?;
        let of_project = || project.as_ref()?.process.clone();
        options.process = self.process.clone().or_else(of_project);
        let manager = manager.with_lease(self.lease);
        options.export = self.export_root(place.directory())?;
        let left_out = tools_left_out(&options)?;
        let server = PmServer::new(manager.clone(), options.clone());
        Ok(Opened {
            server,
            manager,
            place,
            locks,
            options,
            left_out,
        })
    }

    /// Opens another workspace of the database.
    pub fn open_workspace(&self, workspace: &str) -> Result<ProcessManager, ConfigError> {
        #[cfg(feature = "postgres")]
        if let Some(mut database) = self.database.database()? {
            workspace.clone_into(&mut database.options.workspace);
            return Ok(ProcessManager::new(database.open()?).with_lease(self.lease));
        }
        Err(ConfigError::NoWorkspaces {
            workspace: workspace.to_owned(),
        })
    }

    /// Opens the store.
    fn store(
        &self,
        project: Option<&Project>,
    ) -> Result<(ProcessManager, Place, LockSupport), ConfigError> {
        #[cfg(feature = "postgres")]
        if let Some(database) = self.database.database()? {
            let manager = ProcessManager::new(database.open()?);
            return Ok((manager, database.place(), LockSupport::Working));
        }
        let directory = store_directory(self.dir.as_deref(), project)?;
        let storage = FileStoreOptions {
            read_only: self.tools.read_only,
            ..FileStoreOptions::default()
        };
        let store = FileStore::open_with(&directory, storage)?;
        for notice in store.damage() {
            tracing::warn!("{notice}");
        }
        let locks = store.lock_support();
        let manager = ProcessManager::new(store);
        Ok((manager, Place::Directory(directory), locks))
    }

    /// The absolute path of a relative directory, which depends on the working directory of the
    /// program.
    pub fn directory_note(&self, opened: &Opened) -> Option<String> {
        let relative = self.dir.as_deref().filter(|dir| dir.is_relative())?;
        let directory = opened.place.directory()?;
        Some(format!(
            "storing in {}, as --dir (PM_DIR) is {} and counts from where the program was started",
            directory.display(),
            relative.display()
        ))
    }

    /// The directory to export to, if one is named. It must be apart from the storage: a snippet
    /// called like a process's file would take its place.
    fn export_root(&self, storage: Option<&Path>) -> Result<Option<ExportRoot>, ConfigError> {
        let Some(named) = &self.export_dir else {
            return Ok(None);
        };
        let unusable = |source| ConfigError::ExportDirectory {
            path: named.clone(),
            source,
        };
        let root = ExportRoot::open(named).map_err(unusable)?;
        if let Some(storage) = storage {
            let storage = storage.canonicalize().map_err(unusable)?;
            if root.dir().starts_with(&storage) || storage.starts_with(root.dir()) {
                return Err(ConfigError::ExportIntoStorage {
                    path: named.clone(),
                });
            }
        }
        Ok(Some(root.with_hidden_names(if self.export_hidden {
            HiddenNames::Written
        } else {
            HiddenNames::Refused
        })))
    }
}

fn parse_lease(text: &str) -> Result<Duration, String> {
    // A bare number beside a default of 2h is meant as hours, and would be taken as seconds.
    if let Ok(number) = text.trim().parse::<u64>() {
        return Err(format!(
            "write a unit behind the number, such as {number}h, {number}m or {number}s"
        ));
    }
    let lease = parse_duration(text)?;
    if lease < Duration::from_secs(1) {
        return Err("write at least 1s, or nobody could keep a task".into());
    }
    Ok(lease)
}

/// The storage directory: the one asked for, otherwise that of the project, otherwise the platform's.
pub fn store_directory(
    asked_for: Option<&Path>,
    project: Option<&Project>,
) -> Result<PathBuf, ConfigError> {
    let of_project = project.and_then(Project::store);
    storage_directory(asked_for.or(of_project.as_deref()))
}

/// The storage directory: the one asked for, otherwise the platform's.
pub fn storage_directory(asked_for: Option<&Path>) -> Result<PathBuf, ConfigError> {
    let directory = match asked_for {
        Some(directory) => directory.to_owned(),
        None => default_directory()?,
    };
    // Absolute, so that messages about it are true in every directory in which they are read. Only
    // an empty path or a vanished working directory has no absolute form; opening it will say so.
    Ok(std::path::absolute(&directory).unwrap_or(directory))
}

/// The platform's data directory for this product, such as `~/.local/share/process-manager` on
/// Linux.
pub fn default_directory() -> Result<PathBuf, ConfigError> {
    use etcetera::BaseStrategy;
    etcetera::base_strategy::choose_native_strategy()
        .map(|strategy| strategy.data_dir().join(PRODUCT))
        .ok()
        // Without a home this would be a place below the working directory of the program.
        .filter(|directory| directory.is_absolute())
        .ok_or(ConfigError::NoDefaultDirectory)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Example {
        #[command(flatten)]
        shared: SharedArgs,
    }

    #[test]
    fn the_directory_is_absolute_and_has_a_default() {
        let args = Example::parse_from(["example", "--dir", "processes"]).shared;
        let directory = storage_directory(args.dir.as_deref()).unwrap();
        assert!(directory.is_absolute() && directory.ends_with("processes"));
        assert!(default_directory().unwrap().ends_with(PRODUCT));
    }

    #[test]
    fn the_lease_has_bounds() {
        let lease = |text: &str| {
            let args = Example::try_parse_from(["example", "--lease", text]);
            args.map(|args| args.shared.lease)
        };
        let shared = Example::parse_from(["example"]).shared;
        assert_eq!(shared.lease, pm_core::model::DEFAULT_LEASE);
        assert_eq!(lease("90s").unwrap(), Duration::from_secs(90));
        assert!(lease("0s").unwrap_err().to_string().contains("at least 1s"));
        for bare in ["2", " 0", "7200"] {
            let refused = lease(bare).unwrap_err().to_string();
            assert!(refused.contains("write a unit"), "{refused}");
        }
        assert!(lease("9000h").is_err());
        assert!(lease("soon").is_err());
    }

    #[test]
    fn the_store_opens_where_it_is_asked_for() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path().join("notes");
        let args = Example::parse_from(["example".as_ref(), "--dir".as_ref(), dir.as_os_str()]);
        let opened = args.shared.open().unwrap();
        assert_eq!(opened.place, Place::Directory(dir));
        assert_eq!(opened.warnings(), [""; 0]);
        let unlocked = Opened {
            locks: LockSupport::Missing,
            ..opened
        };
        let warnings = unlocked.warnings().concat();
        assert!(warnings.contains("no working locks"), "{warnings}");
    }

    #[test]
    fn the_directory_to_export_to_is_made_and_is_apart_from_the_storage() {
        let place = tempfile::tempdir().unwrap();
        let open = |export: &str| {
            let dirs = ["notes", export].map(|dir| place.path().join(dir));
            let [dir, export] = dirs.each_ref().map(|dir| dir.as_os_str());
            let args = [
                "example".as_ref(),
                "--dir".as_ref(),
                dir,
                "--export-dir".as_ref(),
                export,
            ];
            Example::parse_from(args).shared.open().map(drop)
        };
        open("code/here").unwrap();
        assert!(place.path().join("code/here").is_dir());
        for inside in ["notes", "notes/code", ""] {
            let error = open(inside).unwrap_err().to_string();
            assert!(error.contains("--export-dir"), "{inside}: {error}");
        }
        std::fs::write(place.path().join("file"), "").unwrap();
        let error = open("file").unwrap_err().to_string();
        assert!(error.contains("--export-dir"), "{error}");
    }

    #[test]
    fn a_directory_that_is_none_is_refused_with_the_way_out() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let args = Example::parse_from([
            "example".as_ref(),
            "--dir".as_ref(),
            file.path().as_os_str(),
        ]);
        let Err(error) = args.shared.open() else {
            panic!("a file was opened as a directory")
        };
        let error = error.to_string();
        assert!(
            error.contains("not a directory") && error.contains("--dir"),
            "{error}"
        );
    }
}
