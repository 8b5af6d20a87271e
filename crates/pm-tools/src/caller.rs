//! Who calls, and what is remembered of a caller: its active process and its last failure.
//!
//! A caller with a connection of its own (stdio, or an HTTP session) is remembered by the
//! server instance that serves the connection. One without is known by the client's name and
//! its [`Principal`]; those share one bounded map.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::hash::{BuildHasher as _, DefaultHasher, Hash, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use pm_core::{Actor, OwnChanges, ProcessManager, ProcessName};

/// How many callers without a connection are remembered; the one that has been silent longest
/// gives way. Each takes at most some kilobytes.
const MOST_REMEMBERED: usize = 1024;

/// The longest name of a client that is kept as it is, in characters.
const LONGEST_CLIENT: usize = 200;

/// Who is calling, as the transport has proved it; put into the extensions of an HTTP request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Principal(pub Arc<str>);

/// What is remembered of one caller.
#[derive(Debug, Default)]
pub(crate) struct Caller {
    /// The name of the client that made a connection.
    connected: OnceLock<Arc<str>>,
    /// The name under which it claims tasks.
    owner: OnceLock<Owner>,
    endings: Arc<Endings>,
    /// The changes that it has made.
    own_changes: Arc<OwnChanges>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    active: Option<ProcessName>,
    last_failure: Option<(CallHash, u32)>,
    held: Option<Held>,
}

/// A name under which tasks are claimed.
#[derive(Debug)]
pub(crate) enum Owner {
    /// That of one session, which nobody has after it.
    Session(Arc<str>),
    /// That of a client and its principal, which comes back.
    Client(Arc<str>),
}

/// Claims of a session that are to end with it.
struct Held {
    /// The core, in the name of the session.
    manager: ProcessManager,
    /// Where it has claimed tasks.
    processes: BTreeSet<ProcessName>,
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Held").field(&self.processes).finish()
    }
}

impl Held {
    /// Lets go of the claims. Where that fails, they end with their lease.
    fn release(self) {
        for process in &self.processes {
            if let Err(error) = self.manager.release_claims(process) {
                tracing::debug!(%error, "the claims of a session that has ended stay for a while");
            }
        }
    }
}

/// The hash of a call: its tool and its arguments.
pub(crate) type CallHash = u64;

impl Caller {
    /// A caller that nothing is remembered of yet, and whose end is one of `endings`.
    pub(crate) fn ending_in(endings: &Arc<Endings>) -> Self {
        Self {
            connected: OnceLock::new(),
            owner: OnceLock::new(),
            endings: Arc::clone(endings),
            own_changes: Arc::default(),
            state: Mutex::default(),
        }
    }

    /// Where its changes are taken note of.
    pub(crate) fn own_changes(&self) -> Arc<OwnChanges> {
        Arc::clone(&self.own_changes)
    }

    /// Notes that a client made a connection: what follows on this instance is one session.
    pub(crate) fn connect(&self, client: &str) {
        self.connected.get_or_init(|| client.into());
    }

    /// The client that made a connection on this instance.
    pub(crate) fn connected(&self) -> Option<&str> {
        self.connected.get().map(|client| &**client)
    }

    /// The name under which the caller claims tasks; `make` is asked for it once.
    pub(crate) fn owner(&self, make: impl FnOnce() -> Owner) -> Arc<str> {
        match self.owner.get_or_init(make) {
            Owner::Session(name) | Owner::Client(name) => Arc::clone(name),
        }
    }

