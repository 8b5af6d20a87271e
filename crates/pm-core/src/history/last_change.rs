//! The last change of a process as a list tells it: who made it, when and what it did, without the
//! patch that it left.

use std::sync::Arc;

use crate::{Action, Actor, HistoryEntry, Timestamp};

/// The last change of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastChange {
    /// The revision that it made.
    pub revision: u64,
    /// When it was made.
    pub at: Timestamp,
    /// Who made it.
    pub actor: Actor,
    /// The name of the operation, such as `add_job`.
    pub operation: Arc<str>,
    /// What it did, in one line for people.
    pub summary: String,
}

impl LastChange {
    /// What a list tells of an entry of the history.
    pub fn of(entry: &HistoryEntry) -> Self {
        Self {
            revision: entry.revision,
            at: entry.at.clone(),
            actor: entry.actor.clone(),
            operation: Arc::clone(&entry.action.operation),
            summary: entry.action.summary.clone(),
        }
    }

    /// An edit from outside that is not in the history yet, and will be its entry for `revision`.
    pub(crate) fn outside(revision: u64, at: Timestamp) -> Self {
        let Action {
            operation, summary, ..
        } = Action::outside();
        Self {
            revision,
            at,
            actor: Actor::Outside,
            operation,
            summary,
        }
    }
}
