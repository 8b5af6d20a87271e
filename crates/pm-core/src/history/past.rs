//! The changes of a process one after the other: what was taken back, and former states.

mod undo_plan;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use undo_plan::Plan;

use super::{Actor, HistoryEntry, Patch};
use crate::error::HistoryProblem;
use crate::{Error, Process, ProcessName};

/// A change as the history shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct PastChange {
    /// The change.
    pub entry: Arc<HistoryEntry>,
    /// The revision that took it back, if that was not itself taken back since.
    pub undone_by: Option<u64>,
}

/// A change that is in the way of taking back an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaterChange {
    /// The revision that it made.
    pub revision: u64,
    /// Who made it.
    pub actor: Actor,
    /// One line for people.
    pub summary: String,
}

/// The last changes of a process without a gap, oldest first.
pub(crate) struct Past<'a> {
    process: &'a ProcessName,
    entries: &'a [Arc<HistoryEntry>],
}

impl<'a> Past<'a> {
    /// Takes of `entries` those behind the last gap, if there is any.
    pub(crate) fn new(process: &'a ProcessName, entries: &'a [Arc<HistoryEntry>]) -> Self {
        let follows = |pair: &[Arc<HistoryEntry>]| match pair {
            [one, next] => next.revision == one.revision.saturating_add(1),
            _ => true,
        };
        let gap = entries.windows(2).rposition(|pair| !follows(pair));
        let start = gap.map_or(0, |before| before + 1);
        Self {
            process,
            entries: entries.get(start..).unwrap_or_default(),
        }
    }

    /// Those changes.
    pub(crate) fn entries(&self) -> &'a [Arc<HistoryEntry>] {
        self.entries
    }

    /// The newest revision that is known.
    pub(crate) fn newest(&self) -> Option<u64> {
        self.entries.last().map(|entry| entry.revision)
    }

    /// Leads `process` from its present state back to the one at `revision`.
    pub(crate) fn rewind(&self, process: &mut Process, revision: u64) -> Result<(), Error> {
        let newest = process.revision;
        if revision == newest {
            return Ok(());
        }
        // A change may have been made since the process was read.
        let until = self.entries.iter().filter(|entry| entry.revision <= newest);
        let until: Vec<&HistoryEntry> = until.map(|entry| &**entry).collect();
        let oldest = match (until.first(), until.last()) {
            (Some(oldest), Some(last)) if last.revision == newest => {
                oldest.revision.saturating_sub(1)
            }
            _ => newest,
        };
        if revision < oldest || revision > newest {
            return Err(self.refused(HistoryProblem::RevisionNotKept {
                revision,
                oldest,
                newest,
            }));
        }
        for entry in until
            .iter()
            .rev()
            .take_while(|entry| entry.revision > revision)
        {
            let patch = entry.patch.as_ref().ok_or_else(|| self.unknown(entry))?;
            // If the patch does not fit, the file says something else than the history.
            process
                .apply(&patch.inverse())
                .map_err(|_| self.unknown(entry))?;
            process.revision = entry.revision.saturating_sub(1);
        }
        Ok(())
    }

    /// For each change that is taken back at present, the revision that took it back.
    pub(crate) fn undone_by(entries: &[Arc<HistoryEntry>]) -> BTreeMap<u64, u64> {
        let mut undone = BTreeMap::new();
        for entry in entries.iter().rev() {
            // What was taken back takes nothing back any more.
            if !undone.contains_key(&entry.revision) {
                for revision in &entry.action.undoes {
                    undone.entry(*revision).or_insert(entry.revision);
                }
            }
        }
        undone
    }

    /// The revisions of the last `count` changes that `wanted` accepts and that stand, newest
    /// first; without changes that take others back.
    pub(crate) fn last_where(
        &self,
        wanted: impl Fn(&HistoryEntry) -> bool,
        count: usize,
    ) -> Vec<u64> {
        let undone = Self::undone_by(self.entries);
        let stands = |entry: &&Arc<HistoryEntry>| {
            wanted(entry)
                && entry.action.undoes.is_empty()
                && !undone.contains_key(&entry.revision)
                && entry.patch.as_ref().is_some_and(Patch::can_be_taken_back)
        };
        let standing = self.entries.iter().rev().filter(stands);
        standing.map(|entry| entry.revision).take(count).collect()
    }

    fn unknown(&self, entry: &HistoryEntry) -> Error {
        let revision = entry.revision;
        self.refused(HistoryProblem::ChangeUnknown { revision })
    }

    fn refused(&self, problem: HistoryProblem) -> Error {
        Error::History(self.process.clone(), problem)
    }
}

impl LaterChange {
    pub(crate) fn of(entry: &HistoryEntry) -> Self {
        Self {
            revision: entry.revision,
            actor: entry.actor.clone(),
            summary: entry.action.summary.clone(),
        }
    }
}
