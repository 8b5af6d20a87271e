//! Changes from outside: a person with an editor, or another program, wrote the JSON file.
//!
//! What was written becomes a revision like any other. Where the journal holds changes that the
//! writer cannot have seen, these are made again on what was written, place by place; what does
//! not fit there any more is kept in a file beside it, for a person to look at.

use std::sync::Arc;

use time::OffsetDateTime;

use super::super::disk::store_dir::{StoreDir, Unavailable, WriteFailed};
use super::super::journal::{JournalState, Line, Marker};
use super::checkpoint::StagedFile;
use super::conflict;
use super::document::{Cached, Document, JsonSeen};
use super::load::{Loaded, Outside};
use crate::store::StoreError;
use crate::{Action, Actor, Edit, HistoryEntry, Patch, Process};

/// What becomes of a file that was written outside.
struct Adoption {
    process: Process,
    entry: HistoryEntry,
    /// What of our changes does not fit on what was written.
    misfits: Vec<Edit>,
    /// What those changes did, each as its line in the history.
    misfitting: Vec<String>,
    /// Whether the file as it was written is all there is.
    is_all: bool,
}

impl Adoption {
    fn of(outside: &Outside) -> Self {
        let mut merged = outside.process.clone();
        let (mut misfits, mut misfitting) = (Vec::new(), Vec::new());
        for change in outside.unseen() {
            let patch = change.patch.as_ref();
            let rest = patch.map(|patch| merged.apply_fitting(patch));
            if let Some(rest) = rest.filter(|rest| !rest.is_empty()) {
                misfits.extend(rest);
                misfitting.push(change.action.summary.clone());
            }
        }
        let is_all = merged == outside.process;
        let last = outside.last_revision();
        // Unless the very state is known that it follows, nobody can say what it changed.
        let before = outside.before.as_ref();
        let patch = before
            .filter(|before| before.process.revision == last)
            .map(|before| Patch::compared(&before.process, &merged));
        merged.revision = last.saturating_add(1);
        let entry = HistoryEntry {
            revision: merged.revision,
            at: OffsetDateTime::now_utc().into(),
            actor: Actor::Outside,
            action: Action::new("edit_file", "edited the file"),
            patch,
        };
        Self {
            process: merged,
            entry,
            misfits,
            misfitting,
            is_all,
        }
    }

    /// Whether only the form of the file changed, not what it says.
    fn changes_nothing(&self) -> bool {
        self.is_all && self.entry.patch.as_ref().is_some_and(|p| p.0.is_empty())
    }
}

impl Outside {
    /// The changes of ours that whoever wrote the file may not have seen.
    fn unseen(&self) -> impl Iterator<Item = &Arc<HistoryEntry>> {
        let seen = self.seen().map_or(0, |marker| marker.revision);
        let changes = self.journal.iter().flat_map(|(_, changes)| changes);
        changes.filter(move |change| change.revision > seen)
    }

    /// The oldest file that may have been the one that was changed.
    fn seen(&self) -> Option<Marker> {
        let (known, _) = self.journal.as_ref()?;
        known.head.markers.first().copied()
    }

    fn last_revision(&self) -> u64 {
        match (&self.journal, &self.before) {
            (Some((known, _)), _) => known.head.revision,
            (None, Some(before)) => before.process.revision.max(self.process.revision),
            (None, None) => self.process.revision,
        }
    }

    /// What there was before, as far as it matters for writing on.
    fn base(&self) -> Option<Cached> {
        let journal = self.journal.as_ref().map(|(known, _)| known.clone());
        let marker = self
            .seen()
            .or_else(|| self.before.as_ref().map(Cached::marker))?;
        Some(Cached {
            process: match &self.before {
                Some(before) => Arc::clone(&before.process),
                None => Arc::new(self.process.clone()),
            },
            json: JsonSeen {
                checksum: marker.json,
                ..self.json.clone()
            },
            in_json: marker.revision,
            journal,
        })
    }
}

impl Document {
    /// Makes what somebody wrote a revision, durably. To be called under the lock.
    pub(crate) fn adopt(
        &self,
        place: &StoreDir,
        outside: Box<Outside>,
    ) -> Result<Cached, Unavailable> {
        let adoption = Adoption::of(&outside);
        let base = outside.base().ok_or(Unavailable::Missing)?;
        let not_kept = |error| match error {
            WriteFailed::Stale => Unavailable::NotKept(StoreError::Contended),
            WriteFailed::Failed(error) => Unavailable::NotKept(error),
        };
        if !adoption.misfits.is_empty() {
            // First: from the moment that the edit is a revision on, nobody looks for them.
            let revision = adoption.process.revision;
            let (misfits, changes) = (&adoption.misfits, adoption.misfitting.clone());
            conflict::keep(place, self.file(), revision, misfits, changes).map_err(not_kept)?;
        }
        let fresh = if adoption.is_all {
            let known = self.write_down(place, &base, &outside, &adoption);
            let known = known.map_err(Unavailable::NotKept)?;
            let revision = known.head.revision;
            Cached {
                process: Arc::new(Process {
                    revision,
                    ..adoption.process
                }),
                json: outside.json,
                in_json: revision,
                journal: Some(known),
            }
        } else {
            self.merge(place, base, &outside, adoption)
                .map_err(not_kept)?
        };
        self.remember(fresh.clone());
        Ok(fresh)
    }

    /// Takes note of a file that holds all there is.
    fn write_down(
        &self,
        place: &StoreDir,
        base: &Cached,
        outside: &Outside,
        adoption: &Adoption,
    ) -> Result<JournalState, StoreError> {
        let json = outside.json.checksum;
        let lines = if adoption.changes_nothing() {
            let revision = outside.last_revision();
            vec![Line::Checkpoint { revision, json }, Line::Placed { json }]
        } else {
            vec![Line::Change {
                entry: Arc::new(adoption.entry.clone()),
                json: Some(json),
            }]
        };
        self.append(place, base, lines).map_err(|error| error.error)
    }

    /// Puts what was written and our changes together, in the journal and in the file.
    fn merge(
        &self,
        place: &StoreDir,
        base: Cached,
        outside: &Outside,
        adoption: Adoption,
    ) -> Result<Cached, WriteFailed> {
        let process = Arc::new(adoption.process);
        let staged = StagedFile::new(place, &self.lock_id, self.file(), &process)?;
        if !self.still_holds(place, &outside.json) {
            return Err(WriteFailed::Stale);
        }
        let lines = vec![
            Line::Change {
                entry: Arc::new(adoption.entry),
                json: None,
            },
            staged.announcement(),
        ];
        let known = self
            .append(place, &base, lines)
            .map_err(|error| WriteFailed::Failed(error.error))?;
        let base = Cached {
            process,
            journal: Some(known),
            ..base
        };
        self.put_in_place(place, base, &staged)
    }

    /// What somebody wrote and our changes, where it cannot be written down: shown all the same,
    /// and worked out anew at each look.
    pub(crate) fn adopted_in_memory(&self, place: &StoreDir) -> Result<Cached, Unavailable> {
        let before = self
            .cached
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone();
        match self.read(place, before.as_ref())? {
            Loaded::Known(cached) => Ok(*cached),
            Loaded::Outside(outside) => {
                let adoption = Adoption::of(&outside);
                Ok(Cached {
                    in_json: adoption.process.revision,
                    process: Arc::new(adoption.process),
                    json: outside.json,
                    journal: outside.journal.map(|(known, _)| known),
                })
            }
        }
    }
}
