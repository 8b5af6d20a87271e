//! The handle through which everything is done.

mod activity_ops;
mod at_once;
mod conflict_ops;
mod difference_ops;
mod former_names;
mod history_ops;
mod identity;
mod if_needed;
mod job_ops;
mod last_own;
mod move_ops;
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
mod undo_ops;
mod whole_plan;

use std::sync::{Arc, mpsc};
use std::time::Duration;

pub use activity_ops::{Activity, ActivityQuery, ProcessChange};
pub use conflict_ops::ConflictLook;
pub use history_ops::{HistoryPage, HistoryQuery};
pub use identity::Identity;
pub use last_own::TakenBack;
pub use plan_ops::Look;
pub use repeated::MadeBefore;
pub use undo_ops::{Undone, UndoneChange};

use self::former_names::FormerNames;
use self::session::Sessions;
use crate::history::last_edit;
use crate::model::{Claimant, DEFAULT_LEASE};
use crate::store::{
    Cancellation, OpenProcesses, Reach, Requester, Scoped, Store, StoreError, StoreHealth,
};
use crate::{Action, Actor, Error, Process, ProcessName, Subscription, Timestamp};

/// The longest lease; the end of a longer one might be no time that can be written down.
const LONGEST_LEASE: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// The handle through which processes are read and changed.
///
/// It is cheap to clone, may be shared between threads and takes `&self` everywhere. Methods
/// block while the store works; an async program calls them from a blocking task, or through
/// [`at_once`](Self::at_once).
///
/// # Errors
///
/// A name that means nothing, or more than one thing, is refused with [`Error::Process`],
/// [`Error::Task`], [`Error::Job`], [`Error::Snippet`] or [`Error::Trash`], and a name that
/// something else has with [`Error::Taken`]. [`Error::Unusable`] says that a process cannot be
/// opened, and [`Error::Store`] that the store failed. What else a method refuses, it says itself.
#[derive(Clone)]
pub struct ProcessManager {
    store: Arc<dyn Store>,
    /// Who calls through this handle.
    identity: Identity,
    /// Whether the caller still waits for the call.
    cancellation: Cancellation,
    /// What a process has to be like for a change to be made; `None` if it may be anything.
    check: Option<Check>,
    sessions: Arc<Sessions>,
    former_names: Arc<FormerNames>,
    lease: Duration,
}

/// Says why a process is not to be changed, if it is not.
type Check = Arc<dyn Fn(&Process) -> Result<(), Error> + Send + Sync>;

