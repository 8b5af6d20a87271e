//! What a store says of itself: its processes, its health, and the state of its files.

use std::fmt;
use std::sync::Arc;

use super::{Conflict, StoreError, StoreNotice};
use crate::{ProcessName, ProcessSummary, Timestamp};

/// What a store holds.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// A summary of every process, ordered by name.
    pub processes: Vec<Arc<ProcessSummary>>,
    /// What looks like a process and cannot be opened.
    pub problems: Vec<Unusable>,
    /// Changes that did not fit beside an edit made outside, and wait for a person.
    pub conflicts: Vec<Conflict>,
}

/// How a store is doing.
#[derive(Debug, Clone, Default)]
pub struct StoreHealth {
    /// The number of processes that can be opened.
    pub processes: usize,
    /// What looks like a process and cannot be opened.
    pub problems: Vec<Unusable>,
    /// What others read without the store, such as files, and could not be brought up to what was
    /// acknowledged; and why. Nothing is lost, and it is tried again and again.
    pub unflushed: Vec<(String, StoreError)>,
    /// What happened since the store was opened that a person should know of.
    pub notices: Vec<StoreNotice>,
    /// What is damaged, for as long as it is, such as a journal.
    pub damage: Vec<StoreNotice>,
    /// What calls waited for in vain and others still hold: what it is, and the holder.
    pub held: Vec<(String, StoreError)>,
    /// Why the store cannot be read or written at all, if that is so.
    pub failure: Option<StoreError>,
}

/// Something in the store, such as a file, that cannot be used as a process and is left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// The file's name within the directory, never a path; characters that cannot be shown are
    /// escaped.
    pub file: String,
    /// What is wrong with it.
    pub kind: UnusableKind,
}

/// What is wrong with something that cannot be used as a process.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnusableKind {
    /// It is not JSON, or not of a process's shape, at this place.
    Damaged {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong there.
        reason: String,
    },
    /// It holds nothing at all.
    Empty,
    /// It is JSON that does not say that it is a process.
    NotAProcess,
    /// It is no text in UTF-8.
    NotUtf8 {
        /// What it is, as a noun.
        what: &'static str,
    },
    /// Git left two versions of the same lines in it, with marks around them.
    Conflicted {
        /// The line of the first mark, from 1.
        line: usize,
    },
    /// Another file holds a process of the same name, and that one is used.
    Duplicate {
        /// The name of the process.
        name: ProcessName,
        /// The file that is used.
        used: String,
    },
    /// It is a directory, a symbolic link or a device, and only regular files are opened.
    NotARegularFile {
        /// What it is, as a noun with its article.
        what: &'static str,
    },
    /// It is larger than the store reads.
    TooLarge {
        /// Its size in bytes.
        bytes: u64,
        /// The most that is read, in bytes.
        limit: u64,
    },
    /// The operating system refuses to read it.
    Unreadable {
        /// Why, in the operating system's words.
        reason: String,
    },
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = &self.file;
        match &self.kind {
            UnusableKind::Damaged {
                line,
                column,
                reason,
            } => {
                write!(
                    f,
                    "the file {file} is damaged at line {line}, column {column}: {reason}"
                )
            }
            UnusableKind::Empty => write!(f, "the file {file} is empty"),
            UnusableKind::NotAProcess => write!(
                f,
                "the file {file} is no process: it has neither a \"process_name\" nor \"tasks\" \
                 that are an object"
            ),
            UnusableKind::NotUtf8 { what } => write!(
                f,
                "the file {file} is {what}, and a process is JSON text in UTF-8"
            ),
            UnusableKind::Conflicted { line } => write!(
                f,
                "the file {file} has marks of a merge conflict from line {line} on; keep one of \
                 the versions and take out the marks"
            ),
            UnusableKind::Duplicate { name, used } => {
                write!(
                    f,
                    "the file {file} holds the process {name} once more beside {used}"
                )
            }
            UnusableKind::NotARegularFile { what } => {
                write!(f, "{file} is {what}, and only regular files are opened")
            }
            UnusableKind::TooLarge { bytes, limit } => {
                write!(
                    f,
                    "the file {file} has {bytes} bytes, and {limit} are the most"
                )
            }
            UnusableKind::Unreadable { reason } => {
                write!(f, "the file {file} cannot be read: {reason}")
            }
        }
    }
}

/// A process in the trash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trashed {
    /// Its name.
    pub name: ProcessName,
    /// When it was deleted.
    pub deleted_at: Timestamp,
    /// Who deleted it; for people.
    pub by: String,
}

impl Trashed {
    /// Whether this is the process that `other` means: of the same name, deleted at the same time.
    pub fn is(&self, other: &Self) -> bool {
        (&self.name, &self.deleted_at) == (&other.name, &other.deleted_at)
    }
}
