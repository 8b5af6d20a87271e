//! All subscribers of a store.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::subscription::Mailbox;
use super::{ProcessEvent, Subscription};

/// Passes on what a store has to tell; never waits for anybody.
#[derive(Default)]
pub(crate) struct Hub(Arc<Shared>);

#[derive(Default)]
struct Shared {
    mailboxes: Mutex<Vec<Arc<Mailbox>>>,
    /// Whether there are any, for those who would not even take a lock to know.
    followed: AtomicBool,
    /// Told when the last one has left.
    deserted: Option<Box<dyn Fn() + Send + Sync>>,
}

/// A subscriber's way out.
pub(super) struct Leave(Weak<Shared>);

impl Hub {
    /// Makes a hub that calls `deserted` when the last subscriber has left.
    pub(crate) fn new(deserted: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(Shared {
            deserted: Some(Box::new(deserted)),
            ..Shared::default()
        }))
    }

    /// Whether there are subscribers.
    pub(crate) fn is_followed(&self) -> bool {
        self.0.followed.load(Ordering::SeqCst)
    }

    /// Adds a subscriber.
    pub(crate) fn subscribe(&self) -> Subscription {
        let mailbox = Arc::new(Mailbox::default());
        let mut mailboxes = self.0.lock();
        mailboxes.push(Arc::clone(&mailbox));
        self.0.followed.store(true, Ordering::SeqCst);
        Subscription::new(mailbox, Leave(Arc::downgrade(&self.0)))
    }

    /// Tells all of them.
    pub(crate) fn tell(&self, event: ProcessEvent) {
        let event = Arc::new(event);
        for mailbox in self.0.lock().iter() {
            mailbox.put(&event);
        }
    }

    /// Tells all of them that they were not told something.
    pub(crate) fn missed(&self) {
        for mailbox in self.0.lock().iter() {
            mailbox.missed();
        }
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        for mailbox in self.0.lock().drain(..) {
            mailbox.end();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Mailbox>>> {
        let mailboxes = self.mailboxes.lock();
        mailboxes.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Leave {
    pub(super) fn leave(&self, mailbox: &Arc<Mailbox>) {
        if let Some(shared) = self.0.upgrade() {
            let mut mailboxes = shared.lock();
            mailboxes.retain(|other| !Arc::ptr_eq(other, mailbox));
            let followed = !mailboxes.is_empty();
            shared.followed.store(followed, Ordering::SeqCst);
            drop(mailboxes);
            if let Some(deserted) = shared.deserted.as_ref().filter(|_| !followed) {
                deserted();
            }
        }
    }
}

impl fmt::Debug for Leave {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Leave")
    }
}
