//! Writing to a document: to its journal, whatever state that is in, and to its file.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Instant, SystemTime};

use super::super::disk::fs::{JournalFile, LockGuard, Stamp};
use super::super::disk::locks::{TurnGuard, locked};
use super::super::disk::store_dir::{WriteFailed, failed};
use super::super::journal::open_journal::OpenJournal;
use super::super::journal::{
    AppendError, Base, Durable, Journal, JournalState, Line, Tail, segments,
};
use super::document::Document;
use super::durable_names::DurableNames;
use super::staged_process::StagedProcess;
use super::state::{Cached, JsonSeen};
use crate::feed::{Standing, Touch};
use crate::history::renamed_to;
use crate::store::StoreError;
use crate::{Action, HistoryEntry, Process};

/// A document that nobody else changes, in this and in other OS processes.
///
/// Everything that changes one of its two files, or relies on nobody doing so, stands here.
pub(crate) struct Writer<'a> {
    document: &'a Document,
    _lock: Box<dyn LockGuard>,
    _turn: TurnGuard<'a>,
}

impl Deref for Writer<'_> {
    type Target = Document;

    fn deref(&self) -> &Document {
        self.document
    }
}

impl Document {
    /// Waits until no other writer changes the file or its journal, and keeps all others from it;
    /// refused if one still does at `deadline`.
    pub(crate) fn lock(&self, deadline: Instant) -> Result<Writer<'_>, StoreError> {
        let writer = self.lock_by(deadline)?;
        writer.ok_or_else(|| self.dir().held(&self.lock_id))
    }

    /// Like [`lock`](Self::lock), but `None` if another writer is still at work at `deadline`.
    pub(crate) fn lock_by(&self, deadline: Instant) -> Result<Option<Writer<'_>>, StoreError> {
        let Some(turn) = self.turn.take_by(deadline) else {
            return Ok(None);
        };
        let lock = self.dir().lock_by(&self.lock_id, deadline)?;
        Ok(lock.map(|lock| Writer {
            document: self,
            _lock: lock,
            _turn: turn,
        }))
    }
}

