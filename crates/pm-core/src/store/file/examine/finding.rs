//! What an examination finds, to be put into words elsewhere.

use std::time::Duration;

use super::super::disk::probes::LockSupport;
use crate::store::{Revisions, UnusableKind};
use crate::{JobName, ProcessName, TaskName, UnreadWord};

/// What was found in a storage directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examination {
    /// How many processes can be opened.
    pub processes: usize,
    /// What there is to say, ordered by file.
    pub findings: Vec<Finding>,
    /// What the trash holds.
    pub trash: TrashContents,
    /// Whether locks keep programs apart; `None` if no program has used the directory yet: finding
    /// out would make a file.
    pub locks: Option<LockSupport>,
}

impl Examination {
    /// Whether nothing needs to be repaired or looked at.
    pub fn is_sound(&self) -> bool {
        let mut findings = self.findings.iter();
        findings.all(|finding| finding.concern() == Concern::Nobody)
    }

    /// How many findings are of this concern.
    pub fn count(&self, concern: Concern) -> usize {
        let findings = self.findings.iter();
        findings
            .filter(|finding| finding.concern() == concern)
            .count()
    }
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The path of the file within the directory, with `/`; characters that cannot be shown are
    /// escaped.
    pub file: String,
    /// What is to be said of it.
    pub kind: FindingKind,
}

/// What was found about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FindingKind {
    /// It cannot be used as a process, or not beside another one.
    Unusable(UnusableKind),
    /// It does not say that it is a process: a foreign file.
    Foreign,
    /// It holds a process, and is passed over for its name: hidden files are, and those that
    /// office programs leave.
    PassedOver,
    /// The process's file says something of the plan in words that are none of those known.
    UnknownWords {
        /// The first of them, and its position.
        first: WordPlace,
        /// How many more there are.
        more: usize,
    },
    /// The process's file lacks changes that its journal has.
    Behind {
        /// How many.
        changes: u64,
    },
    /// The process's journal does not know the file: it was edited while no program watched.
    EditedUnwatched {
        /// How many changes of the journal are made again on the new content.
        changes: u64,
    },
    /// The journal cannot be read, so that the state of the process is not known.
    JournalUnreadable {
        /// Why, in the operating system's words.
        reason: String,
    },
    /// The journal holds nothing at all, not even the line with which each begins: it was emptied.
    JournalEmpty,
    /// The journal ends in a part of a record, with which no call was answered.
    JournalTorn {
        /// How long that part is, in bytes.
        bytes: u64,
    },
    /// The journal is damaged, and whole records follow behind the damage.
    JournalDamaged {
        /// The last revision that can be had.
        whole: u64,
        /// What is lost; `None` if the process's file has it all the same.
        lost: Option<Revisions>,
    },
    /// The journal is whole, and yet changes in it do not fit on the process's file.
    JournalMisfit {
        /// The last revision that can be had.
        whole: u64,
        /// What is lost.
        lost: Revisions,
    },
    /// The journal of a process whose file is gone.
    JournalOrphaned {
        /// The process, as far as the journal says it.
        process: Option<ProcessName>,
        /// How many changes it holds.
        changes: u64,
    },
    /// A file of history without a process's file or journal.
    HistoryOrphaned,
    /// A file of history cannot be read.
    HistoryUnreadable {
        /// Why, in the operating system's words.
        reason: String,
    },
    /// A file of history is damaged; the part before the damage can be read.
    HistoryDamaged,
    /// Changes of a process are missing from its history, and not from the process.
    HistoryGap(Revisions),
    /// A journal that was damaged and is kept for people.
    JournalSetAside {
        /// How long ago that was.
        age: Duration,
    },
    /// Changes that did not fit on a file that was edited at the same time, kept for people.
    Conflict {
        /// How long ago that was.
        age: Duration,
    },
    /// A file that is being written, or that was when its writer died.
    Temporary {
        /// How long ago it was last written to.
        age: Duration,
        /// What is known of its writer.
        writer: Writer,
    },
    /// Locks keep nobody out: several programs that change the directory at once may lose each
    /// other's changes.
    LocksMissing,
    /// The index cannot be read. It is made anew when it is needed.
    IndexUnreadable,
    /// The index is out of date, which costs time at the next start and nothing else.
    IndexStale {
        /// How many files it is wrong about.
        files: usize,
    },
    /// A directory cannot be listed, and so its content is not known.
    DirectoryUnreadable {
        /// Why, in the operating system's words.
        reason: String,
    },
}

/// A word in a process's file that is none of those known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordPlace {
    /// The task in which it stands.
    pub task: TaskName,
    /// The job in it, if it stands in one.
    pub job: Option<JobName>,
    /// The word, and what counts in its place.
    pub word: UnreadWord,
}

/// Who has to act on a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concern {
    /// Nobody: it comes up while programs use the directory, or goes away by itself.
    Nobody,
    /// [`repair`](super::repair::repair), which does what can be done.
    Repair,
    /// A person has to look.
    Person,
}

/// Who writes a temporary file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// It is writing, or was a moment ago.
    Alive,
    /// It has ended without taking the file away.
    Dead,
}

/// What is in the trash.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TrashContents {
    /// How many things were thrown away.
    pub items: usize,
    /// How much room they take, in bytes.
    pub bytes: u64,
    /// How long the oldest has been there.
    pub oldest: Option<Duration>,
}

impl Finding {
    pub(crate) fn new(file: impl Into<String>, kind: FindingKind) -> Self {
        let file = file.into();
        Self { file, kind }
    }

    /// Who has to act on it.
    pub fn concern(&self) -> Concern {
        match &self.kind {
            FindingKind::Foreign
            | FindingKind::PassedOver
            | FindingKind::Behind { .. }
            | FindingKind::EditedUnwatched { .. }
            | FindingKind::JournalTorn { .. }
            | FindingKind::HistoryGap(_)
            | FindingKind::IndexUnreadable
            | FindingKind::IndexStale { .. }
            | FindingKind::Temporary {
                writer: Writer::Alive,
                ..
            } => Concern::Nobody,
            FindingKind::JournalDamaged { .. }
            | FindingKind::JournalMisfit { .. }
            | FindingKind::JournalEmpty
            | FindingKind::Temporary {
                writer: Writer::Dead,
                ..
            } => Concern::Repair,
            FindingKind::Unusable(_)
            | FindingKind::UnknownWords { .. }
            | FindingKind::JournalOrphaned { .. }
            | FindingKind::HistoryOrphaned
            | FindingKind::JournalUnreadable { .. }
            | FindingKind::HistoryUnreadable { .. }
            | FindingKind::HistoryDamaged
            | FindingKind::JournalSetAside { .. }
            | FindingKind::Conflict { .. }
            | FindingKind::LocksMissing
            | FindingKind::DirectoryUnreadable { .. } => Concern::Person,
        }
    }
}
