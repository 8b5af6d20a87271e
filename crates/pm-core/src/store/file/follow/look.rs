//! The look at one process of which there is something to tell: what is new in its files.

use std::ffi::OsStr;
use std::sync::Arc;
use std::time::SystemTime;

use super::super::journal::{Journal, Known, revision_within};
use super::super::place::{Absent, Place, unreadable_journal};
use super::super::rotate;
use super::super::slot::{Cached, Slot};
use super::follower::Follower;
use super::known::{Followed, Seen};
use super::note::Hint;
use crate::feed::{Origin, ProcessEvent};
use crate::{Action, HistoryEntry};

impl Follower {
    /// Looks at one file and its journal, and tells what is new.
    pub(super) fn look(&mut self, file: &OsStr) {
        if self.outbox.park(file) {
            return;
        }
        let slot = self.cache.slot(file);
        let Some(followed) = self.files.get_mut(file) else {
            // One that is gone was told of.
            if !matches!(self.place.stamp(file), Err(Absent::Missing)) {
                self.survey_soon();
            }
            return;
        };
        if followed.is_current(&self.place, file, &slot.lock_id) {
            return;
        }
        let now = SystemTime::now();
        match slot.look(&self.place) {
            // What came to pass here is told with the notes, in its turn.
            Ok(_) if self.outbox.tells_of(file) => self.look_later(file),
            Ok(Cached { process, .. })
                if followed.is_replaced_by(&process.created_at, process.revision) =>
            {
                self.gone(file);
                // Where somebody here is just making the other one, that is noted by then.
                self.survey_soon();
            }
            Ok(cached) => self.catch_up(&slot, &cached, now),
            Err(Absent::Missing) => self.survey_soon(),
            // To be mended by somebody, which will be told.
            Err(_) => followed.seen.settled = false,
        }
    }

    /// Has a file looked at when what was done to it here has been told.
    fn look_later(&self, file: &OsStr) {
        if !self.outbox.park(file) {
            self.outbox.hint(Hint::File(file.to_owned()));
        }
    }

    /// Tells what is new in a process that was looked at after `now`.
    pub(super) fn catch_up(&mut self, slot: &Slot, cached: &Cached, now: SystemTime) {
        let file = slot.file();
        let before = self.revision_told(slot);
        // Before what is asked of the outbox, which knows all that can stand in the journal.
        let told = self.tell_changes(slot, cached.process.revision, None);
        if self.outbox.first_own(file).is_some() {
            // The rest is told with what is made here, or after it.
            self.look_later(file);
            return;
        }
        let Some(followed) = self.files.get_mut(file) else {
            return;
        };
        let (Ok(before), Ok(())) = (before, told) else {
            followed.seen.settled = false;
            return;
        };
        let (revision, name) = (cached.process.revision, &cached.process.name);
        let written = cached.journal.is_none()
            && followed.seen.file.is_some()
            && followed.seen.file != Some(cached.json.stamp);
        if before == revision && (written || followed.name != *name) {
            self.hub
                .tell(ProcessEvent::unknown(&followed.name, name, revision));
        } else if before > revision {
            // The last changes were lost with the journal.
            followed.revision = revision;
            followed.journal = None;
            self.hub
                .tell(ProcessEvent::unknown(&followed.name, name, revision));
        }
        followed.name = name.clone();
        followed.created_at = cached.process.created_at.clone();
        followed.seen = Seen {
            file: Some(cached.json.stamp),
            journal: cached.journal.as_ref().map(|known| known.stamp),
            settled: cached.json.stamp.is_settled(now),
        };
        if followed.revision < revision {
            self.tell_unknown(file, revision);
        }
    }

    /// The revision up to which subscribers were told, for certain.
    pub(super) fn revision_told(&mut self, slot: &Slot) -> Result<u64, Absent> {
        let Some(followed) = self.files.get_mut(slot.file()) else {
            return Ok(0);
        };
        if let Some(bytes) = followed.unread {
            let there = revision_within(&self.place, &slot.lock_id, bytes)
                .map_err(|error| unreadable_journal(&error))?;
            followed.revision = followed.revision.max(there.unwrap_or(0));
            followed.unread = None;
        }
        Ok(followed.revision)
    }

    /// Tells the changes up to `revision` that others made, as far as they are kept, and none
    /// from `before` on, or from the first that is told by whoever makes it here.
    pub(super) fn tell_changes(
        &mut self,
        slot: &Slot,
        revision: u64,
        before: Option<u64>,
    ) -> Result<(), Absent> {
        let file = slot.file();
        let Some(followed) = self.files.get_mut(file) else {
            return Ok(());
        };
        if followed.revision >= revision {
            return Ok(());
        }
        let (changes, known) = changes_behind(&self.place, slot, followed)?;
        // Perhaps the journal was another one's by then.
        let process = slot.current(&self.place)?;
        if followed.is_replaced_by(&process.created_at, process.revision) {
            self.outbox.hint(Hint::File(file.to_owned()));
            return Err(Absent::Missing);
        }
        let before = before.or_else(|| self.outbox.first_own(file));
        for change in changes {
            if change.revision <= followed.revision {
                continue;
            }
            if before.is_some_and(|before| change.revision >= before) {
                return Ok(());
            }
            if change.revision > followed.revision + 1 {
                let name = &followed.name;
                let skipped = ProcessEvent::unknown(name, name, change.revision - 1);
                self.hub.tell(skipped);
            }
            if &*change.action.operation == Action::RESTORE {
                // It was not missed before it was back.
                self.hub.tell(followed.deleted());
            }
            followed.revision = change.revision;
            let event = ProcessEvent::of(&change, &mut followed.name, Origin::Other);
            self.hub.tell(event);
        }
        followed.journal = known;
        Ok(())
    }

    /// Tells that a process reached `revision`, where nobody knows how.
    pub(super) fn tell_unknown(&mut self, file: &OsStr, revision: u64) {
        if let Some(followed) = self.files.get_mut(file)
            && followed.revision < revision
        {
            followed.revision = revision;
            let name = &followed.name;
            self.hub.tell(ProcessEvent::unknown(name, name, revision));
        }
    }
}

/// The changes behind those that were told of, as far as they are kept, perhaps with some before;
/// and up to where the journal was read.
fn changes_behind(
    place: &Place,
    slot: &Slot,
    followed: &Followed,
) -> Result<(Vec<Arc<HistoryEntry>>, Option<Known>), Absent> {
    let opened = Journal::open(place, &slot.lock_id, followed.journal.as_ref())
        .map_err(|error| unreadable_journal(&error))?;
    let Some((journal, reading)) = opened else {
        return Ok((Vec::new(), None));
    };
    let mut changes = reading.changes();
    let next = followed.revision + 1;
    if changes.first().is_none_or(|first| first.revision > next) {
        // They became history meanwhile.
        changes = rotate::history(slot, place)?;
    }
    Ok((changes, Some(journal.known)))
}
