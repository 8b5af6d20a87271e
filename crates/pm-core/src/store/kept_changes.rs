//! Changes that did not fit beside an edit that somebody made outside, until a person settles which
//! of the two is to count.

use std::fmt;

use crate::{Patch, ProcessName, Timestamp};

/// Names changes that did not fit, and are kept beside the process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// What the store calls them; nothing else in the store has this name.
    pub id: String,
    /// The process that they were made to; `None` if it cannot be found any more.
    pub process: Option<ProcessName>,
    /// The revision of the process that the edit made, on which they did not fit.
    pub revision: u64,
}

/// Changes that did not fit, as they are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptChanges {
    /// When they were kept.
    pub at: Timestamp,
    /// What they changed; `None` if that cannot be made out of the text any more.
    pub patch: Option<Patch>,
    /// The text in which they are kept, for people.
    pub text: String,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, revision, .. } = self;
        match &self.process {
            Some(process) => write!(
                f,
                "changes did not fit on revision {revision} of {process}, and are kept as {id}"
            ),
            None => write!(
                f,
                "changes did not fit on revision {revision} of a process that is not there any \
                 more, and are kept as {id}"
            ),
        }
    }
}
