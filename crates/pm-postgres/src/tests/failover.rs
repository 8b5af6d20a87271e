//! A standby that takes over from a server that is gone.

use pm_core::feed::ProcessUpdate;
use pm_core::{FeedItem, Subscription};

use super::*;

/// How many stores write, and how many threads of each.
const STORES: usize = 2;
const THREADS: usize = 3;

/// How many changes are made at least before the failover, and after it.
const CHANGES: u64 = 60;

/// A server and its standby, and the address that names both.
struct Pair {
    server: Cluster,
    standby: Cluster,
    database: String,
    address: Address,
}

impl Pair {
    fn start() -> Option<Self> {
        let server = Cluster::start().unwrap()?;
        let address = server.database().unwrap();
        let [_, _, database, _] = address.servers().remove(0);
        let standby = server.standby("standby").unwrap();
        let both = format!(
            "postgres://pm@127.0.0.1:{},127.0.0.1:{}/{database}",
            server.port(),
            standby.port()
        );
        Some(Self {
            server,
            standby,
            database,
            address: both.parse().unwrap(),
        })
    }

    /// Has commits wait for the standby.
    fn synchronise(&self) {
        let set = |sql: &str| self.server.sql("postgres", sql).unwrap();
        set("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
        set("SELECT pg_reload_conf()");
        let is_so = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        wait_until("the standby is synchronous", || set(is_so) == "1");
    }

    /// Ends the server at once, and has the standby take over.
    fn fail_over(&mut self) {
        self.server.kill();
        let promoted = self.standby.sql("postgres", "SELECT pg_promote()");
        assert_eq!(promoted.unwrap(), "t");
    }
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = std::time::Instant::now() + WITHIN;
    while !is_so() {
        assert!(
            std::time::Instant::now() < deadline,
            "never came true: {what}"
        );
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_synchronous_standby_has_all_that_was_acknowledged() {
    let Some(mut pair) = Pair::start() else {
        return;
    };
    pair.synchronise();
    let stores = [(); STORES].map(|()| open(&pair.address, "a"));
    let garden = create(&stores[0], "garden");
    let written = while_written(&stores, STORES * THREADS, &garden, || {
        let reaches = |at_least: u64| {
            wait_until("changes are made", || {
                let process = stores[1].process("garden");
                process.is_ok_and(|process| process.revision >= at_least)
            });
        };
        reaches(CHANGES);
        pair.fail_over();
        let judge = open(&pair.address, "a");
        let before = judge.process("garden").unwrap().revision;
        reaches(before + CHANGES);
    });
    let judge = open(&pair.address, "a");
    let kept = tasks(&judge.process("garden").unwrap());
    for task in &written.acknowledged {
        assert_eq!(kept.iter().filter(|it| *it == task).count(), 1, "{task}");
    }
    assert!(written.acknowledged.len() as u64 >= 2 * CHANGES);
    assert_whole(&pair.address, "a", &garden);
}

/// The next update of a process.
fn next(changes: &mut Subscription) -> ProcessUpdate {
    loop {
        match changes.recv_timeout(WITHIN) {
            Some(FeedItem::Update(update)) => return update,
            Some(FeedItem::Missed) => {}
            other => panic!("an update should be told, and what is told is {other:?}"),
        }
    }
}

#[test]
fn what_a_standby_lacked_is_noticed_and_nothing_of_it_is_mixed_in() {
    let Some(mut pair) = Pair::start() else {
        return;
    };
    let stores = [(); STORES].map(|()| open(&pair.address, "a"));
    let garden = create(&stores[0], "garden");
    add(&stores[0], &garden, "kept").unwrap();
    let database = pair.database.clone();
    let received = "SELECT max(revision) FROM pm.change";
    wait_until("the standby has it", || {
        pair.standby
            .sql(&database, received)
            .is_ok_and(|revision| revision == "2")
    });
    // The standby is cut off, and what is acknowledged from now on it does not get.
    let cut = |sql: &str| pair.standby.sql("postgres", sql).unwrap();
    cut("ALTER SYSTEM SET primary_conninfo = ''");
    cut("SELECT pg_reload_conf()");
    let connected = "SELECT count(*) FROM pg_stat_wal_receiver";
    wait_until("the standby is cut off", || cut(connected) == "0");
    let mut changes = stores[1].subscribe().unwrap();
    for change in 0..20 {
        let store = &stores[change % STORES];
        add(store, &garden, &format!("lost {change}")).unwrap();
    }
    let lost = create(&stores[0], "lost");
    assert_eq!(stores[1].process("garden").unwrap().revision, 22);

    pair.fail_over();
    // The first change after it is made on what the database has.
    wait_until("a change is made", || {
        add(&stores[0], &garden, "other").is_ok()
    });
    for store in &stores {
        wait_until("the database is back", || store.process("garden").is_ok());
        let found = store.process("garden").unwrap();
        assert_eq!(
            (found.revision, tasks(&found)),
            (3, vec!["kept".into(), "other".into()])
        );
        assert!(store.process(lost.as_str()).is_err());
    }
    add(&stores[1], &garden, "more").unwrap();
    assert_whole(&pair.address, "a", &garden);
    // A subscriber ends up with what there is.
    let mut told = next(&mut changes);
    while told.process != garden || told.revision != Some(4) {
        told = next(&mut changes);
    }
}
