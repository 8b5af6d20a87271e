//! The line in which the calls of one caller stand: each takes effect after those before it.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use http::request::Parts;
use rmcp::model::Extensions;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// How many calls of one caller may read side by side.
const PERMITS: u32 = 1 << 16;

/// Who may be at work beside a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beside {
    /// Other calls that only read.
    Readers,
    /// No other call.
    Nobody,
}

/// The line in which the calls of one caller stand.
#[derive(Debug, Clone)]
pub(crate) struct Line(Arc<Semaphore>);

impl Default for Line {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(PERMITS as usize)))
    }
}

impl Line {
    /// Enters a call behind all that were entered before.
    ///
    /// It keeps its place until it is done, or until all clones of the turn are dropped.
    pub(crate) fn enter(&self, beside: Beside) -> Turn {
        let permits = match beside {
            Beside::Readers => 1,
            Beside::Nobody => PERMITS,
        };
        let line = Arc::clone(&self.0);
        let waiting = Arc::clone(&line)
            .try_acquire_many_owned(permits)
            .map_or_else(|_| Waiting::behind(line, permits), Waiting::Over);
        Turn(Arc::new(Mutex::new(Some(waiting))))
    }

    /// Whether no call stands in the line any more.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.available_permits() == PERMITS as usize
    }
}

/// The place of one call in the line of its caller.
#[derive(Clone)]
pub struct Turn(Arc<Mutex<Option<Waiting>>>);

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Turn")
    }
}

type Coming =
    Pin<Box<dyn Future<Output = Result<OwnedSemaphorePermit, AcquireError>> + Send + 'static>>;

enum Waiting {
    Over(OwnedSemaphorePermit),
    Still(Coming),
}

impl Waiting {
    fn behind(line: Arc<Semaphore>, permits: u32) -> Self {
        let mut coming: Coming = Box::pin(line.acquire_many_owned(permits));
        // A future of the semaphore stands in its line from the first poll on.
        match coming
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(Ok(permit)) => Self::Over(permit),
            _ => Self::Still(coming),
        }
    }
}

impl Turn {
    /// The turn that the transport gave a request, be it in the request itself or in that of HTTP.
    pub(crate) fn of(extensions: &Extensions) -> Option<Self> {
        let over_http = || extensions.get::<Parts>()?.extensions.get::<Self>();
        extensions.get::<Self>().or_else(over_http).cloned()
    }

    /// Waits until it is this call's turn. The calls behind it wait until the permit that is
    /// returned is dropped.
    pub(crate) async fn come(self) -> Option<OwnedSemaphorePermit> {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        match waiting? {
            Waiting::Over(permit) => Some(permit),
            // The line is never closed.
            Waiting::Still(coming) => coming.await.ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Beside::{Nobody, Readers};
    use super::*;

    async fn is_waiting(turn: &Turn) -> bool {
        tokio::task::yield_now().await;
        let mut waiting = turn.0.lock().unwrap();
        match waiting.take().unwrap() {
            Waiting::Over(permit) => {
                *waiting = Some(Waiting::Over(permit));
                false
            }
            Waiting::Still(mut coming) => {
                let polled = coming
                    .as_mut()
                    .poll(&mut Context::from_waker(Waker::noop()));
                let waits = polled.is_pending();
                *waiting = Some(match polled {
                    Poll::Ready(permit) => Waiting::Over(permit.unwrap()),
                    Poll::Pending => Waiting::Still(coming),
                });
                waits
            }
        }
    }

    #[tokio::test]
    async fn a_change_waits_for_what_came_before_and_is_waited_for() {
        let line = Line::default();
        let [read, also, change, last] =
            [Readers, Readers, Nobody, Readers].map(|beside| line.enter(beside));
        assert!(!is_waiting(&read).await && !is_waiting(&also).await);
        assert!(is_waiting(&change).await && is_waiting(&last).await);
        drop(read.come().await);
        assert!(is_waiting(&change).await);
        drop(also);
        assert!(!is_waiting(&change).await);
        let permit = change.come().await;
        assert!(is_waiting(&last).await);
        drop(permit);
        assert!(!is_waiting(&last).await);
        drop(last);
        assert!(line.is_empty());
    }

    #[tokio::test]
    async fn a_dropped_turn_is_no_turn() {
        let line = Line::default();
        let [open, given_up, last] = [Nobody, Nobody, Readers].map(|beside| line.enter(beside));
        assert!(is_waiting(&given_up).await);
        drop(given_up);
        assert!(is_waiting(&last).await);
        drop(open);
        assert!(!is_waiting(&last).await);
    }
}
