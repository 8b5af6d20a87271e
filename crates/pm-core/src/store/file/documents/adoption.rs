//! What becomes of a file that was written from outside, as `docs/storage.md#edits-from-outside`
//! describes: the new content, the journal's changes made again on it, and the misfits.

use std::sync::Arc;

use super::super::journal::Marker;
use super::load::Outside;
use super::state::{Cached, JsonSeen};
use crate::{Action, Actor, Edit, HistoryEntry, Patch, Process, Timestamp};

/// What becomes of a file that was written outside.
pub(super) struct Adoption {
    pub(super) process: Process,
    pub(super) entry: HistoryEntry,
    /// Our changes that do not fit on the new content.
    pub(super) misfits: Vec<Edit>,
    /// What those changes did, each as its line in the history.
    pub(super) misfitting: Vec<String>,
    /// Whether the file as it was written is all there is.
    pub(super) is_all: bool,
}

impl Adoption {
    /// What becomes of a file that was written outside, at the time `at`.
    pub(super) fn of(outside: &Outside, at: Timestamp) -> Self {
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
        // What the edit changed can be said only if exactly the state that it follows is known.
        let before = outside.before.as_ref();
        let patch = before
            .filter(|before| before.process.revision == last)
            .map(|before| Patch::compared(&before.process, &merged));
        merged.revision = last.saturating_add(1);
        let entry = HistoryEntry {
            revision: merged.revision,
            at,
            actor: Actor::Outside,
            session: None,
            action: Action::outside(),
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
    pub(super) fn changes_nothing(&self) -> bool {
        self.is_all && self.entry.patch.as_ref().is_some_and(|p| p.0.is_empty())
    }
}

impl Outside {
    /// The changes of ours that the writer of the file may not have seen.
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

    pub(super) fn last_revision(&self) -> u64 {
        match (&self.journal, &self.before) {
            (Some((known, _)), _) => known.head.revision,
            (None, Some(before)) => before.process.revision.max(self.process.revision),
            (None, None) => self.process.revision,
        }
    }

    /// What was written and our changes, put together in memory alone.
    pub(crate) fn merged(self) -> Cached {
        // What is not kept has no time that anybody sees.
        let adoption = Adoption::of(&self, self.process.created_at.clone());
        Cached {
            in_json: adoption.process.revision,
            process: Arc::new(adoption.process),
            json: self.json,
            journal: self.journal.map(|(journal, _)| journal),
        }
    }

    /// What there was before, as far as it matters for writing on.
    pub(super) fn base(&self) -> Option<Cached> {
        let journal = self.journal.as_ref().map(|(known, _)| known.clone());
        // A new journal goes on from what was known, which may be more than the file had then.
        let known = self.before.as_ref().map(|before| Marker {
            revision: self.last_revision(),
            json: before.json.checksum,
        });
        let marker = self.seen().or(known)?;
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
