//! Which session made a change, so that each takes back its own and not those of another session
//! of the same client.

mod done;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use self::done::DoneLog;
pub(super) use self::done::{Deed, Done};
use super::{Changed, ProcessManager, Undone};
use crate::history::Past;
use crate::{Error, HistoryEntry, Process, ProcessName, Timestamp};

/// Of how many changes of a process it is known who made them: as many as its history keeps.
const MOST_CHANGES: usize = 1000;

/// Among how many changes its own is looked for, before it is among all.
const LATELY: u64 = 50;

/// Of how many processes it is known who changed them.
const MOST_PROCESSES: usize = 256;

/// Somebody's stay with a [`ProcessManager`], such as a connection of a client.
///
/// The history names clients, which come back after their session has ended; this is what tells
/// sessions of one client apart while they last. It ends when its last clone is dropped.
#[derive(Debug, Default)]
pub struct Session {
    /// The processes that it has changed, each known by when it was created, as it may be renamed.
    changed: Mutex<HashSet<Timestamp>>,
    done: DoneLog,
}

impl Session {
    /// What it has done.
    pub(super) fn done(&self) -> &DoneLog {
        &self.done
    }
}

/// Which sessions made the latest changes; shared by all handles over one store.
#[derive(Debug, Default)]
pub(super) struct Makers(Mutex<HashMap<Timestamp, BTreeMap<u64, Weak<Session>>>>);

impl Makers {
    /// Takes note of a change of `process` that `session` made.
    fn note(&self, session: &Arc<Session>, process: &Process, revision: u64) {
        let created_at = &process.created_at;
        locked(&session.changed).insert(created_at.clone());
        let mut processes = locked(&self.0);
        if processes.len() >= MOST_PROCESSES && !processes.contains_key(created_at) {
            let is_over = |makers: &BTreeMap<u64, Weak<Session>>| {
                makers.values().all(|maker| maker.strong_count() == 0)
            };
            processes.retain(|_, makers| !is_over(makers));
        }
        if processes.len() >= MOST_PROCESSES && !processes.contains_key(created_at) {
            // Its session cannot take it back without naming it then, and a new one of the same
            // client takes it for that of a session that is over.
            return;
        }
        let makers = processes.entry(created_at.clone()).or_default();
        makers.insert(revision, Arc::downgrade(session));
        if makers.len() > MOST_CHANGES {
            makers.pop_first();
        }
    }

    /// The sessions that last and have made changes of `process`, by revision.
    fn of(&self, process: &Process) -> BTreeMap<u64, Arc<Session>> {
        let processes = locked(&self.0);
        let makers = processes.get(&process.created_at).into_iter().flatten();
        makers
            .filter_map(|(revision, maker)| Some((*revision, maker.upgrade()?)))
            .collect()
    }
}

impl ProcessManager {
    /// Makes its changes from now on as those of `session`. Without, a manager and its clones are
    /// one session.
    pub fn in_session(self, session: Arc<Session>) -> Self {
        Self { session, ..self }
    }

    /// Takes note of who made a revision.
    pub(super) fn noted(&self, process: &Process, revision: u64) {
        self.makers.note(&self.session, process, revision);
    }

    /// Takes note of a change that was made through this handle.
    pub(super) fn made(&self, process: &Process, revision: u64) {
        self.noted(process, revision);
        self.session.done.note(process, Deed::Changed(revision));
    }

    /// Tells which changes of `process` are the caller's: those of its session; where that has
    /// changed nothing in it yet, those of its actor that are of no session that still lasts,
    /// such as of the one before a page was loaded anew.
    pub fn own_changes(&self, process: &Process) -> impl Fn(&HistoryEntry) -> bool + use<> {
        let makers = self.makers.of(process);
        let is_new = !locked(&self.session.changed).contains(&process.created_at);
        let (session, actor) = (Arc::clone(&self.session), self.actor.clone());
        move |entry| {
            entry.actor == actor
                && match makers.get(&entry.revision) {
                    Some(maker) => Arc::ptr_eq(maker, &session),
                    None => is_new,
                }
        }
    }

    /// Takes back the last change that is the caller's ([`own_changes`](Self::own_changes)), was
    /// not taken back already and took no other back; refuses as [`undo`](Self::undo) does.
    pub fn undo_own(&self, process: &ProcessName) -> Result<Changed<Undone>, Error> {
        let present = self.store.read(process.as_str())?;
        let is_own = self.own_changes(&present);
        // It mostly is one of the last.
        for after in [present.revision.saturating_sub(LATELY), 0] {
            let entries = self.store.history(process.as_str(), after)?;
            let own = Past::new(process, &entries).last_where(&is_own, 1);
            if let Some(revision) = own.first() {
                return self.undo(process, *revision);
            }
        }
        Err(Error::NothingToUndo {
            process: process.clone(),
            actor: self.actor.clone(),
        })
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
