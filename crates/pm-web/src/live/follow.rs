//! Following the feed of changes for all who listen, at a pace that pages can take.

use std::sync::Arc;
use std::time::Duration;

use pm_core::{FeedItem, Subscription};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};

use super::{Shared, message};

/// How long passes between two pieces for the listeners: ten a second. What changes meanwhile is
/// folded by the feed.
const PACE: Duration = Duration::from_millis(100);

/// How often a stream shows that it is still there.
const PING: Duration = Duration::from_secs(15);

/// Tells of changes until nobody has listened for a while, or there is nothing more to tell.
pub(super) async fn follow(shared: Arc<Shared>) {
    if let Some(changes) = subscribe(&shared).await {
        // What changed before is not known: whoever listens already reads everything anew.
        shared.tell(&[FeedItem::Missed]);
        if tell_all(&shared, changes).await == Ended::Deserted {
            return;
        }
    }
    // Without a sender all streams end, and whoever comes back finds a new beginning.
    shared.lock().telling = None;
}

/// Why nothing is told any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// Nobody listened.
    Deserted,
    /// The server stops, or the store was closed.
    Closed,
}

async fn tell_all(shared: &Shared, mut changes: Subscription) -> Ended {
    let mut pings = interval_at(Instant::now() + PING, PING);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            first = changes.next() => {
                let Some(first) = first else {
                    return Ended::Closed;
                };
                let more = std::iter::from_fn(|| changes.try_recv());
                let items: Vec<FeedItem> = std::iter::once(first).chain(more).collect();
                shared.tell(&items);
                sleep(PACE).await;
            }
            _ = pings.tick() => {
                if !shared.ping() {
                    return Ended::Deserted;
                }
            }
            () = shared.closing.cancelled() => return Ended::Closed,
        }
    }
}

/// Follows the changes; the first one to do so waits for a look at everything.
async fn subscribe(shared: &Shared) -> Option<Subscription> {
    let manager = shared.manager.clone();
    match spawn_blocking(move || manager.subscribe()).await {
        Ok(Ok(changes)) => Some(changes),
        Ok(Err(error)) => {
            tracing::error!(%error, "pages cannot follow changes");
            None
        }
        Err(error) => {
            tracing::error!(%error, "pages cannot follow changes");
            None
        }
    }
}

impl Shared {
    fn tell(&self, items: &[FeedItem]) {
        if let Some(telling) = &mut self.lock().telling {
            telling.tell(items);
        }
    }

    /// Shows all listeners that they are not forgotten; without any, ends and answers `false`.
    fn ping(&self) -> bool {
        let mut state = self.lock();
        if state.listeners == 0 {
            state.telling = None;
            return false;
        }
        if let Some(telling) = &state.telling {
            telling.send(message::ping());
        }
        true
    }
}
