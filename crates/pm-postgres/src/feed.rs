//! Telling subscribers: of this store's own changes at once, and of those of others once they are
//! found.
//!
//! Whoever changes something notifies the others afterwards, never in the transaction that makes
//! the change: a notification holds a lock of the whole server until its commit is on the disk.
//! Notifications are hints: what they say is looked up, and everything is looked at now and then.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pm_core::feed::{Hub, Standing, Touch};
use pm_core::{Actor, HistoryEntry, ProcessName, Subscription, Timestamp};
use tokio::sync::Notify;

use crate::known::{Known, signed};

/// What is told to subscribers, and what other stores over the database are to be told.
#[derive(Default)]
pub(crate) struct Feed {
    hub: Hub,
    seen: Mutex<Seen>,
    /// The processes of which the others are not told yet.
    unsent: Mutex<BTreeSet<i64>>,
    ring: Notify,
}

/// Where processes stood when subscribers were last told of them.
#[derive(Default)]
pub(crate) struct Seen {
    processes: HashMap<i64, Place>,
    /// Whether all processes were looked at since there are subscribers.
    is_whole: bool,
    /// How many changes of its own the store has told.
    told: u64,
}

/// Where a process stood.
struct Place {
    /// `None` if it was deleted.
    name: Option<ProcessName>,
    revision: i64,
    head: i64,
    /// The number of the store's own change that brought it there.
    told: u64,
}

/// Where a process was found to stand.
pub(crate) struct Found {
    pub(crate) id: i64,
    /// `None` if it was deleted.
    pub(crate) name: Option<ProcessName>,
    pub(crate) revision: u64,
    pub(crate) created_at: Timestamp,
    pub(crate) head: i64,
    /// Its last changes.
    pub(crate) entries: Vec<Arc<HistoryEntry>>,
}

impl Feed {
    pub(crate) fn subscribe(&self) -> Subscription {
        self.hub.subscribe()
    }

    pub(crate) fn is_followed(&self) -> bool {
        self.hub.is_followed()
    }

    /// Tells of changes that this store made.
    pub(crate) fn changed(&self, known: &Known, touch: impl FnOnce() -> Touch) {
        self.tell(known.id, |seen| {
            self.hub.changed((&*known.process).into(), touch);
            // If a revision as late was told, that may be one that the database has lost since. Then
            // the next look finds another head than the one that was told.
            if !seen.is_behind(known) {
                seen.place(known);
            }
        });
    }

    /// Tells of a process that this store created or restored.
    pub(crate) fn came(&self, known: &Known, actor: &Actor) {
        self.tell(known.id, |seen| {
            self.hub.came((&*known.process).into(), Some(actor));
            seen.place(known);
        });
    }

    /// Tells of a process that this store gave another name.
    pub(crate) fn renamed(&self, old: &ProcessName, known: &Known, actor: &Actor) {
        self.tell(known.id, |seen| {
            self.hub.gone(old, Some(actor));
            self.hub.came((&*known.process).into(), Some(actor));
            seen.place(known);
        });
    }

    /// Tells of a process that this store deleted.
    pub(crate) fn gone(&self, id: i64, name: &ProcessName, actor: &Actor) {
        self.tell(id, |seen| {
            self.hub.gone(name, Some(actor));
            let gone = Place {
                name: None,
                revision: 0,
                head: 0,
                told: seen.told,
            };
            seen.processes.insert(id, gone);
        });
    }

    /// Tells subscribers, if there are any, and has the others told.
    fn tell(&self, id: i64, tell: impl FnOnce(&mut Seen)) {
        if self.hub.is_followed() {
            let mut seen = self.seen();
            seen.told += 1;
            tell(&mut seen);
        }
        self.unsent().insert(id);
        self.ring.notify_one();
    }

    /// Waits until there is something to tell the others, and takes it.
    pub(crate) async fn to_send(&self) -> BTreeSet<i64> {
        loop {
            let ids = std::mem::take(&mut *self.unsent());
            if !ids.is_empty() {
                return ids;
            }
            self.ring.notified().await;
        }
    }

    /// How many changes of its own the store has told. What is asked of the database after this is
    /// not older than those.
    pub(crate) fn told(&self) -> u64 {
        self.seen().told
    }

