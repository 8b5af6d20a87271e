//! What subscribers get, and what becomes of those that are slow or gone.

use std::future::Future as _;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use super::{FEED_EVENTS, FeedItem, Origin, ProcessEvent, ProcessEventKind, Subscription};
use crate::{Actor, MemoryStore, ProcessManager, ProcessName, TaskName};

fn manager() -> ProcessManager {
    ProcessManager::new(MemoryStore::new())
}

fn name(text: &str) -> ProcessName {
    text.parse().unwrap()
}

fn events(changes: &mut Subscription) -> Vec<Arc<ProcessEvent>> {
    std::iter::from_fn(|| changes.try_recv())
        .map(|item| match item {
            FeedItem::Event(event) => event,
            FeedItem::Missed => panic!("missed something"),
        })
        .collect()
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
    manager.create_process(name("garden"), "").unwrap();
    manager
        .add_task(&name("garden"), "soil".parse().unwrap(), "")
        .unwrap();
    manager
        .rename_task(&name("garden"), "soil", "earth".parse().unwrap())
        .unwrap();
    manager
        .rename_process(&name("garden"), &name("park"))
        .unwrap();
    manager.delete_process(&name("park")).unwrap();
    manager
        .restore_process("park", Some(&name("wood")))
        .unwrap();

    let events = events(&mut changes);
    assert!(
        events
            .iter()
            .all(|event| event.actor == Some(agent.clone()))
    );
    assert!(events.iter().all(|event| event.origin == Origin::Own));
    let told: Vec<_> = events
        .iter()
        .map(|event| {
            let tasks: Vec<_> = event.tasks.iter().map(TaskName::as_str).collect();
            format!(
                "{} {} {:?} {:?}",
                event.process, event.revision, event.summary, tasks
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    garden 1 "created the process \"garden\"" []
    garden 2 "added the task \"soil\"" ["soil"]
    garden 3 "renamed the task \"soil\" to \"earth\"" ["soil", "earth"]
    park 4 "renamed the process \"garden\" to \"park\"" []
    park 4 "deleted the process \"park\"" []
    wood 5 "restored the process \"park\" from the trash as \"wood\"" []
    "#);
    let kinds: Vec<_> = events.iter().map(|event| event.kind.clone()).collect();
    let from = name("garden");
    assert_eq!(
        kinds,
        [
            ProcessEventKind::Created,
            ProcessEventKind::Changed,
            ProcessEventKind::Changed,
            ProcessEventKind::Renamed { from },
            ProcessEventKind::Deleted,
            ProcessEventKind::Restored,
        ]
    );
}

#[test]
fn what_is_refused_is_not_told() {
    let manager = manager();
    manager.create_process(name("garden"), "").unwrap();
    let mut changes = manager.subscribe().unwrap();
    manager.create_process(name("Garden"), "").unwrap_err();
    manager.delete_task(&name("garden"), "soil").unwrap_err();
    manager.delete_process(&name("park")).unwrap_err();
    assert_eq!(events(&mut changes), []);
}

#[test]
fn a_slow_subscriber_is_told_that_it_missed_something_and_then_the_newest() {
    let manager = manager();
    manager.create_process(name("garden"), "").unwrap();
    let mut slow = manager.subscribe().unwrap();
    let mut quick = manager.subscribe().unwrap();
    let many = FEED_EVENTS + 10;
    for number in 0..many {
        let task = format!("task {number}").parse().unwrap();
        manager.add_task(&name("garden"), task, "").unwrap();
        assert_eq!(events(&mut quick).len(), 1);
    }
    assert_eq!(slow.recv(), Some(FeedItem::Missed));
    let newest = events(&mut slow);
    assert_eq!(newest.len(), 10);
    assert_eq!(newest.last().unwrap().revision, 1 + many as u64);
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
            Poll::Ready(Some(FeedItem::Event(_)))
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
