//! When checkpoints are made: soon after the last change to a process, now and then under
//! constant load, and at the end. Their thread also looks through the trash, once a day.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::super::disk::locks::locked;
use super::super::documents::checkpoint::Checkpoint;
use super::super::documents::document::Document;
use super::super::documents::shared::Shared;
use super::purge::PurgeTimer;
use crate::store::StoreError;

/// How long after the last change the file is brought up to date.
const CHECKPOINT_DELAY: Duration = Duration::from_millis(250);

/// How long a file may stay behind while one change follows the other.
const CHECKPOINT_DELAY_MAX: Duration = Duration::from_secs(1);

/// How many times as long as a checkpoint took it is at least to the next one under constant
/// load: a large process must not spend all its time on being written.
const CHECKPOINT_COST_FACTOR: u32 = 8;

/// How long to wait after a failure, or while another program is at it.
const RETRY_INTERVAL: Duration = Duration::from_millis(500);

/// How long a change by another program is left to it: that program brings it to the file, unless
/// it died.
const FOREIGN_DELAY: Duration = Duration::from_millis(1500);

/// How often the thread looks at the clock if it has nothing else to do.
const CLOCK_INTERVAL: Duration = Duration::from_secs(60 * 60);

/// The checkpoints that are to be made, and the thread that makes them.
pub(crate) struct Background {
    inner: Arc<Inner>,
    thread: Mutex<Option<JoinHandle<()>>>,
    has_thread: bool,
}

struct Inner {
    shared: Arc<Shared>,
    purges: PurgeTimer,
    state: Mutex<State>,
    /// Whether any checkpoint failed; asked by each read.
    has_failures: AtomicBool,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    due: HashMap<OsString, Due>,
    /// The document whose checkpoint the thread makes at this moment.
    running: Option<Arc<Document>>,
    failures: HashMap<OsString, StoreError>,
    closing: bool,
}

struct Due {
    document: Arc<Document>,
    /// The checkpoint is made at this moment,
    at: Instant,
    /// to which later changes put it off, but not beyond this one.
    latest: Instant,
}

impl Background {
    pub(crate) fn new(shared: Arc<Shared>, has_thread: bool) -> Self {
        Self {
            inner: Arc::new(Inner {
                purges: PurgeTimer::new(shared.dir.clock.now()),
                shared,
                state: Mutex::default(),
                has_failures: AtomicBool::new(false),
                changed: Condvar::new(),
            }),
            thread: Mutex::default(),
            has_thread,
        }
    }

    /// Takes note of a change that was made here.
    pub(crate) fn changed(&self, document: &Arc<Document>) {
        let now = Instant::now();
        let (at, rest) = (
            now + CHECKPOINT_DELAY,
            document.checkpoint_cost() * CHECKPOINT_COST_FACTOR,
        );
        let latest = now + CHECKPOINT_DELAY_MAX.max(rest);
        self.enter(document, at, latest);
    }

    /// Takes note of a file that another program left behind its journal.
    pub(crate) fn found_behind(&self, document: &Arc<Document>) {
        if locked(&self.inner.state).due.contains_key(document.file()) {
            return;
        }
        let at = Instant::now() + FOREIGN_DELAY;
        self.enter(document, at, at);
    }

    /// Removes processes that are too old from the trash, also in a store in which nothing changes.
    /// To be called now and then.
    pub(crate) fn look_after_trash(&self) {
        if self.inner.purges.is_due(self.inner.shared.dir.clock.now()) {
            let state = locked(&self.inner.state);
            self.inner.changed.notify_one();
            drop(state);
            self.start();
        }
    }

    fn enter(&self, document: &Arc<Document>, at: Instant, latest: Instant) {
        if self.inner.shared.dir.is_read_only {
            return;
        }
        let mut state = locked(&self.inner.state);
        if let Some(due) = state.due.get_mut(document.file()) {
            // The thread looks at the time again when it wakes.
            due.at = at.min(due.latest);
        } else {
            let document = Arc::clone(document);
            let file = document.file().to_owned();
            state.due.insert(
                file,
                Due {
                    document,
                    at,
                    latest,
                },
            );
            self.inner.changed.notify_one();
        }
        drop(state);
        self.start();
    }

