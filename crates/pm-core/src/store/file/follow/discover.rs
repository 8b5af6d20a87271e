//! The look at a process that was not known: how it came, and what became of it since.

use std::ffi::OsStr;
use std::sync::Arc;
use std::time::SystemTime;

use super::super::journal::Journal;
use super::super::slot::{Cached, Slot};
use super::follower::Follower;
use super::known::Followed;
use crate::feed::{Origin, ProcessEvent};
use crate::history::renamed_to;
use crate::{Action, HistoryEntry};

impl Follower {
    /// Tells of a process that was not known, and of its changes `before` a revision.
    pub(super) fn discover(&mut self, file: &OsStr, before: Option<u64>) {
        let now = SystemTime::now();
        let slot = self.cache.slot(file);
        let Ok(cached) = slot.look(&self.place) else {
            return;
        };
        let changes = self.changes_in_journal(&slot, &cached);
        // Only now: the outbox knows all own changes that can stand in what was just read.
        let before = before.or_else(|| self.outbox.first_own(file));
        let changes = self.recent(changes, before);
        let process = &cached.process;
        let first = match changes.first() {
            Some(first) => first.revision - 1,
            None => before.map_or(process.revision, |before| {
                process.revision.min(before.saturating_sub(1))
            }),
        };
        let (name, created_at) = (process.name.clone(), process.created_at.clone());
        let is_restored = changes
            .first()
            .is_some_and(|first| &*first.action.operation == Action::RESTORE);
        if !is_restored {
            self.hub.tell(ProcessEvent::created(&name, first, None));
        }
        let mut followed = Followed::new(name, created_at, first);
        for change in changes {
            followed.revision = change.revision;
            let event = ProcessEvent::of(&change, &mut followed.name, Origin::Other);
            self.hub.tell(event);
        }
        self.files.insert(file.to_owned(), followed);
        if before.is_none() {
            self.catch_up(&slot, &cached, now);
        }
    }

    /// The changes that stand in the journal of a process.
    fn changes_in_journal(&self, slot: &Slot, cached: &Cached) -> Vec<Arc<HistoryEntry>> {
        if cached.journal.is_none() {
            return Vec::new();
        }
        match Journal::open(&self.place, &slot.lock_id, None) {
            Ok(Some((_, reading))) => reading.changes(),
            _ => Vec::new(),
        }
    }

    /// Those of a new process's changes that were made `before` a revision and since there are
    /// subscribers: all since it was created, or since it was restored; none where there may be
    /// older ones.
    fn recent(
        &self,
        mut changes: Vec<Arc<HistoryEntry>>,
        before: Option<u64>,
    ) -> Vec<Arc<HistoryEntry>> {
        changes.retain(|change| before.is_none_or(|before| change.revision < before));
        let restored = changes
            .iter()
            .rposition(|change| &*change.action.operation == Action::RESTORE);
        if let Some(restored) = restored {
            changes.drain(..restored);
        }
        let first = changes.first();
        let is_whole = first.is_some_and(|first| {
            (restored.is_some() || first.revision == 2) && first.at.as_str() >= self.since.as_str()
        });
        let renames = |change: &Arc<HistoryEntry>| {
            let edits = change.patch.iter().flat_map(|patch| &patch.0);
            edits.into_iter().find_map(renamed_to).is_some()
        };
        // The name before is not known here.
        let is_renamed = changes
            .iter()
            .skip(usize::from(restored.is_some()))
            .any(renames);
        if is_whole && !is_renamed {
            changes
        } else {
            Vec::new()
        }
    }
}
