//! The open process of a caller without a session, if the store keeps it for all servers.

use std::sync::Arc;

use pm_core::{ProcessManager, ProcessName};

use super::{Caller, Open};

impl Caller {
    /// A caller that the store knows by this text.
    pub(super) fn kept_as(text: String) -> Self {
        Self::new(Arc::default(), Some(text))
    }

    /// Finds out which process the caller has open by now, as another server may have served it
    /// since. Answers what is open.
    pub(crate) fn recall(&self, manager: &ProcessManager) -> Option<ProcessName> {
        let kept = self.kept_as.as_ref().zip(manager.open_processes());
        // If the store cannot be asked now, what was open counts as open still.
        let kept = kept.and_then(|(caller, store)| store.open_process(caller).ok()?);
        let mut state = self.state();
        if let Some(kept) = kept
            && state.open.as_ref().is_none_or(|open| open.name != kept)
        {
            state.open = Some(Open::new(kept));
        }
        state.open.as_ref().map(|open| open.name.clone())
    }

    /// Has the store keep which process is open, if it is another one than `before`.
    pub(crate) fn keep_open(&self, manager: &ProcessManager, before: Option<&ProcessName>) {
        let kept = self.kept_as.as_ref().zip(manager.open_processes());
        let open = self.active();
        if let Some((caller, store)) = kept
            && open.as_ref() != before
            && let Err(error) = store.set_open_process(caller, open.as_ref())
        {
            tracing::debug!(%error, "other servers do not know which process a caller has open");
        }
    }
}
