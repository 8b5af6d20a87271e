//! `doctor`: examines a storage directory and says in plain words what it finds; with `--repair`
//! it also does what can be done without a person.

mod over_store;
mod wording;

use std::path::Path;
use std::process::ExitCode;

use pm_core::ProcessManager;
use pm_core::doctor::{ExamineError, RepairError};

use self::wording::{described, done};
pub use self::wording::{sentence, summary};
use crate::{ConfigError, Place, print, refuse, storage_directory};

/// What the doctor may do in the directory that it examines.
#[derive(Debug, Clone, clap::Args)]
pub struct DoctorArgs {
    /// Repair what can be repaired without you, and say what was done; no content is deleted
    ///
    /// Files are brought up to date with their journals, damaged journals are set aside, and what
    /// dead writers left is swept. End servers
    /// first where a journal is damaged: they may still know what cannot be read any more.
    #[arg(long)]
    pub repair: bool,
}

/// Why a store was not examined.
#[derive(Debug, thiserror::Error)]
pub enum DoctorError {
    /// No directory is known.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// It cannot be examined.
    #[error("{0}; name another one with --dir or PM_DIR")]
    Examine(#[from] ExamineError),
    /// It cannot be repaired.
    #[error("{0}")]
    Repair(#[from] RepairError),
    /// There is nothing that it repairs.
    #[error(
        "nothing was repaired, as --repair is for the files of a directory, and the processes are in \
         {0}; get what is damaged back from a backup of the database"
    )]
    NoFiles(Place),
    /// The store fails.
    #[error(transparent)]
    Store(#[from] pm_core::Error),
}

/// Examines the directory that was asked for, in the name of `program`. Prints what there is to say,
/// and returns 0 where all is sound, 1 where something is to be
/// repaired or looked at, and 2 where the directory cannot be examined.
pub fn run(program: &str, dir: Option<&Path>, args: &DoctorArgs) -> ExitCode {
    match attend(dir, args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => refuse(program, &error),
    }
}

/// Examines a store that has no files, at `place`: whether each process can be read, and whether its
/// history leads to where it stands. Prints and returns as [`run`] does.
pub fn run_over(
    program: &str,
    manager: &ProcessManager,
    place: &Place,
    args: &DoctorArgs,
) -> ExitCode {
    if args.repair {
        return refuse(program, &DoctorError::NoFiles(place.clone()));
    }
    match over_store::examine(manager) {
        Ok(examination) => {
            examination.findings.iter().for_each(print);
            print(&examination.summary(place));
            match examination.findings.as_slice() {
                [] => ExitCode::SUCCESS,
                _ => ExitCode::FAILURE,
            }
        }
        Err(error) => refuse(program, &DoctorError::Store(error)),
    }
}

fn attend(dir: Option<&Path>, args: &DoctorArgs) -> Result<bool, DoctorError> {
    let dir = storage_directory(dir)?;
    if args.repair {
        repair(&dir)?;
    }
    let examination = pm_core::doctor::examine(&dir)?;
    for finding in &examination.findings {
        print(&described(finding));
    }
    print(&summary(&dir, &examination));
    Ok(examination.is_sound())
}

fn repair(dir: &Path) -> Result<(), DoctorError> {
    for repair in pm_core::doctor::repair(dir)? {
        print(&done(&repair));
    }
    Ok(())
}
