//! Operations that hold revisions of a process against each other: what differs, and how far it was
//! over time.

use super::ProcessManager;
use crate::history::{Difference, Past, TimelineStep, timeline};
use crate::{Error, HistoryEntry, Process, ProcessName};

impl ProcessManager {
    /// What differs between two revisions of a process: the net of all changes behind `from`, up to
    /// `to` or to the present one.
    ///
    /// Refused as [`process_at`](Self::process_at) is if the history does not reach one of them, or
    /// if `to` is the earlier one.
    pub fn difference(
        &self,
        process: &ProcessName,
        from: u64,
        to: Option<u64>,
    ) -> Result<Difference, Error> {
        // The history is read after the state, so that it has all that made this state.
        let present = self.store.read(process.as_str())?;
        let to = to.unwrap_or(present.revision);
        // For a revision that is still to come, the refusal says how far back the history goes.
        let is_past = from.max(to) <= present.revision;
        let after = if is_past { from.min(to) } else { 0 };
        let entries = self.store.history(process.as_str(), after)?;
        let past = Past::new(&present.name, &entries);
        let mut new = Process::clone(&present);
        past.rewind(&mut new, to)?;
        let mut old = new.clone();
        past.rewind(&mut old, from)?;
        let between = past.entries().iter().map(|entry| &**entry);
        let between = between.filter(|entry| entry.revision > from && entry.revision <= to);
        let between: Vec<&HistoryEntry> = between.collect();
        Ok(Difference::between(&old, &new, &between))
    }

    /// How far a process was over time, as far as its history tells, oldest first: a step for each
    /// change of the number of tasks of a status, and one for the beginning. If there would be more
    /// steps than `most`, which counts as two at least, some are left out, evenly.
    ///
    /// The cost grows with the changes, not with the process: no former state is made again.
    pub fn timeline(&self, process: &ProcessName, most: usize) -> Result<Vec<TimelineStep>, Error> {
        let present = self.store.read(process.as_str())?;
        let entries = self.store.history(process.as_str(), 0)?;
        let past = Past::new(&present.name, &entries);
        // A change may have been made since the process was read.
        let known = past.entries().iter().map(|entry| &**entry);
        let known = known.filter(|entry| entry.revision <= present.revision);
        let mut known: Vec<&HistoryEntry> = known.collect();
        // What does not lead to the present state says nothing of it.
        if known
            .last()
            .is_some_and(|last| last.revision < present.revision)
        {
            known.clear();
        }
        Ok(timeline(&present, &known, most))
    }
}
