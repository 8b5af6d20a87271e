//! The contract between the operations and what keeps the processes.

mod copying;
mod error;
pub(crate) mod file;
mod kept_changes;
mod memory;
mod open_processes;
pub mod queue;
#[cfg(test)]
mod queue_tests;
mod reach;
mod report;
mod requester;
pub(crate) mod retention;
pub(crate) mod rules;
mod scoped;
mod store_notices;
mod whole_process;

/// The source of the queue's locks and channels; its tests have others.
mod threads {
    pub(super) use std::sync::{Mutex, MutexGuard, mpsc};
}

use std::sync::Arc;

pub use copying::{Comparison, CopyItem, CopyOutcome, StoreCopy};
pub use error::{Cause, StoreError};
pub use file::{
    FileStore, FileStoreOptions, JOURNAL_FORMAT, LockSupport, OpenError, OpenProblem, PRIVATE_DIR,
    process_from_json,
};
pub(crate) use file::{read_entry, read_patch, read_summary};
pub(crate) use file::{write_entry, write_patch, write_process, write_summary};
pub use kept_changes::{Conflict, KeptChanges};
pub use memory::MemoryStore;
pub use open_processes::OpenProcesses;
pub use reach::{Reach, ReachPattern, ReachProblem};
pub use report::{Listing, StoreHealth, Trashed, Unusable, UnusableKind};
pub use requester::{Cancellation, Requester};
pub use retention::{HISTORY_AGE, HISTORY_CHANGES, TRASH_AGE, outdated, trash_begins};
pub use rules::{no_such_conflict, no_such_process, refuse_taken};
pub use scoped::Scoped;
pub use store_notices::{Revisions, StoreNotice, StoreNoticeKind, StoreNotices};
use time::OffsetDateTime;
pub use whole_process::WholeProcess;

use crate::{
    Action, Error, HistoryEntry, Process, ProcessName, SearchHits, SearchQuery, Subscription,
    Timestamp,
};

/// A change to one process: applied to a working copy, kept only if it answers `Ok`. It gets the
/// time of the change, by the store's clock ([`Store::now`]).
///
/// It may be applied to any later state of the process than the caller has seen, and again if that
/// state turns out to be stale before it is kept. It must leave the process as it was if it answers
/// an error.
pub type Change = Box<dyn FnMut(&mut Process, &Timestamp) -> Result<Action, Error> + Send>;

