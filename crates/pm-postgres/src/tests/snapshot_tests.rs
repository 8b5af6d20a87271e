//! Snapshots are taken beside the changes, and what they make superfluous goes.

use super::*;

#[test]
fn no_snapshot_is_taken_before_the_next_is_due() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let [_, _, database, _] = address.servers().remove(0);
    let ask = |sql: &str| cluster.sql(&database, sql).unwrap();
    let store = open(&address, "a");
    let garden = create(&store, "garden");
    add(&store, &garden, "beds").unwrap();
    ask("CREATE TABLE taken (revision bigint); \
         CREATE FUNCTION take() RETURNS trigger LANGUAGE plpgsql AS \
         'BEGIN INSERT INTO taken VALUES (NEW.revision); RETURN NEW; END'; \
         CREATE TRIGGER take BEFORE UPDATE ON pm.snapshot FOR EACH ROW EXECUTE FUNCTION take()");
    // Nothing pauses, so that each is written while the next changes are made.
    for change in 0..1100 {
        let text = format!("Described anew, {change}");
        store.describe_task(&garden, "beds", text).unwrap();
    }
    let taken =
        || ask("SELECT coalesce(string_agg(revision::text, ' ' ORDER BY revision), '') FROM taken");
    let deadline = std::time::Instant::now() + WITHIN;
    while taken().split_whitespace().count() < 3 {
        assert!(std::time::Instant::now() < deadline, "too few: {}", taken());
    }
    let taken = taken();
    let mut before = 1;
    for revision in taken
        .split_whitespace()
        .map(|it| it.parse::<u64>().unwrap())
    {
        assert!(revision >= before + 250, "{taken}");
        before = revision;
    }
}

#[test]
fn a_process_is_loaded_from_a_snapshot_and_the_changes_since() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let [_, _, database, _] = address.servers().remove(0);
    let ask = |sql: &str| cluster.sql(&database, sql).unwrap();
    let store = open(&address, "a");
    let garden = create(&store, "garden");
    for change in 0..300 {
        add(&store, &garden, &format!("task {change}")).unwrap();
    }
    let snapshot = "SELECT revision FROM pm.snapshot";
    let wait = || {
        let deadline = std::time::Instant::now() + WITHIN;
        loop {
            match ask(snapshot).parse::<u64>().unwrap() {
                1 => assert!(std::time::Instant::now() < deadline, "there is no snapshot"),
                revision => return revision,
            }
        }
    };
    assert!(wait() > 250);
    // These changes count as made long ago, so that nobody looks for them any more.
    ask("UPDATE pm.change SET at = '2001-01-01T00:00:00.000000Z' WHERE revision <= 100");
    ask("UPDATE pm.snapshot SET revision = 1 WHERE false");
    let whole = store.process("garden").unwrap();
    let other = open(&address, "a");
    assert_eq!(*other.process("garden").unwrap(), *whole);
    // The next one takes the old ones along, but not if they were looked at a moment ago.
    let second: u64 = ask(snapshot).parse().unwrap();
    for change in 300..1200 {
        add(&other, &garden, &format!("task {change}")).unwrap();
        if change % 50 == 0 && ask(snapshot).parse::<u64>().unwrap() > second {
            break;
        }
    }
    let deadline = std::time::Instant::now() + WITHIN;
    while ask("SELECT min(revision) FROM pm.change") != "101" {
        assert!(std::time::Instant::now() < deadline, "old changes stay");
    }
    let found = open(&address, "a").process("garden").unwrap();
    assert_eq!(*found, *store.process("garden").unwrap());
}
