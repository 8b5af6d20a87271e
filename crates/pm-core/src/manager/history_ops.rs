//! Operations on the past: the history of a process, its former states, and taking back the last
//! changes of somebody.

use std::sync::Arc;

use super::{Changed, ProcessManager, Undone};
use crate::error::{HistoryProblem, Unresolved};
use crate::history::Past;
use crate::resolve::folded;
use crate::{Actor, Edit, Error, HistoryEntry, PastChange, Patch, Process, ProcessName};

/// Which changes of a process are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryQuery {
    /// Only those that changed the task of this name or something within it, also under the
    /// names that it had before.
    pub task: Option<String>,
    /// Only those of this actor.
    pub actor: Option<Actor>,
    /// Only those before this revision.
    pub before: Option<u64>,
    /// The most that are answered.
    pub limit: usize,
}

impl Default for HistoryQuery {
    fn default() -> Self {
        Self {
            task: None,
            actor: None,
            before: None,
            limit: usize::MAX,
        }
    }
}

/// Some changes of a process.
#[derive(Debug, Clone)]
pub struct HistoryPage {
    /// The changes, newest first.
    pub changes: Vec<PastChange>,
    /// Whether there are older ones that fit the query; they came before the last one here.
    pub more: bool,
}

impl ProcessManager {
    /// The changes of a process, newest first. The history of a store is bounded
    /// ([`HISTORY_CHANGES`](crate::store::HISTORY_CHANGES)), and begins after the process's
    /// creation.
    ///
    /// A task is found as in [`Process::task`], or among the changes if it is gone.
    pub fn history(
        &self,
        process: &ProcessName,
        query: &HistoryQuery,
    ) -> Result<HistoryPage, Error> {
        let entries = self.store.history(process.as_str(), 0)?;
        let undone = Past::undone_by(&entries);
        let mut about: Vec<&Arc<HistoryEntry>> = entries.iter().rev().collect();
        if let Some(wanted) = &query.task {
            let mut trail = self.trail(process, wanted)?;
            about.retain(|entry| trail.is_touched_by(entry.patch.as_ref()));
            trail.end()?;
        }
        let mut found = about.into_iter().filter(|entry| {
            query
                .actor
                .as_ref()
                .is_none_or(|actor| *actor == entry.actor)
                && query.before.is_none_or(|before| entry.revision < before)
        });
        let page = found.by_ref().take(query.limit).map(|entry| PastChange {
            entry: Arc::clone(entry),
            undone_by: undone.get(&entry.revision).copied(),
        });
        Ok(HistoryPage {
            changes: page.collect(),
            more: found.next().is_some(),
        })
    }

    /// The process as it was at one of its revisions.
    ///
    /// [`HistoryProblem::RevisionNotKept`] if the history does not reach it, and
    /// [`HistoryProblem::ChangeUnknown`] if the patch of a change since then is not known.
    pub fn process_at(&self, process: &ProcessName, revision: u64) -> Result<Process, Error> {
        // The history is read after the state, so that it has all that made this state.
        let present = self.store.read(process.as_str())?;
        // For a revision that is still to come, the refusal says how far back the history goes.
        let after = if revision < present.revision {
            revision
        } else {
            0
        };
        let entries = self.store.history(process.as_str(), after)?;
        let mut process = Process::clone(&present);
        Past::new(&present.name, &entries).rewind(&mut process, revision)?;
        process.settle();
        Ok(process)
    }

    /// Takes back the last `count` changes of `actor`, the newest first: those that were not
    /// taken back already, and none that took others back.
    ///
    /// Taking back each is a change of its own. It ends before the first that cannot be taken back;
    /// if that is the newest, the call is refused as [`undo`](Self::undo) is.
    /// [`HistoryProblem::NothingToUndo`] if there is no such change.
    pub fn undo_last(
        &self,
        process: &ProcessName,
        actor: &Actor,
        count: usize,
    ) -> Result<Changed<Undone>, Error> {
        let present = self.store.read(process.as_str())?;
        let is_own = |entry: &HistoryEntry| entry.actor == *actor;
        let last = |entries: &[_]| Past::new(process, entries).last_where(is_own, count);
        let revisions = self.lately(&present, last, |own| own.len() == count)?;
        let Some((first, others)) = revisions.split_first() else {
            let actor = actor.clone();
            let problem = HistoryProblem::NothingToUndo { actor };
            return Err(Error::History(process.clone(), problem));
        };
        let mut undone = self.undo(process, *first)?;
        for revision in others {
            match self.undo(&undone.process.name, *revision) {
                Ok(more) => {
                    undone.process = more.process;
                    undone.revision = more.revision;
                    undone.value.changes.extend(more.value.changes);
                }
                Err(_) => break,
            }
        }
        Ok(undone)
    }

    fn trail(&self, process: &ProcessName, wanted: &str) -> Result<TaskTrail, Error> {
        let process = self.store.read(process.as_str())?;
        let (name, missing) = match process.task(wanted) {
            Ok((name, _)) => (name.as_str(), None),
            Err(missing @ Error::Task(_, Unresolved::NotFound { .. })) => (wanted, Some(missing)),
            Err(ambiguous) => return Err(ambiguous),
        };
        Ok(TaskTrail {
            name: folded(name),
            missing,
        })
    }
}

/// A task that is followed back through its names.
struct TaskTrail {
    /// Its folded name at the time that has been reached.
    name: String,
    /// The refusal if there is no such task, unless there was one.
    missing: Option<Error>,
}

impl TaskTrail {
    /// Whether a change is about the task; to be asked of one change after the other, the newest
    /// first. A change of which nothing is known may be.
    fn is_touched_by(&mut self, patch: Option<&Patch>) -> bool {
        let Some(patch) = patch else { return true };
        let mut touched = false;
        for edit in patch.0.iter().rev() {
            touched |= edit.tasks().any(|task| folded(task.as_str()) == self.name);
            if let Edit::RenameTask { old, new } = edit
                && folded(new.as_str()) == self.name
            {
                self.name = folded(old.as_str());
            }
        }
        if touched {
            self.missing = None;
        }
        touched
    }

    /// Refuses a task that never was.
    fn end(self) -> Result<(), Error> {
        self.missing.map_or(Ok(()), Err)
    }
}
