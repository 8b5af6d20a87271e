//! Following what happens in the storage directory, for the subscribers of the store.
//!
//! `docs/storage.md#telling-of-changes` says what is told when. [`watch`] takes the hints of the
//! operating system, and [`follower`] is the thread that looks.

mod follower;
mod inbox;
mod watch;

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use self::follower::Follower;
pub(crate) use self::inbox::Inbox;
pub(super) use self::watch::Watching;
use super::disk::locks::locked;
use super::lifecycle::processes::Processes;
use crate::feed::Subscription;
use crate::store::StoreError;

/// The thread that works for the subscribers.
pub(crate) struct Following {
    inbox: Arc<Inbox>,
    watching: Watching,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Following {
    fn drop(&mut self) {
        self.inbox.close();
        if let Some(thread) = locked(&self.thread).take() {
            // A panic in the thread has been reported by now.
            let _ = thread.join();
        }
    }
}

impl Following {
    pub(super) fn new(inbox: Arc<Inbox>, watching: Watching) -> Self {
        Self {
            inbox,
            watching,
            thread: Mutex::default(),
        }
    }

    /// Adds a subscriber. The first one waits for a look at the whole directory, from which on
    /// changes are told.
    pub(super) fn subscribe(&self, processes: &Arc<Processes>) -> Result<Subscription, StoreError> {
        let mut thread = locked(&self.thread);
        let subscription = processes.shared.hub.subscribe();
        if self.inbox.is_open() {
            return Ok(subscription);
        }
        if let Some(last) = thread.take() {
            // The last thread has nobody to work for, and is about to end.
            let _ = last.join();
        }
        let follower = Follower::start(processes, Arc::clone(&self.inbox), self.watching)?;
        let started = std::thread::Builder::new()
            .name("change feed".into())
            .spawn(move || follower.run())
            .map_err(|error| StoreError::io("start following changes", error))?;
        self.inbox.open();
        *thread = Some(started);
        Ok(subscription)
    }
}
