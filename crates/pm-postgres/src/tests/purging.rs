//! Taking away what was in the trash for as long as anything is.

use pm_core::Actor;

use super::*;
use crate::connection::params;
use crate::housekeeping::purge_old;
use crate::sql;

/// How many processes were deleted long ago.
const OLD: usize = 260;

/// Has each statement that takes processes away leave a note of how many they were.
const TAKE_NOTES: &str = "\
    CREATE TABLE note (processes int, transaction xid8); \
    CREATE FUNCTION take_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
        INSERT INTO note SELECT count(*), pg_current_xact_id() FROM gone HAVING count(*) > 0; \
        RETURN NULL; END $$; \
    CREATE TRIGGER note AFTER DELETE ON pm.process REFERENCING OLD TABLE AS gone \
        FOR EACH STATEMENT EXECUTE FUNCTION take_note()";

/// Opens a store that takes nothing away by itself.
fn open_quietly(address: &Address) -> PostgresStore {
    let options = PostgresOptions {
        workspace: "a".to_owned(),
        keeps_trash_young: false,
        ..PostgresOptions::default()
    };
    PostgresStore::open(address, &options).unwrap()
}

#[test]
fn what_is_long_deleted_is_taken_away_in_pieces_by_one_store_at_a_time() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let [_, _, database, _] = address.servers().remove(0);
    let sql = |statement: &str| cluster.sql(&database, statement).unwrap();
    let stores = [(); 2].map(|()| Arc::new(open_quietly(&address)));
    let manager = ProcessManager::over(stores[0].clone());
    create(&manager, "garden");
    for number in 0..=OLD {
        let name = create(&manager, &format!("process {number}"));
        add(&manager, &name, "soil").unwrap();
        manager.delete_process(&name).unwrap();
    }
    sql("UPDATE pm.process SET deleted_at = '2020-01-01T00:00:00Z' \
        WHERE deleted_at IS NOT NULL AND name <> 'process 0'");
    sql(TAKE_NOTES);
    let purge = |store: &PostgresStore| {
        let pool = store.processes.database.pool().clone();
        let database = &store.processes.database;
        database
            .wait(async move { purge_old(&pool, "a").await })
            .unwrap()
    };

    // While one is at it, another one has nothing to do.
    let pool = stores[1].processes.database.pool().clone();
    let other = stores[1].processes.database.wait(async move {
        let mut other = pool.lease().await?;
        other.begin().await?;
        other.query(sql::ALONE, &params!["a".to_owned()]).await?;
        Ok(other)
    });
    assert_eq!(purge(&stores[0]), 0);
    drop(other);
    // It takes the database a moment to see that the other is gone.
    let deadline = std::time::Instant::now() + WITHIN;
    let mut purged = 0;
    while purged < OLD && std::time::Instant::now() < deadline {
        purged += thread::scope(|scope| {
            let both = stores.each_ref().map(|store| scope.spawn(|| purge(store)));
            both.map(|it| it.join().unwrap()).iter().sum::<usize>()
        });
    }
    assert_eq!(purged, OLD);

    let pieces = sql(
        "SELECT max(processes), count(*) = count(DISTINCT transaction), \
        sum(processes) FROM note",
    );
    assert_eq!(pieces, format!("100|t|{OLD}"));
    // What was deleted of late stays, and so does all else.
    let trash = manager.trash().unwrap();
    assert_eq!(
        trash.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(),
        ["process 0"]
    );
    assert_eq!(sql("SELECT count(*) FROM pm.snapshot"), "2");
    assert_eq!(sql("SELECT count(*) FROM pm.change"), "1");
    // Nor does any stay of what a person takes away.
    let gone = create(&manager, "gone");
    add(&manager, &gone, "soil").unwrap();
    manager.delete_process(&gone).unwrap();
    let item = manager.trash().unwrap().remove(0);
    stores[1].purge_one(&item, &Actor::Unnamed.into()).unwrap();
    assert_eq!(sql("SELECT count(*) FROM pm.change"), "1");
    manager.process("garden").unwrap();

    // A store does so by itself when it is opened.
    sql("UPDATE pm.process SET deleted_at = '2020-01-01T00:00:00Z' WHERE deleted_at IS NOT NULL");
    let _both = [open(&address, "a"), open(&address, "a")];
    while !manager.trash().unwrap().is_empty() {
        assert!(
            std::time::Instant::now() < deadline,
            "it stays in the trash"
        );
    }
}
