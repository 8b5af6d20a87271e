//! The lines in which calls of one caller stand, if the caller has no session.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use pm_tools::{Sessionless, Turn, Turns};

/// How many lines are kept before the empty ones are dropped.
const LINES_KEPT: usize = 64;

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
        let caller = |number: usize| {
            Sessionless::of(&http::Extensions::new(), Some(&number.to_string())).unwrap()
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
