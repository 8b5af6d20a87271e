//! What was learned of each file, kept in `.pm/index.json` for the next start, so that opening a
//! directory of thousands of processes does not read them all again.
//!
//! A cache and nothing more: an entry counts only while its file's stamp is the same, and a
//! missing or damaged index costs one look at each file. It is therefore written without syncs.

use std::ffi::OsString;
use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::super::disk::fs::Stamp;
use super::super::disk::names;
use super::super::disk::store_dir::{PRIVATE_DIR, StoreDir};
use super::super::journal::ActorText;
use super::file_entry::FileEntry;
use super::scan::Stamps;
use crate::history::LastChange;
use crate::model::Claims;
use crate::{Claim, ProcessName, ProcessSummary, Progress, Timestamp};

/// The version of the format; another one is ignored.
const VERSION: u32 = 4;

const FILE: &str = "index.json";

#[derive(Serialize, Deserialize)]
struct Index<'a> {
    version: u32,
    #[serde(borrow)]
    files: Vec<IndexedFile<'a>>,
}

/// One file as the index has it.
#[derive(Serialize, Deserialize)]
struct IndexedFile<'a> {
    #[serde(borrow)]
    file: std::borrow::Cow<'a, str>,
    stamp: IndexedStamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    journal: Option<IndexedStamp>,
    #[serde(borrow)]
    name: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    description: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    created_at: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    updated_at: std::borrow::Cow<'a, str>,
    revision: u64,
    tasks: usize,
    jobs: usize,
    code: usize,
    /// If a task has a status: how many are todo, in progress, blocked, done and cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    progress: Option<[usize; 5]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waiting: Option<NonZeroUsize>,
    /// The claims that end last, each as its owner and its end.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    claims: Vec<IndexedClaim<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    more_claims: Option<NonZeroUsize>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    last: Option<IndexedChange<'a>>,
}

/// A claim: whose it is, and when it ends.
#[derive(Serialize, Deserialize)]
struct IndexedClaim<'a>(
    #[serde(borrow)] std::borrow::Cow<'a, str>,
    #[serde(borrow)] std::borrow::Cow<'a, str>,
);

/// The last change of a process.
#[derive(Serialize, Deserialize)]
struct IndexedChange<'a> {
    revision: u64,
    #[serde(borrow)]
    at: std::borrow::Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<ActorText>,
    #[serde(borrow)]
    operation: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    summary: std::borrow::Cow<'a, str>,
}

/// A stamp: inode, length, and the times of the last change in nanoseconds.
#[derive(Serialize, Deserialize)]
struct IndexedStamp(u64, u64, i64, i64);

impl IndexedStamp {
    fn new(stamp: &Stamp) -> Option<Self> {
        let time = |ns| i64::try_from(ns).ok();
        Some(Self(
            stamp.inode,
            stamp.len,
            time(stamp.modified_ns)?,
            time(stamp.changed_ns)?,
        ))
    }
}

impl From<IndexedStamp> for Stamp {
    fn from(IndexedStamp(inode, len, modified_ns, changed_ns): IndexedStamp) -> Self {
        Self {
            inode,
            len,
            modified_ns: modified_ns.into(),
            changed_ns: changed_ns.into(),
        }
    }
}

/// What the index has of each file.
type Files = Vec<(OsString, FileEntry)>;

/// Reads the index; empty if there is none that can be used.
pub(crate) fn load(dir: &StoreDir) -> Files {
    read(dir).unwrap_or_default()
}

