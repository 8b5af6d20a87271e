//! What people who watch are told of the callers and their calls.

use std::sync::Arc;

use pm_core::Identity;

use super::PmServer;
use crate::caller::known::KnownCaller;
use crate::caller::{Caller, Contact};
use crate::calls::{CallRecord, StuckCaller, stuck};

impl PmServer {
    /// The last calls, by any caller, the last one first; some hundreds are kept.
    pub fn calls(&self) -> Vec<Arc<CallRecord>> {
        self.shared.calls.last()
    }

    /// The callers whose last calls were refused alike, time after time.
    pub fn stuck_callers(&self) -> Vec<StuckCaller> {
        stuck(&self.calls())
    }

    /// The callers that are connected or have a session, and those without that are remembered.
    pub fn callers(&self) -> Vec<KnownCaller> {
        let mut known = self.shared.connected.known();
        known.extend(self.shared.sessionless.known());
        known
    }

    /// Takes note of a caller, before or with its first call.
    pub(super) fn meet(
        &self,
        caller: &Arc<Caller>,
        identity: &Identity,
        contact: Contact,
    ) -> Arc<str> {
        let name = identity.owner();
        let is_new = caller.meet(&name, || self.shared.manager.now());
        if is_new && contact == Contact::Lasting {
            self.shared.connected.enter(caller);
        }
        name
    }

    /// Keeps a call that was answered.
    pub(super) fn keep(&self, caller: &Caller, call: CallRecord) {
        let call = Arc::new(call);
        caller.called(&call);
        self.shared.calls.keep(call);
    }
}
