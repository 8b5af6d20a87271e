//! What happened in all processes: the newest changes, and how few histories they are found in.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use time::OffsetDateTime;
use time::macros::datetime;

use crate::manager::{Activity, ActivityQuery};
use crate::store::{Change, Listing, Requester, StoreHealth, WholeProcess};
use crate::{
    Action, Actor, Error, HistoryEntry, ManualClock, MemoryStore, Process, ProcessManager,
    ProcessName, Store, Subscription,
};

/// A store in memory that counts how many histories were read.
struct Counting {
    store: MemoryStore,
    read: Arc<AtomicUsize>,
}

impl Store for Counting {
    fn now(&self) -> OffsetDateTime {
        self.store.now()
    }
    fn names(&self) -> Result<Vec<ProcessName>, Error> {
        self.store.names()
    }
    fn list(&self) -> Result<Listing, Error> {
        self.store.list()
    }
    fn read(&self, name: &str) -> Result<Arc<Process>, Error> {
        self.store.read(name)
    }
    fn create(&self, process: Process, requester: &Requester) -> Result<Arc<Process>, Error> {
        self.store.create(process, requester)
    }
    fn update(
        &self,
        name: &ProcessName,
        requester: &Requester,
        change: Change,
    ) -> Result<Arc<Process>, Error> {
        self.store.update(name, requester, change)
    }
    fn rename(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        self.store.rename(name, new, requester, action)
    }
    fn delete(&self, name: &ProcessName, requester: &Requester) -> Result<(), Error> {
        self.store.delete(name, requester)
    }
    fn history(&self, name: &str, after: u64) -> Result<Vec<Arc<HistoryEntry>>, Error> {
        self.read.fetch_add(1, Ordering::Relaxed);
        self.store.history(name, after)
    }
    fn keep_whole(&self, whole: &WholeProcess, requester: &Requester) -> Result<(), Error> {
        self.store.keep_whole(whole, requester)
    }
    fn subscribe(&self) -> Result<Subscription, Error> {
        self.store.subscribe()
    }
    fn health(&self) -> StoreHealth {
        self.store.health()
    }
}

/// Many processes, and how many of their histories were read.
pub(super) struct Many {
    clock: Arc<ManualClock>,
    pub(super) manager: ProcessManager,
    read: Arc<AtomicUsize>,
}

impl Many {
    /// So many processes, each changed once, one after the other.
    pub(super) fn new(count: usize) -> Self {
        let clock = Arc::new(ManualClock::new(datetime!(2026-11-22 11:00 UTC)));
        let read = Arc::new(AtomicUsize::new(0));
        let store = Counting {
            store: MemoryStore::with_clock(Arc::<ManualClock>::clone(&clock)),
            read: Arc::clone(&read),
        };
        let manager = ProcessManager::new(store);
        let many = Self {
            clock,
            manager,
            read,
        };
        for number in 0..count {
            let name: ProcessName = format!("p {number}").parse().unwrap();
            many.manager.create_process(name, "").unwrap();
            many.change(&format!("p {number}"), "once", "ann");
        }
        many
    }

    /// Adds a task to a process in somebody's name.
    pub(super) fn change(&self, process: &str, task: &str, client: &str) {
        self.clock.advance(Duration::from_secs(1));
        let actor = Actor::Client {
            client: client.into(),
            principal: None,
        };
        let manager = self.manager.clone().acting_as(actor);
        let (process, task) = (process.parse().unwrap(), task.parse().unwrap());
        manager.add_task(&process, task, "").unwrap();
    }

    /// How many histories `work` reads, and what it answers.
    pub(super) fn reading<T>(&self, work: impl FnOnce(&ProcessManager) -> T) -> (usize, T) {
        let before = self.read.load(Ordering::Relaxed);
        let answer = work(&self.manager);
        (self.read.load(Ordering::Relaxed) - before, answer)
    }

    fn activity(&self, who: Option<&str>, limit: usize) -> (usize, Activity) {
        let query = ActivityQuery {
            who: who.map(ToOwned::to_owned),
            limit,
            histories_max: 200,
        };
        self.reading(|manager| manager.activity(&query).unwrap())
    }
}

fn told(activity: &Activity) -> Vec<String> {
    let changes = activity.changes.iter();
    let told = changes.map(|it| format!("{} {}", it.process, it.change.entry.revision));
    told.collect()
}

#[test]
fn the_newest_changes_of_all_come_first() {
    let many = Many::new(3);
    many.change("p 0", "twice", "bob");
    let name: ProcessName = "p 1".parse().unwrap();
    many.manager
        .create_process("new".parse().unwrap(), "")
        .unwrap();
    let (_, activity) = many.activity(None, 10);
    assert_eq!(told(&activity), ["p 0 3", "p 2 2", "p 1 2", "p 0 2"]);
    assert!(!activity.more);
    let (_, activity) = many.activity(None, 2);
    assert_eq!(told(&activity), ["p 0 3", "p 2 2"]);
    assert!(activity.more);
    many.clock.advance(Duration::from_secs(1));
    many.manager.undo(&name, 2).unwrap();
    let (_, activity) = many.activity(None, 4);
    assert_eq!(told(&activity)[0], "p 1 3");
    assert_eq!(activity.changes[3].change.undone_by, Some(3));
    let (_, activity) = many.activity(Some("bob"), 10);
    assert_eq!(told(&activity), ["p 0 3"]);
    let (read, activity) = many.activity(None, 0);
    assert_eq!((read, activity.changes.len(), activity.more), (0, 0, true));
}

#[test]
fn of_a_thousand_processes_few_histories_are_read() {
    let many = Many::new(1000);
    let (read, activity) = many.activity(None, 100);
    assert_eq!((read, activity.changes.len()), (100, 100));
    assert_eq!(told(&activity)[0], "p 999 2");
    assert_eq!(told(&activity)[99], "p 900 2");
    for task in 0..100 {
        many.change("p 500", &format!("task {task}"), "bob");
    }
    let (read, activity) = many.activity(None, 100);
    assert_eq!((read, told(&activity)[99].as_str()), (1, "p 500 3"));
    assert!(activity.more);
    // For somebody who does little, only so many are read.
    let (read, activity) = many.activity(Some("eve"), 100);
    assert_eq!(
        (read, activity.changes.len(), activity.more),
        (200, 0, true)
    );
}
