//! The change feed: which process stands at which revision, who made the change, and which tasks
//! the change touched, whichever program made it.
//!
//! The feed says *that* something changed, not what: updates of one process that wait for a
//! subscriber become one. A subscriber that wants the steps asks for the history since the
//! revision that it knows.

mod hub;
mod subscription;
#[cfg(test)]
mod tests;

pub use hub::{Hub, Standing, Touch};
pub use subscription::Subscription;

use crate::{Actor, ProcessName, TaskName};

/// The most processes of which updates wait for one subscriber. If there are more, all that wait
/// give way to one [`FeedItem::Missed`].
pub const FEED_PROCESSES: usize = 1024;

/// The most tasks that an update names.
pub const UPDATE_TASKS: usize = 16;

/// One thing that a subscriber is told.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum FeedItem {
    /// A process changed, came or went.
    Update(ProcessUpdate),
    /// Updates were lost, because they came faster than they were taken or could not be found out:
    /// everything that is remembered of processes has to be read again.
    Missed,
}

/// How a process stands since something happened to it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ProcessUpdate {
    /// Its name.
    pub process: ProcessName,
    /// Its revision; `None` if there is no process of this name any more. A process that was
    /// renamed is gone under its old name and new under the other one.
    pub revision: Option<u64>,
    /// Who made the last change; `None` if that is not known, as of a file that was put there or
    /// removed.
    pub actor: Option<Actor>,
    /// The tasks that changed, also within, under all names that they had: [`UPDATE_TASKS`] at
    /// most. `None` if any task may have changed.
    pub tasks: Option<Vec<TaskName>>,
    /// Whether the list of processes changed, too: this one came or went.
    pub changes_list: bool,
}

impl ProcessUpdate {
    /// Takes a later update of the same process in.
    fn join(&mut self, later: Self) {
        let tasks = self.tasks.take().zip(later.tasks);
        self.tasks = tasks.and_then(|(before, since)| distinct(before.into_iter().chain(since)));
        self.changes_list |= later.changes_list;
        self.revision = later.revision;
        self.actor = later.actor;
    }
}

/// The different ones of these tasks; `None` if there are more than an update names.
fn distinct(tasks: impl Iterator<Item = TaskName>) -> Option<Vec<TaskName>> {
    let mut all = Vec::new();
    for task in tasks {
        if !all.contains(&task) {
            all.push(task);
        }
        if all.len() > UPDATE_TASKS {
            return None;
        }
    }
    Some(all)
}
