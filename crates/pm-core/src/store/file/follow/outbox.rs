//! What the follower has to look at: notes of those who write here, and hints that others wrote.

mod announced;

use std::collections::{HashMap, HashSet, VecDeque};
use std::ffi::{OsStr, OsString};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::super::fs::Stamp;
use super::super::slot::locked;
use super::note::{Hint, Note, Work};
use crate::feed::ProcessEvent;
use crate::{Actor, Process};

/// The most notes that wait. They are taken faster than they can be made durable; where the
/// follower is held up all the same, subscribers are told that they missed something.
const MOST_NOTES: usize = 1 << 16;

/// What writers and watchers leave for the follower.
#[derive(Default)]
pub(in super::super) struct Outbox {
    /// Whether there is a follower. All that it costs a writer without one.
    followed: AtomicBool,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    notes: VecDeque<Note>,
    /// Changes that are being appended to the journal of a file, from this revision on. They may
    /// stand in it already, and are not to be told before they are durable.
    announced: HashMap<OsString, u64>,
    hints: HashSet<Hint>,
    /// Files that are to be looked at when what is announced of them has been told.
    parked: HashSet<OsString>,
    overflown: bool,
    woken: bool,
    closed: bool,
}

impl Outbox {
    /// Takes note of a new file. To be called under the lock of the process.
    pub(in super::super) fn created(
        &self,
        file: &OsStr,
        process: &Process,
        actor: &Actor,
        stamp: Option<Stamp>,
    ) {
        self.note(|| Note::Created {
            file: file.to_owned(),
            event: ProcessEvent::created(&process.name, process.revision, Some(actor)),
            created_at: process.created_at.clone(),
            stamp,
        });
    }

    /// Takes note of a file that went into the trash. To be called under the lock of the process.
    pub(in super::super) fn deleted(&self, file: &OsStr, process: &Process, actor: &Actor) {
        self.note(|| Note::Deleted {
            file: file.to_owned(),
            event: ProcessEvent::deleted(&process.name, process.revision, Some(actor)),
            created_at: process.created_at.clone(),
        });
    }

    /// Takes note of a file that was renamed. To be called under the lock of the process.
    pub(in super::super) fn moved(&self, from: &OsStr, to: &OsStr) {
        self.note(|| Note::Moved {
            from: from.to_owned(),
            to: to.to_owned(),
        });
    }

    fn note(&self, note: impl FnOnce() -> Note) {
        if self.followed.load(Ordering::SeqCst) {
            let mut state = locked(&self.state);
            state.push(note());
            self.notify(state);
        }
    }

    /// Takes note of what somebody may have changed.
    pub(super) fn hint(&self, hint: Hint) {
        let mut state = locked(&self.state);
        if state.hints.insert(hint) {
            self.notify(state);
        }
    }

    /// Sees to it that a file is looked at when what was announced of it has been told; `false`
    /// where nothing was.
    pub(super) fn park(&self, file: &OsStr) -> bool {
        let mut state = locked(&self.state);
        let announced = state.announced.contains_key(file);
        if announced {
            state.parked.insert(file.to_owned());
        }
        announced
    }

    /// The first revision of a file's process of which the notes tell, or are about to.
    pub(super) fn first_own(&self, file: &OsStr) -> Option<u64> {
        let state = locked(&self.state);
        let noted = state.notes.iter().find_map(|note| match note {
            Note::Appended {
                file: of, event, ..
            } if of == file => Some(event.revision),
            _ => None,
        });
        noted.or_else(|| state.announced.get(file).copied())
    }

    /// Whether the notes tell of a file and its process, or are about to.
    pub(super) fn tells_of(&self, file: &OsStr) -> bool {
        self.tells_who_has(file) || self.first_own(file).is_some()
    }

    /// Whether the notes tell that another process has a file by now, or none.
    pub(super) fn tells_who_has(&self, file: &OsStr) -> bool {
        let state = locked(&self.state);
        state.notes.iter().any(|note| note.is_about_who_has(file))
    }

    /// Forgets the notes: what they tell is in what is read from now on.
    pub(super) fn forget_notes(&self) {
        locked(&self.state).notes.clear();
    }

    /// Whether notes wait to be taken.
    pub(super) fn has_notes(&self) -> bool {
        let state = locked(&self.state);
        !state.notes.is_empty() || state.overflown
    }

    /// Takes what there is to do; waits for it until `until`.
    pub(super) fn take(&self, until: Instant) -> Work {
        let mut state = locked(&self.state);
        while !state.is_due() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.woken = false;
        Work {
            notes: std::mem::take(&mut state.notes),
            hints: std::mem::take(&mut state.hints),
            overflown: std::mem::take(&mut state.overflown),
            closed: state.closed,
        }
    }

    /// Has the follower look at whether it is still needed.
    pub(super) fn wake(&self) {
        let mut state = locked(&self.state);
        state.woken = true;
        self.notify(state);
    }

    /// Begins to collect, for a follower that is about to start.
    pub(super) fn open(&self) {
        let mut state = locked(&self.state);
        *state = State::default();
        self.followed.store(true, Ordering::SeqCst);
    }

    /// Whether there is a follower, and it goes on.
    pub(super) fn resume(&self) -> bool {
        let _state = locked(&self.state);
        self.followed.load(Ordering::SeqCst)
    }

    /// Stops collecting where `deserted` says that nobody wants it any more; answers that.
    pub(super) fn shut_if(&self, deserted: impl FnOnce() -> bool) -> bool {
        // Under the lock: whoever subscribes is seen here, or sees that nobody follows.
        let mut state = locked(&self.state);
        let deserted = deserted();
        if deserted {
            self.followed.store(false, Ordering::SeqCst);
            state.notes = VecDeque::new();
            state.hints = HashSet::new();
        }
        deserted
    }

    /// Stops collecting.
    pub(super) fn shut(&self) {
        self.shut_if(|| true);
    }

    /// Has the follower end.
    pub(super) fn close(&self) {
        let mut state = locked(&self.state);
        state.closed = true;
        self.notify(state);
    }

    fn notify(&self, state: MutexGuard<'_, State>) {
        drop(state);
        self.changed.notify_one();
    }
}

impl State {
    fn is_due(&self) -> bool {
        let due = !self.notes.is_empty() || !self.hints.is_empty();
        due || self.overflown || self.woken || self.closed
    }

    fn push(&mut self, note: Note) {
        if self.notes.len() == MOST_NOTES {
            self.notes.clear();
            self.overflown = true;
        }
        self.notes.push_back(note);
    }

    fn tell_parked(&mut self, file: &OsStr) {
        if let Some(file) = self.parked.take(file) {
            self.hints.insert(Hint::File(file));
        }
    }
}
