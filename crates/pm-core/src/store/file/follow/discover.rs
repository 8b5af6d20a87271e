//! The look at a process that was not known: how it came, and what became of it since.

use std::ffi::OsStr;
use std::sync::Arc;
use std::time::SystemTime;

use super::super::journal::Journal;
use super::super::slot::{Cached, Slot};
use super::follower::Follower;
use super::known::Followed;
use super::note::Hint;
use crate::feed::{Origin, ProcessEvent, ProcessEventKind};
use crate::history::renamed_to;
use crate::{Action, HistoryEntry, Process, Timestamp};

impl Follower {
    /// Tells of a process that was not known, and of its changes.
    pub(super) fn discover(&mut self, file: &OsStr) {
        let now = SystemTime::now();
        let slot = self.cache.slot(file);
        let Ok(cached) = slot.look(&self.place) else {
            return;
        };
        let changes = self.changes_in_journal(&slot, &cached);
        // Only now: the outbox knows all that was done here and can be in what was just read.
        if self.outbox.tells_who_has(file) {
            self.outbox.hint(Hint::Directory);
            return;
        }
        let before = self.outbox.first_own(file);
        self.introduce(file, &cached, changes, before);
        if before.is_none() {
            self.catch_up(&slot, &cached, now);
        }
    }

    /// Tells of a process that was not known, and of its changes before the one that is told with
    /// `event`, which was made here.
    pub(super) fn discover_before(
        &mut self,
        file: &OsStr,
        event: &ProcessEvent,
        created_at: &Timestamp,
    ) {
        let slot = self.cache.slot(file);
        let found = slot.look(&self.place).ok();
        if let Some(cached) = found.filter(|cached| cached.process.created_at == *created_at) {
            let changes = self.changes_in_journal(&slot, &cached);
            self.introduce(file, &cached, changes, Some(event.revision));
            return;
        }
        // It is gone by now, which is told in its turn.
        let name = match &event.kind {
            ProcessEventKind::Renamed { from } => from.clone(),
            _ => event.process.clone(),
        };
        let revision = event.revision.saturating_sub(1);
        self.make_way(file, &name);
        self.hub.tell(ProcessEvent::created(&name, revision, None));
        let followed = Followed::new(name, created_at.clone(), revision);
        self.files.insert(file.to_owned(), followed);
    }

    fn introduce(
        &mut self,
        file: &OsStr,
        cached: &Cached,
        changes: Vec<Arc<HistoryEntry>>,
        before: Option<u64>,
    ) {
        let changes = self.recent(changes, before);
        let process = &cached.process;
        let first = match changes.first() {
            Some(first) => first.revision - 1,
            None => before.map_or(process.revision, |before| {
                process.revision.min(before.saturating_sub(1))
            }),
        };
        let (name, created_at) = (process.name.clone(), process.created_at.clone());
        self.make_way(file, &name);
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
    }

    /// The changes that stand in the journal of a process.
    fn changes_in_journal(&self, slot: &Slot, cached: &Cached) -> Vec<Arc<HistoryEntry>> {
        if cached.journal.is_none() {
            return Vec::new();
        }
        let Ok(Some((_, reading))) = Journal::open(&self.place, &slot.lock_id, None) else {
            return Vec::new();
        };
        let same = |process: Arc<Process>| process.created_at == cached.process.created_at;
        // Perhaps it was another one's by then.
        if slot.current(&self.place).is_ok_and(same) {
            reading.changes()
        } else {
            Vec::new()
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
