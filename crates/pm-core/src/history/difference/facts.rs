//! What a difference tells of a thing: what was replaced, whether it came or went, and who did it.

use std::cmp::Reverse;

use crate::Timestamp;
use crate::history::{Actor, HistoryEntry};

/// A value that is another one by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced<T> {
    /// The value at the earlier revision.
    pub former: T,
    /// The value at the later one.
    pub present: T,
}

/// Whether something is at both revisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It is at the later one alone.
    Added,
    /// It is at the earlier one alone.
    Removed,
    /// It is at both.
    Kept,
}

/// Somebody who changed something, with their last change of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedBy {
    /// Who it was.
    pub actor: Actor,
    /// The revision that the change made.
    pub revision: u64,
    /// When it was made.
    pub at: Timestamp,
}

impl<T: Clone + PartialEq> Replaced<T> {
    /// The two, if they are not the same.
    pub(super) fn of(former: &T, present: &T) -> Option<Self> {
        (former != present).then(|| Self {
            former: former.clone(),
            present: present.clone(),
        })
    }
}

impl Presence {
    pub(super) fn of<T>(former: Option<&T>, present: Option<&T>) -> Self {
        match (former, present) {
            (None, _) => Self::Added,
            (_, None) => Self::Removed,
            _ => Self::Kept,
        }
    }
}

/// Those who changed something, each once.
#[derive(Debug, Clone, Default)]
pub(super) struct People(pub(super) Vec<ChangedBy>);

impl People {
    /// Takes note of who made a change, in any order of the changes.
    pub(super) fn note(&mut self, entry: &HistoryEntry) {
        let known = self.0.iter_mut().find(|by| by.actor == entry.actor);
        match known {
            Some(by) if by.revision >= entry.revision => {}
            Some(by) => {
                by.revision = entry.revision;
                by.at = entry.at.clone();
            }
            None => self.0.push(ChangedBy {
                actor: entry.actor.clone(),
                revision: entry.revision,
                at: entry.at.clone(),
            }),
        }
    }

    /// Takes note of all of `others`.
    pub(super) fn join(&mut self, others: &Self) {
        for one in &others.0 {
            match self.0.iter_mut().find(|by| by.actor == one.actor) {
                Some(by) if by.revision >= one.revision => {}
                Some(by) => by.clone_from(one),
                None => self.0.push(one.clone()),
            }
        }
    }

    pub(super) fn newest_first(mut self) -> Vec<ChangedBy> {
        self.0.sort_by_key(|by| Reverse(by.revision));
        self.0
    }
}
