//! The claims that end with the session of their caller.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use pm_core::{ProcessManager, ProcessName};

/// Claims of a session that are to end with it.
pub(super) struct Held {
    /// The core, in the name of the session.
    pub(super) manager: ProcessManager,
    /// The processes in which it has claimed tasks.
    pub(super) processes: BTreeSet<ProcessName>,
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Held").field(&self.processes).finish()
    }
}

impl Held {
    /// Lets go of the claims. If that fails, they end with their lease.
    pub(super) fn release(self) {
        for process in &self.processes {
            if let Err(error) = self.manager.release_claims(process) {
                tracing::debug!(%error, "the claims of a session that has ended stay for a while");
            }
        }
    }
}

/// What is still done for sessions that have ended.
#[derive(Debug, Default)]
pub(crate) struct Endings(Mutex<Vec<JoinHandle<()>>>);

impl Endings {
    /// Does `work` on a thread of its own: the thread on which a session ends must not wait for a
    /// disk.
    pub(super) fn run(&self, work: impl FnOnce() + Send + 'static) {
        let mut threads = self.threads();
        threads.retain(|thread| !thread.is_finished());
        // If the system gives no thread, the lease ends what was claimed.
        threads.extend(
            std::thread::Builder::new()
                .name("endings".into())
                .spawn(work),
        );
    }

    /// Waits until all such work is done, but no longer than `most`.
    pub(crate) fn wait(&self, most: Duration) {
        let end = Instant::now() + most;
        while Instant::now() < end && self.threads().iter().any(|thread| !thread.is_finished()) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn threads(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
