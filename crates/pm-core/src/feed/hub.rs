//! All subscribers of a store, and the last updates that they got.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::subscription::Mailbox;
use super::{ProcessUpdate, Subscription, distinct};
use crate::{Actor, Edit, HistoryEntry, Process, ProcessName, ProcessSummary, TaskName, Timestamp};

/// Passes on what a store has to tell; never waits for anybody.
///
/// A store tells of its own changes once they are durable, and of those that it finds. It may tell
/// of a change twice, or late: an update that subscribers have is not sent again, and the last one
/// says how the process stands. Without subscribers all of this costs one look at a flag.
#[derive(Default)]
pub struct Hub(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Whether there are any subscribers, for callers that would not even take a lock to know.
    followed: AtomicBool,
    /// Called when the last subscriber has left.
    deserted: Option<Box<dyn Fn() + Send + Sync>>,
}

#[derive(Default)]
struct State {
    mailboxes: Vec<Arc<Mailbox>>,
    /// How each process stood when subscribers were last told of it, or could see it.
    told: HashMap<ProcessName, Told>,
}

struct Told {
    revision: u64,
    created_at: Timestamp,
}

/// How a process stands. Two processes that had the same name one after the other differ in when
/// they were created.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// Its name.
    pub name: &'a ProcessName,
    /// Its revision.
    pub revision: u64,
    /// When it was created.
    pub created_at: &'a Timestamp,
}

/// What changes touched, and who made the last of them.
#[derive(Debug, Clone, Default)]
pub struct Touch {
    actor: Option<Actor>,
    tasks: Option<Vec<TaskName>>,
    /// The revision that the first of them made.
    first: Option<u64>,
}

impl Hub {
    /// Makes a hub that calls `deserted` when the last subscriber has left.
    pub fn new(deserted: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(Shared {
            deserted: Some(Box::new(deserted)),
            ..Shared::default()
        }))
    }

    /// Whether there are subscribers.
    pub fn is_followed(&self) -> bool {
        self.0.followed.load(Ordering::SeqCst)
    }

    /// Adds a subscriber.
    pub fn subscribe(&self) -> Subscription {
        let mailbox = Arc::new(Mailbox::default());
        let mut state = self.0.lock();
        state.mailboxes.push(Arc::clone(&mailbox));
        self.0.followed.store(true, Ordering::SeqCst);
        let shared = Arc::downgrade(&self.0);
        Subscription::new(mailbox, move |mailbox| {
            if let Some(shared) = shared.upgrade() {
                shared.leave(mailbox);
            }
        })
    }

    /// Takes note of how a process stands that subscribers can see, and tells them nothing.
    pub fn know(&self, standing: Standing<'_>) {
        let mut state = self.0.lock();
        state.told.insert(standing.name.clone(), standing.told());
    }

    /// Whether subscribers were told of a process of this name, or can see it.
    pub fn knows(&self, name: &ProcessName) -> bool {
        self.0.lock().told.contains_key(name)
    }

    /// The names of the processes of which subscribers were told, or which they can see.
    pub fn known(&self) -> Vec<ProcessName> {
        self.0.lock().told.keys().cloned().collect()
    }

    /// Tells that a process is new, in the list or under this name.
    pub fn came(&self, standing: Standing<'_>, actor: Option<&Actor>) {
        let touch = || Touch {
            actor: actor.cloned(),
            ..Touch::default()
        };
        self.tell(
            standing,
            true,
            |told| told == standing.revision,
            |_| touch(),
        );
    }

    /// Tells of a change that was made, unless this or a later revision was told.
    pub fn changed(&self, standing: Standing<'_>, touch: impl FnOnce() -> Touch) {
        self.tell(
            standing,
            false,
            |told| told >= standing.revision,
            |_| touch(),
        );
    }

    /// Tells how a process was found to stand, unless that was told. `since` gets the revision that
    /// was told before, if there is one, and answers what was touched after it; it is called only
    /// if there is something to tell, and under no lock.
    ///
    /// If a later revision was told, answers that and tells nothing: the process may have changed
    /// since it was looked at. The caller looks again, and a process that is still behind what was
    /// told before that look has [lost](Self::lost) changes.
    #[must_use]
    pub fn found(
        &self,
        standing: Standing<'_>,
        since: impl FnOnce(Option<u64>) -> Touch,
    ) -> Option<u64> {
        self.tell(standing, false, |told| told >= standing.revision, since);
        self.later(standing)
    }

    /// Tells that a process was found changed in a way that its revision does not show. If a later
    /// revision was told, does as [`Hub::found`] does.
    #[must_use]
    pub fn edited(&self, standing: Standing<'_>) -> Option<u64> {
        let is_enough = |told| told > standing.revision;
        self.tell(standing, false, is_enough, |_| Touch::default());
        self.later(standing)
    }

    /// Tells that a process has lost the changes up to the revision `told`: it was looked at after
    /// that one was told, and stands at an earlier one. Tells nothing if another revision was told
    /// meanwhile.
    pub fn lost(&self, standing: Standing<'_>, told: u64) {
        let is_enough = |now| now != told;
        self.tell(standing, false, is_enough, |_| Touch::default());
    }

    /// The revision that was told of this very process, if it is a later one.
    fn later(&self, standing: Standing<'_>) -> Option<u64> {
        self.told(standing).filter(|told| *told > standing.revision)
    }

    /// The revision that was told of this very process.
    fn told(&self, standing: Standing<'_>) -> Option<u64> {
        let state = self.0.lock();
        let told = state.told.get(standing.name);
        told.filter(|told| told.created_at == *standing.created_at)
            .map(|told| told.revision)
    }

    /// Tells how a process stands, unless the revision that was told before `is_enough`.
    fn tell(
        &self,
        standing: Standing<'_>,
        is_new: bool,
        is_enough: impl Fn(u64) -> bool,
        touch: impl FnOnce(Option<u64>) -> Touch,
    ) {
        if !self.is_followed() {
            return;
        }
        let told = self.told(standing);
        if told.is_some_and(&is_enough) {
            return;
        }
        let touch = touch(told);
        let mut state = self.0.lock();
        let before = state.told.get(standing.name);
        // Another process may have had the name.
        let is_another = before.is_some_and(|told| told.created_at != *standing.created_at);
        let told = before.filter(|_| !is_another).map(|told| told.revision);
        // Another thread may have been faster.
        if told.is_some_and(&is_enough) {
            return;
        }
        // Changes of others may lie in between.
        let gap = told.zip(touch.first);
        let has_gap = gap.is_some_and(|(told, first)| first > told.saturating_add(1));
        state.told.insert(standing.name.clone(), standing.told());
        state.put(&ProcessUpdate {
            process: standing.name.clone(),
            revision: Some(standing.revision),
            actor: touch.actor,
            tasks: touch.tasks.filter(|_| !is_another && !has_gap),
            changes_list: is_new || is_another,
        });
    }

    /// Tells that there is no process of this name any more.
    pub fn gone(&self, name: &ProcessName, actor: Option<&Actor>) {
        if !self.is_followed() {
            return;
        }
        let mut state = self.0.lock();
        state.told.remove(name);
        state.put(&ProcessUpdate {
            process: name.clone(),
            revision: None,
            actor: actor.cloned(),
            tasks: None,
            changes_list: true,
        });
    }

    /// Tells all subscribers that they missed something.
    pub fn missed(&self) {
        for mailbox in &self.0.lock().mailboxes {
            mailbox.missed();
        }
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subscribers = self.0.lock().mailboxes.len();
        f.debug_struct("Hub")
            .field("subscribers", &subscribers)
            .finish_non_exhaustive()
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        for mailbox in self.0.lock().mailboxes.drain(..) {
            mailbox.end();
        }
    }
}

