//! A subscriber's end of the feed: a queue with a bound, from which threads and tasks take.

use std::collections::VecDeque;
use std::collections::hash_map::{Entry, HashMap};
use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use super::{FEED_PROCESSES, FeedItem, ProcessUpdate};
use crate::ProcessName;

/// The longest time that one call waits.
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Tells of changes to processes from the moment it was made until it is dropped.
///
/// An update waits until it is taken, and takes in those of the same process that come meanwhile:
/// the one that is taken last says how the process stands. Updates of up to [`FEED_PROCESSES`]
/// processes wait; beyond that [`FeedItem::Missed`] says so. A slow subscriber therefore holds up
/// nobody.
///
/// Threads take with [`recv`](Self::recv), tasks of any runtime with [`next`](Self::next).
///
/// ```
/// use pm_core::{FeedItem, MemoryStore, ProcessManager};
///
/// let manager = ProcessManager::new(MemoryStore::new());
/// let mut changes = manager.subscribe()?;
/// manager.create_process("garden".parse()?, "")?;
/// let Some(FeedItem::Update(update)) = changes.recv() else {
///     panic!("the feed ended")
/// };
/// assert_eq!(update.process.as_str(), "garden");
/// assert_eq!(update.revision, Some(1));
/// # Ok::<(), pm_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Subscription {
    mailbox: Arc<Mailbox>,
    leave: Leave,
}

type OnLeave = dyn Fn(&Arc<Mailbox>) + Send + Sync;

/// What is done when a subscriber leaves.
struct Leave(Box<OnLeave>);

impl fmt::Debug for Leave {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Leave(..)")
    }
}

/// What waits for one subscriber.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    state: Mutex<State>,
    changed: Condvar,
    /// The processes of which the subscriber is told; all of them if this is not set.
    only: OnceLock<Concerned>,
}

/// Whether a subscriber is told of a process.
struct Concerned(Box<dyn Fn(&ProcessName) -> bool + Send + Sync>);

impl fmt::Debug for Concerned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Concerned(..)")
    }
}

#[derive(Debug, Default)]
struct State {
    /// Whether updates were lost, which is told before all that waits.
    missed: bool,
    /// The processes of which something waits, in the order in which it came.
    order: VecDeque<ProcessName>,
    waiting: HashMap<ProcessName, ProcessUpdate>,
    waker: Option<Waker>,
    ended: bool,
}

impl Subscription {
    /// Of a mailbox; `leave` is called with it when the subscription is dropped.
    pub(super) fn new(
        mailbox: Arc<Mailbox>,
        leave: impl Fn(&Arc<Mailbox>) + Send + Sync + 'static,
    ) -> Self {
        let leave = Leave(Box::new(leave));
        Self { mailbox, leave }
    }

    /// Tells only of the processes to whose names `concerned` says yes. To be called before
    /// anything is taken; a second call changes nothing.
    #[must_use]
    pub fn only(self, concerned: impl Fn(&ProcessName) -> bool + Send + Sync + 'static) -> Self {
        self.mailbox.keep_only(Concerned(Box::new(concerned)));
        self
    }

    /// Waits for the next item; `None` once the store is closed.
    pub fn recv(&mut self) -> Option<FeedItem> {
        let mut state = self.mailbox.lock();
        loop {
            if let Some(item) = state.take() {
                return Some(item);
            }
            if state.ended {
                return None;
            }
            let waited = self.mailbox.changed.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits for the next item, for at most `time`, or a year; `None` if none came, or none will.
    pub fn recv_timeout(&mut self, time: Duration) -> Option<FeedItem> {
        // A longer wait might end beyond the clock's last time.
        let until = Instant::now() + time.min(A_YEAR);
        let mut state = self.mailbox.lock();
        loop {
            if let Some(item) = state.take() {
                return Some(item);
            }
            let left = until.saturating_duration_since(Instant::now());
            if state.ended || left.is_zero() {
                return None;
            }
            let waited = self.mailbox.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// The next item, if one waits.
    pub fn try_recv(&mut self) -> Option<FeedItem> {
        self.mailbox.lock().take()
    }

    /// Takes the next item, or has the task of `context` woken when there is one. `None` once the
    /// store is closed.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<FeedItem>> {
        let mut state = self.mailbox.lock();
        if let Some(item) = state.take() {
            return Poll::Ready(Some(item));
        }
        if state.ended {
            return Poll::Ready(None);
        }
        let known = state.waker.as_ref();
        if known.is_none_or(|waker| !waker.will_wake(context.waker())) {
            state.waker = Some(context.waker().clone());
        }
        Poll::Pending
    }

    /// Waits for the next item in an async task; `None` once the store is closed. Nothing is lost
    /// if the future is dropped.
    pub async fn next(&mut self) -> Option<FeedItem> {
        poll_fn(|context| self.poll_next(context)).await
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        (self.leave.0)(&self.mailbox);
    }
}

impl Mailbox {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets in only what concerns the subscriber, and drops what else waits already.
    fn keep_only(&self, concerned: Concerned) {
        let mut state = self.lock();
        let Concerned(is_concerned) = self.only.get_or_init(|| concerned);
        state.order.retain(|name| is_concerned(name));
        state.waiting.retain(|name, _| is_concerned(name));
    }

    pub(super) fn put(&self, update: &ProcessUpdate) {
        let mut state = self.lock();
        let only = self.only.get();
        if only.is_some_and(|Concerned(is_concerned)| !is_concerned(&update.process)) {
            return;
        }
        state.put(update.clone());
        self.wake(state);
    }

    pub(super) fn missed(&self) {
        let mut state = self.lock();
        state.miss();
        self.wake(state);
    }

    pub(super) fn end(&self) {
        let mut state = self.lock();
        state.ended = true;
        self.wake(state);
    }

    fn wake(&self, mut state: MutexGuard<'_, State>) {
        let waker = state.waker.take();
        // A waker is foreign code, which never runs under the lock.
        drop(state);
        self.changed.notify_one();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl State {
    fn take(&mut self) -> Option<FeedItem> {
        if std::mem::take(&mut self.missed) {
            return Some(FeedItem::Missed);
        }
        let update = self.waiting.remove(&self.order.pop_front()?);
        update.map(FeedItem::Update)
    }

    fn put(&mut self, update: ProcessUpdate) {
        if self.order.len() == FEED_PROCESSES && !self.waiting.contains_key(&update.process) {
            self.miss();
        }
        match self.waiting.entry(update.process.clone()) {
            Entry::Occupied(mut waiting) => waiting.get_mut().join(update),
            Entry::Vacant(free) => {
                self.order.push_back(update.process.clone());
                free.insert(update);
            }
        }
    }

    /// Lets all that waits give way to the word that something was missed.
    fn miss(&mut self) {
        self.order.clear();
        self.waiting.clear();
        self.missed = true;
    }
}
