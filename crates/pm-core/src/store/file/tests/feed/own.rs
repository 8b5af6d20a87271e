//! Changes that are made through the store of the subscription.

use std::sync::Barrier;

use super::super::garden;
use super::{add_task, expect, manager_with, name, next, short, ways};
use crate::{Actor, FEED_EVENTS, FeedItem, ProcessEvent};

#[test]
fn everything_done_here_is_told_once() {
    for options in ways() {
        let dir = tempfile::tempdir().unwrap();
        let manager = manager_with(dir.path(), options);
        let mut changes = manager.subscribe().unwrap();
        manager.create_process(name("garden"), "").unwrap();
        add_task(&manager, "garden", "soil");
        manager
            .rename_process(&name("garden"), &name("park"))
            .unwrap();
        add_task(&manager, "park", "plants");
        manager.delete_process(&name("park")).unwrap();
        manager
            .restore_process("park", Some(&name("wood")))
            .unwrap();
        add_task(&manager, "wood", "paths");
        manager.undo(&name("wood"), 6).unwrap();
        manager.flush().unwrap();
        expect(
            &mut changes,
            &[
                "garden 1 created (Own)",
                "garden 2 changed (Own)",
                "park 3 renamed from garden (Own)",
                "park 4 changed (Own)",
                "park 4 deleted (Own)",
                "wood 5 restored (Own)",
                "wood 6 changed (Own)",
                "wood 7 changed (Own)",
            ],
        );
    }
}

#[test]
fn an_event_says_who_did_what_to_which_task() {
    let (_dir, manager) = garden();
    let mut changes = manager.subscribe().unwrap();
    let agent = Actor::Client {
        client: "agent".into(),
        principal: Some("key".into()),
    };
    let acting = manager.clone().acting_as(agent.clone());
    let job = "sample".parse().unwrap();
    acting.add_job(&name("garden"), "soil", job, "").unwrap();
    let event = next(&mut changes);
    let told = ProcessEvent::clone(&event);
    assert_eq!(
        told.summary,
        "added the job \"sample\" to the task \"soil\""
    );
    assert_eq!(told.actor, Some(agent));
    assert_eq!(told.tasks, ["soil".parse().unwrap()]);
    let history = manager.history(&name("garden"), &crate::HistoryQuery::default());
    assert_eq!(
        told.at.as_ref(),
        Some(&history.unwrap().changes[0].entry.at)
    );
}

#[test]
fn of_many_changes_at_once_none_is_skipped_and_none_comes_twice() {
    const THREADS: usize = 8;
    const CHANGES: usize = 60;
    let dir = tempfile::tempdir().unwrap();
    let manager = manager_with(dir.path(), ways()[0]);
    for process in ["a", "b"] {
        manager.create_process(name(process), "").unwrap();
    }
    let mut changes = manager.subscribe().unwrap();
    let barrier = Barrier::new(THREADS);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (manager, barrier) = (&manager, &barrier);
            scope.spawn(move || {
                barrier.wait();
                for change in 0..CHANGES {
                    let process = ["a", "b"][thread % 2];
                    add_task(manager, process, &format!("task {thread} {change}"));
                }
            });
        }
        let (mut a, mut b) = (1, 1);
        for _ in 0..THREADS * CHANGES {
            let event = next(&mut changes);
            let last = if event.process.as_str() == "a" {
                &mut a
            } else {
                &mut b
            };
            assert_eq!(event.revision, *last + 1, "{}", short(&event));
            *last = event.revision;
        }
    });
    expect(&mut changes, &[]);
}

#[test]
fn nobody_waits_for_a_slow_subscriber() {
    let (_dir, manager) = garden();
    let mut slow = manager.subscribe().unwrap();
    let mut quick = manager.subscribe().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let manager = &manager;
            scope.spawn(move || {
                for task in 0..FEED_EVENTS / 8 + 10 {
                    add_task(manager, "garden", &format!("{thread} {task}"));
                }
            });
        }
        // Nothing is taken from the slow one meanwhile.
        let mut last = 2;
        while last < 2 + 8 * (FEED_EVENTS as u64 / 8 + 10) {
            let event = next(&mut quick);
            assert_eq!(event.revision, last + 1);
            last = event.revision;
        }
    });
    assert_eq!(slow.recv(), Some(FeedItem::Missed));
    let after = next(&mut slow).revision;
    assert!(after > 2 + FEED_EVENTS as u64, "{after}");
}

#[test]
fn a_subscription_ends_with_the_store_and_the_thread_with_the_last_subscription() {
    let (_dir, manager) = garden();
    for round in 0..3 {
        let mut first = manager.subscribe().unwrap();
        let second = manager.subscribe().unwrap();
        drop(second);
        add_task(&manager, "garden", &format!("first {round}"));
        // The one that nobody was told of may come, too.
        let revision = 3 + 2 * round;
        let told = std::iter::repeat_with(|| next(&mut first).revision);
        assert!(told.take(2).any(|told| told == revision));
        drop(first);
        // Nobody is told of this one.
        add_task(&manager, "garden", &format!("second {round}"));
    }
    let mut last = manager.subscribe().unwrap();
    add_task(&manager, "garden", "last");
    drop(manager);
    let told: Vec<_> = std::iter::from_fn(|| last.recv()).collect();
    let Some(FeedItem::Event(event)) = told.last() else {
        panic!("{told:?}")
    };
    assert_eq!(short(event), "garden 9 changed (Own)");
}
