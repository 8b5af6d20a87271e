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
