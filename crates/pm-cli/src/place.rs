//! Where processes are stored: a directory of this machine, or a database.

use std::fmt;
use std::path::{Path, PathBuf};

/// Where processes are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A directory, by its absolute path.
    Directory(PathBuf),
    /// A workspace of a database.
    Database {
        /// The address of the database, without its password.
        address: String,
        /// The name of the workspace.
        workspace: String,
    },
}

impl Place {
    /// The directory, if it is one.
    pub fn directory(&self) -> Option<&Path> {
        match self {
            Self::Directory(directory) => Some(directory),
            Self::Database { .. } => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(directory) => write!(f, "{}", directory.display()),
            Self::Database { address, workspace } => {
                write!(f, "{address}, workspace {workspace}")
            }
        }
    }
}
