//! What a session has done, in its order, so that the last of it can be taken back.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Process, ProcessName, Timestamp};

/// How many of its deeds a session remembers.
const DONE_MAX: usize = 128;

/// What a session has done, the last thing last.
#[derive(Debug, Default)]
pub(in crate::manager) struct DoneLog(Mutex<Log>);

#[derive(Debug, Default)]
struct Log {
    done: VecDeque<Done>,
    /// How much was ever noted.
    count: u64,
}

/// One thing that a session has done.
#[derive(Debug, Clone)]
pub(in crate::manager) struct Done {
    /// Which one it is.
    number: u64,
    /// The process, by the name that it has now, as far as the session itself has renamed it.
    pub(in crate::manager) process: ProcessName,
    /// When the process was created: one of this name that was created at another time is another
    /// process.
    pub(in crate::manager) created_at: Timestamp,
    pub(in crate::manager) what: Deed,
}

/// What was done with a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::manager) enum Deed {
    /// It was made.
    Created,
    /// A change made this revision of it.
    Changed(u64),
    /// It was deleted.
    Deleted,
    /// It was put back from the trash, which made this revision of it.
    Restored(u64),
}

impl DoneLog {
    pub(in crate::manager) fn note(&self, process: &Process, what: Deed) {
        let mut log = self.log();
        log.count += 1;
        let done = Done {
            number: log.count,
            process: process.name.clone(),
            created_at: process.created_at.clone(),
            what,
        };
        if log.done.len() == DONE_MAX {
            log.done.pop_front();
        }
        log.done.push_back(done);
    }

    /// Lets the deeds in a process be found under its new name.
    pub(in crate::manager) fn follow(&self, old: &ProcessName, new: &Process) {
        let mut log = self.log();
        let of_it = |done: &&mut Done| done.process == *old && done.created_at == new.created_at;
        for done in log.done.iter_mut().filter(of_it) {
            done.process = new.name.clone();
        }
    }

    /// Forgets a deed that was taken back, and those in its process since.
    pub(in crate::manager) fn forget_since(&self, done: &Done) {
        let is_of_it =
            |other: &Done| other.process == done.process && other.created_at == done.created_at;
        let mut log = self.log();
        log.done
            .retain(|other| other.number < done.number || !is_of_it(other));
    }

    /// Whether anything was ever done.
    pub(in crate::manager) fn has_any(&self) -> bool {
        self.log().count > 0
    }

    /// All that is remembered, the last thing first.
    pub(in crate::manager) fn last_first(&self) -> Vec<Done> {
        self.log().done.iter().rev().cloned().collect()
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
