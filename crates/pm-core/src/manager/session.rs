//! Which session made a change, so that each takes back its own and not those of another session
//! of the same client.

mod done;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use self::done::DoneLog;
pub(super) use self::done::{Deed, Done};
use super::{Changed, ProcessManager, Undone};
use crate::error::HistoryProblem;
use crate::history::{Author, Past, SessionTag};
use crate::store::retention::before;
use crate::{Error, HistoryEntry, Process, ProcessName, Timestamp};

/// Of how many sessions it is known whether they last: more than any server has at a time.
const SESSIONS_MAX: usize = 4096;

/// Among how many of the last changes a caller's own are looked for, before all are searched.
const LATELY: u64 = 50;

/// A caller's stay with a [`ProcessManager`], such as a connection of a client.
///
/// The history names clients, which come back after their session has ended; the tag of the
/// session in each entry tells sessions of one client apart, also over several servers.
#[derive(Debug)]
pub(super) struct Session {
    tag: SessionTag,
    /// The owner of its claims, if they are apart from those of other sessions.
    owner: OnceLock<Arc<str>>,
    /// The processes that it has changed, each known by when it was created, as it may be renamed.
    changed: Mutex<HashSet<Timestamp>>,
    done: DoneLog,
}

impl Default for Session {
    fn default() -> Self {
        Self::tagged(SessionTag::random())
    }
}

impl Session {
    /// The session of this tag, of which nothing more is known.
    pub(super) fn tagged(tag: SessionTag) -> Self {
        Self {
            tag,
            owner: OnceLock::new(),
            changed: Mutex::default(),
            done: DoneLog::default(),
        }
    }

    /// What each change of it is marked with.
    pub(super) fn tag(&self) -> SessionTag {
        self.tag
    }

    /// The owner of its claims.
    pub(super) fn owner(&self) -> &OnceLock<Arc<str>> {
        &self.owner
    }
}

/// The latest sessions that made changes; shared by all handles over one store.
#[derive(Debug, Default)]
pub(super) struct Sessions(Mutex<VecDeque<(SessionTag, Weak<Session>)>>);

impl Sessions {
    /// Takes note of a session that made a change.
    fn note(&self, session: &Arc<Session>) {
        let mut sessions = locked(&self.0);
        if sessions.iter().rev().any(|(tag, _)| *tag == session.tag) {
            return;
        }
        if sessions.len() == SESSIONS_MAX {
            // If it lasts, it counts as one of another server from now on.
            sessions.pop_front();
        }
        sessions.push_back((session.tag, Arc::downgrade(session)));
    }

    /// Those sessions, and whether each is over.
    fn all(&self) -> HashMap<SessionTag, bool> {
        let sessions = locked(&self.0);
        let all = sessions.iter();
        all.map(|(tag, session)| (*tag, session.strong_count() == 0))
            .collect()
    }
}

impl ProcessManager {
    /// What the caller's session has done.
    pub(super) fn done(&self) -> &DoneLog {
        &self.identity.session().done
    }

    /// Takes note of a process that the caller's session changed.
    pub(super) fn noted(&self, process: &Process) {
        let session = self.identity.session();
        locked(&session.changed).insert(process.created_at.clone());
        self.sessions.note(session);
    }

    /// Takes note of a change that was made through this handle.
    pub(super) fn made(&self, process: &Process, revision: u64) {
        self.noted(process);
        self.done().note(process, Deed::Changed(revision));
    }

    /// Says which changes of `process` are the caller's: those of its session. If that session has
    /// changed nothing in the process yet, also those of its actor in a session that is over, such
    /// as the one of a page before it was loaded anew. A session on another server counts as going
    /// on for as long as a claim of it could last.
    pub fn own_changes(&self, process: &Process) -> impl Fn(&HistoryEntry) -> bool + use<> {
        let session = self.identity.session();
        let is_new = !locked(&session.changed).contains(&process.created_at);
        let sessions = if is_new {
            self.sessions.all()
        } else {
            HashMap::new()
        };
        let Author {
            actor,
            session: own,
        } = self.identity.author();
        let long_ago = Timestamp::from(before(self.store.now(), self.lease));
        let lately = if is_new {
            self.sessions_since(process, &long_ago)
        } else {
            HashSet::new()
        };
        move |entry| {
            let is_over = |session: SessionTag| match sessions.get(&session) {
                Some(is_over) => *is_over,
                None => is_before(entry, &long_ago) && !lately.contains(&session),
            };
            entry.actor == actor
                && (entry.session == own || (is_new && entry.session.is_none_or(is_over)))
        }
    }

    /// The sessions that changed a process since `time`: what they did before counts as theirs,
    /// too. Without a history that can be read there are none, and nothing that could be taken
    /// back.
    fn sessions_since(&self, process: &Process, time: &Timestamp) -> HashSet<SessionTag> {
        let sessions = |entries: &[Arc<HistoryEntry>]| {
            let young = entries.iter().rev();
            let young = young.take_while(|entry| !is_before(entry, time));
            let sessions = young.filter_map(|entry| entry.session).collect();
            let first = entries.first();
            (sessions, first.is_none_or(|first| is_before(first, time)))
        };
        let found = self.lately(process, sessions, |(_, is_whole)| *is_whole);
        found.map(|(sessions, _)| sessions).unwrap_or_default()
    }

    /// Takes back the last change that is the caller's ([`own_changes`](Self::own_changes)), was
    /// not taken back already and took no other back; refuses as [`undo`](Self::undo) does.
    pub fn undo_own(&self, process: &ProcessName) -> Result<Changed<Undone>, Error> {
        let present = self.store.read(process.as_str())?;
        let is_own = self.own_changes(&present);
        let last = |entries: &[_]| Past::new(process, entries).last_where(&is_own, 1);
        let own = self.lately(&present, last, |own| !own.is_empty())?;
        let Some(revision) = own.first() else {
            let actor = self.identity.actor().clone();
            let problem = HistoryProblem::NothingToUndo { actor };
            return Err(Error::History(process.clone(), problem));
        };
        self.undo(process, *revision)
    }

    /// What `find` finds among the last changes of a process; among all of them if that is not
    /// enough.
    pub(super) fn lately<T>(
        &self,
        process: &Process,
        find: impl Fn(&[Arc<HistoryEntry>]) -> T,
        is_enough: impl FnOnce(&T) -> bool,
    ) -> Result<T, Error> {
        let name = process.name.as_str();
        let after = process.revision.saturating_sub(LATELY);
        let found = find(&self.store.history(name, after)?);
        if after == 0 || is_enough(&found) {
            return Ok(found);
        }
        Ok(find(&self.store.history(name, 0)?))
    }
}

fn is_before(entry: &HistoryEntry, time: &Timestamp) -> bool {
    entry.at.as_str() < time.as_str()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
