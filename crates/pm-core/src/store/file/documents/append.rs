//! Writing to the journal of a process, whatever state it is in.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::super::disk::store_dir::StoreDir;
use super::super::journal::{AppendError, Durable, Journal, JournalState, Line, Tail};
use super::super::lifecycle::trash;
use super::document::{Cached, Document};
use crate::feed::{Standing, Touch};
use crate::history::renamed_to;
use crate::store::StoreError;
use crate::{Action, HistoryEntry, Process};

impl Document {
    /// Appends lines to the journal, durably. Makes the journal where there is none, and sets it
    /// aside where it is damaged. To be called under the lock.
    pub(crate) fn append(
        &self,
        place: &StoreDir,
        base: &Cached,
        lines: Vec<Line>,
    ) -> Result<JournalState, AppendError> {
        self.append_if(place, base, lines, |_| Ok(()))
    }

    /// Appends lines like [`append`](Self::append), where `fits` says that there is room for so
    /// many bytes.
    pub(crate) fn append_if(
        &self,
        place: &StoreDir,
        base: &Cached,
        lines: Vec<Line>,
        fits: impl Fn(u64) -> Result<(), StoreError>,
    ) -> Result<JournalState, AppendError> {
        let changes: Vec<_> = if place.hub.is_followed() {
            lines.iter().filter_map(Line::entry).cloned().collect()
        } else {
            Vec::new()
        };
        let known = self.append_lines(place, base, lines, fits)?;
        tell(place, &base.process, &changes);
        Ok(known)
    }

    fn append_lines(
        &self,
        place: &StoreDir,
        base: &Cached,
        lines: Vec<Line>,
        fits: impl Fn(u64) -> Result<(), StoreError>,
    ) -> Result<JournalState, AppendError> {
        let broken = self.broken.load(Ordering::Relaxed);
        let journal = base.journal.as_ref();
        if journal.is_none_or(|known| broken || known.tail == Tail::Damaged) {
            // A new journal begins: seldom enough to make its lines twice.
            fits(Line::size(&lines))?;
        }
        match &base.journal {
            None => self.begin(place, base, lines),
            Some(known) if broken || known.tail == Tail::Damaged => {
                let known = self.set_aside(place, base, lines)?;
                self.broken.store(false, Ordering::Relaxed);
                Ok(known)
            }
            Some(known) => {
                let mut journal = self.reopened(place, known)?;
                let settled = self.settle_names(place, known, &base.json);
                settled.map_err(AppendError::naming)?;
                journal.append_if(&lines, Durable::Now, fits)?;
                let Journal { file, known } = journal;
                self.leave_open(place, file, &known.stamp);
                Ok(known)
            }
        }
    }

    /// The journal that was just looked at, to be written on.
    fn reopened(&self, place: &StoreDir, known: &JournalState) -> Result<Journal, AppendError> {
        if let Some(file) = self.take_open(known) {
            return Ok(Journal::left_open(file, known.clone()));
        }
        let opened = Journal::open(place, &self.lock_id, Some(known));
        match opened.map_err(AppendError::reading)? {
            Some((journal, _)) if journal.known.head == known.head => Ok(journal),
            // Somebody took it away this moment.
            _ => Err(AppendError::stale()),
        }
    }

    /// Begins a journal where there is none that counts. One whose header is damaged does not,
    /// and yet holds changes that were acknowledged: it is kept.
    fn begin(
        &self,
        place: &StoreDir,
        base: &Cached,
        lines: Vec<Line>,
    ) -> Result<JournalState, AppendError> {
        let opened = Journal::open(place, &self.lock_id, None).map_err(AppendError::reading)?;
        let is_damaged = opened.is_some_and(|(journal, _)| journal.known.tail == Tail::Damaged);
        if is_damaged {
            return self.set_aside(place, base, lines);
        }
        let begins = self.journal_base(base);
        let known = Journal::replace(place, &self.lock_id, &begins, lines, None)?;
        self.has_named(&known, &base.json);
        // One that held nothing at all is gone with it.
        place.damage.looked_at(self.file(), false);
        Ok(known)
    }

    /// Begins a new journal with what of the old one holds, and keeps the old one under a name
    /// that says what it is.
    fn set_aside(
        &self,
        place: &StoreDir,
        base: &Cached,
        lines: Vec<Line>,
    ) -> Result<JournalState, AppendError> {
        let opened = Journal::open(place, &self.lock_id, None).map_err(AppendError::reading)?;
        let (_, reading) = opened.ok_or_else(AppendError::stale)?;
        let marker = base.marker();
        let whole = marker.revision + 1..=base.process.revision;
        let kept = reading
            .changes()
            .into_iter()
            .filter(|change| whole.contains(&change.revision))
            .map(|entry| Line::Change { entry, json: None });
        let lines = kept.chain(lines).collect();
        let aside = trash::damaged_journal(place, &self.lock_id);
        let begins = self.journal_base(base);
        let known = Journal::replace(place, &self.lock_id, &begins, lines, Some(&aside))?;
        self.has_named(&known, &base.json);
        place.damage.has_moved(self.file());
        Ok(known)
    }
}

/// Tells subscribers of changes to `process` that are durable.
fn tell(place: &StoreDir, process: &Process, changes: &[Arc<HistoryEntry>]) {
    let Some(last) = changes.last() else {
        return;
    };
    let edits = changes.iter().filter_map(|change| change.patch.as_ref());
    let renamed = edits.flat_map(|patch| &patch.0).rev().find_map(renamed_to);
    let actor = Some(&last.actor);
    let is_restored = |change: &Arc<HistoryEntry>| &*change.action.operation == Action::RESTORE;
    let standing = Standing {
        name: renamed.as_ref().unwrap_or(&process.name),
        revision: last.revision,
        created_at: &process.created_at,
    };
    if changes.iter().any(is_restored) {
        place.hub.came(standing, actor);
    } else if *standing.name == process.name {
        place.hub.changed(standing, || Touch::of(changes));
    } else {
        place.hub.gone(&process.name, actor);
        place.hub.came(standing, actor);
    }
}
