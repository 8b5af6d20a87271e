//! A change that a caller asked for, and what became of it.

use std::sync::Arc;

use crate::store::{Change, Requester};
use crate::{Error, HistoryEntry, Process, ProcessName, Timestamp, history};

/// A change to the process called `name`.
pub(crate) struct Request {
    pub(super) name: ProcessName,
    pub(super) requester: Requester,
    pub(super) change: Change,
}

/// What became of a change.
pub(crate) enum Outcome {
    /// It is durable, and this is the process after it.
    Kept(Arc<Process>),
    /// It was not made.
    Refused(Error),
    /// It was not made: the file is gone or holds a process of another name by now.
    Moved(Change),
}

impl Request {
    /// Makes the change, or leaves the process as it was.
    pub(super) fn apply(
        &mut self,
        process: &mut Process,
        now: &Timestamp,
    ) -> Result<HistoryEntry, Error> {
        self.requester.check()?;
        history::commit(process, &self.requester.author, now, &mut self.change)
    }
}
