//! The name under which a caller claims tasks, and the claims that end with its session.

use std::collections::BTreeSet;
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use pm_core::{Actor, ProcessManager, ProcessName};

/// A name under which tasks are claimed.
#[derive(Debug)]
pub(crate) enum Owner {
    /// That of one session, which nobody has after it.
    Session(Arc<str>),
    /// That of a client and its principal, which comes back.
    Client(Arc<str>),
}

/// The name under which one of several sessions of a client claims tasks: that of the client, and
/// a tag of 30 random bits, since no two sessions may have each other's tasks.
pub(crate) fn owner_of_session(actor: &Actor) -> Owner {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    // Each RandomState has fresh random keys.
    let mut random = RandomState::new().hash_one(std::process::id());
    let mut tag = String::new();
    for _ in 0..6 {
        let letter = LETTERS.get((random % 32) as usize);
        tag.extend(letter.map(|letter| char::from(*letter)));
        random /= 32;
    }
    Owner::Session(format!("{actor} #{tag}").into())
}

/// Claims of a session that are to end with it.
pub(super) struct Held {
    /// The core, in the name of the session.
    pub(super) manager: ProcessManager,
    /// Where it has claimed tasks.
    pub(super) processes: BTreeSet<ProcessName>,
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Held").field(&self.processes).finish()
    }
}

impl Held {
    /// Lets go of the claims. If that fails, they end with their lease.
    pub(super) fn release(self) {
        for process in &self.processes {
            if let Err(error) = self.manager.release_claims(process) {
                tracing::debug!(%error, "the claims of a session that has ended stay for a while");
            }
        }
    }
}

/// What is still done for sessions that have ended.
#[derive(Debug, Default)]
pub(crate) struct Endings(Mutex<Vec<JoinHandle<()>>>);

impl Endings {
    /// Does it on a thread of its own: a session ends on one that must not wait for a disk.
    pub(super) fn run(&self, work: impl FnOnce() + Send + 'static) {
        let mut threads = self.threads();
        threads.retain(|thread| !thread.is_finished());
        // If the system gives no thread, the lease ends what was claimed.
        threads.extend(
            std::thread::Builder::new()
                .name("endings".into())
                .spawn(work),
        );
    }

    /// Waits until all of it is done, but no longer than `most`.
    pub(crate) fn wait(&self, most: Duration) {
        let end = Instant::now() + most;
        while Instant::now() < end && self.threads().iter().any(|thread| !thread.is_finished()) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn threads(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::{Caller, actor};

    #[test]
    fn two_sessions_of_a_client_claim_under_different_names() {
        let ui = actor(Some("ui"), None);
        let owner = |_| Caller::default().owner(|| owner_of_session(&ui));
        let owners: BTreeSet<Arc<str>> = (0..100).map(owner).collect();
        assert_eq!(owners.len(), 100);
        for owner in owners {
            assert_eq!(owner.strip_prefix("ui #").unwrap().len(), 6, "{owner}");
        }
    }
}
