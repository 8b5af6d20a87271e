//! Which store and which process are meant: by an option, a variable, or the file of a project.

use std::path::PathBuf;

use pm_cli::project::Project;
use pm_cli::storage_directory;

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
            _ => project()?,
        };
        let store = project.as_ref().and_then(Project::store);
        let asked_for = args.dir.clone().or(store);
        Ok(Self {
            directory: storage_directory(asked_for.as_deref())?,
            process: named.or_else(|| project?.process),
        })
    }
}

/// The project in which the program was started. Where there is no such directory any more, there is
/// no project.
fn project() -> Result<Option<Project>, Stop> {
    match std::env::current_dir() {
        Ok(here) => Ok(Project::above(&here)?),
        Err(_) => Ok(None),
    }
}

/// Who is logged in, for the history.
pub(crate) fn logged_in() -> Option<String> {
    let names = ["USER", "LOGNAME", "USERNAME"].into_iter();
    let mut names = names.filter_map(|name| std::env::var(name).ok());
    names.find(|name| !name.trim().is_empty())
}
