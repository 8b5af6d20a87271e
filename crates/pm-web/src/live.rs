//! Telling open pages which process changed: one subscription to the feed of changes for all who
//! listen, and every message made once.
//!
//! The first listener starts the subscription, which ends a while after the last one left. A
//! listener that comes back says what it heard last, and hears what came since; if that is not
//! known any more, it is told to read everything anew.

mod follow;
mod message;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use pm_core::{FeedItem, ProcessManager};
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt, iter};
use tokio_util::sync::CancellationToken;

use self::message::Position;

/// The most that listen at once.
pub(crate) const LISTENERS_MAX: usize = 256;

/// How many messages are kept for listeners that come back.
const KEPT: usize = 4096;

/// How many messages wait for one listener; one that is further behind reads everything anew.
const WAITING: usize = 256;

/// The changes of a store, for whoever listens.
#[derive(Clone)]
pub(crate) struct Live(Arc<Shared>);

struct Shared {
    manager: ProcessManager,
    /// Ends all streams when cancelled.
    closing: CancellationToken,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What is being told; `None` before the first listener, and when nobody has listened for a
    /// while.
    telling: Option<Telling>,
    listeners: usize,
}

/// Messages from the first listener on.
struct Telling {
    last: Position,
    /// The last messages, each with the number that it has.
    kept: VecDeque<(u64, Bytes)>,
    sender: broadcast::Sender<Bytes>,
}

/// Why nobody can listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deaf {
    /// As many listen as are allowed to.
    TooMany,
    /// The server is about to stop.
    Closing,
}

/// Gives a listener's place back.
struct Place(Arc<Shared>);

impl Live {
    /// The changes of what `manager` keeps, until `closing` is cancelled.
    pub(crate) fn new(manager: ProcessManager, closing: CancellationToken) -> Self {
        Self(Arc::new(Shared {
            manager,
            closing,
            state: Mutex::default(),
        }))
    }

    /// Listens to what comes, and to what came since the message that was heard last.
    pub(crate) fn listen(
        &self,
        heard: Option<&str>,
    ) -> Result<impl Stream<Item = Result<Bytes, Infallible>> + use<>, Deaf> {
        let shared = &self.0;
        if shared.closing.is_cancelled() {
            return Err(Deaf::Closing);
        }
        let mut state = shared.lock();
        if state.listeners >= LISTENERS_MAX {
            return Err(Deaf::TooMany);
        }
        state.listeners += 1;
        let place = Place(Arc::clone(shared));
        let telling = state.telling.get_or_insert_with(|| {
            tokio::spawn(follow::follow(Arc::clone(shared)));
            Telling::new(&shared.manager)
        });
        let missed = telling.since(heard);
        let resync = message::resync(telling.last);
        let told = BroadcastStream::new(telling.sender.subscribe())
            .map(move |told| told.unwrap_or_else(|_| resync.clone()));
        let begin = [message::begin()].into_iter().chain(missed);
        Ok(iter(begin).chain(told).map(move |message| {
            // The place is kept as long as the stream.
            let _ = &place;
            Ok(message)
        }))
    }
}

impl Telling {
    fn new(manager: &ProcessManager) -> Self {
        Self {
            last: Position::new(manager),
            kept: VecDeque::new(),
            sender: broadcast::Sender::new(WAITING),
        }
    }

    /// The messages after the one that was heard last; if these are not known, the one that says to
    /// read everything anew.
    fn since(&self, heard: Option<&str>) -> Vec<Bytes> {
        let number = heard.and_then(|heard| self.last.number_of(heard));
        let first = self.kept.front().map_or(self.last.number + 1, |(n, _)| *n);
        match number {
            Some(number) if number + 1 >= first && number <= self.last.number => {
                let later = self.kept.iter().filter(|(n, _)| *n > number);
                later.map(|(_, message)| message.clone()).collect()
            }
            _ => vec![message::resync(self.last)],
        }
    }

    /// Tells of changes, all in one piece.
    fn tell(&mut self, items: &[FeedItem]) {
        let mut piece = Vec::new();
        for item in items {
            self.last.number += 1;
            let message = message::of(item, self.last);
            piece.extend_from_slice(&message);
            if self.kept.len() == KEPT {
                self.kept.pop_front();
            }
            self.kept.push_back((self.last.number, message));
        }
        self.send(piece.into());
    }

    fn send(&self, piece: Bytes) {
        // Nobody may be listening just now.
        let _ = self.sender.send(piece);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.lock().listeners -= 1;
    }
}
