//! Examining a storage directory: what is damaged, what is left over, and what the next program
//! to use it will do about that.
//!
//! Nothing is made, changed or taken away, not even a cache, and no store is opened, which would
//! sweep. Programs may go on using the directory: what looks odd at one moment is looked at again
//! while its writers are kept away, which takes as long as reading two files.

mod finding;
mod history;
mod journals;
mod leftovers;
mod mend;
mod pause;
mod process;
mod repair;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use self::journals::Journals;
use self::leftovers::Temporary;
use self::process::Seen;
use super::catalog::rank;
use super::disk::locks::Locks;
use super::disk::names;
use super::disk::os::OsFileSystem;
use super::disk::store_dir::{StoreDir, reason};
use super::documents::damage::Lost;
use super::format::read_outline;
use super::journal::scan;
use super::{FileStoreOptions, LockSupport};
use crate::ProcessName;
use crate::clock::SystemClock;
use crate::store::FileProblemKind;

pub use finding::{
    Concern, Examination, Finding, FindingKind, Revisions, TrashContents, WordPlace, Writer,
};
pub use repair::{Repair, RepairError, RepairKind, repair};

/// A directory that cannot be examined.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the directory {} cannot be examined: {}", dir.display(), reason(source))]
pub struct ExamineError {
    /// The directory.
    pub dir: PathBuf,
    /// The operating system's answer.
    pub source: Arc<io::Error>,
}

/// Examines every file and journal of a storage directory, and changes nothing in it.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let dir = tempfile::tempdir()?;
/// std::fs::write(dir.path().join("garden.json"), "{\"process_name\": ")?;
/// let examination = pm_core::examine(dir.path())?;
/// assert_eq!(examination.processes, 0);
/// assert_eq!(examination.findings[0].file, "garden.json");
/// assert_eq!(examination.findings[0].concern(), pm_core::Concern::Person);
/// # Ok(())
/// # }
/// ```
pub fn examine(dir: impl Into<PathBuf>) -> Result<Examination, ExamineError> {
    Ok(Survey::of(&place(dir.into()))?.into_examination())
}

/// The changes of a file's journal that cannot be had, as far as anybody knows of them; `None`
/// where the journal is not damaged.
pub(crate) fn lost(place: &StoreDir, file: &OsStr) -> Option<Lost> {
    let findings = process::look(place, file)?.findings.into_iter();
    let mut lost = findings.filter_map(|finding| match finding.kind {
        FindingKind::JournalDamaged { lost, .. } => Some(lost),
        FindingKind::JournalMisfit { lost, .. } => Some(Some(lost)),
        _ => None,
    });
    lost.next()
        .or_else(|| is_headless(place, file).then_some(None))
}

/// Whether a file's journal has no header, without which it holds nothing that can be read.
fn is_headless(place: &StoreDir, file: &OsStr) -> bool {
    let path = place.journal_path(&names::lock_id(file));
    let read = place.fs.read(&path, u64::MAX);
    read.is_ok_and(|(_, bytes)| scan(&bytes).head.markers.is_empty())
}

/// All that was seen in a directory.
struct Survey {
    processes: Vec<(OsString, Seen)>,
    /// Findings that concern no process's file or journal.
    others: Vec<Finding>,
    temporary: Vec<Temporary>,
    trash: TrashContents,
    locks: Option<LockSupport>,
}

impl Survey {
    fn of(place: &StoreDir) -> Result<Self, ExamineError> {
        let failed = |error| ExamineError {
            dir: place.dir.clone(),
            source: Arc::new(error),
        };
        let now = SystemTime::now();
        let mut names = place.fs.names(&place.dir).map_err(failed)?;
        names.sort_unstable();
        let processes: Vec<(OsString, Seen)> = names
            .iter()
            .filter(|name| names::is_process_file(name))
            .filter_map(|file| Some((file.clone(), process::examine(place, file)?)))
            .collect();
        let passed_over = names.iter().filter(|name| names::is_passed_over(name));
        let mut others: Vec<Finding> = passed_over
            .filter(|name| holds_process(place, name))
            .map(|name| Finding::new(names::shown(name), FindingKind::PassedOver))
            .collect();
        let mut journals = Journals::list(place).unwrap_or_else(|error| {
            others.push(unlistable(".pm/journals", &error));
            Journals::default()
        });
        journals.settle_orphans(place);
        others.extend(journals.findings(place, now));
        others.extend(leftovers::conflicts(place, &names, now));
        others.extend(leftovers::index(place));
        let locks = leftovers::locks(place);
        if locks == Some(LockSupport::Missing) {
            others.push(Finding::new(".pm/locks", FindingKind::LocksMissing));
        }
        let trash = leftovers::trash(place, now).unwrap_or_else(|error| {
            others.push(unlistable(".pm/trash", &error));
            TrashContents::default()
        });
        let mut temporary = leftovers::temporary(place, "", &names, now);
        temporary.extend(leftovers::temporary(
            place,
            ".pm/journals",
            &journals.temporary,
            now,
        ));
        Ok(Self {
            processes,
            others,
            temporary,
            trash,
            locks,
        })
    }

