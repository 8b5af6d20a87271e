//! The order of a caller's calls: each takes effect after those that arrived before it.
//!
//! The protocol library runs every request as a task of its own, so the order in which calls
//! arrive is lost unless the transport writes it down. It does so by entering each call into the
//! [`Turns`] of its caller, and putting the [`Turn`] into the extensions of the request. Calls
//! that only read run side by side; any other call waits for all before it, and all after it wait
//! for that call. Callers do not wait for each other.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use http::request::Parts;
use rmcp::model::Extensions;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use crate::tools::{Effect, TOOLS};

/// How many calls of one caller may read side by side.
const PLACES: u32 = 1 << 16;

/// The line in which the calls of one caller stand.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use pm_tools::Turns;
/// use rmcp::model::Extensions;
///
/// let turns = Turns::default();
/// let mut extensions = Extensions::new();
/// extensions.insert(turns.enter("task_new"));
/// # });
/// ```
#[derive(Debug, Clone)]
pub struct Turns(Arc<Semaphore>);

impl Default for Turns {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(PLACES as usize)))
    }
}

impl Turns {
    /// Enters a call of `tool` behind all that were entered before.
    ///
    /// It keeps its place until it is done, or until all clones of the turn are dropped.
    pub fn enter(&self, tool: &str) -> Turn {
        let places = if reads_only(tool) { 1 } else { PLACES };
        let line = Arc::clone(&self.0);
        let waiting = Arc::clone(&line)
            .try_acquire_many_owned(places)
            .map_or_else(|_| Waiting::behind(line, places), Waiting::Over);
        Turn(Arc::new(Mutex::new(Some(waiting))))
    }

    /// Whether no call stands in the line any more.
    pub fn is_empty(&self) -> bool {
        self.0.available_permits() == PLACES as usize
    }
}

/// Whether calls of the tool leave everything as it is, the open process of their caller included.
fn reads_only(tool: &str) -> bool {
    let opens = tool == "process_load";
    let known = TOOLS.iter().find(|known| known.name == tool);
    !opens && known.is_some_and(|tool| tool.effect == Effect::Reads)
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
    fn behind(line: Arc<Semaphore>, places: u32) -> Self {
        let mut coming: Coming = Box::pin(line.acquire_many_owned(places));
        // A future of the semaphore stands in its line from the first poll on.
        match coming
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(Ok(place)) => Self::Over(place),
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

    /// Waits until it is this call's turn. Those behind it wait until what it returns is dropped.
    pub(crate) async fn come(self) -> Option<OwnedSemaphorePermit> {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        match waiting? {
            Waiting::Over(place) => Some(place),
            // The line is never closed.
            Waiting::Still(coming) => coming.await.ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn is_waiting(turn: &Turn) -> bool {
        tokio::task::yield_now().await;
        let mut waiting = turn.0.lock().unwrap();
        match waiting.take().unwrap() {
            Waiting::Over(place) => {
                *waiting = Some(Waiting::Over(place));
                false
            }
            Waiting::Still(mut coming) => {
                let polled = coming
                    .as_mut()
                    .poll(&mut Context::from_waker(Waker::noop()));
                let waits = polled.is_pending();
                *waiting = Some(match polled {
                    Poll::Ready(place) => Waiting::Over(place.unwrap()),
                    Poll::Pending => Waiting::Still(coming),
                });
                waits
            }
        }
    }

    #[tokio::test]
    async fn a_change_waits_for_what_came_before_and_is_waited_for() {
        let turns = Turns::default();
        let [read, also, change, last] =
            ["task_list", "search", "task_new", "task_list"].map(|tool| turns.enter(tool));
        assert!(!is_waiting(&read).await && !is_waiting(&also).await);
        assert!(is_waiting(&change).await && is_waiting(&last).await);
        drop(read.come().await);
        assert!(is_waiting(&change).await);
        drop(also);
        assert!(!is_waiting(&change).await);
        let place = change.come().await;
        assert!(is_waiting(&last).await);
        drop(place);
        assert!(!is_waiting(&last).await);
        drop(last);
        assert!(turns.is_empty());
    }

    #[tokio::test]
    async fn opening_a_process_is_a_change_and_a_dropped_turn_is_no_turn() {
        let turns = Turns::default();
        let [open, given_up, last] =
            ["process_load", "task_new", "task_list"].map(|tool| turns.enter(tool));
        assert!(is_waiting(&given_up).await);
        drop(given_up);
        assert!(is_waiting(&last).await);
        drop(open);
        assert!(!is_waiting(&last).await);
    }
}
