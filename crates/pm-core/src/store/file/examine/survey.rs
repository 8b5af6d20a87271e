//! All that is to be seen in a directory.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use super::super::catalog::rank;
use super::super::disk::locks::Locks;
use super::super::disk::names;
use super::super::disk::os::OsFileSystem;
use super::super::disk::probes::LockSupport;
use super::super::disk::store_dir::StoreDir;
use super::super::format::read_outline;
use super::super::open::FileStoreOptions;
use super::finding::{Examination, Finding, FindingKind, TrashContents};
use super::journals::Journals;
use super::leftovers::{self, Temporary};
use super::process::{self, Seen};
use crate::clock::SystemClock;
use crate::store::UnusableKind;
use crate::{ProcessName, reason};

/// A directory that cannot be examined.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the directory {} cannot be examined: {}", dir.display(), reason(source))]
pub struct ExamineError {
    /// The directory.
    pub dir: PathBuf,
    /// The operating system's answer.
    pub source: Arc<io::Error>,
}

/// All that was seen in a directory.
pub(super) struct Survey {
    pub(super) processes: Vec<(OsString, Seen)>,
    /// Findings that concern no process's file or journal.
    others: Vec<Finding>,
    pub(super) temporary: Vec<Temporary>,
    trash: TrashContents,
    locks: Option<LockSupport>,
}

impl Survey {
    pub(super) fn of(store_dir: &StoreDir) -> Result<Self, ExamineError> {
        let failed = |error| ExamineError {
            dir: store_dir.dir.clone(),
            source: Arc::new(error),
        };
        let now = SystemTime::now();
        let mut names = store_dir.fs.names(&store_dir.dir).map_err(failed)?;
        names.sort_unstable();
        let processes: Vec<(OsString, Seen)> = names
            .iter()
            .filter(|name| names::is_process_file(name))
            .filter_map(|file| Some((file.clone(), process::examine(store_dir, file)?)))
            .collect();
        let passed_over = names.iter().filter(|name| names::is_passed_over(name));
        let mut others: Vec<Finding> = passed_over
            .filter(|name| holds_process(store_dir, name))
            .map(|name| Finding::new(names::shown(name), FindingKind::PassedOver))
            .collect();
        let mut journals = Journals::list(store_dir).unwrap_or_else(|error| {
            others.push(unlistable(".pm/journals", &error));
            Journals::default()
        });
        journals.settle_orphans(store_dir);
        others.extend(journals.findings(store_dir, now));
        others.extend(leftovers::conflicts(store_dir, &names, now));
        others.extend(leftovers::index(store_dir));
        let locks = leftovers::locks(store_dir);
        if locks == Some(LockSupport::Missing) {
            others.push(Finding::new(".pm/locks", FindingKind::LocksMissing));
        }
        let trash = leftovers::trash(store_dir, now).unwrap_or_else(|error| {
            others.push(unlistable(".pm/trash", &error));
            TrashContents::default()
        });
        let mut temporary = leftovers::temporary(store_dir, "", &names, now);
        temporary.extend(leftovers::temporary(
            store_dir,
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

    pub(super) fn into_examination(self) -> Examination {
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
fn holds_process(dir: &StoreDir, file: &OsStr) -> bool {
    let outline = dir.read(file).ok().map(|(_, bytes)| read_outline(&bytes));
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
        let kind = UnusableKind::Duplicate {
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
pub(super) fn store_dir(dir: PathBuf) -> StoreDir {
    StoreDir {
        // Neither is found out here: the careful answers do for a look, and for repairs as well.
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
