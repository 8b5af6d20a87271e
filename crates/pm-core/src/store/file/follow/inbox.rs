//! What the follower has to look at: hints that something was written.

use std::collections::HashSet;
use std::ffi::OsString;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::super::disk::locks::locked;

/// Something that may have been written to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Hint {
    /// The file of a process.
    File(OsString),
    /// The journal of the file with this lock.
    Journal(String),
    /// Anything.
    Directory,
    /// What is watched is not there any more.
    Watch,
}

/// The hints that wait for the follower.
#[derive(Default)]
pub(crate) struct Inbox {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    hints: HashSet<Hint>,
    /// Whether there is a follower, and it goes on.
    is_open: bool,
    woken: bool,
    closed: bool,
}

impl Inbox {
    /// Leaves a hint.
    pub(crate) fn put(&self, hint: Hint) {
        let mut state = locked(&self.state);
        if state.hints.insert(hint) {
            self.notify(state);
        }
    }

    /// Takes the hints; waits for one until `until`. `None` if the store is being closed.
    pub(crate) fn take(&self, until: Instant) -> Option<HashSet<Hint>> {
        let mut state = locked(&self.state);
        while state.hints.is_empty() && !state.woken && !state.closed {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.woken = false;
        let hints = std::mem::take(&mut state.hints);
        (!state.closed).then_some(hints)
    }

    /// Has the follower look whether it is still needed.
    pub(crate) fn wake(&self) {
        let mut state = locked(&self.state);
        state.woken = true;
        self.notify(state);
    }

    /// Takes note that a follower was started.
    pub(crate) fn open(&self) {
        locked(&self.state).is_open = true;
    }

    /// Whether there is a follower, and it goes on.
    pub(crate) fn is_open(&self) -> bool {
        locked(&self.state).is_open
    }

    /// Takes note that the follower ends, if `deserted` says that nobody needs it; answers that.
    pub(crate) fn shut_if(&self, deserted: impl FnOnce() -> bool) -> bool {
        // This is asked under the lock: a subscriber that comes now is seen here, or sees that
        // nobody follows.
        let mut state = locked(&self.state);
        let deserted = deserted();
        if deserted {
            state.is_open = false;
            state.hints.clear();
        }
        deserted
    }

    /// Has the follower end.
    pub(crate) fn close(&self) {
        let mut state = locked(&self.state);
        state.closed = true;
        self.notify(state);
    }

    fn notify(&self, state: MutexGuard<'_, State>) {
        drop(state);
        self.changed.notify_one();
    }
}