    fn into_examination(self) -> Examination {
        let (processes, duplicates) = duplicates(&self.processes);
        let seen = self.processes.into_iter();
        let mut findings: Vec<Finding> = seen.flat_map(|(_, seen)| seen.findings).collect();
        findings.extend(duplicates);
        findings.extend(self.others);
        findings.extend(self.temporary.iter().map(Temporary::finding));
        // Stable: what is found in one file stays in its order.
        findings.sort_by(|a, b| a.file.cmp(&b.file));
        Examination {
            processes,
            findings,
            trash: self.trash,
            locks: self.locks,
        }
    }
}

/// Whether a file says that it is a process.
fn holds_process(place: &StoreDir, file: &OsStr) -> bool {
    let outline = place.read(file).ok().map(|(_, bytes)| read_outline(&bytes));
    outline.is_some_and(|outline| outline.is_ok_and(|outline| outline.is_process()))
}

/// How many processes there are, and which files hold one that another file is used for: the
/// store decides alike.
fn duplicates(processes: &[(OsString, Seen)]) -> (usize, Vec<Finding>) {
    let named = || {
        let named = processes.iter();
        named.filter_map(|(file, seen)| {
            let name = seen.name.as_ref()?;
            Some((name, rank(file, name, seen.has_history)))
        })
    };
    let mut used: BTreeMap<&ProcessName, _> = BTreeMap::new();
    for (name, rank) in named() {
        let first = used.entry(name).or_insert(rank);
        *first = rank.min(*first);
    }
    let duplicates = named().filter_map(|(name, (_, _, file))| {
        let (_, _, used) = used.get(name)?;
        if *used == file {
            return None;
        }
        let kind = FileProblemKind::Duplicate {
            name: name.clone(),
            used: names::shown(used),
        };
        Some(Finding::new(
            names::shown(file),
            FindingKind::Unusable(kind),
        ))
    });
    (used.len(), duplicates.collect())
}

fn unlistable(dir: &str, error: &io::Error) -> Finding {
    let reason = reason(error);
    Finding::new(dir, FindingKind::DirectoryUnreadable { reason })
}

/// The directory as the store reaches it.
fn place(dir: PathBuf) -> StoreDir {
    StoreDir {
        // Nothing is changed, so that nothing depends on it.
        is_local: false,
        locks_work: false,
        is_read_only: false,
        locks: Locks::default(),
        lock_patience: FileStoreOptions::default().lock_patience,
        dir,
        fs: Arc::new(OsFileSystem),
        clock: Box::new(SystemClock),
        max_file_bytes: FileStoreOptions::default().max_file_bytes,
    }
}

/// The path of something in the storage directory, as people write it.
fn shown_in(dir: &str, name: &OsStr) -> String {
    let name = names::shown(name);
    if dir.is_empty() {
        name
    } else {
        format!("{dir}/{name}")
    }
}

/// How long before `now` a file was last written to; `None` where it is gone.
fn age_of(place: &StoreDir, path: &Path, now: SystemTime) -> Option<Duration> {
    let modified = place.fs.stat(path).ok()?.stamp.modified_ns;
    let now = now.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_nanos();
    let age = i128::try_from(now).ok()? - modified;
    Some(u64::try_from(age).map_or(Duration::ZERO, Duration::from_nanos))
}

/// Where a directory in the storage directory is.
fn below(place: &StoreDir, dir: &str) -> PathBuf {
    place.dir.join(dir)
}
