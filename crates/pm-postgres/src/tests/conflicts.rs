//! A database that refuses what somebody else was faster with (40001), in place of waiting.

use std::sync::Barrier;

use pm_core::history::Author;
use pm_core::manager::Look;
use pm_core::store::{Requester, Trashed};

use super::*;

const THREADS: usize = 8;
const ROUNDS: usize = 12;

/// All that a thread does, with a name of its own and on what all of them change.
fn work(manager: &ProcessManager, store: &PostgresStore, shared: &ProcessName, thread: usize) {
    for round in 0..ROUNDS {
        add(manager, shared, &format!("task {thread} {round}")).unwrap();
        let own = create(manager, &format!("shed {thread} {round}"));
        let park: ProcessName = format!("park {thread} {round}").parse().unwrap();
        manager.rename_process(&own, &park).unwrap();
        let whole = store.read_whole(park.as_str()).unwrap();
        manager.delete_process(&park).unwrap();
        manager.restore_process(park.as_str(), None).unwrap();
        manager.delete_process(&park).unwrap();
        let by = Requester::from(Author {
            actor: pm_core::Actor::default(),
            session: None,
        });
        store.keep_whole(&whole, &by).unwrap();
        let of_park = |it: &Trashed| it.name == park;
        let item = store.trash().unwrap().into_iter().find(of_park).unwrap();
        store.purge_one(&item, &by).unwrap();
        manager.search(&"task".parse().unwrap()).unwrap();
        manager.list_processes().unwrap();
        let claimed = manager.next_task(shared, Look::Claim).unwrap();
        assert!(claimed.value.is_some());
        let callers = store.open_processes().unwrap();
        callers.set_open_process("all", Some(shared)).unwrap();
    }
}

#[test]
fn what_others_are_in_the_way_of_is_done_all_the_same() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let strict = "ALTER ROLE pm SET default_transaction_isolation = 'serializable'";
    cluster.sql("postgres", strict).unwrap();
    let stores = [(); 4].map(|()| Arc::new(open_store(&address, "a")));
    let managers = stores.clone().map(|store| ProcessManager::over(store));
    let garden = create(&managers[0], "garden");
    let start = Barrier::new(THREADS);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (start, garden) = (&start, &garden);
            let store = &stores[thread % stores.len()];
            let manager = managers[thread % stores.len()].clone();
            let manager = manager.claiming_as(format!("agent {thread}"));
            scope.spawn(move || {
                start.wait();
                work(&manager, store, garden, thread);
            });
        }
    });
    let found = stores[0].read("garden").unwrap();
    assert_eq!(found.tasks.len(), THREADS * ROUNDS);
    assert_whole(&address, "a", &garden);
    assert_eq!(stores[1].names().unwrap().len(), 1 + THREADS * ROUNDS);
    let [_, _, database, _] = address.servers().remove(0);
    // Nothing else was ever undone: without this the test would prove nothing.
    let refused = "SELECT pg_stat_force_next_flush(), (SELECT xact_rollback FROM pg_stat_database \
        WHERE datname = current_database())";
    let refused = cluster.sql(&database, refused).unwrap();
    println!("refused: {refused}");
    assert_ne!(refused, "|0");
}