/// Reads the index, or says why it cannot be used.
pub(crate) fn read(dir: &StoreDir) -> io::Result<Files> {
    let path = dir.dir.join(PRIVATE_DIR).join(FILE);
    let (_, bytes) = dir.fs.read(&path, dir.max_file_bytes)?;
    let index: Index<'_> = serde_json::from_slice(&bytes)?;
    if index.version != VERSION {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let files = index.files.into_iter();
    Ok(files.map(IndexedFile::into_entry).collect())
}

/// Writes the index, in the order of the files that are given. If that fails the next start looks
/// at more files; nothing is lost.
pub(crate) fn save<'a>(
    dir: &StoreDir,
    files: impl Iterator<Item = (&'a OsString, &'a Stamps, &'a ProcessSummary)>,
) {
    let files = files.filter_map(|(file, stamps, summary)| IndexedFile::new(file, stamps, summary));
    let index = Index {
        version: VERSION,
        files: files.collect(),
    };
    let Ok(bytes) = serde_json::to_vec(&index) else {
        return;
    };
    let private = dir.dir.join(PRIVATE_DIR);
    let temporary = dir.path(names::temporary_name("@index"));
    let written = dir
        .fs
        .create(&temporary, &temporary)
        .and_then(|mut file| file.write_all(&bytes))
        .and_then(|()| dir.fs.rename(&temporary, &private.join(FILE)));
    if written.is_err() {
        let _ = dir.fs.remove(&temporary);
    }
}

impl<'a> IndexedFile<'a> {
    /// `None` if a value does not fit the format; such a file is looked at each time.
    fn new(file: &'a OsString, stamps: &Stamps, summary: &'a ProcessSummary) -> Option<Self> {
        let (claims, more_claims) = summary.claims.parts();
        Some(Self {
            file: file.to_str()?.into(),
            stamp: IndexedStamp::new(&stamps.file)?,
            journal: match &stamps.journal {
                Some(journal) => Some(IndexedStamp::new(journal)?),
                None => None,
            },
            name: summary.name.as_str().into(),
            description: summary.description.as_str().into(),
            created_at: summary.created_at.as_str().into(),
            updated_at: summary.updated_at.as_str().into(),
            revision: summary.revision,
            tasks: summary.tasks,
            jobs: summary.jobs,
            code: summary.code,
            progress: {
                let Progress {
                    todo,
                    in_progress,
                    blocked,
                    done,
                    cancelled,
                } = summary.progress;
                let untouched = summary.progress.is_untouched();
                (!untouched).then_some([todo, in_progress, blocked, done, cancelled])
            },
            waiting: NonZeroUsize::new(summary.waiting),
            claims: claims.iter().map(IndexedClaim::new).collect(),
            more_claims: NonZeroUsize::new(more_claims),
            last: summary.last_change.as_deref().map(IndexedChange::new),
        })
    }

    fn into_entry(self) -> (OsString, FileEntry) {
        let stamps = Stamps {
            file: self.stamp.into(),
            journal: self.journal.map(Into::into),
        };
        let untouched = [self.tasks, 0, 0, 0, 0];
        let [todo, in_progress, blocked, done, cancelled] = self.progress.unwrap_or(untouched);
        let summary = ProcessSummary {
            name: ProcessName::stored(&*self.name),
            description: self.description.into_owned(),
            created_at: Timestamp::stored(&*self.created_at),
            updated_at: Timestamp::stored(&*self.updated_at),
            revision: self.revision,
            tasks: self.tasks,
            jobs: self.jobs,
            code: self.code,
            progress: Progress {
                todo,
                in_progress,
                blocked,
                done,
                cancelled,
            },
            waiting: self.waiting.map_or(0, NonZeroUsize::get),
            claims: Claims::new(
                self.claims
                    .into_iter()
                    .map(IndexedClaim::into_claim)
                    .collect(),
                self.more_claims.map_or(0, NonZeroUsize::get),
            ),
            last_change: self.last.map(|last| Arc::new(last.into_change())),
        };
        (
            self.file.into_owned().into(),
            FileEntry::kept(stamps, summary),
        )
    }
}

impl<'a> IndexedClaim<'a> {
    fn new(claim: &'a Claim) -> Self {
        Self(claim.by.as_str().into(), claim.until.as_str().into())
    }

    fn into_claim(self) -> Claim {
        Claim {
            by: self.0.into_owned(),
            until: Timestamp::stored(&*self.1),
        }
    }
}

impl<'a> IndexedChange<'a> {
    fn new(change: &'a LastChange) -> Self {
        Self {
            revision: change.revision,
            at: change.at.as_str().into(),
            by: ActorText::new(&change.actor),
            operation: (&*change.operation).into(),
            summary: change.summary.as_str().into(),
        }
    }

    fn into_change(self) -> LastChange {
        LastChange {
            revision: self.revision,
            at: Timestamp::stored(&*self.at),
            actor: ActorText::into_actor(self.by),
            operation: (&*self.operation).into(),
            summary: self.summary.into_owned(),
        }
    }
}