    /// Notes that the caller has claimed a task of `process`, in whose name `manager` acts.
    pub(crate) fn claimed_in(&self, process: &ProcessName, manager: &ProcessManager) {
        if let Some(Owner::Session(_)) = self.owner.get() {
            let mut state = self.state();
            let held = state.held.get_or_insert_with(|| Held {
                manager: manager.clone(),
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
        self.state().active.clone()
    }

    /// Makes `process` the open one.
    pub(crate) fn activate(&self, process: ProcessName) {
        self.state().active = Some(process);
    }

    /// Lets the open process follow a change of its name; without a new one, none is open.
    pub(crate) fn follow(&self, old: &ProcessName, new: Option<&ProcessName>) {
        let mut state = self.state();
        if state.active.as_ref() == Some(old) {
            state.active = new.cloned();
        }
        if let Some(held) = &mut state.held
            && held.processes.remove(old)
        {
            held.processes.extend(new.cloned());
        }
    }

    /// Notes that a call was done.
    pub(crate) fn succeeded(&self) {
        self.state().last_failure = None;
    }

    /// Notes that a call failed, and says how often it has now failed in a row.
    pub(crate) fn failed(&self, call: CallHash) -> u32 {
        let mut state = self.state();
        let times = match state.last_failure {
            Some((last, times)) if last == call => times.saturating_add(1),
            _ => 1,
        };
        state.last_failure = Some((call, times));
        times
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name under which a caller's changes are kept.
pub(crate) fn actor(client: Option<&str>, principal: Option<&Principal>) -> Actor {
    let tidy = |text: &str| -> Arc<str> {
        let on_one_line = |c: char| if c.is_control() { ' ' } else { c };
        let tidy: String = text.chars().take(LONGEST_CLIENT).map(on_one_line).collect();
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

/// Claims end with their session, which nobody can go on with.
impl Drop for Caller {
    fn drop(&mut self) {
        if let Some(held) = self.state().held.take() {
            self.endings.run(move || held.release());
        }
    }
}

/// What is still done for sessions that have ended.
#[derive(Debug, Default)]
pub(crate) struct Endings(Mutex<Vec<JoinHandle<()>>>);

impl Endings {
    /// Does it on a thread of its own: a session ends on one that must not wait for a disk.
    fn run(&self, work: impl FnOnce() + Send + 'static) {
        let mut threads = self.threads();
        threads.retain(|thread| !thread.is_finished());
        // Where the system gives no thread, the lease ends what was claimed.
        threads.extend(
            std::thread::Builder::new()
                .name("endings".into())
                .spawn(work),
        );
    }

    /// Waits until all of it is done, but no longer than `most`.
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

/// The name under which one of several sessions of a client claims tasks: that of the client, and
/// a tag of 30 random bits, since no two sessions may have each other's tasks.
pub(crate) fn owner_of_session(actor: &Actor) -> Owner {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    // Each RandomState has fresh random keys.
    let mut random = RandomState::new().hash_one(std::process::id());
    let mut tag = String::new();
    for _ in 0..6 {
        let letter = LETTERS.get((random % 32) as usize);
        tag.extend(letter.map(|letter| char::from(*letter)));
        random /= 32;
    }
    Owner::Session(format!("{actor} #{tag}").into())
}

/// What identifies a caller without a connection.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct CallerKey {
    client: Client,
    principal: Option<Principal>,
}

/// The name that a client gives itself, or its hash where it is long.
///
/// Whoever makes two hashes meet gains nothing: they could as well send the other's name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Client {
    Named(String),
    Long(u64),
}

impl CallerKey {
    pub(crate) fn new(client: String, principal: Option<Principal>) -> Self {
        let client = if client.chars().nth(LONGEST_CLIENT).is_none() {
            Client::Named(client)
        } else {
            let mut hasher = DefaultHasher::new();
            client.hash(&mut hasher);
            Client::Long(hasher.finish())
        };
        Self { client, principal }
    }
}

/// The callers without a connection.
#[derive(Debug, Default)]
pub(crate) struct Callers {
    ticks: AtomicU64,
    by_key: Mutex<HashMap<CallerKey, (u64, Arc<Caller>)>>,
}

impl Callers {
    /// What is remembered of the caller with this key.
    pub(crate) fn get(&self, key: CallerKey) -> Arc<Caller> {
        let now = self.ticks.fetch_add(1, Ordering::Relaxed);
        let mut callers = self.by_key.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((used, caller)) = callers.get_mut(&key) {
            *used = now;
            return Arc::clone(caller);
        }
        if callers.len() >= MOST_REMEMBERED {
            let silent = callers.iter().min_by_key(|(_, (used, _))| *used);
            if let Some(key) = silent.map(|(key, _)| key.clone()) {
                callers.remove(&key);
            }
        }
        let caller = Arc::<Caller>::default();
        callers.insert(key, (now, Arc::clone(&caller)));
        caller
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(client: &str, principal: Option<&str>) -> CallerKey {
        CallerKey::new(
            client.to_owned(),
            principal.map(|name| Principal(name.into())),
        )
    }

    #[test]
    fn callers_are_told_apart_by_client_and_principal() {
        let callers = Callers::default();
        callers
            .get(key("ui", Some("ann")))
            .activate("garden".parse().unwrap());
        let active = |client, principal| callers.get(key(client, principal)).active();
        assert_eq!(active("ui", Some("ann")), Some("garden".parse().unwrap()));
        assert_eq!(active("ui", Some("bob")), None);
        assert_eq!(active("ui", None), None);
        assert_eq!(active("agent", Some("ann")), None);
    }

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
            LONGEST_CLIENT
        );
    }

    #[test]
    fn two_sessions_of_a_client_claim_under_different_names() {
        let ui = actor(Some("ui"), None);
        let owner = |_| Caller::default().owner(|| owner_of_session(&ui));
        let owners: BTreeSet<Arc<str>> = (0..100).map(owner).collect();
        assert_eq!(owners.len(), 100);
        for owner in owners {
            assert_eq!(owner.strip_prefix("ui #").unwrap().len(), 6, "{owner}");
        }
    }

    #[test]
    fn a_long_name_of_a_client_is_known_and_not_kept() {
        let long = |last: &str| "x".repeat(1_000_000) + last;
        let callers = Callers::default();
        let active = |client: &str| callers.get(key(client, None)).active();
        callers
            .get(key(&long("a"), None))
            .activate("garden".parse().unwrap());
        assert!(active(&long("a")).is_some());
        assert!(active(&long("b")).is_none());
        for key in callers.by_key.lock().unwrap().keys() {
            assert!(matches!(key.client, Client::Long(_)));
        }
        let longest = "é".repeat(LONGEST_CLIENT);
        assert_eq!(key(&longest, None).client, Client::Named(longest));
    }

    #[test]
    fn the_caller_that_was_silent_longest_gives_way() {
        let callers = Callers::default();
        let name = |number: usize| key(&number.to_string(), None);
        for number in 0..MOST_REMEMBERED {
            callers
                .get(name(number))
                .activate("garden".parse().unwrap());
        }
        callers.get(name(0));
        callers.get(name(MOST_REMEMBERED));
        assert_eq!(callers.by_key.lock().unwrap().len(), MOST_REMEMBERED);
        assert!(callers.get(name(0)).active().is_some());
        assert!(callers.get(name(1)).active().is_none(), "1 gave way");
    }

    #[test]
    fn only_the_same_call_in_a_row_counts_as_repeated() {
        let caller = Caller::default();
        assert_eq!(
            [caller.failed(1), caller.failed(1), caller.failed(2)],
            [1, 2, 1]
        );
        caller.succeeded();
        assert_eq!(caller.failed(2), 1);
    }
}
