//! Which store and which process are meant: by an option, a variable, or the file of a project.

use std::path::PathBuf;

use pm_cli::project::Project;
use pm_cli::{ConfigError, store_directory};

use crate::globals::GlobalArgs;
use crate::stop::Stop;

/// Where a command works.
#[derive(Debug)]
pub(crate) struct Place {
    /// The storage directory, absolute.
    pub(crate) directory: PathBuf,
    /// The process that is named, as it was written.
    pub(crate) process: Option<String>,
}

impl Place {
    /// Finds it out, from the options and from where the program was started.
    pub(crate) fn find(args: &GlobalArgs) -> Result<Self, Stop> {
        let named = args.process.clone().filter(|name| !name.trim().is_empty());
        let project = match (&named, &args.dir) {
            (Some(_), Some(_)) => None,
            _ => Project::here().map_err(ConfigError::Project)?,
        };
        Ok(Self {
            directory: store_directory(args.dir.as_deref(), project.as_ref())?,
            process: named.or_else(|| project?.process),
        })
    }
}

/// Who is logged in, for the history.
pub(crate) fn logged_in() -> Option<String> {
    let names = ["USER", "LOGNAME", "USERNAME"].into_iter();
    let mut names = names.filter_map(|name| std::env::var(name).ok());
    names.find(|name| !name.trim().is_empty())
}
