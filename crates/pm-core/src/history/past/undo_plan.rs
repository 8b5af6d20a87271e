//! How a change is taken back, or what is in the way of that.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::overlap::{Carried, Meeting};
use super::super::{Action, HistoryEntry, Patch, renamed_to};
use super::{LaterChange, Past};
use crate::error::HistoryProblem;
use crate::{Error, ProcessName};

/// How a change is taken back.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The change.
    pub(crate) undone: Arc<HistoryEntry>,
    /// What takes it back.
    pub(crate) patch: Patch,
    /// What the history is to say of it.
    pub(crate) action: Action,
    /// The name that the process gets back, if that is all there is to do.
    pub(crate) rename: Option<ProcessName>,
}

impl<'a> Past<'a> {
    /// Plans to take back the change that made `revision`.
    pub(crate) fn plan(&self, revision: u64) -> Result<Plan, Error> {
        let (entry, later) = self.find(revision)?;
        if let Some(by) = Self::undone_by(self.entries).get(&revision) {
            return Err(self.refused(HistoryProblem::AlreadyUndone { revision, by: *by }));
        }
        let patch = self.inverse(entry, later)?;
        Ok(Plan {
            undone: Arc::clone(entry),
            action: Action {
                undoes: vec![revision],
                ..Action::new("undo", self.summary(entry))
            },
            rename: self.old_name(revision, &patch)?,
            patch,
        })
    }

    fn find(
        &self,
        revision: u64,
    ) -> Result<(&'a Arc<HistoryEntry>, &'a [Arc<HistoryEntry>]), Error> {
        let place = self
            .entries
            .iter()
            .position(|entry| entry.revision == revision);
        let found = place.and_then(|place| self.entries.get(place..)?.split_first());
        found.ok_or_else(|| {
            self.refused(HistoryProblem::RevisionNotKept {
                revision,
                oldest: self.entries.first().map_or(0, |entry| entry.revision),
                newest: self.newest().unwrap_or(0),
            })
        })
    }

    /// The patch that takes `entry` back at present.
    ///
    /// Refused if a change in `later` touched the same places, unless that one was taken back: then
    /// it and the change that took it back left nothing behind. Both still count for the names
    /// under which things are found.
    fn inverse(&self, entry: &HistoryEntry, later: &[Arc<HistoryEntry>]) -> Result<Patch, Error> {
        let mut carried = match entry.patch.as_ref().map(Patch::without_claims) {
            None => return Err(self.unknown(entry)),
            Some(patch) if patch.is_empty() => {
                let revision = entry.revision;
                return Err(self.refused(HistoryProblem::ChangedNothing { revision }));
            }
            Some(patch) => Carried::new(patch),
        };
        let without_trace = without_trace(entry.revision, later);
        let mut in_the_way = Vec::new();
        let (mut lost_by, mut last_deletion) = (None, None);
        for later in later {
            let gone = carried.gone();
            // If a change of which nothing is known is in the way, the patch will not fit.
            let Some(change) = &later.patch else { continue };
            let meeting = carried.pass(change);
            if meeting == Meeting::Same && !without_trace.contains(&later.revision) {
                in_the_way.push(LaterChange::of(later));
            }
            if carried.gone() > gone {
                last_deletion = Some(later);
            }
            if !carried.has_lost_a_task() {
                lost_by = None;
            } else if lost_by.is_none() {
                lost_by = Some(later);
            }
        }
        if let (Some(lost_by), true) = (lost_by, in_the_way.is_empty()) {
            in_the_way.push(LaterChange::of(lost_by));
        }
        if !in_the_way.is_empty() {
            return Err(self.changed_since(entry.revision, in_the_way));
        }
        carried.into_patch().map_or_else(
            // All that the change took away were dependencies on tasks that are gone by now.
            || {
                let later = last_deletion
                    .into_iter()
                    .map(|later| LaterChange::of(later));
                Err(self.changed_since(entry.revision, later.collect()))
            },
            |patch| Ok(patch.inverse()),
        )
    }

    /// The refusal of a plan whose patch does not fit although no change that is known is in its
    /// way: then a change whose patch is not known must be.
    pub(crate) fn misfit(&self, plan: &Plan) -> Error {
        let revision = plan.undone.revision;
        let later = self
            .entries
            .iter()
            .filter(|entry| entry.revision > revision);
        let unknown = later.filter(|entry| entry.patch.is_none());
        self.changed_since(
            revision,
            unknown.map(|entry| LaterChange::of(entry)).collect(),
        )
    }

    fn changed_since(&self, revision: u64, later: Vec<LaterChange>) -> Error {
        self.refused(HistoryProblem::ChangedSince { revision, later })
    }

    /// The name that the process gets back, if it gets one. The store has to make sure that the
    /// name is free, and so a rename cannot be one edit among others.
    fn old_name(&self, revision: u64, patch: &Patch) -> Result<Option<ProcessName>, Error> {
        let Some(old) = patch.0.iter().find_map(renamed_to) else {
            return Ok(None);
        };
        match patch.0.as_slice() {
            [_] => Ok(Some(old)),
            _ => Err(self.refused(HistoryProblem::RenamedBesides { revision, old })),
        }
    }

    /// One line for people that says which changes are taken back.
    fn summary(&self, undone: &HistoryEntry) -> String {
        // Taking back an undo makes the change again, and so on back and forth; the summary names
        // the change once.
        let (mut entry, mut again) = (undone, false);
        while let [revision] = entry.action.undoes.as_slice()
            && let Ok((earlier, _)) = self.find(*revision)
            && earlier.revision < entry.revision
        {
            (entry, again) = (earlier, !again);
        }
        let HistoryEntry {
            revision, action, ..
        } = entry;
        let what = &action.summary;
        if again {
            format!("made revision {revision} again: {what}")
        } else {
            format!("took back revision {revision}: {what}")
        }
    }
}

/// The changes behind `revision` that left nothing behind: those that were taken back, and those
/// that did nothing but take back such changes.
fn without_trace(revision: u64, later: &[Arc<HistoryEntry>]) -> BTreeSet<u64> {
    let mut without = BTreeSet::new();
    for entry in later.iter().rev() {
        let undoes = &entry.action.undoes;
        let takes_back_later_ones =
            !undoes.is_empty() && undoes.iter().all(|undone| *undone > revision);
        // What was itself taken back takes nothing back any more.
        if takes_back_later_ones && !without.contains(&entry.revision) {
            without.extend(undoes);
            without.insert(entry.revision);
        }
    }
    without
}
