//! What the follower knows of a process: how far its subscribers have been told.

use std::ffi::OsStr;

use super::super::entry::{Content, Entry};
use super::super::fs::Stamp;
use super::super::journal::Known;
use super::super::place::{Place, modified_at};
use crate::feed::ProcessEvent;
use crate::{ProcessName, Timestamp};

/// A process and its files, as far as they were told of.
pub(super) struct Followed {
    pub(super) name: ProcessName,
    pub(super) created_at: Timestamp,
    /// The revision up to which subscribers were told.
    pub(super) revision: u64,
    /// Where the journal is to be read on; up to `revision`, where it is known.
    pub(super) journal: Option<Known>,
    /// The stamps of the files of which everything was told.
    pub(super) seen: Seen,
    /// How much of the journal there was when all that is known was what the file says; to be
    /// read before the revision is believed, as somebody may have written the file.
    pub(super) unread: Option<u64>,
}

/// The stamps of a process's files.
#[derive(Clone, Copy, Default)]
pub(super) struct Seen {
    pub(super) file: Option<Stamp>,
    pub(super) journal: Option<Stamp>,
    /// Whether equal stamps prove that nothing changed.
    pub(super) settled: bool,
}

impl Followed {
    /// A process of which subscribers know its `revision`.
    pub(super) fn new(name: ProcessName, created_at: Timestamp, revision: u64) -> Self {
        Self {
            name,
            created_at,
            revision,
            journal: None,
            seen: Seen::default(),
            unread: None,
        }
    }

    /// A process as a list says that it is.
    pub(super) fn listed(entry: &Entry) -> Option<Self> {
        let Content::Summary(summary) = &entry.content else {
            return None;
        };
        let journal = entry.stamps.and_then(|stamps| stamps.journal);
        Some(Self {
            seen: Seen {
                file: entry.stamps.map(|stamps| stamps.file),
                journal,
                settled: entry.is_settled(),
            },
            unread: journal.map(|journal| journal.len),
            ..Self::new(
                summary.name.clone(),
                summary.created_at.clone(),
                summary.revision,
            )
        })
    }

    /// Whether the files are those of which everything was told.
    pub(super) fn is_current(&self, place: &Place, file: &OsStr, lock_id: &str) -> bool {
        self.seen.settled
            && place
                .stamp(file)
                .is_ok_and(|now| Some(now) == self.seen.file)
            && place
                .journal_stamp(lock_id)
                .is_ok_and(|now| now == self.seen.journal)
    }

    /// What is told where it turns out to be gone.
    pub(super) fn deleted(&self) -> ProcessEvent {
        ProcessEvent::deleted(&self.name, self.revision, None)
    }

    /// Whether a process that was created at `created_at` and has come to `revision` is another,
    /// that was made in the place of this one.
    pub(super) fn is_replaced_by(&self, created_at: &Timestamp, revision: u64) -> bool {
        *created_at != self.created_at && revision > 0 && self.says_when_created()
    }

    /// Whether the process says itself when it was created. A file of another program may not,
    /// and seems to be made anew with each change until it is written here.
    fn says_when_created(&self) -> bool {
        let written = self.seen.file.map(|stamp| modified_at(&stamp));
        self.revision > 0 || written.as_ref() != Some(&self.created_at)
    }
}
