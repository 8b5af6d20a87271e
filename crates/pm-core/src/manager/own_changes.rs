//! Which changes a session has made itself, so that it takes back its own and not those of another
//! session of the same client.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Changed, ProcessManager, Undone};
use crate::history::Past;
use crate::{Error, HistoryEntry, Process, ProcessName, Timestamp};

/// The most changes that are remembered; the oldest go first.
const MOST: usize = 128;

/// The last 128 changes of a session, of all processes together.
///
/// The history names clients, which come back after their session has ended; this is what tells
/// sessions of one client apart while they last.
#[derive(Debug, Default)]
pub struct OwnChanges(Mutex<VecDeque<(Timestamp, u64)>>);

impl OwnChanges {
    /// Takes note of a change. A process is known by when it was created, whatever it is called.
    pub(super) fn add(&self, process: &Process, revision: u64) {
        let mut changes = self.lock();
        if changes.len() == MOST {
            changes.pop_front();
        }
        changes.push_back((process.created_at.clone(), revision));
    }

    fn of(&self, process: &Process) -> BTreeSet<u64> {
        let changes = self.lock();
        let own = changes
            .iter()
            .filter(|(created_at, _)| *created_at == process.created_at);
        own.map(|(_, revision)| *revision).collect()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(Timestamp, u64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ProcessManager {
    /// Takes note of the changes that are made from now on in `own`: those of a session.
    pub fn remembering(self, own: Arc<OwnChanges>) -> Self {
        Self { own, ..self }
    }

    /// Tells which changes of `process` are the caller's: those that its session has made. Where
    /// the session has made none, those of its actor are, such as of a session before it.
    pub fn own_changes(&self, process: &Process) -> impl Fn(&HistoryEntry) -> bool + use<> {
        let (own, actor) = (self.own.of(process), self.actor.clone());
        move |entry| entry.actor == actor && (own.is_empty() || own.contains(&entry.revision))
    }

    /// Takes back the last change that is the caller's ([`own_changes`](Self::own_changes)), was
    /// not taken back already and took no other back; refuses as [`undo`](Self::undo) does.
    pub fn undo_own(&self, process: &ProcessName) -> Result<Changed<Undone>, Error> {
        let is_own = self.own_changes(&*self.store.read(process.as_str())?);
        let entries = self.store.history(process.as_str())?;
        match Past::new(process, &entries).last_where(is_own, 1).first() {
            Some(revision) => self.undo(process, *revision),
            None => Err(Error::NothingToUndo {
                process: process.clone(),
                actor: self.actor.clone(),
            }),
        }
    }
}
