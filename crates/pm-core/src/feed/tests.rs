//! What subscribers get, and what becomes of those that are slow or gone.

use std::future::Future as _;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use super::{
    FEED_PROCESSES, FeedItem, Hub, ProcessUpdate, Standing, Subscription, Touch, UPDATE_TASKS,
};
use crate::{Actor, MemoryStore, ProcessManager, ProcessName, TaskName, Timestamp};

fn manager() -> ProcessManager {
    ProcessManager::new(MemoryStore::new())
}

fn name(text: &str) -> ProcessName {
    text.parse().unwrap()
}

fn add_task(manager: &ProcessManager, process: &str, task: &str) {
    let task = task.parse().unwrap();
    manager.add_task(&name(process), task, "").unwrap();
}

fn updates(changes: &mut Subscription) -> Vec<ProcessUpdate> {
    std::iter::from_fn(|| changes.try_recv())
        .map(|item| match item {
            FeedItem::Update(update) => update,
            FeedItem::Missed => panic!("missed something"),
        })
        .collect()
}

/// The one update that waits, in short.
#[track_caller]
fn told(changes: &mut Subscription) -> String {
    let updates = updates(changes);
    let all: Vec<_> = updates.iter().map(short).collect();
    all.join("; ")
}

/// An update in short: the revision of the process, what it touched, and whether the list changed.
fn short(update: &ProcessUpdate) -> String {
    let ProcessUpdate { process, .. } = update;
    let stands = update
        .revision
        .map_or("gone".to_owned(), |revision| revision.to_string());
    let tasks = update.tasks.as_ref().map(|tasks| {
        let names: Vec<_> = tasks.iter().map(TaskName::as_str).collect();
        names.join(",")
    });
    let tasks = tasks.unwrap_or("any".to_owned());
    let list = if update.changes_list { " list" } else { "" };
    format!("{process} {stands} [{tasks}]{list}")
}

/// Counts how often it is woken.
#[derive(Default)]
struct Counted(AtomicUsize);

