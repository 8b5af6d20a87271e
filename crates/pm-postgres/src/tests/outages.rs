//! A database that crashes and comes back.

use std::slice;

use super::*;

const ROUNDS: usize = 20;

/// How many changes there are at least in each.
const CHANGES: usize = 20;

#[test]
fn what_was_acknowledged_survives_crashes_of_the_database() {
    let Some(mut cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let store = open(&address, "a");
    let garden = create(&store, "garden");
    let Written { acknowledged, .. } = while_written(slice::from_ref(&store), 2, &garden, || {
        for _ in 0..ROUNDS {
            let revision = || open(&address, "a").process("garden").unwrap().revision;
            let before = revision();
            // The store has found its way back by itself, and goes on.
            let deadline = std::time::Instant::now() + WITHIN;
            while revision() < before + CHANGES as u64 {
                assert!(
                    std::time::Instant::now() < deadline,
                    "nothing is written any more"
                );
            }
            cluster.crash();
            assert!(store.health().failure.is_some());
            cluster.run().unwrap();
        }
    });
    let judge = open(&address, "a");
    let kept = tasks(&judge.process("garden").unwrap());
    for task in &acknowledged {
        assert_eq!(kept.iter().filter(|it| *it == task).count(), 1, "{task}");
    }
    assert!(acknowledged.len() >= CHANGES * ROUNDS);
    assert_whole(&address, "a", &garden);
}

#[test]
fn without_a_database_a_call_says_that_nothing_was_changed() {
    let Some(mut cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let store = open(&address, "a");
    let garden = create(&store, "garden");
    cluster.kill();
    let unreachable = |error: Error| {
        assert!(
            matches!(error, Error::Store(StoreError::Unreachable { .. })),
            "{error}"
        );
    };
    unreachable(store.process("garden").unwrap_err());
    unreachable(add(&store, &garden, "soil").unwrap_err());
    unreachable(
        store
            .create_process("park".parse().unwrap(), "")
            .unwrap_err(),
    );
    unreachable(store.delete_process(&garden).unwrap_err());
    let options = PostgresOptions {
        reach_within: Duration::from_millis(300),
        ..PostgresOptions::default()
    };
    let refused = PostgresStore::open(&address, &options)
        .err()
        .unwrap()
        .to_string();
    assert!(refused.contains("cannot be used"), "{refused}");
    cluster.run().unwrap();
    // A task finds out that it is back.
    let deadline = std::time::Instant::now() + WITHIN;
    while add(&store, &garden, "soil").is_err() {
        assert!(
            std::time::Instant::now() < deadline,
            "it does not find its way back"
        );
    }
    assert_eq!(tasks(&store.process("garden").unwrap()), ["soil"]);
}

#[test]
fn a_connection_that_listened_and_broke_is_replaced() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let _store = open(&address, "a");
    let listening = || {
        let found = cluster.sql(
            "postgres",
            "SELECT string_agg(pid::text, ' ') FROM pg_stat_activity WHERE query = 'LISTEN pm'",
        );
        found.unwrap().trim().to_owned()
    };
    let wait_for = |is_so: &dyn Fn(&str) -> bool| {
        let deadline = std::time::Instant::now() + WITHIN;
        loop {
            let found = listening();
            if is_so(&found) {
                return found;
            }
            assert!(std::time::Instant::now() < deadline, "{found:?} listens");
        }
    };
    let first = wait_for(&|found| !found.is_empty());
    cluster
        .sql("postgres", &format!("SELECT pg_terminate_backend({first})"))
        .unwrap();
    wait_for(&|found| !found.is_empty() && found != first);
}
