//! When checkpoints are made: soon after the last change to a process, now and then under
//! constant load, and at the end. Their thread also looks through the trash, once a day.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::super::disk::store_dir::Place;
use super::super::documents::checkpoint::Checkpoint;
use super::super::documents::document::{Slot, locked};
use super::trash::Rhythm;
use crate::store::StoreError;

/// How long after the last change the file is brought up to date.
const QUIET: Duration = Duration::from_millis(250);

/// How long a file may stay behind while one change follows the other.
const LONGEST: Duration = Duration::from_secs(1);

/// How many times as long as a checkpoint took it is at least to the next one under constant
/// load: a large process must not spend all its time on being written.
const REST: u32 = 8;

/// How long to wait after a failure, or where somebody else is at it.
const AGAIN: Duration = Duration::from_millis(500);

/// How long a change that somebody else made is left to them: it is theirs to bring to the file,
/// unless they died.
const FOREIGN: Duration = Duration::from_millis(1500);

/// How often whoever has nothing else to do looks at the clock.
const CLOCK: Duration = Duration::from_secs(60 * 60);

/// The checkpoints that are to be made, and the thread that makes them.
pub(crate) struct Schedule {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
    in_background: bool,
}

struct Shared {
    place: Arc<Place>,
    purges: Rhythm,
    state: Mutex<State>,
    /// Whether any checkpoint failed; asked by each read.
    has_failures: AtomicBool,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    due: HashMap<OsString, Due>,
    failures: HashMap<OsString, StoreError>,
    closing: bool,
}

struct Due {
    slot: Arc<Slot>,
    /// The checkpoint is made at this moment,
    at: Instant,
    /// to which later changes put it off, but not beyond this one.
    latest: Instant,
}

impl Schedule {
    pub(crate) fn new(place: Arc<Place>, in_background: bool) -> Self {
        Self {
            shared: Arc::new(Shared {
                purges: Rhythm::new(place.clock.now()),
                place,
                state: Mutex::default(),
                has_failures: AtomicBool::new(false),
                changed: Condvar::new(),
            }),
            thread: Mutex::default(),
            in_background,
        }
    }

    /// Takes note of a change that was made here.
    pub(crate) fn changed(&self, slot: &Arc<Slot>) {
        let now = Instant::now();
        let (at, rest) = (now + QUIET, slot.checkpoint_cost() * REST);
        let latest = now + LONGEST.max(rest);
        self.enter(slot, at, latest);
    }

    /// Takes note of a file that somebody else left behind its journal.
    pub(crate) fn found_behind(&self, slot: &Arc<Slot>) {
        if locked(&self.shared.state).due.contains_key(slot.file()) {
            return;
        }
        let at = Instant::now() + FOREIGN;
        self.enter(slot, at, at);
    }

    /// Sees to it that what is too old goes from the trash, also in a store in which nothing
    /// changes. To be called now and then.
    pub(crate) fn look_after_trash(&self) {
        if self.shared.purges.is_due(self.shared.place.clock.now()) {
            let state = locked(&self.shared.state);
            self.shared.changed.notify_one();
            drop(state);
            self.start();
        }
    }

    fn enter(&self, slot: &Arc<Slot>, at: Instant, latest: Instant) {
        if self.shared.place.is_read_only {
            return;
        }
        let mut state = locked(&self.shared.state);
        if let Some(due) = state.due.get_mut(slot.file()) {
            // The thread looks at the time again when it wakes.
            due.at = at.min(due.latest);
        } else {
            let slot = Arc::clone(slot);
            let file = slot.file().to_owned();
            state.due.insert(file, Due { slot, at, latest });
            self.shared.changed.notify_one();
        }
        drop(state);
        self.start();
    }

    /// Starts the thread, where it does not run: a store that is only read needs none.
    fn start(&self) {
        let mut thread = locked(&self.thread);
        if thread.is_some() || !self.in_background {
            return;
        }
        let shared = Arc::clone(&self.shared);
        let spawned = std::thread::Builder::new()
            .name("checkpoints".into())
            .spawn(move || shared.run());
        // Without a thread the files stay behind until the store is closed; the next change
        // tries again.
        *thread = spawned.ok();
    }

