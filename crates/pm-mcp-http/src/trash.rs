//! `trash`: lists the processes that were deleted, gets one back, or takes them away for ever.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use pm_cli::{ConfigError, print, refuse};
use pm_core::error::Taken;
use pm_core::{Error, ProcessManager, StoreError};

use crate::PROGRAM;
use crate::cli::{InStore, TrashArgs};

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum TrashError {
    /// No store is known, or it cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// There is no such directory; none is made only to look into it.
    #[error("there is no directory {}; name another one with --dir or PM_DIR", .0.display())]
    Missing(PathBuf),
    /// Another process has the name.
    #[error("the process {existing} already exists; name another one with --as")]
    Taken {
        /// That process.
        existing: String,
    },
    /// The store refused or failed.
    #[error(transparent)]
    Core(Error),
    /// The process is back, but its file is not up to date.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Error> for TrashError {
    fn from(error: Error) -> Self {
        match error {
            Error::Taken(Taken::Process { existing, .. }) => Self::Taken {
                existing: existing.to_string(),
            },
            other => Self::Core(other),
        }
    }
}

/// Does what is asked for and says what was done; returns 0, or 2 if it was not done.
pub fn run(args: &InStore<TrashArgs>) -> ExitCode {
    match attend(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(PROGRAM, &error),
    }
}

fn attend(InStore { chore: args, store }: &InStore<TrashArgs>) -> Result<(), TrashError> {
    if let Some(dir) = store.place()?.directory().filter(|dir| !dir.is_dir()) {
        return Err(TrashError::Missing(dir.to_owned()));
    }
    let manager = store.open()?;
    if args.empty {
        let purged = manager.purge_trash(Duration::ZERO)?;
        print(&format!("{} taken away for ever", count(purged)));
    } else if let Some(name) = &args.restore {
        let process = manager.restore_process(name, args.new_name.as_ref())?;
        manager.flush()?;
        print(&format!("restored \"{}\"", process.name));
    } else {
        list(&manager)?;
    }
    Ok(())
}

fn list(manager: &ProcessManager) -> Result<(), TrashError> {
    let trash = manager.trash()?;
    for item in &trash {
        let (name, by) = (item.name.as_str(), item.by.as_str());
        print(&format!(
            "{} \"{name}\" deleted by \"{by}\"",
            item.deleted_at
        ));
    }
    print(&format!("{} in the trash", count(trash.len())));
    Ok(())
}

fn count(processes: usize) -> String {
    match processes {
        1 => "1 process".to_owned(),
        more => format!("{more} processes"),
    }
}
