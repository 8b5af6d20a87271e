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

/// What the doctor has to say, a sentence each.
#[derive(Debug)]
pub struct Report {
    /// What was repaired.
    pub repaired: Vec<String>,
    /// What was found, also if nobody has to do anything about it.
    pub findings: Vec<String>,
    /// Whether nobody has to do anything.
    pub is_sound: bool,
    /// What was examined, and how it is.
    pub summary: String,
}

impl Report {
    /// 0 if all is sound, 1 if something is to be repaired or looked at.
    pub fn exit_code(&self) -> ExitCode {
        if self.is_sound {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    fn print(&self) {
        self.repaired.iter().for_each(print);
        self.findings.iter().for_each(print);
        print(&self.summary);
    }
}

/// Prints a report in the name of `program`, and returns its exit code, or 2 if nothing could be
/// examined.
pub fn tell(program: &str, report: Result<Report, DoctorError>) -> ExitCode {
    match report {
        Ok(report) => {
            report.print();
            report.exit_code()
        }
        Err(error) => refuse(program, &error),
    }
}

/// Examines a store that has no files, at `place`: whether each process can be read, and whether its
/// history leads to where it stands.
pub fn examine_over(
    manager: &ProcessManager,
    place: &Place,
    args: &DoctorArgs,
) -> Result<Report, DoctorError> {
    if args.repair {
        return Err(DoctorError::NoFiles(place.clone()));
    }
    let examination = over_store::examine(manager)?;
    Ok(Report {
        repaired: Vec::new(),
        is_sound: examination.findings.is_empty(),
        summary: examination.summary(place),
        findings: examination.findings,
    })
}

/// Examines the directory that was asked for, and repairs it first if that is wished.
pub fn examine(dir: Option<&Path>, args: &DoctorArgs) -> Result<Report, DoctorError> {
    let dir = storage_directory(dir)?;
    let repairs = if args.repair {
        pm_core::doctor::repair(&dir)?
    } else {
        Vec::new()
    };
    let examination = pm_core::doctor::examine(&dir)?;
    Ok(Report {
        repaired: repairs.iter().map(done).collect(),
        findings: examination.findings.iter().map(described).collect(),
        is_sound: examination.is_sound(),
        summary: summary(&dir, &examination),
    })
}
