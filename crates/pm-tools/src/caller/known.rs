//! The callers that the pages show: those that have a connection or a session, and those without
//! either that are remembered.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use pm_core::Timestamp;

use super::Caller;
use crate::calls::CallRecord;

/// A caller that the server knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCaller {
    /// The name under which it claims tasks.
    pub name: Arc<str>,
    /// When its connection or session began; without either, when it called first.
    pub since: Timestamp,
    /// Whether it has a connection or a session, which is open.
    pub is_connected: bool,
    /// What it called last.
    pub last_call: Option<Arc<CallRecord>>,
}

/// The callers that have a connection or a session. One that ends is forgotten by itself.
#[derive(Debug, Default)]
pub(crate) struct Connected(Mutex<Vec<Weak<Caller>>>);

impl Connected {
    /// Takes note of a caller that has a connection or a session.
    pub(crate) fn enter(&self, caller: &Arc<Caller>) {
        let mut callers = self.lock();
        callers.retain(|caller| caller.strong_count() > 0);
        callers.push(Arc::downgrade(caller));
    }

    /// Those whose connection or session is open.
    pub(crate) fn known(&self) -> Vec<KnownCaller> {
        // No caller ends while the lock is held, as its end may let go of claims.
        let callers: Vec<_> = self.lock().iter().filter_map(Weak::upgrade).collect();
        let known = callers.iter().filter_map(|caller| caller.known(true));
        known.collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Weak<Caller>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Caller {
    /// Notes the caller's name, unless it has one already, and answers whether it had none.
    pub(crate) fn meet(&self, name: &Arc<str>, now: impl FnOnce() -> Timestamp) -> bool {
        let mut is_new = false;
        self.met.get_or_init(|| {
            is_new = true;
            (Arc::clone(name), now())
        });
        is_new
    }

    /// Takes note of a call that was answered.
    pub(crate) fn called(&self, call: &Arc<CallRecord>) {
        self.state().last_call = Some(Arc::clone(call));
    }

    /// What people are told of the caller; `None` as long as its name is not known.
    pub(super) fn known(&self, is_connected: bool) -> Option<KnownCaller> {
        let (name, since) = self.met.get()?;
        Some(KnownCaller {
            name: Arc::clone(name),
            since: since.clone(),
            is_connected,
            last_call: self.state().last_call.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use pm_core::{MemoryStore, ProcessManager};

    use super::*;

    fn entered(connected: &Connected, name: &str) -> Arc<Caller> {
        let caller = Arc::<Caller>::default();
        let now = || ProcessManager::new(MemoryStore::new()).now();
        assert!(caller.meet(&name.into(), now));
        assert!(!caller.meet(&"another".into(), now));
        connected.enter(&caller);
        caller
    }

    #[test]
    fn a_caller_is_known_as_long_as_it_is_connected() {
        let connected = Connected::default();
        let names = || {
            let known = connected.known().into_iter();
            known
                .map(|caller| caller.name.to_string())
                .collect::<Vec<_>>()
        };
        let ann = entered(&connected, "ann");
        let bob = entered(&connected, "bob");
        assert_eq!(names(), ["ann", "bob"]);
        drop(ann);
        assert_eq!(names(), ["bob"]);
        let _eve = entered(&connected, "eve");
        assert_eq!(connected.lock().len(), 2, "what has ended takes no room");
        drop(bob);
        assert_eq!(names(), ["eve"]);
    }
}
