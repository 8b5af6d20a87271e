//! Callers without a connection, known by what identifies them in each request.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::{CLIENT_CHARS_MAX, Caller, Principal};

/// How many callers without a connection are remembered; the one that has been silent longest
/// gives way. Each takes at most some kilobytes.
const REMEMBERED_CALLERS_MAX: usize = 1024;

/// What identifies a caller without a connection.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct CallerKey {
    client: Client,
    principal: Option<Principal>,
}

/// The name that a client gives itself, or its hash if it is long.
///
/// A client that makes two hashes meet gains nothing: it could as well send the other's name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Client {
    Named(String),
    Long(u64),
}

impl CallerKey {
    pub(crate) fn new(client: &str, principal: Option<Principal>) -> Self {
        let client = if client.chars().nth(CLIENT_CHARS_MAX).is_none() {
            Client::Named(client.to_owned())
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
        if callers.len() >= REMEMBERED_CALLERS_MAX {
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
        CallerKey::new(client, principal.map(|name| Principal(name.into())))
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
        let longest = "é".repeat(CLIENT_CHARS_MAX);
        assert_eq!(key(&longest, None).client, Client::Named(longest));
    }

    #[test]
    fn the_caller_that_was_silent_longest_gives_way() {
        let callers = Callers::default();
        let name = |number: usize| key(&number.to_string(), None);
        for number in 0..REMEMBERED_CALLERS_MAX {
            callers
                .get(name(number))
                .activate("garden".parse().unwrap());
        }
        callers.get(name(0));
        callers.get(name(REMEMBERED_CALLERS_MAX));
        assert_eq!(callers.by_key.lock().unwrap().len(), REMEMBERED_CALLERS_MAX);
        assert!(callers.get(name(0)).active().is_some());
        assert!(callers.get(name(1)).active().is_none(), "1 gave way");
    }
}
