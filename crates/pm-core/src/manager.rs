//! The handle through which everything is done.

mod at_once;
mod job_ops;
mod process_ops;
mod snippet_ops;
mod task_ops;

use std::sync::{Arc, mpsc};

use crate::clock::{Clock, SystemClock};
use crate::store::{Store, StoreError, StoreHealth};
use crate::{Error, Process, ProcessName, Timestamp};

/// The handle through which processes are read and changed.
///
/// It is cheap to clone, may be shared between threads and takes `&self` everywhere. Methods
/// block while the store works; an async program calls them from a blocking task, or through
/// [`at_once`](Self::at_once).
#[derive(Clone)]
pub struct ProcessManager {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

/// A change that was made, and the state that it left.
#[derive(Debug, Clone)]
pub struct Changed<T> {
    /// What the change did.
    pub value: T,
    /// The process since, with this change and perhaps others made at the same moment.
    pub process: Arc<Process>,
}

impl ProcessManager {
    /// Makes a handle over `store`.
    pub fn new(store: impl Store + 'static) -> Self {
        Self {
            store: Arc::new(store),
            clock: Arc::new(SystemClock),
        }
    }

    /// Takes the times of changes from `clock`.
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Says how the store is doing.
    pub fn health(&self) -> StoreHealth {
        self.store.health()
    }

    /// Runs `operation` on the present state of a process and keeps the outcome.
    fn change<T: Send + 'static>(
        &self,
        process: &ProcessName,
        mut operation: impl FnMut(&mut Process, &Timestamp) -> Result<T, Error> + Send + 'static,
    ) -> Result<Changed<T>, Error> {
        let clock = Arc::clone(&self.clock);
        let (sender, receiver) = mpsc::channel();
        let process = self.store.update(
            process,
            Box::new(move |process| {
                // Read under the store's lock, so that times follow the order of changes.
                let now = clock.now().into();
                let value = operation(process, &now)?;
                // The receiver outlives the update; a send can only fail where nobody waits.
                let _ = sender.send(value);
                Ok(())
            }),
        )?;
        // The last value is that of the state that was kept.
        let value = receiver.try_iter().last().ok_or(StoreError::NotApplied)?;
        Ok(Changed { value, process })
    }
}
