//! Several stores over one database, as servers on several machines have them.

use std::sync::Barrier;
use std::thread;

use pm_core::feed::ProcessUpdate;
use pm_core::manager::Look;
use pm_core::{Actor, FeedItem, Subscription};

use super::*;
use crate::FeedMode;

const THREADS: usize = 4;
const CHANGES: usize = 25;

#[test]
fn changes_of_several_stores_are_all_kept() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let stores = [open(&address, "a"), open(&address, "a")];
    let garden = create(&stores[0], "garden");
    let start = Barrier::new(2 * THREADS);
    thread::scope(|scope| {
        for (number, store) in stores.iter().enumerate() {
            for thread in 0..THREADS {
                let (start, garden) = (&start, &garden);
                scope.spawn(move || {
                    start.wait();
                    for change in 0..CHANGES {
                        add(store, garden, &format!("task {number} {thread} {change}")).unwrap();
                    }
                });
            }
        }
    });
    let found = stores[0].process("garden").unwrap();
    assert_eq!(found.tasks.len(), 2 * THREADS * CHANGES);
    assert_eq!(*found, *stores[1].process("garden").unwrap());
    assert_eq!(*found, *open(&address, "a").process("garden").unwrap());
    assert_whole(&address, "a", &garden);
    // Another workspace knows nothing of it.
    assert!(
        open(&address, "b")
            .list_processes()
            .unwrap()
            .processes
            .is_empty()
    );
}

#[test]
fn what_another_store_changed_meanwhile_counts_for_what_there_is_to_do() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let (one, other) = (open(&address, "a"), open(&address, "a"));
    let garden = create(&one, "garden");
    add(&one, &garden, "beds").unwrap();
    let describe = |store: &ProcessManager, text: &str| {
        store
            .describe_task(&garden, "beds", text.to_owned())
            .unwrap()
    };
    let revision = |changed: pm_core::manager::Changed<_>| changed.revision;
    assert_eq!(revision(describe(&one, "dig")), Some(3));
    assert_eq!(revision(describe(&one, "dig")), None);
    assert_eq!(revision(describe(&other, "rake")), Some(4));
    // This store last saw it as it is wanted, which it no longer is.
    assert_eq!(revision(describe(&one, "dig")), Some(5));
    // And this store last saw it otherwise, although it is as it is wanted.
    assert_eq!(revision(describe(&other, "dig")), None);
    assert_eq!(other.process("garden").unwrap().revision, 5);
}

#[test]
fn no_task_is_claimed_twice_and_no_name_is_taken_twice() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let stores = [open(&address, "a"), open(&address, "a")];
    let garden = create(&stores[0], "garden");
    for task in 0..16 {
        add(&stores[0], &garden, &format!("task {task}")).unwrap();
    }
    let start = Barrier::new(16);
    let claimed: Vec<_> = thread::scope(|scope| {
        let claim = |number: usize| {
            let (start, garden) = (&start, &garden);
            let agent = stores[number % 2]
                .clone()
                .claiming_as(format!("agent {number}"));
            scope.spawn(move || {
                start.wait();
                // A name as well, in another spelling each.
                let name = ["park", "Park", "PARK", "p-ark"][number % 4];
                let created = agent.create_process(name.parse().unwrap(), "").is_ok();
                let next = agent
                    .next_task(garden, Look::Claim)
                    .unwrap()
                    .value
                    .unwrap()
                    .task;
                (created, next)
            })
        };
        let threads: Vec<_> = (0..16).map(claim).collect();
        threads.into_iter().map(|it| it.join().unwrap()).collect()
    });
    assert_eq!(claimed.iter().filter(|(created, _)| *created).count(), 1);
    let process = stores[1].process("garden").unwrap();
    let mut distinct: Vec<String> = claimed.iter().map(|(_, task)| task.to_string()).collect();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 16);
    let claims = process.tasks.values().filter_map(pm_core::Task::claim);
    assert_eq!(claims.count(), 16);
}

/// The next update of a process.
fn next(changes: &mut Subscription) -> ProcessUpdate {
    match changes.recv_timeout(WITHIN) {
        Some(FeedItem::Update(update)) => update,
        other => panic!("an update should be told, and what is told is {other:?}"),
    }
}

#[test]
fn subscribers_are_told_what_other_stores_change() {
    told_what_others_change(FeedMode::Listen);
}

#[test]
fn subscribers_are_told_without_notifications_as_well() {
    told_what_others_change(FeedMode::Poll);
}

fn told_what_others_change(feed: FeedMode) {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let open = |address: &Address, workspace: &str| {
        let options = PostgresOptions {
            workspace: workspace.to_owned(),
            feed,
            ..PostgresOptions::default()
        };
        ProcessManager::new(PostgresStore::open(address, &options).unwrap())
    };
    let ann = Actor::Client {
        client: "ann".into(),
        principal: None,
    };
    let writer = open(&address, "a").acting_as(ann.clone());
    let garden = create(&writer, "garden");
    let reader = open(&address, "a");
    let mut changes = reader.subscribe().unwrap();

    add(&writer, &garden, "soil").unwrap();
    let told = next(&mut changes);
    assert_eq!((told.process.as_str(), told.revision), ("garden", Some(2)));
    assert_eq!(told.actor, Some(ann));
    assert_eq!(told.tasks.unwrap()[0].as_str(), "soil");
    assert!(!told.changes_list);

    let shed = create(&writer, "shed");
    let told = next(&mut changes);
    assert_eq!((told.process.as_str(), told.revision), ("shed", Some(1)));
    assert!(told.changes_list);

    let park = writer
        .rename_process(&shed, &"park".parse().unwrap())
        .unwrap();
    let mut both = [next(&mut changes), next(&mut changes)];
    both.sort_by(|a, b| a.process.as_str().cmp(b.process.as_str()));
    let told = both.map(|it| (it.process.to_string(), it.revision));
    assert_eq!(
        told,
        [("park".to_owned(), Some(2)), ("shed".to_owned(), None)]
    );

    drop(park);
    writer.delete_process(&"park".parse().unwrap()).unwrap();
    let told = next(&mut changes);
    assert_eq!((told.process.as_str(), told.revision), ("park", None));
    // What another workspace does is nobody's business here.
    create(&open(&address, "b"), "elsewhere");
    add(&writer, &garden, "beds").unwrap();
    assert_eq!(next(&mut changes).process.as_str(), "garden");
}
