//! A database that has to wait for a standby, and has none.

use std::thread;

use pm_core::StoreError;

use super::*;

#[test]
fn a_change_that_no_standby_confirms_is_uncertain() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let store = open(&address, "a");
    let garden = create(&store, "garden");
    let ask = |sql: &str| cluster.sql("postgres", sql).unwrap();
    ask("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    ask("SELECT pg_reload_conf()");
    let is_uncertain = |answer: Result<(), Error>| {
        let error = answer.unwrap_err();
        let is = matches!(error, Error::Store(StoreError::Uncertain { .. }));
        assert!(is, "{error}");
    };
    thread::scope(|scope| {
        // Whoever ends the wait makes the database answer success, with a warning.
        let answer = scope.spawn(|| add(&store, &garden, "soil"));
        let end = "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity \
                   WHERE wait_event = 'SyncRep'";
        while !answer.is_finished() {
            ask(end);
        }
        is_uncertain(answer.join().unwrap());
    });
    // And nobody who waits is answered at all.
    is_uncertain(add(&store, &garden, "beds"));
    ask("ALTER SYSTEM RESET synchronous_standby_names");
    ask("SELECT pg_reload_conf()");
    // The one that waits is kept once the database has taken notice.
    let other = open(&address, "a");
    let deadline = std::time::Instant::now() + WITHIN;
    while tasks(&other.process("garden").unwrap()) != ["soil", "beds"] {
        assert!(std::time::Instant::now() < deadline, "it was not kept");
    }
    add(&store, &garden, "seeds").unwrap();
}
