//! Who calls, and what is remembered of a caller: its active process and its last failure.
//!
//! A caller with a connection of its own (stdio, or an HTTP session) is remembered by the
//! server instance that serves the connection. A caller without one is known by the client's name
//! and its [`Principal`]; all such callers share one bounded map.

mod claims;
mod kept;
pub(crate) mod known;
pub(crate) mod line;
pub(crate) mod offer;
mod open;
pub(crate) mod sessionless;

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use pm_core::store::Cancellation;
use pm_core::{Actor, Identity, ProcessManager, ProcessName, Timestamp};

pub(crate) use self::claims::Endings;
use self::claims::Held;
use self::line::Line;
use self::open::Open;
use crate::calls::CallRecord;

/// The longest name of a client that is kept as it is, in characters.
const CLIENT_CHARS_MAX: usize = 200;

/// How many refused calls of a caller are remembered.
const REFUSED_MAX: usize = 8;

/// How many notices are remembered as told to a caller.
const TOLD_MAX: usize = 256;

/// Who is calling, as the transport has proved it; put into the extensions of an HTTP request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Principal(pub Arc<str>);

/// The name that the address gives the caller, which counts in the place of its client's; put into
/// the extensions of an HTTP request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CallerName(pub Arc<str>);

/// What is remembered of one caller.
#[derive(Debug, Default)]
pub(crate) struct Caller {
    /// The name of the client that made a connection.
    connected: OnceLock<Arc<str>>,
    /// The name under which a store keeps which process it has open. A session has none: only this
    /// server knows it.
    kept_as: Option<String>,
    /// What it is called, and since when it is known.
    met: OnceLock<(Arc<str>, Timestamp)>,
    endings: Arc<Endings>,
    line: Line,
    /// Who it is, apart from the name that each call gives it.
    identity: Identity,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    open: Option<Open>,
    /// Whether a process was open before, so that none is opened by itself any more.
    has_begun: bool,
    /// The calls that were refused last, oldest first.
    refused: VecDeque<(CallHash, usize)>,
    held: Option<Held>,
    /// Hashes of the notices of files that it was told.
    told: HashSet<u64>,
    /// The call that was answered last.
    last_call: Option<Arc<CallRecord>>,
}

/// The hash of a call: its tool and its arguments.
pub(crate) type CallHash = u64;

/// How a caller comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contact {
    /// Over its connection or in its session, until that ends.
    Lasting,
    /// With its name in each call.
    ByName,
}

impl Caller {
    /// A caller of which nothing is remembered yet. When it ends, `endings` lets go of its claims.
    pub(crate) fn ending_in(endings: &Arc<Endings>) -> Self {
        Self::new(Arc::clone(endings), None)
    }

    fn new(endings: Arc<Endings>, kept_as: Option<String>) -> Self {
        Self {
            connected: OnceLock::new(),
            kept_as,
            met: OnceLock::new(),
            endings,
            line: Line::default(),
            identity: Identity::default(),
            state: Mutex::default(),
        }
    }

    /// Who it is in a call that is made in the name of `actor`.
    pub(crate) fn identity(&self, actor: Actor) -> Identity {
        self.identity.clone().named(actor)
    }

    /// The line in which its calls stand.
    pub(crate) fn line(&self) -> &Line {
        &self.line
    }

    /// Notes that a client made a connection: what follows on this instance is one session.
    pub(crate) fn connect(&self, client: &str) {
        self.connected.get_or_init(|| client.into());
    }

    /// The client that made a connection on this instance.
    pub(crate) fn connected(&self) -> Option<&str> {
        self.connected.get().map(|client| &**client)
    }

    /// Notes that the caller has claimed a task of `process` through `manager`.
    pub(crate) fn claimed_in(&self, process: &ProcessName, manager: &ProcessManager) {
        if manager.identity().claims_apart() {
            let mut state = self.state();
            let held = state.held.get_or_insert_with(|| Held {
                // The claims are let go even if the call that made them was given up.
                manager: manager.clone().giving_up_when(Cancellation::default()),
                processes: BTreeSet::new(),
            });
            held.processes.insert(process.clone());
        }
    }

    /// Lets go of the tasks that the session has claimed. It blocks while the store works.
    pub(crate) fn release_claims(&self) {
        let held = self.state().held.take();
        if let Some(held) = held {
            held.release();
        }
    }

    /// The process that is open.
    pub(crate) fn active(&self) -> Option<ProcessName> {
        self.state().open.as_ref().map(|open| open.name.clone())
    }

    /// Makes `process` the open one.
    pub(crate) fn activate(&self, process: ProcessName) {
        let mut state = self.state();
        state.open = Some(Open::new(process));
        state.has_begun = true;
    }

