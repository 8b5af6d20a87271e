//! What a store tells, beside the processes, of how they are kept: of their files, if it keeps them
//! in files.

use std::fmt;

/// What a store tells people of how processes are kept.
pub trait StoreNotices {
    /// Takes what a person should know of that happened to the process of this name, where it is
    /// kept. Each notice is answered once.
    fn take(&self, name: &str) -> Vec<StoreNotice>;

    /// What a person should know of that happened to the process of this name, where it is kept,
    /// since the store was opened, whether it was taken or not. It is left for
    /// [`take`](Self::take).
    fn look(&self, name: &str) -> Vec<StoreNotice> {
        let _ = name;
        Vec::new()
    }

    /// What is to be known of the process of this name, where it is kept, for as long as it holds:
    /// that its journal is damaged, for instance.
    fn standing(&self, name: &str) -> Vec<StoreNotice>;

    /// Whether [`take`](Self::take) or [`standing`](Self::standing) would answer any, if that is
    /// known without waiting; otherwise `true`.
    fn may_have_any(&self, name: &str) -> bool;
}

/// Something that happened to a process, where it is kept, and that a person should know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreNotice {
    /// The name of the process's file.
    pub file: String,
    /// What happened.
    pub kind: StoreNoticeKind,
}

/// What happened to a process, where it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreNoticeKind {
    /// The file was edited while programs changed the same places. The edited file counts, and
    /// the changes that do not fit on it are kept beside it.
    Conflict {
        /// The file that keeps them, in the storage directory.
        kept: String,
        /// What they did, each as its line in the history.
        changes: Vec<String>,
    },
    /// Other files hold the same process; each answer about it says so, as long as they do.
    Copied {
        /// Those files.
        others: Vec<String>,
    },
    /// The process's journal is damaged. Its last good state counts, until the next change sets
    /// the journal aside.
    JournalDamaged {
        /// The changes that cannot be read; `None` if none are known, or the file has them.
        lost: Option<Revisions>,
    },
    /// The process's journal was damaged, and the last good state counts.
    JournalSetAside {
        /// The name that the damaged journal has now, in `.pm/journals`.
        kept: String,
        /// The changes that cannot be read from it; `None` if none are known.
        lost: Option<Revisions>,
    },
    /// The process's file is read-only and lacks changes, which its journal has.
    FileReadOnly,
}

/// Says of files that they hold a process.
fn hold(files: &[String]) -> String {
    match files {
        [one] => format!("{one} holds its process"),
        more => format!("{} hold its process", more.join(", ")),
    }
}

impl fmt::Display for StoreNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = &self.file;
        match &self.kind {
            StoreNoticeKind::Conflict { kept, changes } => write!(
                f,
                "{file} was edited while programs changed the same places; the edited file counts, \
                 and what does not fit on it is kept in {kept}: {}",
                changes.join("; ")
            ),
            StoreNoticeKind::Copied { others } => write!(
                f,
                "{file} is used, and {} as well, and no change goes there",
                hold(others)
            ),
            StoreNoticeKind::JournalDamaged { lost } => write!(
                f,
                "the journal of {file} is damaged{}; the last good state counts",
                Lost(*lost)
            ),
            StoreNoticeKind::JournalSetAside { kept, lost } => write!(
                f,
                "the journal of {file} was damaged{} and is kept as .pm/journals/{kept}; the last \
                 good state counts",
                Lost(*lost)
            ),
            StoreNoticeKind::FileReadOnly => write!(
                f,
                "{file} is read-only and lacks changes, which are kept in its journal"
            ),
        }
    }
}

/// Changes that cannot be read, as a part of a sentence.
struct Lost(Option<Revisions>);

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => Ok(()),
            Some(Revisions { first, last }) if first == last => {
                write!(f, ", of which change {first} cannot be read,")
            }
            Some(Revisions { first, last }) => {
                write!(
                    f,
                    ", of which the changes {first} to {last} cannot be read,"
                )
            }
        }
    }
}

/// Revisions from a first to a last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revisions {
    /// The first.
    pub first: u64,
    /// The last.
    pub last: u64,
}

impl Revisions {
    /// The revisions from a first to a last; none if the last comes before the first.
    pub(crate) fn between(first: u64, last: u64) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }
}
