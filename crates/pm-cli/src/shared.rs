//! The options that both binaries have, and opening the store that they name.

use std::path::{Path, PathBuf};

use pm_core::{FileStore, LockSupport, ProcessManager};
use pm_tools::{Access, MIN_ANSWER_LIMIT, PmServer, ServerOptions, ToolSelection};

use crate::logging::LogFormat;
use crate::{ConfigError, PRODUCT, env, parse_size, parse_switch};

/// Options that mean the same over every transport.
#[derive(Debug, Clone, clap::Args)]
pub struct SharedArgs {
    /// Directory in which processes are stored, one JSON file each
    ///
    /// It is created where it is missing. Several servers may use one directory at the same time.
    /// [default: the platform's data directory for process-manager]
    #[arg(long, env = env::DIR, value_name = "DIRECTORY", help_heading = "Storage")]
    pub dir: Option<PathBuf>,

    /// Tools to offer: full, reference (those of the Python original), or names with commas
    #[arg(long, env = env::TOOLS, value_name = "TOOLS", default_value = "full", help_heading = "Tools")]
    pub tools: ToolSelection,

    /// Offer only the tools that change nothing
    #[arg(long, env = env::READ_ONLY, value_parser = parse_switch, help_heading = "Tools")]
    pub read_only: bool,

    /// Largest answer to one call, in bytes or as 64k or 1m; what is left out is named
    #[arg(long, env = env::ANSWER_LIMIT, value_name = "SIZE", default_value = "32k", value_parser = parse_answer_limit, help_heading = "Tools")]
    pub answer_limit: usize,

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
    /// The storage directory, absolute.
    pub directory: PathBuf,
    /// Whether several programs can use the directory at once.
    pub locks: LockSupport,
}

impl Opened {
    /// What whoever starts the server should know about the store, if there is anything.
    pub fn warning(&self) -> Option<String> {
        match self.locks {
            LockSupport::Working => None,
            LockSupport::Missing => Some(format!(
                "warning: the file system of {} has no working locks; let one server alone use \
                 it, or changes may be lost",
                self.directory.display()
            )),
        }
    }
}

impl SharedArgs {
    /// Opens the store and makes the server over it.
    pub fn open(&self) -> Result<Opened, ConfigError> {
        let directory = self.directory()?;
        let store = FileStore::open(&directory)?;
        let locks = store.lock_support();
        let manager = ProcessManager::new(store);
        let options = ServerOptions {
            tools: self.tools.clone(),
            access: if self.read_only {
                Access::ReadOnly
            } else {
                Access::ReadWrite
            },
            answer_limit: self.answer_limit,
        };
        let server = PmServer::new(manager.clone(), options);
        Ok(Opened {
            server,
            manager,
            directory,
            locks,
        })
    }

    /// The storage directory: the one asked for, otherwise the platform's.
    fn directory(&self) -> Result<PathBuf, ConfigError> {
        storage_directory(self.dir.as_deref())
    }
}

fn parse_answer_limit(text: &str) -> Result<usize, String> {
    let limit = parse_size(text)?;
    if limit < MIN_ANSWER_LIMIT {
        return Err(format!(
            "write at least {MIN_ANSWER_LIMIT}, so that an answer can say something"
        ));
    }
    Ok(limit)
}

/// The storage directory: the one asked for, otherwise the platform's.
pub fn storage_directory(asked_for: Option<&Path>) -> Result<PathBuf, ConfigError> {
    let directory = match asked_for {
        Some(directory) => directory.to_owned(),
        None => default_directory()?,
    };
    // Absolute, so that what is said of it is true wherever it is read. Only an empty path or a
    // vanished working directory has no absolute form; opening it will say so.
    Ok(std::path::absolute(&directory).unwrap_or(directory))
}

/// The platform's data directory for this product, as `~/.local/share/process-manager` on Linux.
pub fn default_directory() -> Result<PathBuf, ConfigError> {
    use etcetera::BaseStrategy;
    etcetera::base_strategy::choose_native_strategy()
        .map(|strategy| strategy.data_dir().join(PRODUCT))
        .map_err(|_| ConfigError::NoDefaultDirectory)
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
        let directory = args.directory().unwrap();
        assert!(directory.is_absolute() && directory.ends_with("processes"));
        assert!(default_directory().unwrap().ends_with(PRODUCT));
    }

    #[test]
    fn the_answer_limit_takes_suffixes() {
        assert_eq!(
            Example::parse_from(["example"]).shared.answer_limit,
            32 * 1024
        );
        let args = Example::parse_from(["example", "--answer-limit", "64k"]).shared;
        assert_eq!(args.answer_limit, 64 * 1024);
        assert!(Example::try_parse_from(["example", "--answer-limit", "0"]).is_err());
        assert!(Example::try_parse_from(["example", "--answer-limit", "100"]).is_err());
    }

    #[test]
    fn the_help_names_every_profile_and_the_default_is_the_tools_own() {
        use clap::CommandFactory;
        let help = Example::command().render_long_help().to_string();
        for profile in ToolSelection::PROFILES {
            assert!(help.contains(profile), "{profile}");
        }
        let args = Example::parse_from(["example"]).shared;
        assert_eq!(args.tools, ToolSelection::default());
        assert_eq!(args.answer_limit, pm_tools::DEFAULT_ANSWER_LIMIT);
    }

    #[test]
    fn the_store_opens_where_it_is_asked_for() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path().join("notes");
        let args = Example::parse_from(["example".as_ref(), "--dir".as_ref(), dir.as_os_str()]);
        let opened = args.shared.open().unwrap();
        assert_eq!(opened.directory, dir);
        assert_eq!(opened.warning(), None);
        let unlocked = Opened {
            locks: LockSupport::Missing,
            ..opened
        };
        assert!(unlocked.warning().unwrap().contains("no working locks"));
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