    /// Opens the process with which every caller of the server begins, unless this one has had one
    /// open already. If there is no such process yet, it is looked for again at the next call.
    pub(crate) fn begin_in(&self, process: Option<&str>, manager: &ProcessManager) {
        let Some(process) = process.filter(|_| !self.state().has_begun) else {
            return;
        };
        // A caller that names the process is told what is wrong with it.
        if let Ok(process) = manager.process(process) {
            self.activate(process.name.clone());
        }
    }

    /// Takes note of a call that names `process`.
    pub(crate) fn named(&self, process: &ProcessName) {
        if let Some(open) = &mut self.state().open {
            open.named(process);
        }
    }

    /// Takes note of a call that works in the open process. Returns another process that was used
    /// since, if the caller may have lost sight of which one is open.
    pub(crate) fn used_open(&self) -> Option<ProcessName> {
        self.state().open.as_mut()?.used()
    }

    /// Lets the open process follow a change of its name; without a new name, none is open.
    pub(crate) fn follow(&self, old: &ProcessName, new: Option<&ProcessName>) {
        let mut state = self.state();
        match (&mut state.open, new) {
            (Some(open), Some(new)) if open.name == *old => open.name = new.clone(),
            (Some(open), None) if open.name == *old => state.open = None,
            _ => {}
        }
        if let Some(held) = &mut state.held
            && held.processes.remove(old)
        {
            held.processes.extend(new.cloned());
        }
    }

    /// Whether a notice is new to the caller. From now on it counts as told. If there were too many
    /// notices to remember all of them, one may come again.
    pub(crate) fn is_news(&self, what: impl Hash) -> bool {
        let mut hasher = DefaultHasher::new();
        what.hash(&mut hasher);
        let told = &mut self.state().told;
        if told.len() >= TOLD_MAX {
            told.clear();
        }
        told.insert(hasher.finish())
    }

    /// Notes that a call was done.
    pub(crate) fn succeeded(&self, call: impl FnOnce() -> CallHash) {
        let refused = &mut self.state().refused;
        if !refused.is_empty() {
            let call = call();
            refused.retain(|(refused, _)| *refused != call);
        }
    }

    /// Notes that a call was refused, and says how often it was, as far as the last [`REFUSED_MAX`]
    /// refused calls show: small models also go back and forth between two calls.
    pub(crate) fn failed(&self, call: CallHash) -> usize {
        let refused = &mut self.state().refused;
        if refused.len() >= REFUSED_MAX {
            refused.pop_front();
        }
        let before = refused.iter().rev().find(|(refused, _)| *refused == call);
        let times = 1 + before.map_or(0, |(_, times)| *times);
        refused.push_back((call, times));
        times
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Claims end with their session, which nobody can go on with.
impl Drop for Caller {
    fn drop(&mut self) {
        if let Some(held) = self.state().held.take() {
            self.endings.run(move || held.release());
        }
    }
}

/// The name under which a caller's changes are kept.
pub(crate) fn actor(client: Option<&str>, principal: Option<&Principal>) -> Actor {
    let tidy = |text: &str| -> Arc<str> {
        let on_one_line = |c: char| if c.is_control() { ' ' } else { c };
        let tidy: String = text
            .chars()
            .take(CLIENT_CHARS_MAX)
            .map(on_one_line)
            .collect();
        tidy.trim().into()
    };
    let client = client.map(tidy).filter(|client| !client.is_empty());
    let principal = principal.map(|Principal(name)| tidy(name));
    match (client, principal) {
        (None, None) => Actor::Unnamed,
        (client, principal) => Actor::Client {
            client: client.unwrap_or_else(|| "a program".into()),
            principal,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_kept_under_the_name_of_its_client() {
        let principal = Principal("ann".into());
        assert_eq!(actor(None, None), Actor::Unnamed);
        assert_eq!(actor(Some(" \n"), None), Actor::Unnamed);
        let told = |client, principal| actor(client, principal).to_string();
        assert_eq!(told(Some("llama\nui"), None), "llama ui");
        assert_eq!(told(Some("ui"), Some(&principal)), "ui (ann)");
        assert_eq!(told(None, Some(&principal)), "a program (ann)");
        assert_eq!(
            told(Some(&"x".repeat(1_000_000)), None).len(),
            CLIENT_CHARS_MAX
        );
    }

    #[test]
    fn a_call_is_repeated_also_if_others_were_refused_in_between() {
        let caller = Caller::default();
        let failed = |call| caller.failed(call);
        assert_eq!([1, 1, 2, 1, 2].map(failed), [1, 2, 1, 3, 2]);
        caller.succeeded(|| 1);
        assert_eq!([2, 1].map(failed), [3, 1]);
        let back_and_forth = std::array::from_fn::<_, 20, _>(|n| 3 + (n as u64) % 2);
        assert_eq!(back_and_forth.map(failed)[18..], [10, 10]);
        assert_eq!(failed(2), 1);
        // After eight others it is a new one.
        for other in 10..18 {
            failed(other);
        }
        assert_eq!(failed(2), 1);
    }
}