impl Writer<'_> {
    /// The first lines of a journal that begins with the state of the JSON file.
    pub(super) fn journal_base<'a>(&'a self, base: &'a Cached) -> Base<'a> {
        Base {
            file: self.file(),
            marker: base.marker(),
            process: &base.process.name,
            created_at: &base.process.created_at,
        }
    }

    /// Appends lines to the journal, durably. Makes the journal if there is none, and sets it
    /// aside if it is damaged.
    pub(crate) fn append(
        &self,
        base: &Cached,
        lines: Vec<Line>,
    ) -> Result<JournalState, AppendError> {
        self.append_if(base, lines, |_| Ok(()))
    }

    /// Appends lines like [`append`](Self::append), if `fits` says that there is room for so
    /// many bytes.
    pub(super) fn append_if(
        &self,
        base: &Cached,
        lines: Vec<Line>,
        fits: impl Fn(u64) -> Result<(), StoreError>,
    ) -> Result<JournalState, AppendError> {
        let changes: Vec<_> = if self.shared.hub.is_followed() {
            lines.iter().filter_map(Line::entry).cloned().collect()
        } else {
            Vec::new()
        };
        let appended = self.append_lines(base, lines, fits);
        let journal = appended.inspect_err(|failed| {
            if let Some(epoch) = failed.broken {
                self.broken.store(epoch, Ordering::Relaxed);
            }
        })?;
        self.tell(&base.process, &changes);
        Ok(journal)
    }

    fn append_lines(
        &self,
        base: &Cached,
        lines: Vec<Line>,
        fits: impl Fn(u64) -> Result<(), StoreError>,
    ) -> Result<JournalState, AppendError> {
        let Some(state) = &base.journal else {
            // A new journal begins: seldom enough to make its lines twice.
            fits(Line::size(&lines))?;
            return self.begin(base, lines);
        };
        let is_broken = state.head.epoch == self.broken.load(Ordering::Relaxed);
        if is_broken || state.tail == Tail::Damaged {
            fits(Line::size(&lines))?;
            return self.set_aside(base, lines);
        }
        let mut journal = self.reopened(state)?;
        let settled = self.settle_names(state, &base.json);
        settled.map_err(AppendError::naming)?;
        if let Err(failed) = journal.append_if(&lines, Durable::Now, fits) {
            if failed.broken.is_some() {
                self.distrust(base);
            }
            return Err(failed);
        }
        let Journal { file, known } = journal;
        self.leave_open(file, &known.stamp);
        Ok(known)
    }

    /// The journal that was just looked at, to be written on.
    fn reopened(&self, state: &JournalState) -> Result<Journal, AppendError> {
        let left_open = locked(&self.open_journal).take();
        if let Some(file) = left_open.and_then(|open| open.file_of(&state.stamp)) {
            return Ok(Journal::left_open(file, state.clone()));
        }
        let opened = Journal::open(self.dir(), &self.lock_id, Some(state));
        match opened.map_err(AppendError::reading)? {
            Some((journal, _)) if journal.known.head == state.head => Ok(journal),
            // The journal was taken away just now.
            _ => Err(AppendError::stale()),
        }
    }

    /// Begins a journal if there is none that counts. A journal whose header is damaged does not
    /// count, and yet holds changes that were acknowledged: it is kept.
    fn begin(&self, base: &Cached, lines: Vec<Line>) -> Result<JournalState, AppendError> {
        let opened =
            Journal::open(self.dir(), &self.lock_id, None).map_err(AppendError::reading)?;
        let is_damaged = opened.is_some_and(|(journal, _)| journal.known.tail == Tail::Damaged);
        if is_damaged {
            return self.set_aside(base, lines);
        }
        let begins = self.journal_base(base);
        let state = Journal::replace(self.dir(), &self.lock_id, &begins, lines, None)?;
        self.has_named(&state, &base.json);
        // A journal that held nothing at all is gone by now.
        self.shared.damage.looked_at(self.file(), false);
        Ok(state)
    }

    /// Begins a new journal with the changes of the old one that hold, and keeps the old one under
    /// a name that says what it is.
    fn set_aside(&self, base: &Cached, lines: Vec<Line>) -> Result<JournalState, AppendError> {
        let opened =
            Journal::open(self.dir(), &self.lock_id, None).map_err(AppendError::reading)?;
        let (_, reading) = opened.ok_or_else(AppendError::stale)?;
        let marker = base.marker();
        let whole = marker.revision + 1..=base.process.revision;
        let kept = reading
            .changes()
            .into_iter()
            .filter(|change| whole.contains(&change.revision))
            .map(|entry| Line::Change { entry, json: None });
        let lines = kept.chain(lines).collect();
        let aside = segments::damaged_journal(self.dir(), &self.lock_id);
        let begins = self.journal_base(base);
        let state = Journal::replace(self.dir(), &self.lock_id, &begins, lines, Some(&aside))?;
        self.has_named(&state, &base.json);
        self.shared.damage.has_moved(self.file());
        Ok(state)
    }

    /// Lets nobody append behind what is perhaps not on the disk. A sync that fails loses more than
    /// the lines that it was for: all that waited for it, such as the lines of a program that was
    /// ended, or the last word of a checkpoint. A line behind those would be unreadable after a
    /// power cut, and no later sync brings them back. So what can be read of the journal is written
    /// once more, into a new one. If that is not possible, whoever makes the next change has to do
    /// it.
    fn distrust(&self, base: &Cached) {
        if self.renew(base).is_err()
            && let Ok(Some((mut journal, _))) = Journal::open(self.dir(), &self.lock_id, None)
        {
            journal.spoil();
        }
    }

    /// Leaves the journal open for the next append, which is likely to come soon; on the disk of
    /// this machine alone. Network file systems ask the server what others have written when a file
    /// is opened, and a mere look may be some seconds out of date: an append then would overwrite
    /// what others have appended.
    fn leave_open(&self, file: Box<dyn JournalFile>, stamp: &Stamp) {
        if self.dir().is_local {
            *locked(&self.open_journal) = OpenJournal::new(file, stamp);
        }
    }

    /// Makes the names of the file and of its journal durable, unless they are known to be: the
    /// program that gave them may have been ended before that, and content behind a name that a
    /// power cut takes away is lost with it.
    fn settle_names(&self, journal: &JournalState, json: &JsonSeen) -> std::io::Result<()> {
        let mut named = locked(&self.named);
        let wanted = Some(DurableNames::of(journal, &json.stamp));
        if *named != wanted {
            self.dir().sync_private()?;
            self.dir().sync_journals()?;
            *named = wanted;
        }
        Ok(())
    }

    /// Takes note of a journal that was made here, durably with its name and that of the file.
    pub(super) fn has_named(&self, journal: &JournalState, json: &JsonSeen) {
        *locked(&self.named) = Some(DurableNames::of(journal, &json.stamp));
    }

    /// Gives an announced file its real name.
    pub(super) fn put_in_place(
        &self,
        base: Cached,
        staged: &StagedProcess<'_>,
    ) -> Result<Cached, WriteFailed> {
        staged
            .replace(self.file())
            .map_err(|error| failed("replace the file", error))?;
        // From here on the file may be the new one or, after a power cut, the old one. The
        // journal knows both until the name is durable.
        let synced = self.dir().sync_names();
        let (Ok(()), Ok(stamp)) = (&synced, staged.stamp()) else {
            self.forget();
            return synced
                .map_err(WriteFailed::Failed)
                .and(Err(WriteFailed::Stale));
        };
        let mut fresh = Cached {
            json: JsonSeen {
                stamp,
                settled: stamp.is_settled(SystemTime::now()),
                checksum: staged.checksum,
            },
            in_json: staged.revision,
            ..base
        };
        if let Some(named) = locked(&self.named).as_mut() {
            named.json = stamp;
        }
        if let Some(state) = &fresh.journal
            && let Ok(Some((mut journal, _))) =
                Journal::open(self.dir(), &self.lock_id, Some(state))
        {
            let json = staged.checksum;
            // Without it the journal goes on knowing both files, which is no more than untidy.
            let _ = journal.append(&[Line::Placed { json }], Durable::Later);
            fresh.journal = Some(journal.known);
        }
        self.remember(fresh.clone());
        Ok(fresh)
    }

    /// Tells subscribers of changes to `process` that are durable.
    fn tell(&self, process: &Process, changes: &[Arc<HistoryEntry>]) {
        let Some(last) = changes.last() else {
            return;
        };
        let edits = changes.iter().filter_map(|change| change.patch.as_ref());
        let renamed = edits.flat_map(|patch| &patch.0).rev().find_map(renamed_to);
        let hub = &self.shared.hub;
        let actor = Some(&last.actor);
        let is_restored = |change: &Arc<HistoryEntry>| &*change.action.operation == Action::RESTORE;
        let standing = Standing {
            name: renamed.as_ref().unwrap_or(&process.name),
            revision: last.revision,
            created_at: &process.created_at,
        };
        if changes.iter().any(is_restored) {
            hub.came(standing, actor);
        } else if *standing.name == process.name {
            hub.changed(standing, || Touch::of(changes));
        } else {
            hub.gone(&process.name, actor);
            hub.came(standing, actor);
        }
    }
}
