//! What was learned of each file, kept in `.pm/index.json` for the next start, so that opening a
//! directory of thousands of processes does not read them all again.
//!
//! A cache and nothing more: an entry counts only while its file's stamp is the same, and a
//! missing or damaged index costs one look at each file. It is therefore written without syncs.

use std::ffi::OsString;
use std::io;

use serde::{Deserialize, Serialize};

use super::super::disk::fs::Stamp;
use super::super::disk::names;
use super::super::disk::store_dir::{PRIVATE_DIR, StoreDir};
use super::file_entry::FileEntry;
use super::scan::Stamps;
use super::summary_text::SummaryText;
use crate::ProcessSummary;

/// The version of the format; another one is ignored.
const VERSION: u32 = 5;

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
    summary: SummaryText<'a>,
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
        Some(Self {
            file: file.to_str()?.into(),
            stamp: IndexedStamp::new(&stamps.file)?,
            journal: match &stamps.journal {
                Some(journal) => Some(IndexedStamp::new(journal)?),
                None => None,
            },
            summary: SummaryText::new(summary),
        })
    }

    fn into_entry(self) -> (OsString, FileEntry) {
        let stamps = Stamps {
            file: self.stamp.into(),
            journal: self.journal.map(Into::into),
        };
        (
            self.file.into_owned().into(),
            FileEntry::kept(stamps, self.summary.into_summary()),
        )
    }
}
