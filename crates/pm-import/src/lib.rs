//! Reads the files of other task managers and makes processes of them.
//!
//! ```no_run
//! use pm_core::{FileStore, ProcessManager};
//!
//! let manager = ProcessManager::new(FileStore::open("./processes")?);
//! let import = pm_import::read(".taskmaster/tasks/tasks.json".as_ref(), None)?;
//! for imported in import.processes {
//!     manager.create_whole(imported.process)?;
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Each format has a reader that says what is in a file in terms of a plan (`plan`); `build` makes a
//! process of it under the rules of [`pm_core`]. Nothing is written: that is up to the caller, once
//! all files are known to be good.

mod backlog;
mod beads;
mod build;
mod checklist;
mod format;
mod kanban;
mod markdown;
mod names;
mod plan;
mod source;
mod task_master;
#[cfg(test)]
mod tests;
mod yaml;

pub use build::Imported;
pub use format::{Format, UnknownFormat};
pub use source::{ImportError, Problem};

use std::path::Path;

use crate::plan::Plan;
use crate::source::Source;

/// The largest file that is read, in bytes: as large as the largest process.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// What a file or a folder holds.
#[derive(Debug)]
pub struct Import {
    /// In which format it was.
    pub format: Format,
    /// The processes that it makes, at least one.
    pub processes: Vec<Imported>,
}

/// Reads a file, or the folder of Backlog.md. Without a format it is told by the name and the
/// content.
pub fn read(path: &Path, format: Option<Format>) -> Result<Import, ImportError> {
    let bad = |problem| ImportError {
        path: path.to_owned(),
        problem,
    };
    let source = Source::read(path).map_err(bad)?;
    let format = match format {
        Some(format) => format,
        None => Format::of(&source).map_err(bad)?,
    };
    let plans = plans(format, &source).map_err(bad)?;
    let processes = plans.into_iter().map(|plan| build::build(plan, format));
    let processes: Vec<_> = processes
        .collect::<Result<_, _>>()
        .map_err(|error| bad(Problem::Refused(Box::new(error))))?;
    if processes
        .iter()
        .all(|imported| imported.process.tasks.is_empty())
    {
        return Err(bad(Problem::NothingInIt(format)));
    }
    Ok(Import { format, processes })
}

fn plans(format: Format, source: &Source) -> Result<Vec<Plan>, Problem> {
    Ok(match format {
        Format::TaskMaster => task_master::plans(source)?,
        Format::Backlog => vec![backlog::plan(source)?],
        Format::Beads => vec![beads::plan(source)?],
        Format::Kanban => kanban::plans(source)?,
        Format::Checklist => vec![checklist::plan(source)?],
    })
}