    /// The revisions that are known of processes; for a new one the highest there can be, so that
    /// none of its changes are asked for.
    pub(crate) fn revisions(&self, ids: &[i64]) -> Vec<i64> {
        let seen = self.seen();
        let revision = |id| {
            seen.processes
                .get(id)
                .map_or(i64::MAX, |place| place.revision)
        };
        ids.iter().map(revision).collect()
    }

    /// Compares where all processes stand with what had been told once `told` changes of this
    /// store's own were. Answers those that have to be looked at, and tells of those that are gone.
    pub(crate) fn compare(&self, all: &[(i64, ProcessName, i64)], told: u64) -> Vec<i64> {
        let mut seen = self.seen();
        let there: HashMap<i64, i64> = all.iter().map(|(id, _, head)| (*id, *head)).collect();
        seen.processes.retain(|id, place| {
            if place.told > told || there.contains_key(id) {
                return true;
            }
            if let Some(name) = &place.name {
                self.hub.gone(name, None);
            }
            false
        });
        let is_other = |(id, _, head): &&(i64, ProcessName, i64)| {
            seen.processes
                .get(id)
                .is_none_or(|place| place.head != *head)
        };
        all.iter().filter(is_other).map(|(id, ..)| *id).collect()
    }

    /// Takes note of where processes stand, and tells of it; nothing is told of the first look at
    /// all of them.
    pub(crate) fn found(&self, all: Vec<Found>, told: u64) {
        let mut seen = self.seen();
        for found in all {
            let place = seen.processes.get(&found.id);
            // The store has told of it what the database did not know yet when it was asked.
            if place.is_some_and(|place| place.told > told) {
                continue;
            }
            if seen.is_whole {
                self.tell_found(&found, place);
            } else if let Some(standing) = found.standing() {
                self.hub.know(standing);
            }
            let place = Place {
                revision: signed(found.revision),
                name: found.name,
                head: found.head,
                told,
            };
            seen.processes.insert(found.id, place);
        }
    }

    fn tell_found(&self, found: &Found, place: Option<&Place>) {
        let before = place.and_then(|place| place.name.as_ref());
        let actor = found.entries.last().map(|entry| &entry.actor);
        match (before, found.standing()) {
            (Some(before), None) => self.hub.gone(before, None),
            (None, None) => {}
            (None, Some(standing)) => self.hub.came(standing, actor),
            (Some(before), Some(standing)) if before != standing.name => {
                self.hub.gone(before, actor);
                self.hub.came(standing, actor);
            }
            (Some(_), Some(standing)) => match place {
                Some(place) if place.head == found.head => {}
                // Nobody else tells of it while what was seen is locked, so that a later revision
                // that was told is one that the database has lost.
                Some(place) if place.revision < signed(found.revision) => {
                    let touch = |since| Touch::since(since, &found.entries);
                    if let Some(told) = self.hub.found(standing, touch) {
                        self.hub.lost(standing, told);
                    }
                }
                _ => {
                    if let Some(told) = self.hub.edited(standing) {
                        self.hub.lost(standing, told);
                    }
                }
            },
        }
    }

    /// Says that all processes were looked at, or that all have to be.
    pub(crate) fn set_whole(&self, is_whole: bool) {
        let mut seen = self.seen();
        if seen.is_whole != is_whole {
            seen.is_whole = is_whole;
        }
        if !is_whole {
            seen.processes.clear();
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unsent(&self) -> MutexGuard<'_, BTreeSet<i64>> {
        self.unsent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    /// Whether a state is no later than the one that was told.
    fn is_behind(&self, known: &Known) -> bool {
        let place = self.processes.get(&known.id);
        let place = place.filter(|place| place.name.is_some());
        place.is_some_and(|place| place.revision >= signed(known.process.revision))
    }

    fn place(&mut self, known: &Known) {
        let place = Place {
            name: Some(known.process.name.clone()),
            revision: signed(known.process.revision),
            head: known.head,
            told: self.told,
        };
        self.processes.insert(known.id, place);
    }
}

impl Found {
    fn standing(&self) -> Option<Standing<'_>> {
        Some(Standing {
            name: self.name.as_ref()?,
            revision: self.revision,
            created_at: &self.created_at,
        })
    }
}
