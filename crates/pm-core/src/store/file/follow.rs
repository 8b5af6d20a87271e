//! Following what happens in the storage directory, for the subscribers of the store.
//!
//! Who writes here leaves a note in the [`outbox`]; the operating system is asked to tell of what
//! others write ([`watch`]). A thread of its own, which lives while there are subscribers, reads
//! both ([`follower`]) and looks at the files concerned ([`look`]); now and then it looks at the
//! whole directory ([`survey`]), for what nobody told it of.
//!
//! Where a change of another program begins to count is for the files to say, as everywhere in
//! this store. Those that are made here are told of by whoever makes them, once they are durable:
//! a journal shows them a moment too early.

mod discover;
mod follower;
mod known;
mod look;
mod note;
mod outbox;
mod survey;
#[cfg(test)]
mod tests;
mod watch;

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use self::follower::Follower;
pub(super) use self::outbox::Outbox;
use super::FileStore;
use super::slot::locked;
use crate::feed::{Hub, Subscription};
use crate::store::StoreError;

/// How often the directory is looked at where the operating system tells of changes.
const SELDOM: Duration = Duration::from_secs(30);

/// The subscribers, and the thread that works for them.
pub(super) struct Following {
    hub: Arc<Hub>,
    outbox: Arc<Outbox>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Following {
    pub(super) fn new(outbox: Arc<Outbox>) -> Self {
        let woken = Arc::clone(&outbox);
        Self {
            hub: Arc::new(Hub::new(move || woken.wake())),
            outbox,
            thread: Mutex::default(),
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.outbox.close();
        if let Some(thread) = locked(&self.thread).take() {
            // A panic in it has been reported by now.
            let _ = thread.join();
        }
    }
}

impl FileStore {
    /// Adds a subscriber. The first one waits for a look at the whole directory, from which on
    /// changes are told.
    pub(super) fn follow(&self) -> Result<Subscription, StoreError> {
        let following = &self.following;
        let mut thread = locked(&following.thread);
        let subscription = following.hub.subscribe();
        if following.outbox.resume() {
            return Ok(subscription);
        }
        if let Some(last) = thread.take() {
            // It has nobody to work for, and is about to end.
            let _ = last.join();
        }
        following.outbox.open();
        let started = Follower::start(self, Arc::clone(&following.hub)).and_then(|follower| {
            std::thread::Builder::new()
                .name("change feed".into())
                .spawn(move || follower.run())
                .map_err(|error| StoreError::io("start following changes", error))
        });
        match started {
            Ok(started) => *thread = Some(started),
            Err(error) => {
                following.outbox.shut();
                return Err(error);
            }
        }
        Ok(subscription)
    }
}
