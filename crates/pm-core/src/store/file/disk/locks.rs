//! Waiting for a lock that another program may never give back: for a while, and then no more
//! (`docs/storage.md#waiting`).

use std::collections::{BTreeSet, HashMap, hash_map};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::fs::{FileSystem, LockGuard};

type Guard = Box<dyn LockGuard>;

/// The locks that are waited for, and those that were waited for in vain.
#[derive(Default)]
pub(crate) struct Locks {
    waiters: Arc<Mutex<HashMap<PathBuf, Arc<Handover>>>>,
    /// The locks that a call did not get in its time, by the names of their files.
    overdue: Mutex<BTreeSet<String>>,
}

/// What the thread that waits for a lock shares with the calls that wait for the thread.
#[derive(Default)]
struct Handover {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// How many calls wait for the thread.
    waiting: usize,
    /// Whether the thread has ended.
    done: bool,
    /// What the thread got, until one of the calls takes it.
    got: Option<io::Result<Guard>>,
}

/// What became of a wait.
enum Waited {
    Got(io::Result<Guard>),
    /// Another call took what the thread got.
    TakenAway,
    TooLong,
}

impl Locks {
    /// Takes a lock as soon as it is free; `None` if it is not by `deadline`.
    pub(crate) fn take_by(
        &self,
        fs: &Arc<dyn FileSystem>,
        path: &Path,
        deadline: Instant,
    ) -> io::Result<Option<Guard>> {
        loop {
            if let Some(guard) = fs.try_lock(path)? {
                return Ok(Some(guard));
            }
            if Instant::now() >= deadline {
                return Ok(None);
            }
            match self.waiter(fs, path)?.take_by(deadline) {
                Waited::Got(got) => return got.map(Some),
                Waited::TakenAway => {}
                Waited::TooLong => return Ok(None),
            }
        }
    }

    /// The thread that waits for a lock, which is started if there is none.
    fn waiter(&self, fs: &Arc<dyn FileSystem>, path: &Path) -> io::Result<Arc<Handover>> {
        let mut waiters = locked(&self.waiters);
        let free = match waiters.entry(path.to_owned()) {
            hash_map::Entry::Occupied(waiter) => return Ok(Arc::clone(waiter.get())),
            hash_map::Entry::Vacant(free) => free,
        };
        let handover = Arc::new(Handover::default());
        let (fs, path) = (Arc::clone(fs), path.to_owned());
        let (all, own) = (Arc::clone(&self.waiters), Arc::clone(&handover));
        std::thread::Builder::new()
            .name("waits for a lock".into())
            .spawn(move || {
                let got = fs.lock(&path);
                // Calls that come from now on try it again.
                locked(&all).remove(&path);
                own.leave(got);
            })?;
        Ok(Arc::clone(free.insert(handover)))
    }

    /// Takes note of a lock that a call did not get in its time.
    pub(crate) fn is_overdue(&self, lock_id: &str) {
        locked(&self.overdue).insert(lock_id.to_owned());
    }

    /// The locks that a call did not get in its time, and of which `is_free` does not say that they
    /// are free by now.
    pub(crate) fn overdue(&self, is_free: impl Fn(&str) -> bool) -> Vec<String> {
        let mut overdue = locked(&self.overdue);
        overdue.retain(|lock_id| !is_free(lock_id));
        overdue.iter().cloned().collect()
    }
}

impl Handover {
    fn take_by(&self, deadline: Instant) -> Waited {
        let mut state = locked(&self.state);
        state.waiting += 1;
        while !state.done {
            let Some(rest) = deadline.checked_duration_since(Instant::now()) else {
                break;
            };
            let waited = self.changed.wait_timeout(state, rest);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.waiting -= 1;
        match (state.got.take(), state.done) {
            (Some(got), _) => Waited::Got(got),
            (None, true) => Waited::TakenAway,
            (None, false) => Waited::TooLong,
        }
    }

    /// Leaves what the thread got. If no call waits for it any more, the lock is given back at
    /// once.
    fn leave(&self, got: io::Result<Guard>) {
        let mut state = locked(&self.state);
        state.done = true;
        if state.waiting > 0 {
            state.got = Some(got);
            self.changed.notify_all();
        }
    }
}

/// A turn that one thread of this program has at a time. Others do not wait for it for ever either.
#[derive(Default)]
pub(crate) struct Turn {
    taken: Mutex<bool>,
    free: Condvar,
}

/// Has the turn until it is dropped.
pub(crate) struct TurnGuard<'a>(&'a Turn);

impl Turn {
    /// Takes the turn as soon as it is free; `None` if it is not by `deadline`.
    pub(crate) fn take_by(&self, deadline: Instant) -> Option<TurnGuard<'_>> {
        let mut taken = locked(&self.taken);
        while *taken {
            let rest = deadline.checked_duration_since(Instant::now())?;
            let waited = self.free.wait_timeout(taken, rest);
            taken = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        *taken = true;
        Some(TurnGuard(self))
    }

    /// Takes the turn, if it is free.
    pub(crate) fn try_take(&self) -> Option<TurnGuard<'_>> {
        self.take_by(Instant::now())
    }
}

impl Drop for TurnGuard<'_> {
    fn drop(&mut self) {
        *locked(&self.0.taken) = false;
        self.0.free.notify_one();
    }
}

/// Keeps others, in this store and in other OS processes, from changing which names there are.
pub(crate) struct NamesGuard<'a> {
    _shared: Box<dyn LockGuard>,
    _own: TurnGuard<'a>,
}

impl<'a> NamesGuard<'a> {
    /// Holds the lock on the names, and this store's own turn to have that lock.
    pub(crate) fn new(shared: Box<dyn LockGuard>, own: TurnGuard<'a>) -> Self {
        Self {
            _shared: shared,
            _own: own,
        }
    }
}

/// Locks a mutex whose value is whole at every moment, even if a thread panicked while it held it.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
