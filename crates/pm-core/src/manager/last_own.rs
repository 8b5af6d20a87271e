//! Taking back the last thing that the caller did, in any process: a change, a deletion, a
//! restoration, a new process.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::session::{Deed, Done};
use super::{Changed, ProcessManager, Undone};
use crate::error::{HistoryProblem, Unresolved};
use crate::history::Past;
use crate::store::no_such_process;
use crate::{Error, HistoryEntry, LaterChange, Process, ProcessName};

/// What was taken back.
#[derive(Debug, Clone)]
pub enum TakenBack {
    /// A change of a process.
    Change {
        /// The name that the process had with that change.
        name: ProcessName,
        /// What was taken back, and the process after that.
        undone: Changed<Undone>,
    },
    /// The deletion of a process, which is there again.
    Deletion(Arc<Process>),
    /// The creation of a process, which is in the trash.
    Creation(Arc<Process>),
    /// The restoration of a process, which is in the trash again.
    Restoration(Arc<Process>),
}

impl ProcessManager {
    /// Takes back the last thing that the caller's session did and that stands, in whichever
    /// process; `None` if there is nothing.
    ///
    /// If that cannot be taken back, the call is refused, nothing changes, and nothing earlier is
    /// taken back in its place. A new or restored process is deleted if nobody has changed it
    /// since.
    pub fn undo_latest(&self) -> Result<Option<TakenBack>, Error> {
        for done in self.done().last_first() {
            let taken_back = match done.what {
                Deed::Changed(revision) => self.undo_change(&done, revision)?,
                Deed::Deleted => self.undo_deletion_of(&done)?,
                Deed::Created => self.put_away(&done, 0)?.map(TakenBack::Creation),
                Deed::Restored(revision) => {
                    self.put_away(&done, revision)?.map(TakenBack::Restoration)
                }
            };
            if let Some(taken_back) = taken_back {
                // The history says whether a change stands, also if it was made again.
                if !matches!(done.what, Deed::Changed(_)) {
                    self.done().forget_since(&done);
                }
                return Ok(Some(taken_back));
            }
        }
        Ok(None)
    }

    /// Puts the process back that was deleted last under the name that `wanted` means, to take
    /// its deletion back. See [`restore_process`](Self::restore_process), which can itself be
    /// taken back.
    pub fn undo_deletion(&self, wanted: &str) -> Result<Arc<Process>, Error> {
        self.put_back(wanted, None)
    }

    /// Whether the caller's session has done anything, even if that was taken back.
    pub fn has_done_anything(&self) -> bool {
        self.done().has_any()
    }

    fn undo_change(&self, done: &Done, revision: u64) -> Result<Option<TakenBack>, Error> {
        let process = match self.store.read(done.process.as_str()) {
            Ok(process) if process.created_at == done.created_at => process,
            Ok(_) => return Err(no_such_process(done.process.as_str())),
            Err(error) => return Err(error),
        };
        let is_own = self.own_changes(&process);
        let is_it = |entry: &HistoryEntry| entry.revision == revision && is_own(entry);
        let before = revision.saturating_sub(1);
        let entries = self.store.history(done.process.as_str(), before)?;
        if Past::new(&done.process, &entries)
            .last_where(is_it, 1)
            .is_empty()
        {
            // It was taken back already, took another back, or changed nothing.
            return Ok(None);
        }
        let undone = self.undo(&done.process, revision)?;
        Ok(Some(TakenBack::Change {
            name: done.process.clone(),
            undone,
        }))
    }

    fn undo_deletion_of(&self, done: &Done) -> Result<Option<TakenBack>, Error> {
        if self.still_is(done)?.is_some() {
            return Ok(None);
        }
        // Of several deleted under the name the last one comes back: it has to be the caller's.
        let trash = self.trash()?;
        let last = trash.iter().find(|item| item.name == done.process);
        if last.is_none_or(|item| item.by != self.identity.actor().to_string()) {
            return Err(Error::Trash(Unresolved::unknown(done.process.as_str())));
        }
        let process = self.undo_deletion(done.process.as_str())?;
        Ok(Some(TakenBack::Deletion(process)))
    }

    /// Deletes a process that stands as it was made, or as it was at `revision`.
    fn put_away(&self, done: &Done, revision: u64) -> Result<Option<Arc<Process>>, Error> {
        let Some(process) = self.still_is(done)? else {
            return Ok(None);
        };
        let entries = self.store.history(process.name.as_str(), revision)?;
        let since = process.revision.saturating_sub(revision.max(1));
        let is_known = entries.len() as u64 >= since && entries.iter().all(|e| e.patch.is_some());
        let standing = Past::new(&process.name, &entries).last_where(|_| true, usize::MAX);
        let standing: BTreeSet<u64> = standing.into_iter().collect();
        if !is_known || !standing.is_empty() {
            let later = entries
                .iter()
                .filter(|entry| standing.contains(&entry.revision));
            let problem = HistoryProblem::ChangedSince {
                revision: revision.max(1),
                later: later.map(|entry| LaterChange::of(entry)).collect(),
            };
            return Err(Error::History(process.name.clone(), problem));
        }
        self.store.delete(&process.name, &self.requester())?;
        Ok(Some(process))
    }

    /// The process that `done` is about, if it is still there.
    fn still_is(&self, done: &Done) -> Result<Option<Arc<Process>>, Error> {
        match self.store.read(done.process.as_str()) {
            Ok(process) => Ok((process.created_at == done.created_at).then_some(process)),
            Err(Error::Process(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