impl Wake for Counted {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn everything_that_happens_to_a_process_is_told_with_who_did_it() {
    let plain = manager();
    let agent = Actor::Client {
        client: "agent".into(),
        principal: None,
    };
    let manager = plain.clone().acting_as(agent.clone());
    let mut changes = plain.subscribe().unwrap();
    let mut all = Vec::new();
    let mut next = |work: &dyn Fn()| {
        work();
        let updates = updates(&mut changes);
        assert!(updates.iter().all(|it| it.actor == Some(agent.clone())));
        all.extend(updates.iter().map(short));
    };
    next(&|| {
        manager.create_process(name("garden"), "").unwrap();
    });
    next(&|| add_task(&manager, "garden", "soil"));
    next(&|| {
        manager
            .rename_task(&name("garden"), "soil", "earth".parse().unwrap())
            .unwrap();
    });
    next(&|| {
        manager
            .describe_process(&name("garden"), "of ours")
            .unwrap();
    });
    next(&|| {
        manager
            .rename_process(&name("garden"), &name("park"))
            .unwrap();
    });
    next(&|| {
        manager.delete_process(&name("park")).unwrap();
    });
    next(&|| {
        let wood = name("wood");
        manager.restore_process("park", Some(&wood)).unwrap();
    });
    insta::assert_snapshot!(all.join("\n"), @r"
    garden 1 [any] list
    garden 2 [soil]
    garden 3 [soil,earth]
    garden 4 []
    garden gone [any] list
    park 5 [any] list
    park gone [any] list
    wood 6 [any] list
    ");
}

#[test]
fn what_is_refused_is_not_told() {
    let manager = manager();
    manager.create_process(name("garden"), "").unwrap();
    let mut changes = manager.subscribe().unwrap();
    manager.create_process(name("Garden"), "").unwrap_err();
    manager.delete_task(&name("garden"), "soil").unwrap_err();
    manager.delete_process(&name("park")).unwrap_err();
    assert_eq!(updates(&mut changes), []);
}

#[test]
fn updates_of_one_process_that_wait_become_one_in_the_order_of_the_first() {
    let manager = manager();
    for process in ["garden", "house"] {
        manager.create_process(name(process), "").unwrap();
    }
    let mut changes = manager.subscribe().unwrap();
    add_task(&manager, "house", "roof");
    add_task(&manager, "garden", "soil");
    add_task(&manager, "house", "door");
    assert_eq!(told(&mut changes), "house 3 [roof,door]; garden 2 [soil]");
    for number in 0..UPDATE_TASKS {
        add_task(&manager, "garden", &format!("bed {number}"));
    }
    assert!(!told(&mut changes).contains("any"));
    for number in 0..=UPDATE_TASKS {
        add_task(&manager, "house", &format!("room {number}"));
    }
    let revision = 3 + 1 + UPDATE_TASKS;
    assert_eq!(told(&mut changes), format!("house {revision} [any]"));
    // What came and went meanwhile is gone.
    manager.create_process(name("shed"), "").unwrap();
    add_task(&manager, "shed", "spade");
    manager.delete_process(&name("shed")).unwrap();
    assert_eq!(told(&mut changes), "shed gone [any] list");
}

#[test]
fn a_slow_subscriber_is_told_that_it_missed_something_and_then_the_newest() {
    let manager = manager();
    let mut slow = manager.subscribe().unwrap();
    let mut quick = manager.subscribe().unwrap();
    for number in 0..FEED_PROCESSES + 10 {
        let process = format!("process {number}");
        manager.create_process(name(&process), "").unwrap();
        assert_eq!(updates(&mut quick).len(), 1);
    }
    assert_eq!(slow.recv(), Some(FeedItem::Missed));
    let newest = updates(&mut slow);
    assert_eq!(newest.len(), 10);
    let last = format!("process {}", FEED_PROCESSES + 9);
    assert_eq!(newest.last().unwrap().process.as_str(), last);
    // However many changes one process has, nothing of it is missed.
    for number in 0..FEED_PROCESSES + 10 {
        add_task(&manager, "process 0", &format!("task {number}"));
    }
    let revision = FEED_PROCESSES + 11;
    assert_eq!(told(&mut slow), format!("process 0 {revision} [any]"));
}

#[test]
fn a_task_is_woken_when_there_is_something() {
    let manager = manager();
    let mut changes = manager.subscribe().unwrap();
    let count = Arc::new(Counted::default());
    let waker = Waker::from(Arc::clone(&count));
    let mut context = Context::from_waker(&waker);
    {
        let mut next = pin!(changes.next());
        assert_eq!(next.as_mut().poll(&mut context), Poll::Pending);
        assert_eq!(next.as_mut().poll(&mut context), Poll::Pending);
        manager.create_process(name("garden"), "").unwrap();
        assert_eq!(count.0.load(Ordering::SeqCst), 1);
        assert!(matches!(
            next.as_mut().poll(&mut context),
            Poll::Ready(Some(FeedItem::Update(_)))
        ));
    }
    assert_eq!(changes.poll_next(&mut context), Poll::Pending);
    drop(manager);
    assert_eq!(count.0.load(Ordering::SeqCst), 2);
    assert_eq!(changes.poll_next(&mut context), Poll::Ready(None));
}

#[test]
fn waiting_ends_with_the_time_and_with_the_store() {
    let manager = manager();
    let mut changes = manager.subscribe().unwrap();
    assert_eq!(changes.recv_timeout(Duration::from_millis(1)), None);
    let waiting = std::thread::spawn(move || changes.recv());
    drop(manager);
    assert_eq!(waiting.join().unwrap(), None);
}

#[test]
fn what_was_read_before_a_later_change_was_told_is_not_told_after_it() {
    let garden = name("garden");
    let created_at = Timestamp::stored("2024-01-01T10:00:00");
    let at = |revision| Standing {
        name: &garden,
        revision,
        created_at: &created_at,
    };
    let hub = Hub::default();
    let mut changes = hub.subscribe();
    hub.changed(at(4), Touch::default);
    // A follower reads revision 3, hears that 4 was told, and looks again; then comes 5.
    assert_eq!(hub.found(at(3), |_| Touch::default()), Some(4));
    hub.changed(at(5), Touch::default);
    assert_eq!(hub.found(at(4), |_| Touch::default()), Some(5));
    assert_eq!(hub.edited(at(4)), Some(5));
    hub.lost(at(3), 4);
    assert_eq!(told(&mut changes), "garden 5 [any]");
    // It was 5 when it was looked at for the second time: those changes are lost.
    hub.lost(at(3), 5);
    assert_eq!(told(&mut changes), "garden 3 [any]");
    assert_eq!(hub.found(at(3), |_| Touch::default()), None);
    assert_eq!(hub.edited(at(3)), None);
    assert_eq!(told(&mut changes), "garden 3 [any]");
}
