//! Callers without a connection, known by what identifies them in each request.

use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::known::KnownCaller;
use super::{Caller, CallerName, Principal};

/// How many callers without a connection are remembered; the one that has been silent longest
/// gives way. Each takes at most some kilobytes.
const REMEMBERED_CALLERS_MAX: usize = 1024;

/// How much of a name is shown, in characters.
const SHOWN_CHARS_MAX: usize = 40;

/// What identifies a caller without a session or a connection of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sessionless {
    /// The hash of its name, which may be long. A client that finds a name with the hash of another
    /// gains nothing: it could as well send the other name.
    name: u64,
    /// The beginning of the name, for people who look into a database.
    begins: String,
    principal: Option<Principal>,
}

impl Sessionless {
    /// Finds out who calls: by the name in the address, or else by that of its `client`, and by its
    /// principal. `None` if neither the address nor the client has a name: the caller could be
    /// anyone.
    pub fn of(extensions: &http::Extensions, client: Option<&str>) -> Option<Self> {
        let named = extensions.get().map(|CallerName(name)| &**name);
        let mut hasher = DefaultHasher::new();
        let name = named.or(client)?;
        name.hash(&mut hasher);
        Some(Self {
            name: hasher.finish(),
            begins: name.chars().take(SHOWN_CHARS_MAX).collect(),
            principal: extensions.get().cloned(),
        })
    }
}

impl fmt::Display for Sessionless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} #{:016x}", self.begins, self.name)?;
        match &self.principal {
            Some(Principal(name)) => write!(f, " ({name})"),
            None => Ok(()),
        }
    }
}

/// The callers without a connection.
#[derive(Debug, Default)]
pub(crate) struct Callers {
    ticks: AtomicU64,
    by_key: Mutex<HashMap<Sessionless, (u64, Arc<Caller>)>>,
}

impl Callers {
    /// What is remembered of the caller with this key.
    pub(crate) fn get(&self, key: Sessionless) -> Arc<Caller> {
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
        let caller = Arc::new(Caller::kept_as(key.to_string()));
        callers.insert(key, (now, Arc::clone(&caller)));
        caller
    }

    /// Those that are remembered.
    pub(crate) fn known(&self) -> Vec<KnownCaller> {
        let callers = self.by_key.lock().unwrap_or_else(PoisonError::into_inner);
        let known = callers
            .values()
            .filter_map(|(_, caller)| caller.known(false));
        known.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(callers: &Callers, name: &str, principal: Option<&str>) -> Arc<Caller> {
        let mut extensions = http::Extensions::new();
        if let Some(name) = principal {
            extensions.insert(Principal(name.into()));
        }
        callers.get(Sessionless::of(&extensions, Some(name)).unwrap())
    }

    #[test]
    fn callers_are_told_apart_by_client_and_principal() {
        let callers = Callers::default();
        get(&callers, "ui", Some("ann")).activate("garden".parse().unwrap());
        let active = |client, principal| get(&callers, client, principal).active();
        assert_eq!(active("ui", Some("ann")), Some("garden".parse().unwrap()));
        assert_eq!(active("ui", Some("bob")), None);
        assert_eq!(active("ui", None), None);
        assert_eq!(active("agent", Some("ann")), None);
    }

    #[test]
    fn a_long_name_of_a_client_is_known_by_all_of_it() {
        let long = |last: &str| "x".repeat(1_000_000) + last;
        let callers = Callers::default();
        let active = |client: &str| get(&callers, client, None).active();
        get(&callers, &long("a"), None).activate("garden".parse().unwrap());
        assert!(active(&long("a")).is_some());
        assert!(active(&long("b")).is_none());
    }

    #[test]
    fn the_caller_that_was_silent_longest_gives_way() {
        let callers = Callers::default();
        let numbered = |number: usize| get(&callers, &number.to_string(), None);
        for number in 0..REMEMBERED_CALLERS_MAX {
            numbered(number).activate("garden".parse().unwrap());
        }
        numbered(0);
        numbered(REMEMBERED_CALLERS_MAX);
        assert_eq!(callers.by_key.lock().unwrap().len(), REMEMBERED_CALLERS_MAX);
        assert!(numbered(0).active().is_some());
        assert!(numbered(1).active().is_none(), "1 gave way");
    }
}