/// What keeps processes.
///
/// A store outside this crate writes and reads with [`codec`](crate::codec), makes changes with
/// [`history::commit`](crate::history::commit), tells of them through a [`Hub`](crate::feed::Hub),
/// and is put to the contract by `testing::store_contract`, with the feature `testing`.
///
/// # Contract
///
/// - **Acknowledged means durable.** When [`create`](Self::create), [`update`](Self::update),
///   [`rename`](Self::rename) or [`delete`](Self::delete) answers `Ok`, the change survives every
///   failure that the store promises to survive.
/// - **No update is lost.** Each change sees all that were acknowledged before it, by other
///   threads, other OS processes, or a person with an editor.
/// - **A reader sees the latest acknowledged state**, and never one that is not whole.
/// - `create` and `rename` refuse, with [`Taken::Process`](crate::error::Taken::Process), a name
///   that is another process's or differs from it only in case or punctuation (equal under
///   [`folded`](crate::resolve::folded)).
/// - The store counts [`Process::revision`] up by one with each change that is kept.
/// - **A name that no process has is refused** with [`Error::Process`], and so is one that nothing
///   in the trash has. A process that is there and cannot be opened is refused with
///   [`Error::Unusable`]. If the store itself fails, the error is [`Error::Store`].
/// - **A change that was given up before it is made is not made**: once all waiting is over, the
///   store asks [`Requester::check`].
/// - **There is one clock**, [`now`](Self::now): what is kept has its times, and so it tells how
///   old something is.
/// - Methods block, [`now`](Self::now) and [`read_at_once`](Self::read_at_once) aside. They may be
///   called from any thread.
pub trait Store: Send + Sync {
    /// The present time, by the clock that stamps what is kept. It is called often, also by callers
    /// that must not wait: a store over a network takes this machine's clock and the difference
    /// that it knows.
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }

    /// The names of all processes that can be opened, in a stable order.
    fn names(&self) -> Result<Vec<ProcessName>, Error>;

    /// A summary of every process, and what cannot be opened.
    fn list(&self) -> Result<Listing, Error>;

    /// The present state of the process of exactly this name.
    fn read(&self, name: &str) -> Result<Arc<Process>, Error>;

    /// The present state of the process of exactly this name, if the store has it without waiting
    /// for a lock, a disk or a network, and without reading a file. `None` says nothing but that
    /// [`read`](Self::read) has to be called.
    ///
    /// It may be called from a thread on which much else depends, so a store also answers `None`
    /// for a process that it knows to be large: what is done with that takes a while.
    fn read_at_once(&self, name: &str) -> Option<Arc<Process>> {
        let _ = name;
        None
    }

    /// A state that the process of exactly this name had of late, if the store has one in memory
    /// and the present one would have to be asked for; so that a caller that wants to change a
    /// process need not ask for it first. It may be an old state. `None` says nothing.
    fn last_known(&self, name: &str) -> Option<Arc<Process>> {
        let _ = name;
        None
    }

    /// Looks for something in all processes.
    ///
    /// Every change that was acknowledged before the call is looked at, and none that is not
    /// acknowledged; a process that cannot be opened is passed over, and named if it may hold
    /// something. A store should leave out the processes that it knows to hold nothing without
    /// reading them.
    fn search(&self, query: &SearchQuery) -> Result<SearchHits, Error> {
        let mut hits = SearchHits::default();
        let names = self.names()?.into_iter();
        for name in names.filter(|name| query.reaches(name.as_str())) {
            match self.read(name.as_str()) {
                Ok(process) => query.look_in(&process, &mut hits),
                // Deleted or renamed meanwhile.
                Err(Error::Process(_)) => {}
                Err(Error::Unusable(problem)) => hits.problems.push(problem),
                Err(error) => return Err(error),
            }
        }
        Ok(hits)
    }

    /// Keeps a new process, as revision 1. Its history begins with the state that is given here.
    fn create(&self, process: Process, requester: &Requester) -> Result<Arc<Process>, Error>;

    /// Applies `change` to the process of exactly this name and keeps the outcome, with the action
    /// that the change answers as the next entry of the history. Answers the process after that; an
    /// error of `change` is answered as it is, and nothing is kept.
    fn update(
        &self,
        name: &ProcessName,
        requester: &Requester,
        change: Change,
    ) -> Result<Arc<Process>, Error>;

    /// Gives a process a new name, with `action` as the next entry of its history, which it
    /// keeps. Answers the process as this change left it, also if others have changed it since.
    fn rename(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error>;

    /// Takes the process of exactly this name away, into the trash if the store has one.
    fn delete(&self, name: &ProcessName, requester: &Requester) -> Result<(), Error>;

    /// The last changes of the process of exactly this name, oldest first: those of the last 1,000
    /// ([`HISTORY_CHANGES`]) that are still kept, for 90 days ([`HISTORY_AGE`]).
    ///
    /// Only those that made a revision after `after` are answered; after 0, all of them are. Each
    /// is the change that made its revision from the one before. If one is missing, the revisions
    /// have a gap there.
    fn history(&self, name: &str, after: u64) -> Result<Vec<Arc<HistoryEntry>>, Error>;

    /// What was deleted and can be restored, the last deleted first. Empty for a store that keeps
    /// nothing of it.
    fn trash(&self) -> Result<Vec<Trashed>, Error> {
        Ok(Vec::new())
    }

    /// Puts back the process of exactly this name that was deleted last, with its history, under
    /// the name `new`.
    ///
    /// It refuses a name that is taken as [`create`](Self::create) does.
    fn restore(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        let _ = (new, requester, action);
        Err(no_such_process(name.as_str()))
    }

    /// The process in the trash of this name that was deleted at this time, as it was then; the
    /// last one if there are several.
    fn read_trashed(&self, item: &Trashed) -> Result<Arc<Process>, Error> {
        Err(no_such_process(item.name.as_str()))
    }

    /// Takes the process that [`read_trashed`](Self::read_trashed) answers away for ever.
    fn purge_one(&self, item: &Trashed, requester: &Requester) -> Result<(), Error> {
        let _ = requester;
        Err(no_such_process(item.name.as_str()))
    }

    /// Takes away for ever the processes that were deleted before `time`; answers how many
    /// processes.
    fn purge(&self, time: &Timestamp) -> Result<usize, Error> {
        let _ = time;
        Ok(0)
    }

    /// All that is kept of the process of exactly this name.
    fn read_whole(&self, name: &str) -> Result<WholeProcess, Error> {
        let process = self.read(name)?;
        // What came meanwhile is left out of it.
        Ok(WholeProcess::new(process, self.history(name, 0)?)?)
    }

    /// All that is kept of the process that [`read_trashed`](Self::read_trashed) answers.
    fn read_whole_trashed(&self, item: &Trashed) -> Result<WholeProcess, Error> {
        Err(no_such_process(item.name.as_str()))
    }

    /// Keeps a process that another store has handed out, with its history, its revision and its
    /// times, in the trash if it was there: all of it or nothing.
    ///
    /// It refuses a name that is taken as [`create`](Self::create) does; in the trash, no name is.
    fn keep_whole(&self, whole: &WholeProcess, requester: &Requester) -> Result<(), Error>;

    /// The changes that did not fit beside an edit that was made outside, as [`list`](Self::list)
    /// has them. Empty for a store whose processes are changed through it alone.
    fn conflicts(&self) -> Result<Vec<Conflict>, Error> {
        Ok(self.list()?.conflicts)
    }

    /// Reads changes that did not fit.
    fn read_conflict(&self, conflict: &Conflict) -> Result<KeptChanges, Error> {
        Err(no_such_conflict(&conflict.id))
    }

    /// Takes changes that did not fit away for ever, once a person has settled what is to count.
    fn discard_conflict(&self, conflict: &Conflict, requester: &Requester) -> Result<(), Error> {
        let _ = requester;
        Err(no_such_conflict(&conflict.id))
    }

    /// The bytes of what cannot be opened, by the name that [`list`](Self::list) has for it among
    /// its problems; `None` if there is no problem of this name.
    fn read_unusable(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let _ = name;
        Ok(None)
    }

    /// Tells of changes that are made from now on, by any caller, other program or person.
    ///
    /// Each change that is acknowledged after the answer leads to an update, of itself or together
    /// with later ones of the same process; so may a change of the moment before. Changes of other
    /// programs may be told some seconds late, and before they are durable. No change waits for a
    /// subscriber: [`FeedItem::Missed`](crate::FeedItem::Missed) says that one was too slow.
    fn subscribe(&self) -> Result<Subscription, Error>;

    /// What callers have to be told of how processes are kept, such as their files; `None` for a
    /// store in which nothing happens to them but by calls.
    fn notices(&self) -> Option<&dyn StoreNotices> {
        None
    }

    /// Which processes callers without a session have open; `None` for a store that does not keep
    /// that, so that each server knows only its own callers.
    fn open_processes(&self) -> Option<&dyn OpenProcesses> {
        None
    }

    /// Brings what others read without this store, such as files, up to what was acknowledged.
    /// Nothing is lost without it.
    fn flush(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Says how the store is doing.
    fn health(&self) -> StoreHealth;
}
