//! The change feed: who changed which process, told as it happens, whichever program did it.

mod hub;
mod subscription;
#[cfg(test)]
mod tests;

pub(crate) use hub::Hub;
pub use subscription::Subscription;

use std::sync::Arc;

use crate::history::{quoted, renamed_to};
use crate::{Action, Actor, Edit, HistoryEntry, ProcessName, TaskName, Timestamp};

/// The most events that wait for one subscriber. Where more come, all that wait give way to one
/// [`FeedItem::Missed`].
pub const FEED_EVENTS: usize = 1024;

/// The most tasks that an event names.
pub const EVENT_TASKS: usize = 16;

/// What a subscriber is told.
#[derive(Debug, Clone, PartialEq)]
pub enum FeedItem {
    /// A process changed.
    Event(Arc<ProcessEvent>),
    /// Events were lost, because they came faster than they were taken or could not be found out:
    /// whatever is remembered of processes has to be read again.
    Missed,
}

/// Something that happened to a process.
#[derive(Debug, Clone, PartialEq)]
pub struct ProcessEvent {
    /// Its name, since.
    pub process: ProcessName,
    /// Its revision, since; the last one of a process that was deleted.
    pub revision: u64,
    /// What happened.
    pub kind: ProcessEventKind,
    /// What the change did: one line for people.
    pub summary: String,
    /// Who did it; `None` where that is not known, as of a file that was put there or removed.
    pub actor: Option<Actor>,
    /// Whose program did it.
    pub origin: Origin,
    /// The tasks that it touched, also within, under all names that they had: [`EVENT_TASKS`] at
    /// most, and none where that is not known.
    pub tasks: Vec<TaskName>,
    /// When it was made, where the history has it.
    pub at: Option<Timestamp>,
}

/// What happened to a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProcessEventKind {
    /// It is new.
    Created,
    /// Something in it changed.
    Changed,
    /// It has a new name, and perhaps other changes.
    Renamed {
        /// The name before.
        from: ProcessName,
    },
    /// It is gone.
    Deleted,
    /// It came back from the trash.
    Restored,
}

/// Whose program made a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// This one, through the store of the subscription.
    Own,
    /// Another program, another store of this one, or a person with an editor.
    Other,
}

impl ProcessEvent {
    /// What an entry of the history tells, of a process that had the name `name` before and has
    /// `name` since.
    pub(crate) fn of(entry: &HistoryEntry, name: &mut ProcessName, origin: Origin) -> Self {
        let edits = entry.patch.iter().flat_map(|patch| &patch.0);
        let renamed = edits.clone().find_map(renamed_to);
        let from = renamed
            .filter(|new| new != name)
            .map(|new| std::mem::replace(name, new));
        let kind = match from {
            _ if &*entry.action.operation == Action::RESTORE => ProcessEventKind::Restored,
            Some(from) => ProcessEventKind::Renamed { from },
            None => ProcessEventKind::Changed,
        };
        let mut tasks: Vec<TaskName> = Vec::new();
        for task in edits.flat_map(Edit::tasks) {
            if tasks.len() < EVENT_TASKS && !tasks.contains(task) {
                tasks.push(task.clone());
            }
        }
        Self {
            process: name.clone(),
            revision: entry.revision,
            kind,
            summary: entry.action.summary.clone(),
            origin: match entry.actor {
                // Whoever of us found it, somebody else did it.
                Actor::Outside => Origin::Other,
                _ => origin,
            },
            actor: Some(entry.actor.clone()),
            tasks,
            at: Some(entry.at.clone()),
        }
    }

    /// A process came into being.
    pub(crate) fn created(name: &ProcessName, revision: u64, by: Option<&Actor>) -> Self {
        let summary = format!("created the process {}", quoted(name));
        Self::whole(name, revision, ProcessEventKind::Created, summary, by)
    }

    /// A process went.
    pub(crate) fn deleted(name: &ProcessName, revision: u64, by: Option<&Actor>) -> Self {
        let summary = format!("deleted the process {}", quoted(name));
        Self::whole(name, revision, ProcessEventKind::Deleted, summary, by)
    }

    /// A process changed, and nobody says how.
    pub(crate) fn unknown(from: &ProcessName, name: &ProcessName, revision: u64) -> Self {
        let summary = format!("changed the process {}", quoted(name));
        let kind = if from == name {
            ProcessEventKind::Changed
        } else {
            ProcessEventKind::Renamed { from: from.clone() }
        };
        Self::whole(name, revision, kind, summary, None)
    }

    /// An event without an entry of the history; by this program where it is known who did it.
    fn whole(
        name: &ProcessName,
        revision: u64,
        kind: ProcessEventKind,
        summary: String,
        by: Option<&Actor>,
    ) -> Self {
        Self {
            process: name.clone(),
            revision,
            kind,
            summary,
            actor: by.cloned(),
            origin: by.map_or(Origin::Other, |_| Origin::Own),
            tasks: Vec::new(),
            at: None,
        }
    }
}
