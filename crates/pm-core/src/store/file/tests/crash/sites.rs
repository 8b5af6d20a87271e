//! Which place of the store a sync comes from, as far as that shows from outside: by the
//! operation, the kind of file or directory, and what the sync would make durable.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fmt;
use std::path::Path;

use super::content::Content;
use super::disk::{Disk, NodeId};
use super::names::Names;
use super::{DIR, PRIVATE};

/// A use of a sync.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Site {
    operation: SyncOperation,
    place: String,
    pending: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SyncOperation {
    File,
    JournalData,
    Directory,
}

impl Site {
    /// The site of a sync of a file.
    pub(crate) fn of_file(disk: &Disk, operation: SyncOperation, path: &Path, id: NodeId) -> Self {
        let words = disk.file(id).map(Content::pending);
        Self {
            operation,
            place: place(path),
            pending: words.unwrap_or_default().join(", "),
        }
    }

    /// The site of a sync of a directory.
    pub(crate) fn of_directory(disk: &Disk, path: &Path, id: NodeId) -> Self {
        let differing = disk.directory(id).map(Names::pending);
        let differing = differing.unwrap_or_default().into_iter();
        let words = differing.filter_map(|(name, how)| {
            let what = match kind(&path.join(name)) {
                // Nobody misses a lock file, what is only kept to save time, or when the clock was
                // looked at, or minds a temporary file that is swept later.
                "a lock" | "a temporary file" | "a file of the store's own" => return None,
                what => what,
            };
            Some(format!("{how} {}", what.trim_start_matches("a ")))
        });
        let words: BTreeSet<String> = words.collect();
        Self {
            operation: SyncOperation::Directory,
            place: place(path),
            pending: words.into_iter().collect::<Vec<_>>().join(", "),
        }
    }

    /// Why it does no harm if this sync does nothing, for the few of which that is so.
    pub(crate) fn harmless(&self) -> Option<&'static str> {
        if self.pending.is_empty() {
            return Some("nothing is pending there");
        }
        HARMLESS
            .iter()
            .find(|(operation, place, pending, _)| {
                *operation == self.operation && *place == self.place && *pending == self.pending
            })
            .map(|(.., reason)| *reason)
    }
}

/// Sites whose loss nobody can see, each with the reason.
const HARMLESS: [(SyncOperation, &str, &str, &str); 0] = [];

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = match self.operation {
            SyncOperation::File => "sync",
            SyncOperation::JournalData => "sync data",
            SyncOperation::Directory => "sync names",
        };
        let pending = if self.pending.is_empty() {
            "nothing"
        } else {
            &self.pending
        };
        write!(f, "{operation} of {}: {pending}", self.place)
    }
}

/// What a path stands for, if it is synced.
fn place(path: &Path) -> String {
    if path == Path::new(DIR) {
        return "the storage directory".to_owned();
    }
    match path.strip_prefix(DIR) {
        Err(_) => "a directory above".to_owned(),
        Ok(inner) if is_trashed(inner) => kind(path).to_owned(),
        Ok(inner) if path.extension().is_none() || inner == Path::new(PRIVATE) => {
            inner.display().to_string()
        }
        Ok(_) => kind(path).to_owned(),
    }
}

/// Whether a path in the storage directory is that of something in the trash.
fn is_trashed(inner: &Path) -> bool {
    let above = inner.parent().into_iter().flat_map(Path::ancestors);
    above.into_iter().any(|above| above.ends_with("trash"))
}

/// What a path stands for, as a name in a directory.
fn kind(path: &Path) -> &'static str {
    let inner = path.strip_prefix(DIR).unwrap_or(path);
    if is_trashed(inner) {
        return match path.extension() {
            Some(_) => "a file in the trash",
            None => "a process in the trash",
        };
    }
    let above = path.parent().and_then(Path::file_name);
    let extension = path.extension().and_then(OsStr::to_str);
    match (above.and_then(OsStr::to_str), extension) {
        (_, Some("lock")) => "a lock",
        (_, Some("pm-tmp")) => "a temporary file",
        (Some("journals"), _) => "a journal",
        (Some(PRIVATE), Some(_)) => "a file of the store's own",
        (_, Some("json")) => "a process's file",
        _ => "a directory",
    }
}
