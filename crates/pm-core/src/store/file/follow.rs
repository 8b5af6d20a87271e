//! Following what happens in the storage directory, for the subscribers of the store.
//!
//! A change that is made here is told by its writer, once it is durable. Of what others write, the
//! operating system is asked to tell ([`watch`]). A thread of its own, which lives while there are
//! subscribers, looks at the files concerned, and now and then at the whole directory, for what
//! nobody told it of ([`follower`]).

mod follower;
mod inbox;
mod watch;

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use self::follower::Follower;
pub(crate) use self::inbox::Inbox;
use super::FileStore;
use super::documents::document::locked;
use crate::feed::Subscription;
use crate::store::StoreError;

/// How often the directory is looked at if the operating system tells of changes.
const WATCHED_INTERVAL: Duration = Duration::from_secs(30);

/// The thread that works for the subscribers.
pub(crate) struct Following {
    inbox: Arc<Inbox>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Following {
    pub(crate) fn new(inbox: Arc<Inbox>) -> Self {
        Self {
            inbox,
            thread: Mutex::default(),
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.inbox.close();
        if let Some(thread) = locked(&self.thread).take() {
            // A panic in it has been reported by now.
            let _ = thread.join();
        }
    }
}

impl FileStore {
    /// Adds a subscriber. The first one waits for a look at the whole directory, from which on
    /// changes are told.
    pub(crate) fn follow(&self) -> Result<Subscription, StoreError> {
        let Following { inbox, thread } = &self.following;
        let mut thread = locked(thread);
        let subscription = self.place.hub.subscribe();
        if inbox.is_open() {
            return Ok(subscription);
        }
        if let Some(last) = thread.take() {
            // It has nobody to work for, and is about to end.
            let _ = last.join();
        }
        let follower = Follower::start(self, Arc::clone(inbox))?;
        let started = std::thread::Builder::new()
            .name("change feed".into())
            .spawn(move || follower.run())
            .map_err(|error| StoreError::io("start following changes", error))?;
        inbox.open();
        *thread = Some(started);
        Ok(subscription)
    }
}
