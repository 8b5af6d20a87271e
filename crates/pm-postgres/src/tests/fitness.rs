//! Databases that cannot be used as they are, and what is said of them.

use super::*;
use crate::{OpenError, SchemaProblem, init};

fn refusal(address: &Address) -> OpenError {
    let opened = PostgresStore::open(address, &PostgresOptions::default());
    opened.err().unwrap()
}

#[test]
fn a_database_is_used_with_the_tables_of_this_version_only() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.empty_database().unwrap();
    let [_, _, database, _] = address.servers().remove(0);
    assert!(matches!(
        refusal(&address),
        OpenError::Schema(SchemaProblem::Missing)
    ));
    let options = PostgresOptions::default();
    // By several at once, as when servers are rolled out.
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| init(&address, &options).unwrap());
        }
    });
    let store = open(&address, "a");
    create(&store, "Garden");
    let set = |sql: &str| cluster.sql(&database, sql).unwrap();
    set("UPDATE pm.meta SET folding = 'older'; UPDATE pm.process SET folded = 'otherwise'");
    let told = refusal(&address).to_string();
    assert!(told.contains("Unicode older"), "{told}");
    init(&address, &options).unwrap();
    assert_eq!(set("SELECT folded FROM pm.process"), "garden");
    open(&address, "a").process("Garden").unwrap();
    set("UPDATE pm.meta SET version = 99");
    assert!(refusal(&address).to_string().contains("newer"));
    let told = init(&address, &options).unwrap_err().to_string();
    assert!(told.contains("newer"), "{told}");
}

#[test]
fn a_role_that_made_no_tables_needs_a_few_rights() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let [_, _, database, _] = address.servers().remove(0);
    cluster.sql(&database, "CREATE ROLE server LOGIN").unwrap();
    for grant in crate::GRANTS {
        let grant = format!("{grant} TO server");
        cluster.sql(&database, &grant).unwrap();
    }
    let lesser = address.to_string().replace("pm@", "server@");
    let store = open(&lesser.parse().unwrap(), "a");
    let garden = create(&store, "garden");
    let mut changes = store.subscribe().unwrap();
    for task in 0..300 {
        add(&store, &garden, &format!("task {task}")).unwrap();
    }
    assert!(changes.recv_timeout(WITHIN).is_some());
    let deadline = std::time::Instant::now() + WITHIN;
    while cluster
        .sql(&database, "SELECT revision FROM pm.snapshot")
        .unwrap()
        == "1"
    {
        assert!(
            std::time::Instant::now() < deadline,
            "no snapshot is written"
        );
    }
    store.delete_process(&garden).unwrap();
    store.restore_process("garden", None).unwrap();
    store.delete_process(&garden).unwrap();
    assert_eq!(store.purge_trash(Duration::ZERO).unwrap(), 1);
    // It may make none.
    let told = init(&lesser.parse().unwrap(), &PostgresOptions::default());
    told.unwrap();
    cluster.sql(&database, "DROP SCHEMA pm CASCADE").unwrap();
    let told = init(&lesser.parse().unwrap(), &PostgresOptions::default());
    let told = told.unwrap_err().to_string();
    assert!(told.contains("permission denied"), "{told}");
}

#[test]
fn a_database_that_loses_what_it_acknowledged_is_refused() {
    let Some(cluster) = Cluster::start_with(&["fsync=off"]).unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let told = refusal(&address).to_string();
    assert!(told.contains("fsync off"), "{told}");
    let options = PostgresOptions {
        allow_unsafe_database: true,
        ..PostgresOptions::default()
    };
    let store = PostgresStore::open(&address, &options).unwrap();
    create(&ProcessManager::new(store), "garden");
    let unknown = address.to_string().replace("/pm0", "/nowhere");
    let told = refusal(&unknown.parse().unwrap()).to_string();
    assert!(told.contains("nowhere"), "{told}");
}

#[test]
fn tables_are_brought_up_to_date_while_servers_write() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let [_, _, database, _] = address.servers().remove(0);
    let set = |sql: &str| cluster.sql(&database, sql).unwrap();
    // As servers of the first version found them, which go on meanwhile.
    let stores = [open(&address, "a"), open(&address, "a")];
    let garden = create(&stores[0], "garden");
    set("DROP TABLE pm.caller; DROP INDEX pm.process_birth");
    set("UPDATE pm.meta SET version = 1, folding = 'older'");
    let written = while_written(&stores, 4, &garden, || {
        let revision = || stores[0].process("garden").unwrap().revision;
        let reaches = |at_least: u64| {
            let deadline = std::time::Instant::now() + WITHIN;
            while revision() < at_least {
                assert!(std::time::Instant::now() < deadline, "nothing is written");
            }
        };
        reaches(20);
        let options = PostgresOptions::default();
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| init(&address, &options).unwrap());
            }
        });
        reaches(revision() + 20);
    });
    let found = open(&address, "a").process("garden").unwrap();
    assert_eq!(
        (found.tasks.len(), 0),
        (written.acknowledged.len(), written.away)
    );
    assert_whole(&address, "a", &garden);
    let version = set("SELECT version FROM pm.meta");
    assert_eq!(version, crate::TABLES_VERSION.to_string());
}
