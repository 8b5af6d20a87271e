//! Bad configuration: one line that says what is wrong and how to mend it, and exit code 2.

use std::fmt::Display;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use pm_core::reason;
use pm_core::visible::for_terminal;
use pm_tools::DescriptionsError;

/// A setting that the programs share, and with which none of them can start.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The platform names no directory for data, as in a container without a home.
    #[error(
        "no home directory is known, so there is no default place to store; name one with --dir or PM_DIR"
    )]
    NoDefaultDirectory,
    /// The file of a project cannot be read, or the project not be found.
    #[error(transparent)]
    Project(#[from] crate::project::ProjectError),
    /// A workspace is named, and there are none.
    #[error(
        "there is no workspace {workspace:?}, as a directory has none; use a database (--store), or \
         name processes in place of a workspace"
    )]
    NoWorkspaces {
        /// Its name.
        workspace: String,
    },
    /// The storage directory cannot be used.
    #[error("{0}; choose another one with --dir or PM_DIR")]
    Store(#[from] pm_core::store::OpenError),
    /// What was given as the address of a database is none.
    #[cfg(feature = "postgres")]
    #[error("{0}; see --store and PM_STORE")]
    DatabaseAddress(#[from] pm_postgres::AddressProblem),
    /// The database cannot be used.
    #[cfg(feature = "postgres")]
    #[error(transparent)]
    Database(#[from] pm_postgres::OpenError),
    /// The password of a database stands where all can read it.
    #[cfg(feature = "postgres")]
    #[error(
        "anyone on the machine can read a command line, and --store has a password in it; put it \
         into a file and name that with PM_STORE_PASSWORD_FILE, or into ~/.pgpass"
    )]
    PublicPassword,
    /// The file with the password cannot be read.
    #[cfg(feature = "postgres")]
    #[error(
        "cannot read the password of the database from {}: {reason}; name a readable file with \
         --store-password-file or PM_STORE_PASSWORD_FILE",
        file.display()
    )]
    PasswordFile {
        /// The file named.
        file: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The file of descriptions cannot be read.
    #[error(
        "cannot read the descriptions in {}: {reason}; name a readable file with --descriptions",
        file.display()
    )]
    UnreadableDescriptions {
        /// The file named.
        file: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The file of descriptions cannot be used.
    #[error("{}: {source}; see `pm tools` or `pm-mcp-http tools` for such a file", file.display())]
    Descriptions {
        /// The file named.
        file: PathBuf,
        /// What is wrong in it.
        source: DescriptionsError,
    },
    /// The options leave no tool to offer.
    #[error("there is no tool to offer: {}", reasons.join("; "))]
    NoTools {
        /// Why each tool that was asked for is left out.
        reasons: Vec<String>,
    },
    /// The directory to export to cannot be used.
    #[error(
        "cannot export to {}: {}; choose another directory with --export-dir or PM_EXPORT_DIR",
        path.display(),
        reason(source)
    )]
    ExportDirectory {
        /// The directory named.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The directory to export to is the storage, in it or around it.
    #[error(
        "{} is not apart from the storage directory, whose files would be in danger; choose \
         another directory with --export-dir or PM_EXPORT_DIR",
        path.display()
    )]
    ExportIntoStorage {
        /// The directory named.
        path: PathBuf,
    },
    /// `PM_LOG` is not a filter.
    #[error(
        "PM_LOG is {filter:?}, which is not a log filter; write a level (error, warn, info, debug, trace) or target=level pairs"
    )]
    LogFilter {
        /// The value found.
        filter: String,
    },
}

/// Says on standard error why `program` does not start and returns the exit code for it.
///
/// Always one line, whatever the reason's text holds.
pub fn refuse(program: &str, reason: &impl Display) -> ExitCode {
    say(program, reason);
    ExitCode::from(2)
}

/// Writes one line to standard error, whatever `text` holds.
pub fn say(program: &str, text: &impl Display) {
    let text = text.to_string();
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // Perhaps nobody reads it, which is no reason to fail.
    let _ = writeln!(std::io::stderr(), "{program}: {}", for_terminal(&line));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::ProjectError;

    #[test]
    fn what_the_system_says_comes_without_its_number() {
        let source = || std::io::Error::from_raw_os_error(13);
        let path = || PathBuf::from("place");
        let errors = [
            ConfigError::ExportDirectory {
                path: path(),
                source: source(),
            },
            ConfigError::Project(ProjectError::NoDirectory {
                directory: path(),
                reason: source(),
            }),
        ];
        for error in errors.map(|error| error.to_string()) {
            let words = format!(" place: {}; ", reason(&source()));
            assert!(error.contains(&words), "{error}");
            assert!(!error.contains("os error"), "{error}");
        }
    }
}
