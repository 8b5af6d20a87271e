//! The lines in which calls of one caller stand, where the caller has no session.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use pm_tools::{CallerName, Principal, Turn, Turns};

/// How many lines are kept before the empty ones are dropped.
const LINES_KEPT: usize = 64;

/// Who calls without a session: the same that `pm-tools` tells such callers apart by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Sessionless {
    /// The name that the address gives the caller, or else that of its client.
    name: String,
    principal: Option<Principal>,
}

impl Sessionless {
    /// Finds out who calls; nobody in particular, where neither the address nor the client has a
    /// name.
    pub(super) fn of(extensions: &http::Extensions, client: Option<&str>) -> Option<Self> {
        let named = extensions
            .get::<CallerName>()
            .map(|CallerName(name)| &**name);
        Some(Self {
            name: named.or(client)?.to_owned(),
            principal: extensions.get().cloned(),
        })
    }
}

/// The lines of callers without a session.
#[derive(Debug, Default)]
pub(super) struct Lines(Mutex<HashMap<Sessionless, Turns>>);

impl Lines {
    /// Enters a call of `tool` into the line of its caller.
    pub(super) fn enter(&self, caller: Sessionless, tool: &str) -> Turn {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() >= LINES_KEPT {
            lines.retain(|_, turns| !turns.is_empty());
        }
        lines.entry(caller).or_default().enter(tool)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_nobody_stands_in_make_room() {
        let lines = Lines::default();
        let caller = |number: usize| Sessionless {
            name: number.to_string(),
            principal: None,
        };
        let first = lines.enter(caller(0), "task_new");
        for number in 1..10 * LINES_KEPT {
            lines.enter(caller(number), "task_new");
        }
        let kept = lines.0.lock().unwrap();
        assert!(kept.len() <= LINES_KEPT && kept.contains_key(&caller(0)));
        drop((kept, first));
    }
}
