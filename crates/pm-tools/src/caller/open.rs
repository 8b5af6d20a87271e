//! The process that a caller has open, and whether the caller may have lost sight of it.

use std::time::{Duration, Instant};

use pm_core::ProcessName;

/// After how many calls a caller may have forgotten what it opened.
const REMEMBERED_CALLS_MAX: u32 = 5;
/// After how much time it may have forgotten it; a person who has several chats in one page changes
/// between them in less time than that.
const REMEMBERED_MAX: Duration = Duration::from_secs(60);

/// The open process, and what happened since it was opened.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) name: ProcessName,
    opened: Instant,
    calls: u32,
    /// Another process that a later call named.
    other: Option<ProcessName>,
}

impl Open {
    pub(super) fn new(name: ProcessName) -> Self {
        Self {
            name,
            opened: Instant::now(),
            calls: 0,
            other: None,
        }
    }

    /// Takes note of a call that named `process`.
    pub(super) fn named(&mut self, process: &ProcessName) {
        self.calls = self.calls.saturating_add(1);
        if *process != self.name {
            self.other = Some(process.clone());
        }
    }

    /// Takes note of a call that works in the open process without naming it. Returns the other
    /// process that was used meanwhile, if it was long ago that this one was opened.
    pub(super) fn used(&mut self) -> Option<ProcessName> {
        self.calls = self.calls.saturating_add(1);
        let long_before =
            self.calls > REMEMBERED_CALLS_MAX || self.opened.elapsed() >= REMEMBERED_MAX;
        self.other.clone().filter(|_| long_before)
    }
}
