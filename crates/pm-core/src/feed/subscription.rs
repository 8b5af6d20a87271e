//! A subscriber's end of the feed: a queue with a bound, from which threads and tasks take.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use super::hub::Leave;
use super::{FEED_EVENTS, FeedItem, ProcessEvent};

/// The longest that is waited at once.
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Tells of changes to processes from the moment at which it was made, until it is dropped.
///
/// Per process, events come in the order of its revisions, each once. What comes is kept for
/// whoever takes it, up to [`FEED_EVENTS`]; beyond that [`FeedItem::Missed`] says so. A slow
/// subscriber therefore holds up nobody.
///
/// Threads take with [`recv`](Self::recv), tasks of any runtime with [`next`](Self::next).
///
/// ```
/// use pm_core::{FeedItem, MemoryStore, ProcessManager};
///
/// let manager = ProcessManager::new(MemoryStore::new());
/// let mut changes = manager.subscribe()?;
/// manager.create_process("garden".parse()?, "")?;
/// let Some(FeedItem::Event(event)) = changes.recv() else {
///     panic!("the feed ended")
/// };
/// assert_eq!(event.summary, "created the process \"garden\"");
/// # Ok::<(), pm_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Subscription {
    mailbox: Arc<Mailbox>,
    leave: Leave,
}

/// What waits for one subscriber.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<FeedItem>,
    waker: Option<Waker>,
    ended: bool,
}

impl Subscription {
    pub(super) fn new(mailbox: Arc<Mailbox>, leave: Leave) -> Self {
        Self { mailbox, leave }
    }

    /// Waits for the next item; `None` once the store is closed.
    pub fn recv(&mut self) -> Option<FeedItem> {
        let mut state = self.mailbox.lock();
        loop {
            if let Some(item) = state.waiting.pop_front() {
                return Some(item);
            }
            if state.ended {
                return None;
            }
            let waited = self.mailbox.changed.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits for the next item, for at most `time`; `None` where none came, or none will.
    pub fn recv_timeout(&mut self, time: Duration) -> Option<FeedItem> {
        // Whoever waits for longer than the clock goes waits for a year.
        let until = Instant::now() + time.min(A_YEAR);
        let mut state = self.mailbox.lock();
        loop {
            if let Some(item) = state.waiting.pop_front() {
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

    /// The next item, where one waits.
    pub fn try_recv(&mut self) -> Option<FeedItem> {
        self.mailbox.lock().waiting.pop_front()
    }

    /// Takes the next item, or has the task of `context` woken when there is one. `None` once the
    /// store is closed.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<FeedItem>> {
        let mut state = self.mailbox.lock();
        if let Some(item) = state.waiting.pop_front() {
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
    /// where the future is dropped.
    pub async fn next(&mut self) -> Option<FeedItem> {
        poll_fn(|context| self.poll_next(context)).await
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.leave.leave(&self.mailbox);
    }
}

impl Mailbox {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn put(&self, event: &Arc<ProcessEvent>) {
        let mut state = self.lock();
        if state.waiting.len() == FEED_EVENTS {
            state.waiting.clear();
            state.waiting.push_back(FeedItem::Missed);
        }
        state.waiting.push_back(FeedItem::Event(Arc::clone(event)));
        self.wake(state);
    }

    pub(super) fn missed(&self) {
        let mut state = self.lock();
        state.waiting.clear();
        state.waiting.push_back(FeedItem::Missed);
        self.wake(state);
    }

    pub(super) fn end(&self) {
        let mut state = self.lock();
        state.ended = true;
        self.wake(state);
    }

    fn wake(&self, mut state: MutexGuard<'_, State>) {
        let waker = state.waker.take();
        // A waker is somebody else's code, and none of it runs under the lock.
        drop(state);
        self.changed.notify_one();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}