impl Standing<'_> {
    fn told(&self) -> Told {
        Told {
            revision: self.revision,
            created_at: self.created_at.clone(),
        }
    }
}

impl<'a> From<&'a Process> for Standing<'a> {
    fn from(process: &'a Process) -> Self {
        Self {
            name: &process.name,
            revision: process.revision,
            created_at: &process.created_at,
        }
    }
}

impl<'a> From<&'a ProcessSummary> for Standing<'a> {
    fn from(summary: &'a ProcessSummary) -> Self {
        Self {
            name: &summary.name,
            revision: summary.revision,
            created_at: &summary.created_at,
        }
    }
}

impl Touch {
    /// What `entries` touched, which are all those of a history since some revision.
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a Arc<HistoryEntry>>) -> Self {
        let entries: Vec<&HistoryEntry> = entries.into_iter().map(AsRef::as_ref).collect();
        let is_told = entries.iter().all(|entry| entry.patch.is_some());
        let patches = entries.iter().filter_map(|entry| entry.patch.as_ref());
        let edits = patches.flat_map(|patch| &patch.0);
        let tasks = distinct(edits.flat_map(Edit::tasks).cloned());
        Self {
            actor: entries.last().map(|last| last.actor.clone()),
            tasks: tasks.filter(|_| is_told && !entries.is_empty()),
            first: entries.first().map(|first| first.revision),
        }
    }

    /// What the end of a history touched: all its changes after the revision `since`, or the last
    /// one if `since` is `None`.
    pub fn since(since: Option<u64>, history: &[Arc<HistoryEntry>]) -> Self {
        let next = match since {
            Some(since) => since.saturating_add(1),
            None => history.last().map_or(0, |last| last.revision),
        };
        Self::of(history.iter().filter(|entry| entry.revision >= next))
    }
}

impl State {
    fn put(&self, update: &ProcessUpdate) {
        for mailbox in &self.mailboxes {
            mailbox.put(update);
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of a subscriber.
    fn leave(&self, mailbox: &Arc<Mailbox>) {
        let mut state = self.lock();
        state.mailboxes.retain(|other| !Arc::ptr_eq(other, mailbox));
        if !state.mailboxes.is_empty() {
            return;
        }
        self.followed.store(false, Ordering::SeqCst);
        state.told.clear();
        drop(state);
        if let Some(deserted) = &self.deserted {
            deserted();
        }
    }
}