    /// Makes all checkpoints that are to be made, now.
    pub(crate) fn flush(&self) -> Result<(), StoreError> {
        let slots: Vec<_> = {
            let state = locked(&self.shared.state);
            state
                .due
                .values()
                .map(|due| Arc::clone(&due.slot))
                .collect()
        };
        let outcomes = slots.iter().map(|slot| self.shared.checkpoint_fully(slot));
        // Each gets its turn, whatever became of the others.
        outcomes.fold(Ok(()), Result::and)
    }

    /// Whether any file is behind that should not be.
    pub(crate) fn has_failures(&self) -> bool {
        self.shared.has_failures.load(Ordering::Relaxed)
    }

    /// Why a file is behind that should not be.
    pub(crate) fn failure(&self, file: &OsStr) -> Option<StoreError> {
        locked(&self.shared.state).failures.get(file).cloned()
    }

    /// Why files are behind that should not be.
    pub(crate) fn failures(&self) -> Vec<(OsString, StoreError)> {
        let state = locked(&self.shared.state);
        let failures = state.failures.iter();
        failures
            .map(|(file, error)| (file.clone(), error.clone()))
            .collect()
    }
}

impl Drop for Schedule {
    fn drop(&mut self) {
        locked(&self.shared.state).closing = true;
        self.shared.changed.notify_one();
        if let Some(thread) = locked(&self.thread).take() {
            // A panic in it has been reported by now, and what it left is flushed below.
            let _ = thread.join();
        }
        // The changes are durable in the journal; a file that stays behind is caught up with by
        // whoever opens the directory next.
        let _ = self.flush();
    }
}

impl Shared {
    fn run(&self) {
        let mut state = locked(&self.state);
        while !state.closing {
            if self.purges.is_due(self.place.clock.now()) {
                drop(state);
                self.purges.purge(&self.place);
                state = locked(&self.state);
                continue;
            }
            let now = Instant::now();
            let next = state.due.values().map(|due| due.at).min();
            match next {
                Some(at) if at <= now => {
                    let ready = state.due.values().find(|due| due.at <= now);
                    let Some(slot) = ready.map(|due| Arc::clone(&due.slot)) else {
                        continue;
                    };
                    drop(state);
                    self.checkpoint(&slot);
                    state = locked(&self.state);
                }
                Some(at) => {
                    let waited = self.changed.wait_timeout(state, at - now);
                    state = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
                None => {
                    let waited = self.changed.wait_timeout(state, CLOCK);
                    state = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
            }
        }
    }

    /// Makes a checkpoint, and sees to it that another one follows where that is needed.
    fn checkpoint(&self, slot: &Arc<Slot>) -> bool {
        // Taken out first: a change that comes from now on enters it anew.
        locked(&self.state).due.remove(slot.file());
        let outcome = slot.checkpoint(&self.place);
        let mut state = locked(&self.state);
        let done = matches!(outcome, Ok(Checkpoint::Done));
        match outcome {
            Ok(_) => state.failures.remove(slot.file()),
            Err(error) => state.failures.insert(slot.file().to_owned(), error),
        };
        let has_failures = !state.failures.is_empty();
        self.has_failures.store(has_failures, Ordering::Relaxed);
        if !done {
            let at = Instant::now() + AGAIN;
            let slot = Arc::clone(slot);
            let entry = state.due.entry(slot.file().to_owned());
            entry.or_insert(Due {
                slot,
                at,
                latest: at,
            });
        }
        done
    }

    /// Makes a checkpoint; where somebody else is at it, waits for them a while.
    fn checkpoint_fully(&self, slot: &Arc<Slot>) -> Result<(), StoreError> {
        for _ in 0..20 {
            if self.checkpoint(slot) {
                return Ok(());
            }
            if let Some(error) = locked(&self.state).failures.get(slot.file()) {
                return Err(error.clone());
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        Err(StoreError::Contended)
    }
}
