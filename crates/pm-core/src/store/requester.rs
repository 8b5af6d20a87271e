//! Who asks a store for a change, and whether they still wait for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::StoreError;
use crate::Actor;
use crate::history::Author;

/// Tells a call that waits that its caller has given it up. Clones are the same one.
#[derive(Debug, Clone, Default)]
pub struct Cancellation(Arc<AtomicBool>);

impl Cancellation {
    /// Gives the call up: a change that was not made by now is not made any more.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the call was given up.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Who asks a store for a change.
#[derive(Debug, Clone)]
pub struct Requester {
    /// Who makes the change.
    pub author: Author,
    /// Whether they still wait for it.
    pub cancellation: Cancellation,
}

impl Requester {
    /// Refuses a change that nobody waits for any more. A store asks this as late as it can, after
    /// every wait. The refusal is [`StoreError::Cancelled`].
    pub fn check(&self) -> Result<(), StoreError> {
        if self.cancellation.is_cancelled() {
            return Err(StoreError::Cancelled);
        }
        Ok(())
    }
}

/// A caller that waits for as long as it takes.
impl From<Author> for Requester {
    fn from(author: Author) -> Self {
        Self {
            author,
            cancellation: Cancellation::default(),
        }
    }
}

/// A caller without a session that waits for as long as it takes.
impl From<Actor> for Requester {
    fn from(actor: Actor) -> Self {
        Author::from(actor).into()
    }
}