    /// Starts the thread, if it does not run: a store that is only read needs none.
    fn start(&self) {
        let mut thread = locked(&self.thread);
        if thread.is_some() || !self.has_thread {
            return;
        }
        let inner = Arc::clone(&self.inner);
        let spawned = std::thread::Builder::new()
            .name("checkpoints".into())
            .spawn(move || inner.run());
        // Without a thread the files stay behind until the store is closed; the next change
        // tries again.
        *thread = spawned.ok();
    }

    /// Makes all checkpoints that are to be made, now, and waits for the one that is being made.
    pub(crate) fn flush(&self) -> Result<(), StoreError> {
        let documents: Vec<_> = {
            let state = locked(&self.inner.state);
            let due = state.due.values().map(|due| &due.document);
            due.chain(&state.running).cloned().collect()
        };
        let outcomes = documents
            .iter()
            .map(|document| self.inner.checkpoint_fully(document));
        // Each gets its turn, whatever became of the others.
        outcomes.fold(Ok(()), Result::and)
    }

    /// Whether any file is behind that should not be.
    pub(crate) fn has_failures(&self) -> bool {
        self.inner.has_failures.load(Ordering::Relaxed)
    }

    /// Why a file is behind that should not be.
    pub(crate) fn failure(&self, file: &OsStr) -> Option<StoreError> {
        locked(&self.inner.state).failures.get(file).cloned()
    }

    /// Why files are behind that should not be.
    pub(crate) fn failures(&self) -> Vec<(OsString, StoreError)> {
        let state = locked(&self.inner.state);
        let failures = state.failures.iter();
        failures
            .map(|(file, error)| (file.clone(), error.clone()))
            .collect()
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        locked(&self.inner.state).closing = true;
        self.inner.changed.notify_one();
        if let Some(thread) = locked(&self.thread).take() {
            // A panic in it has been reported by now, and the changes that it left are flushed
            // below.
            let _ = thread.join();
        }
        // The changes are durable in the journal; a file that stays behind is brought up to date by
        // the next program that opens the directory.
        let _ = self.flush();
    }
}

impl Inner {
    fn run(&self) {
        let mut state = locked(&self.state);
        while !state.closing {
            if self.purges.is_due(self.shared.dir.clock.now()) {
                drop(state);
                self.purges.purge(&self.shared.dir);
                state = locked(&self.state);
                continue;
            }
            let now = Instant::now();
            let next = state.due.values().map(|due| due.at).min();
            match next {
                Some(at) if at <= now => {
                    let ready = state.due.values().find(|due| due.at <= now);
                    let Some(document) = ready.map(|due| Arc::clone(&due.document)) else {
                        continue;
                    };
                    state.running = Some(Arc::clone(&document));
                    drop(state);
                    self.checkpoint(&document);
                    state = locked(&self.state);
                    state.running = None;
                }
                Some(at) => {
                    let waited = self.changed.wait_timeout(state, at - now);
                    state = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
                None => {
                    let waited = self.changed.wait_timeout(state, CLOCK_INTERVAL);
                    state = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
            }
        }
    }

    /// Makes a checkpoint, and sees to it that another one follows if that is needed.
    fn checkpoint(&self, document: &Arc<Document>) -> bool {
        // Taken out first: a change that comes from now on enters it anew.
        locked(&self.state).due.remove(document.file());
        let outcome = document.checkpoint();
        let mut state = locked(&self.state);
        let done = matches!(outcome, Ok(Checkpoint::Done));
        match outcome {
            Ok(_) => state.failures.remove(document.file()),
            Err(error) => state.failures.insert(document.file().to_owned(), error),
        };
        let has_failures = !state.failures.is_empty();
        self.has_failures.store(has_failures, Ordering::Relaxed);
        if !done {
            let at = Instant::now() + RETRY_INTERVAL;
            let document = Arc::clone(document);
            let entry = state.due.entry(document.file().to_owned());
            entry.or_insert(Due {
                document,
                at,
                latest: at,
            });
        }
        done
    }

    /// Makes a checkpoint; if another program is at it, waits a while for that.
    fn checkpoint_fully(&self, document: &Arc<Document>) -> Result<(), StoreError> {
        for _ in 0..20 {
            if self.checkpoint(document) {
                return Ok(());
            }
            if let Some(error) = locked(&self.state).failures.get(document.file()) {
                return Err(error.clone());
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        Err(StoreError::Contended)
    }
}
