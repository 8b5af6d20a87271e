//! Reads the files of other task managers and makes processes of them.
//!
//! ```no_run
//! use pm_core::{FileStore, ProcessManager};
//! use pm_import::{IfThere, Options};
//!
//! let manager = ProcessManager::new(FileStore::open("./processes")?);
//! let import = pm_import::read("my-project".as_ref(), Options::default())?;
//! let names = manager.process_names()?;
//! let (prepared, taken) = pm_import::prepare(names, import, IfThere::Refuse);
//! assert!(taken.is_empty(), "there are processes of these names: {taken:?}");
//! for process in prepared {
//!     process.carry_out(&manager)?;
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Each format has a reader that says what is in a file in terms of a plan (`plan`); `build` makes a
//! process of it. One odd item never stops the rest: it is left out and named, and whatever else
//! cannot be carried over is said in the [`Report`]. [`read`] takes a path, and [`read_bytes`] what
//! stands in a file; neither writes anything. [`prepare`] says which processes are new and which
//! bring others up to date ([`update`]), and each of them can be tried out before it is carried out.

mod apply;
mod backlog;
mod beads;
mod bounds;
mod build;
mod checklist;
mod circles;
mod exported;
mod format;
mod json;
mod kanban;
mod locate;
mod markdown;
mod marks;
mod names;
mod order;
mod plan;
mod report;
mod source;
mod task_master;
mod telling;
#[cfg(test)]
mod tests;
mod times;
mod update;
mod yaml;

pub use apply::{Done, IfThere, NameTaken, Outcome, Prepared, name_all, prepare};
pub use checklist::Bullets;
pub use format::{Format, UnknownFormat};
pub use report::{LeftOut, NAMED_ITEMS_MAX, Report};
pub use source::{ImportError, Problem};
pub use update::{Updated, update};

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use pm_core::Process;
use pm_core::resolve::folded;

use crate::names::numbered_texts;
use crate::plan::Plan;
use crate::source::Source;

/// The largest file that is read, in bytes: as large as the largest process.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// How many tasks and jobs a file may hold: far more than anybody keeps, and what a process of as
/// many takes fits into the memory of a small machine.
pub const MAX_ENTRIES: usize = 50_000;

/// In whose name statuses are set.
const IMPORTER: &str = "import";

/// How files are read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// In which format they are; without one it is told by name and content.
    pub format: Option<Format>,
    /// Which lists of Markdown are plans.
    pub bullets: Bullets,
}

/// A process that was made of what a file holds.
#[derive(Debug)]
pub struct Imported {
    /// The process, which is nowhere kept yet.
    pub process: Process,
    /// The file, or the folder of Backlog.md.
    pub file: PathBuf,
    /// In which format it was.
    pub format: Format,
    /// What became of the rest.
    pub report: Report,
}

/// Reads a file, or what a folder has of other task managers. At least one process.
pub fn read(path: &Path, options: Options) -> Result<Vec<Imported>, ImportError> {
    read_all(path, locate::locate(path, options.format), options)
}

/// Reads what stands in a file of this name, which need not be on this machine. At least one process.
pub fn read_bytes(
    name: &str,
    bytes: Vec<u8>,
    options: Options,
) -> Result<Vec<Imported>, ImportError> {
    let path = Path::new(name);
    let found = Source::of_bytes(path, bytes).and_then(|source| {
        let format = options.format.map_or_else(|| Format::of(&source), Ok)?;
        // A file that lies here may be as large as any process; this one comes from elsewhere.
        if format == Format::Process && !source.is_markdown() {
            bounds::check_json(source.text(format)?)?;
        }
        Ok(vec![(format, source)])
    });
    read_all(path, found, options)
}

fn read_all(
    path: &Path,
    found: Result<Vec<(Format, Source)>, Problem>,
    options: Options,
) -> Result<Vec<Imported>, ImportError> {
    let mut report = Report::default();
    let read = found.and_then(|found| read_each(found, options, &mut report));
    read.map_err(|problem| ImportError {
        path: path.to_owned(),
        problem,
        report: Box::new(report),
    })
}

fn read_each(
    found: Vec<(Format, Source)>,
    options: Options,
    report: &mut Report,
) -> Result<Vec<Imported>, Problem> {
    let mut all = Vec::new();
    let mut names = HashMap::new();
    for (format, source) in found {
        let mut imported = read_one(format, source, options.bullets, &mut names)?;
        let is_empty = |one: &Imported| one.process.tasks.is_empty();
        if imported.iter().all(is_empty) && format != Format::Process {
            for one in imported.drain(..) {
                report.left_out.extend(one.report.left_out);
                report.more_left_out += one.report.more_left_out;
            }
            return Err(Problem::NothingInIt(format, format.what_counts()));
        }
        all.append(&mut imported);
    }
    Ok(all)
}

/// Reads a file of a known format; `names` are those of the processes of this run.
fn read_one(
    format: Format,
    source: Source,
    bullets: Bullets,
    names: &mut HashMap<String, Format>,
) -> Result<Vec<Imported>, Problem> {
    if let Some(text) = source.as_text() {
        match format {
            Format::Checklist => bounds::check_markdown(text)?,
            Format::TaskMaster | Format::Beads | Format::Kanban => bounds::check_json(text)?,
            // As large as any process; a file of Backlog.md is checked when it is read.
            Format::Process | Format::Backlog => {}
        }
    }
    let mut imported = Vec::new();
    let file = source.named().to_owned();
    let mut add = |process, report| {
        let file = file.clone();
        imported.push(Imported {
            process,
            file,
            format,
            report,
        });
    };
    if format == Format::Process && !source.is_markdown() {
        let (process, report) = exported::from_json(source.text(format)?, &source.stem())?;
        add(process, report);
        return Ok(imported);
    }
    let plans = plans(format, &source, bullets)?;
    // A large file and what is made of it need not be there together.
    drop(source);
    for plan in plans {
        let jobs = plan.tasks.iter().map(|task| 1 + task.jobs.len());
        if jobs.sum::<usize>() > MAX_ENTRIES {
            return Err(Problem::TooMany);
        }
        let name = own_name(&plan, format, names);
        if let Some((process, report)) = build::build(plan, &name, format) {
            add(process, report);
        }
    }
    Ok(imported)
}

/// A name that no other process of this run has.
fn own_name(plan: &Plan, format: Format, names: &mut HashMap<String, Format>) -> String {
    let taken_by = names.get(&folded(&plan.name)).copied();
    let hint = match plan.hint.as_str() {
        "" => taken_by
            .filter(|other| *other != format)
            .map(|_| format.as_str()),
        hint => Some(hint),
    };
    let with_hint = hint.map(|hint| format!("{} ({hint})", plan.name));
    let all = std::iter::once(plan.name.clone()).chain(with_hint);
    let mut all = all.chain(numbered_texts(&plan.name));
    let free = all.find(|name| !names.contains_key(&folded(name)));
    let name = free.unwrap_or_else(|| plan.name.clone());
    names.insert(folded(&name), format);
    name
}

fn plans(format: Format, source: &Source, bullets: Bullets) -> Result<Vec<Plan>, Problem> {
    Ok(match format {
        Format::TaskMaster => task_master::plans(source)?,
        Format::Backlog => vec![backlog::plan(source)?],
        Format::Beads => vec![beads::plan(source)?],
        Format::Kanban => kanban::plans(source)?,
        Format::Checklist => vec![checklist::plan(source, bullets)?],
        Format::Process => vec![exported::from_markdown(source.text(format)?)],
    })
}
