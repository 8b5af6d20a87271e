//! The handle through which everything is done.

mod at_once;
mod history_ops;
mod job_ops;
mod last_own;
mod plan_ops;
mod process_ops;
mod repeated;
mod search_ops;
mod session;
mod snippet_ops;
mod task_ops;
#[cfg(test)]
mod tests;
mod trash_ops;
mod whole_plan;

use std::sync::{Arc, mpsc};
use std::time::Duration;

pub use history_ops::{HistoryPage, HistoryQuery, Undone, UndoneChange};
pub use last_own::TakenBack;
pub use plan_ops::Look;
pub use repeated::MadeBefore;
pub use session::Session;

use self::session::Sessions;
use crate::history::Author;
use crate::model::{Claimant, DEFAULT_LEASE};
use crate::store::{Cancellation, Requester, Store, StoreError, StoreHealth};
use crate::{Action, Actor, Error, Process, ProcessName, Subscription, Timestamp};

/// The longest lease; the end of a longer one might be no time that can be written down.
const LONGEST_LEASE: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// The handle through which processes are read and changed.
///
/// It is cheap to clone, may be shared between threads and takes `&self` everywhere. Methods
/// block while the store works; an async program calls them from a blocking task, or through
/// [`at_once`](Self::at_once).
#[derive(Clone)]
pub struct ProcessManager {
    store: Arc<dyn Store>,
    actor: Actor,
    /// Whether whoever made a call through this handle still waits for it.
    cancellation: Cancellation,
    /// In whose name tasks are claimed, where that is not the actor's.
    owner: Option<Arc<str>>,
    /// Whose changes are made through this handle and its clones.
    session: Arc<Session>,
    sessions: Arc<Sessions>,
    lease: Duration,
}

/// A change that was made, and the state that it left.
#[derive(Debug, Clone)]
pub struct Changed<T> {
    /// What the change did.
    pub value: T,
    /// The process since, with this change and perhaps others made at the same moment.
    pub process: Arc<Process>,
}

impl ProcessManager {
    /// Makes a handle over `store`.
    pub fn new(store: impl Store + 'static) -> Self {
        Self::over(Arc::new(store))
    }

    /// Makes a handle over a store that others use as well.
    pub fn over(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            actor: Actor::Unnamed,
            cancellation: Cancellation::default(),
            owner: None,
            session: Arc::default(),
            sessions: Arc::default(),
            lease: DEFAULT_LEASE,
        }
    }

    /// Makes changes in the name of `actor` from now on; to be called on a clone where several
    /// actors share a handle.
    ///
    /// ```
    /// # use pm_core::{Actor, MemoryStore, ProcessManager};
    /// let manager = ProcessManager::new(MemoryStore::new());
    /// let agent = manager.clone().acting_as(Actor::Client {
    ///     client: "agent".into(),
    ///     principal: None,
    /// });
    /// # let _ = agent;
    /// ```
    pub fn acting_as(self, actor: Actor) -> Self {
        Self { actor, ..self }
    }

    /// Makes no change through this handle any more once `cancellation` says that whoever asked
    /// for it has given it up: what is waiting then is dropped, and what was made is made.
    pub fn giving_up_when(self, cancellation: Cancellation) -> Self {
        Self {
            cancellation,
            ..self
        }
    }

    /// Who asks the store for changes.
    fn requester(&self) -> Requester {
        Requester {
            author: Author {
                actor: self.actor.clone(),
                session: Some(self.session.tag()),
            },
            cancellation: self.cancellation.clone(),
        }
    }

    /// In whose name changes are made.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Claims tasks in the name of `owner` from now on, which has to differ between any two that
    /// work at the same time; without one, tasks are claimed in the name of the actor.
    pub fn claiming_as(self, owner: impl Into<Arc<str>>) -> Self {
        Self {
            owner: Some(owner.into()),
            ..self
        }
    }

    /// Lets claims be over after `lease`, unless they are renewed; [`DEFAULT_LEASE`] otherwise, and
    /// ten years at most.
    pub fn with_lease(self, lease: Duration) -> Self {
        let lease = lease.min(LONGEST_LEASE);
        Self { lease, ..self }
    }

    /// In whose name tasks are claimed.
    pub fn owner(&self) -> Arc<str> {
        let owner = self.owner.clone();
        owner.unwrap_or_else(|| self.actor.to_string().into())
    }

    fn claimant(&self) -> Claimant {
        Claimant {
            owner: self.owner(),
            lease: self.lease,
        }
    }

    /// Tells of changes that are made from now on, by whomever: through any handle over this
    /// store, by other programs, by people with an editor. See [`Store::subscribe`].
    pub fn subscribe(&self) -> Result<Subscription, Error> {
        self.store.subscribe()
    }

    /// Brings what others read without this store, such as files, up to what was acknowledged.
    /// Nothing is lost without it.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.store.flush()
    }

    /// Says how the store is doing.
    pub fn health(&self) -> StoreHealth {
        self.store.health()
    }

    /// Runs `operation` on the present state of a process and keeps the outcome, with the action
    /// that it answers in the history. Claims of the caller on the tasks that it touches are
    /// renewed with it.
    fn change<T: Send + 'static>(
        &self,
        process: &ProcessName,
        mut operation: impl FnMut(&mut Process, &Timestamp) -> Result<(T, Action), Error>
        + Send
        + 'static,
    ) -> Result<Changed<T>, Error> {
        let claimant = self.claimant();
        let (sender, receiver) = mpsc::channel();
        let process = self.store.update(
            process,
            &self.requester(),
            Box::new(move |process, now| {
                let (value, action) = operation(process, now)?;
                let made = process.revision.saturating_add(1);
                process.renew_touched(&claimant, now);
                // The receiver outlives the update; a send can only fail where nobody waits.
                let _ = sender.send((value, made));
                Ok(action)
            }),
        )?;
        // The last value is that of the state that was kept.
        let last = receiver.try_iter().last();
        let (value, made) = last.ok_or(StoreError::NotApplied)?;
        self.made(&process, made);
        Ok(Changed { value, process })
    }
}
