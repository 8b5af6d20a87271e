//! The stores of this crate keep their contract, and one that breaks it is found out.

use std::sync::Mutex;

use super::*;
use crate::store::{Change, Listing, StoreHealth, Trashed, WholeProcess};
use crate::{
    FileStore, HistoryEntry, MemoryStore, SearchHits, SearchQuery, Subscription, Timestamp,
};

#[test]
fn the_store_in_memory_keeps_it() {
    store_contract(MemoryStore::new).unwrap();
}

#[test]
fn the_store_of_files_keeps_it() {
    let dirs = Mutex::new(Vec::new());
    store_contract(|| {
        let dir = tempfile::tempdir().unwrap();
        let store = FileStore::open(dir.path()).unwrap();
        dirs.lock().unwrap().push(dir);
        store
    })
    .unwrap();
}

/// What a store does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    MakesWhatWasGivenUp,
    KeepsHalfOfARefusedChange,
    ForgetsWhoChanged,
    ForgetsTheSession,
    TellsTheHistoryFromTheNewestOn,
    TellsTheWholeHistory,
    RestoresAlways,
    PurgesNothing,
    PurgesAnother,
    FindsNothing,
    HasAnotherClock,
    TellsNoSubscriber,
    ListsNoLastChange,
    ListsNobodyAtWork,
    ForgetsTheHistoryOfWhatCame,
}

/// A store in memory with a fault.
struct Faulty {
    store: MemoryStore,
    fault: Fault,
}

impl Faulty {
    fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    fn asked_by(&self, requester: &Requester) -> Requester {
        let mut requester = requester.clone();
        if self.has(Fault::MakesWhatWasGivenUp) {
            requester = requester.author.actor.into();
        }
        if self.has(Fault::ForgetsWhoChanged) {
            requester.author.actor = Actor::Unnamed;
        }
        if self.has(Fault::ForgetsTheSession) {
            requester.author.session = None;
        }
        requester
    }
}

impl Store for Faulty {
    fn now(&self) -> time::OffsetDateTime {
        let hour = time::Duration::HOUR;
        let wrong = self.has(Fault::HasAnotherClock);
        self.store.now() + if wrong { hour } else { time::Duration::ZERO }
    }
    fn names(&self) -> Result<Vec<ProcessName>, Error> {
        self.store.names()
    }
    fn list(&self) -> Result<Listing, Error> {
        let mut listing = self.store.list()?;
        for listed in &mut listing.processes {
            let summary = Arc::make_mut(listed);
            if self.has(Fault::ListsNoLastChange) {
                summary.last_change = None;
            }
            if self.has(Fault::ListsNobodyAtWork) {
                summary.claims = crate::model::Claims::default();
            }
        }
        Ok(listing)
    }
    fn read(&self, name: &str) -> Result<Arc<Process>, Error> {
        self.store.read(name)
    }
    fn search(&self, query: &SearchQuery) -> Result<SearchHits, Error> {
        if self.has(Fault::FindsNothing) {
            return Ok(SearchHits::default());
        }
        self.store.search(query)
    }
    fn create(&self, process: Process, requester: &Requester) -> Result<Arc<Process>, Error> {
        self.store.create(process, &self.asked_by(requester))
    }
    fn update(
        &self,
        name: &ProcessName,
        requester: &Requester,
        mut change: Change,
    ) -> Result<Arc<Process>, Error> {
        let keeps_half = self.has(Fault::KeepsHalfOfARefusedChange);
        let changed = move |process: &mut Process, now: &Timestamp| match change(process, now) {
            Err(_) if keeps_half => Ok(Action::new("half", "made half of it")),
            outcome => outcome,
        };
        let requester = self.asked_by(requester);
        self.store.update(name, &requester, Box::new(changed))
    }
    fn rename(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        self.store
            .rename(name, new, &self.asked_by(requester), action)
    }
    fn delete(&self, name: &ProcessName, requester: &Requester) -> Result<(), Error> {
        self.store.delete(name, &self.asked_by(requester))
    }
    fn history(&self, name: &str, after: u64) -> Result<Vec<Arc<HistoryEntry>>, Error> {
        let whole = self.has(Fault::TellsTheWholeHistory);
        let mut history = self.store.history(name, if whole { 0 } else { after })?;
        if self.has(Fault::TellsTheHistoryFromTheNewestOn) {
            history.reverse();
        }
        Ok(history)
    }
    fn trash(&self) -> Result<Vec<Trashed>, Error> {
        self.store.trash()
    }
    fn restore(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        let requester = self.asked_by(requester);
        match self.store.restore(name, new, &requester, action.clone()) {
            Err(Error::Taken(Taken::Process { existing, .. }))
                if self.has(Fault::RestoresAlways) =>
            {
                self.store.delete(&existing, &requester)?;
                self.store.restore(name, new, &requester, action)
            }
            outcome => outcome,
        }
    }
    fn read_trashed(&self, item: &Trashed) -> Result<Arc<Process>, Error> {
        self.store.read_trashed(item)
    }
    fn purge_one(&self, item: &Trashed, requester: &Requester) -> Result<(), Error> {
        let mut items = self.store.trash()?.into_iter();
        match items.find(|it| self.has(Fault::PurgesAnother) && it.name == item.name) {
            Some(last) => self.store.purge_one(&last, &self.asked_by(requester)),
            None => self.store.purge_one(item, &self.asked_by(requester)),
        }
    }
    fn purge(&self, time: &Timestamp) -> Result<usize, Error> {
        if self.has(Fault::PurgesNothing) {
            return Ok(0);
        }
        self.store.purge(time)
    }
    fn read_whole(&self, name: &str) -> Result<WholeProcess, Error> {
        self.store.read_whole(name)
    }
    fn read_whole_trashed(&self, item: &Trashed) -> Result<WholeProcess, Error> {
        self.store.read_whole_trashed(item)
    }
    fn keep_whole(&self, whole: &WholeProcess, requester: &Requester) -> Result<(), Error> {
        let requester = self.asked_by(requester);
        if self.has(Fault::ForgetsTheHistoryOfWhatCame) {
            let process = Arc::clone(whole.process());
            let forgetful = WholeProcess::new(process, Vec::new())?;
            let whole = forgetful.updated_at_time(whole.updated_at().clone());
            return self.store.keep_whole(&whole, &requester);
        }
        self.store.keep_whole(whole, &requester)
    }
    fn subscribe(&self) -> Result<Subscription, Error> {
        if self.has(Fault::TellsNoSubscriber) {
            return MemoryStore::new().subscribe();
        }
        self.store.subscribe()
    }
    fn health(&self) -> StoreHealth {
        self.store.health()
    }
}

