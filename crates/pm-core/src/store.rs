//! The contract between the operations and the place where processes are kept.

mod error;
mod file;
mod memory;
mod report;
mod requester;

use std::sync::Arc;
use std::time::Duration;

pub use error::StoreError;
pub use file::{
    Concern, Examination, ExamineError, FileStore, FileStoreOptions, Finding, FindingKind,
    LockSupport, OpenError, OpenProblem, Repair, RepairError, RepairKind, Revisions, TrashContents,
    WordPlace, Writer, examine, process_from_json, repair,
};
pub(crate) use file::{read_entry, read_patch, reason, write_entry, write_patch, write_process};
pub use memory::MemoryStore;
pub use report::{
    FileNotice, FileNoticeKind, FileProblem, FileProblemKind, Listing, StoreHealth, Trashed,
};
pub use requester::{Cancellation, Requester};

use crate::{
    Action, Error, HistoryEntry, Process, ProcessName, SearchHits, SearchQuery, Subscription,
    Timestamp,
};

/// A change to one process: applied to a working copy, kept only where it answers `Ok`.
///
/// It may be applied to any later state of the process than the caller has seen, and again where
/// that state turns out to be stale before it is kept. It must leave the process as it was where
/// it answers an error.
pub type Change = Box<dyn FnMut(&mut Process) -> Result<Action, Error> + Send>;

/// A place where processes are kept.
///
/// # Contract
///
/// - **Acknowledged means durable.** When [`create`](Self::create), [`update`](Self::update),
///   [`rename`](Self::rename) or [`delete`](Self::delete) answers `Ok`, the change survives
///   what the store promises to survive.
/// - **No update is lost.** Each change sees all that were acknowledged before it, whoever made
///   them: other threads, other OS processes, a person with an editor.
/// - **A reader sees the latest acknowledged state**, and never one that is not whole.
/// - `create` and `rename` refuse, with [`Error::ProcessExists`], a name that differs from
///   another process's only in case or punctuation (equal under [`folded`](crate::folded)).
/// - The store counts [`Process::revision`] up by one with each change that is kept.
/// - **A change that was given up before it is made is not made**: once all waiting is over, the
///   store asks [`Requester::check`].
/// - Methods block, [`read_at_once`](Self::read_at_once) aside. They may be called from any thread.
pub trait Store: Send + Sync {
    /// The names of all processes that can be opened, in a stable order.
    fn names(&self) -> Result<Vec<ProcessName>, Error>;

    /// A summary of every process, and what cannot be opened.
    fn list(&self) -> Result<Listing, Error>;

    /// The present state of the process of exactly this name.
    fn read(&self, name: &str) -> Result<Arc<Process>, Error>;

    /// The present state of the process of exactly this name, where that can be said without
    /// waiting: for no lock, no disk and no network, and without reading a file. `None` says
    /// nothing but that [`read`](Self::read) has to be asked.
    ///
    /// It may be called from a thread on which much else depends, so a store also answers `None`
    /// for a process that it knows to be large: what is done with that takes a while.
    fn read_at_once(&self, name: &str) -> Option<Arc<Process>> {
        let _ = name;
        None
    }

    /// Looks for something in all processes.
    ///
    /// Every change that was acknowledged before is looked at, and none that is not; what cannot
    /// be opened is passed over, and named where it may hold something. A store that can tell
    /// without reading them which processes hold nothing should.
    fn search(&self, query: &SearchQuery) -> Result<SearchHits, Error> {
        let mut hits = SearchHits::default();
        for name in self.names()? {
            match self.read(name.as_str()) {
                Ok(process) => query.look_in(&process, &mut hits),
                // Deleted or renamed meanwhile.
                Err(Error::ProcessNotFound { .. }) => {}
                Err(Error::Unusable(problem)) => hits.problems.push(problem),
                Err(error) => return Err(error),
            }
        }
        Ok(hits)
    }

    /// Keeps a new process. What it holds is where its history begins.
    fn create(&self, process: Process, requester: &Requester) -> Result<Arc<Process>, Error>;

    /// Applies `change` to the process of exactly this name and keeps the outcome, with what the
    /// change says that it did as the next entry of the history.
    fn update(
        &self,
        name: &ProcessName,
        requester: &Requester,
        change: Change,
    ) -> Result<Arc<Process>, Error>;

    /// Gives a process a new name, with `action` as the next entry of its history, which it
    /// keeps.
    fn rename(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error>;

    /// Takes a process away.
    fn delete(&self, name: &ProcessName, requester: &Requester) -> Result<(), Error>;

    /// The last changes of the process of exactly this name, oldest first: those of the last
    /// 1,000 ([`HISTORY_CHANGES`]) that are still kept.
    ///
    /// Each is the change that made its revision from the one before. Where one is missing, the
    /// revisions have a gap there.
    fn history(&self, name: &str) -> Result<Vec<Arc<HistoryEntry>>, Error>;

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
        Err(memory::missing(name.as_str()))
    }

    /// Takes away for ever what was deleted before `time`; answers how many processes.
    fn purge(&self, time: &Timestamp) -> Result<usize, Error> {
        let _ = time;
        Ok(0)
    }

    /// Tells of changes that are made from now on, whoever makes them.
    ///
    /// Each change that is acknowledged after the answer is told once, and perhaps some of the
    /// moment before; those of one process come in the order of its revisions, without a gap
    /// where the history is kept. Changes of other programs may be told some seconds late, and
    /// before they are durable. No change waits for a subscriber:
    /// [`FeedItem::Missed`](crate::FeedItem::Missed) says where one was too slow.
    fn subscribe(&self) -> Result<Subscription, Error>;

    /// What happened to the files of the process of this name that a person should know of, and
    /// was not taken yet.
    fn take_notices(&self, name: &str) -> Vec<FileNotice> {
        let _ = name;
        Vec::new()
    }

    /// What is to be known of the files of the process of this name as long as it is so, such as
    /// that a journal is damaged.
    fn standing_notices(&self, name: &str) -> Vec<FileNotice> {
        let _ = name;
        Vec::new()
    }

    /// Whether [`take_notices`](Self::take_notices) or
    /// [`standing_notices`](Self::standing_notices) would answer any, where that can be said
    /// without waiting; otherwise that it may.
    fn may_have_notices(&self, name: &str) -> bool {
        let _ = name;
        false
    }

    /// Brings what others read without this store, such as files, up to what was acknowledged.
    /// Nothing is lost without it.
    fn flush(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Says how the store is doing.
    fn health(&self) -> StoreHealth;
}

/// How many changes of a process are kept to be looked at and taken back.
pub const HISTORY_CHANGES: usize = 1000;

/// How long they are kept.
pub const HISTORY_AGE: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// How long a deleted process can be restored.
pub const TRASH_AGE: Duration = Duration::from_secs(30 * 24 * 60 * 60);
