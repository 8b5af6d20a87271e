//! Changes that may turn out not to be needed, so that no revision says nothing.

use std::sync::{Arc, mpsc};

use super::{Changed, ProcessManager};
use crate::{Action, Error, Process, ProcessName, StoreError, Timestamp};

/// What an operation came to.
pub(super) enum Step<T> {
    /// It changed the process.
    Made(T, Action),
    /// All was as wanted already, and the operation has left the process alone.
    Nothing(T),
}

impl ProcessManager {
    /// Like [`change`](Self::change), for an operation that may find nothing to do: then no
    /// revision is made.
    pub(super) fn change_if_needed<T: Send + 'static>(
        &self,
        process: &ProcessName,
        mut operation: impl FnMut(&mut Process, &Timestamp) -> Result<Step<T>, Error> + Send + 'static,
    ) -> Result<Changed<T>, Error> {
        // Most calls with nothing to do end here, without waiting for those that change something.
        let now = self.now();
        let mut wanted =
            |process: &Arc<Process>| match operation(&mut Process::clone(process), &now) {
                Ok(Step::Nothing(value)) => Some(value),
                Ok(Step::Made(..)) | Err(_) => None,
            };
        let last_known = self.store.last_known(process.as_str());
        if last_known.is_none_or(|process| wanted(&process).is_some()) {
            let present = self.store.read(process.as_str())?;
            if let Some(value) = wanted(&present) {
                return Ok(Changed::nothing(value, present));
            }
        }
        let (sender, receiver) = mpsc::channel();
        let changed = self.change(process, move |process, now| {
            let step = operation(process, now)?;
            // The receiver outlives the update; a send can only fail if nobody waits.
            match step {
                Step::Made(value, action) => {
                    let _ = sender.send(None);
                    Ok((value, action))
                }
                Step::Nothing(value) => {
                    let _ = sender.send(Some((value, process.clone())));
                    // A refused change makes no revision.
                    Err(StoreError::NotApplied.into())
                }
            }
        });
        match (changed, receiver.try_iter().last().flatten()) {
            (Err(Error::Store(StoreError::NotApplied)), Some((value, process))) => {
                Ok(Changed::nothing(value, Arc::new(process)))
            }
            (changed, _) => changed,
        }
    }
}