/// A change that was made, and the state that it left.
#[derive(Debug, Clone)]
pub struct Changed<T> {
    /// What the change did.
    pub value: T,
    /// The revision that this very change made, to be taken back with
    /// [`ProcessManager::undo`]; `None` if there was nothing to do, so that none was made. Of
    /// several changes in one call it is the last.
    ///
    /// The process may have a later one, as others made changes at the same moment.
    pub revision: Option<u64>,
    /// The process after the change, perhaps with others made at the same moment.
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
            identity: Identity::default(),
            cancellation: Cancellation::default(),
            check: None,
            sessions: Arc::default(),
            former_names: Arc::default(),
            lease: DEFAULT_LEASE,
        }
    }

    /// Makes a handle for somebody who may use only the processes in `reach`, and for whom the
    /// others do not exist. What this handle remembers of its callers is not handed on.
    pub fn within(&self, reach: Reach) -> Self {
        let store = Arc::clone(&self.store);
        let store: Arc<dyn Store> = if reach.is_everything() {
            store
        } else {
            Arc::new(Scoped::new(store, reach))
        };
        Self {
            cancellation: self.cancellation.clone(),
            check: self.check.clone(),
            ..Self::over(store).with_lease(self.lease)
        }
    }

    /// Makes calls as those of `identity` from now on. Without an identity, a handle and its clones
    /// are one caller without a name.
    pub fn called_by(self, identity: Identity) -> Self {
        Self { identity, ..self }
    }

    /// Makes changes in the name of `actor` from now on, and stays the same session; to be called
    /// on a clone if several actors share a handle.
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
        let identity = self.identity.clone().named(actor);
        self.called_by(identity)
    }

    /// Makes no change through this handle any more once `cancellation` says that the caller has
    /// given up: a change that waits then is dropped, and one that was made stays made.
    pub fn giving_up_when(self, cancellation: Cancellation) -> Self {
        Self {
            cancellation,
            ..self
        }
    }

    /// Makes a change within a process only if `check` accepts the process as it is at the moment of
    /// the change, which is refused with what `check` answers otherwise. So what was decided on a
    /// state that was read before is not done to another.
    ///
    /// It is asked before anything else, perhaps more than once, and not about what is done to a process
    /// as a whole: a new one, a new name, the trash.
    ///
    /// ```
    /// # use pm_core::{Error, MemoryStore, ProcessManager, StoreError};
    /// let manager = ProcessManager::new(MemoryStore::new());
    /// let seen = manager.create_process("garden".parse()?, "Grow herbs")?;
    /// let revision = seen.revision;
    /// let careful = manager.clone().only_if(move |process| match process.revision {
    ///     now if now == revision => Ok(()),
    ///     _ => Err(StoreError::NotApplied.into()),
    /// });
    /// careful.add_task(&seen.name, "beds".parse()?, "")?;
    /// assert!(careful.add_task(&seen.name, "fence".parse()?, "").is_err());
    /// # Ok::<(), Error>(())
    /// ```
    pub fn only_if(
        self,
        check: impl Fn(&Process) -> Result<(), Error> + Send + Sync + 'static,
    ) -> Self {
        Self {
            check: Some(Arc::new(check)),
            ..self
        }
    }

    /// Which processes callers without a session have open, if the store keeps that.
    pub fn open_processes(&self) -> Option<&dyn OpenProcesses> {
        self.store.open_processes()
    }

    /// Who asks the store for changes.
    fn requester(&self) -> Requester {
        Requester {
            author: self.identity.author(),
            cancellation: self.cancellation.clone(),
        }
    }

    /// Who calls through this handle.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Claims tasks in the name of `owner` from now on, as [`Identity::claiming_as`] says.
    pub fn claiming_as(self, owner: impl Into<Arc<str>>) -> Self {
        let identity = self.identity.clone().claiming_as(owner);
        self.called_by(identity)
    }

    /// Lets claims be over after `lease` unless they are renewed: ten years at most, and
    /// [`DEFAULT_LEASE`] without this call.
    pub fn with_lease(self, lease: Duration) -> Self {
        let lease = lease.min(LONGEST_LEASE);
        Self { lease, ..self }
    }

    /// What the caller is to the plan.
    fn claimant(&self) -> Claimant {
        Claimant {
            by: self.identity.actor().to_string(),
            owner: self.identity.owner(),
            lease: self.lease,
        }
    }

    /// Tells of all changes that are made from now on: through any handle over this store, by other
    /// programs, by people with an editor. See [`Store::subscribe`].
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
        let check = self.check.clone();
        let (sender, receiver) = mpsc::channel();
        let process = self.store.update(
            process,
            &self.requester(),
            Box::new(move |process, now| {
                if let Some(check) = &check {
                    check(process)?;
                }
                let (value, action) = operation(process, now)?;
                let made = process.revision.saturating_add(1);
                process.renew_touched(&claimant, now);
                // The receiver outlives the update; a send can only fail if nobody waits.
                let _ = sender.send((value, made));
                Ok(action)
            }),
        );
        let process = process.map_err(|error| with_last_edit(&*self.store, error))?;
        // The last value is that of the state that was kept.
        let last = receiver.try_iter().last();
        let (value, made) = last.ok_or(StoreError::NotApplied)?;
        self.made(&process, made);
        Ok(Changed {
            value,
            revision: Some(made),
            process,
        })
    }
}

/// Says of a text that was changed meanwhile by which change, if the history tells.
fn with_last_edit(store: &dyn Store, mut error: Error) -> Error {
    if let Error::ChangedMeanwhile(refusal) = &mut error {
        let entries = store.history(refusal.text.process().as_str(), 0);
        // The refusal stands without it as well.
        let entries = entries.unwrap_or_default();
        refusal.change = last_edit(&refusal.text, refusal.revision, &entries);
    }
    error
}

impl<T> Changed<T> {
    /// The outcome of a call that found nothing to do in `process`.
    fn nothing(value: T, process: Arc<Process>) -> Self {
        Self {
            value,
            revision: None,
            process,
        }
    }
}