#[test]
fn a_store_that_breaks_it_is_found_out() {
    let found = |fault| {
        let store = || Faulty {
            store: MemoryStore::new(),
            fault,
        };
        let ContractBroken(broken) = store_contract(store).unwrap_err();
        let first = broken.into_iter().next().unwrap();
        format!("{fault:?}: {first}")
    };
    let faults = [
        Fault::MakesWhatWasGivenUp,
        Fault::KeepsHalfOfARefusedChange,
        Fault::ForgetsWhoChanged,
        Fault::ForgetsTheSession,
        Fault::TellsTheHistoryFromTheNewestOn,
        Fault::TellsTheWholeHistory,
        Fault::RestoresAlways,
        Fault::PurgesNothing,
        Fault::PurgesAnother,
        Fault::FindsNothing,
        Fault::HasAnotherClock,
        Fault::TellsNoSubscriber,
        Fault::ListsNoLastChange,
        Fault::ListsNobodyAtWork,
        Fault::ForgetsTheHistoryOfWhatCame,
    ];
    // The first of what each fault breaks, without what stands there in full.
    let told = faults.map(|fault| found(fault).split(" should").next().unwrap().to_owned());
    insta::assert_snapshot!(told.join("\n"), @r"
    MakesWhatWasGivenUp: a change that was given up is not made: creating
    KeepsHalfOfARefusedChange: a change that refuses leaves nothing: half a change
    ForgetsWhoChanged: changes made at the same time are all kept: the changes of a client
    ForgetsTheSession: the history keeps the session of a change: the sessions
    TellsTheHistoryFromTheNewestOn: changes made at the same time are all kept: the revisions
    TellsTheWholeHistory: the history has all changes, in order, with their actors: what is behind 2
    RestoresAlways: a restored process takes no name from another: its own name
    PurgesNothing: what is purged is gone for ever: how many were purged
    PurgesAnother: one process in the trash can be looked at, and purged alone: the trash
    FindsNothing: a search finds what is there, and only that: what is found of a change
    HasAnotherClock: a change is given the time of the store: whether the time is that of the store
    TellsNoSubscriber: subscribers are told of changes, with who made them: an update
    ListsNoLastChange: a list tells the last change of each process: the last change
    ListsNobodyAtWork: a list tells how many tasks wait, and who is at work: who is at work
    ForgetsTheHistoryOfWhatCame: a process comes from another store with its history and its times: the history
    ");
}
