//! Stores by way of pgbouncer, each of whose connections is several of the database's.

use std::io::Read as _;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Instant;

use pm_core::FeedItem;

use super::*;
use crate::testing::{as_ordinary_user, end, free_port, private_directory, program};
use crate::{FeedMode, OpenError, SchemaProblem};

const THREADS: usize = 4;
const CHANGES: usize = 25;

/// The first version that passes prepared statements on without a session.
const PREPARES: (u32, u32) = (1, 21);

/// A pgbouncer in front of a database server; it ends with the test.
struct Pooler {
    process: Child,
    directory: PathBuf,
    port: u16,
}

impl Pooler {
    /// Starts one in this mode. Without pgbouncer, or with one that is older than `oldest`, the answer is
    /// `None`, said aloud; without it and with `CI=true` it is an error.
    fn start(cluster: &Cluster, mode: &str, oldest: (u32, u32)) -> Option<Self> {
        let Some(program) = program("pgbouncer") else {
            let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
            assert!(
                !is_ci,
                "there is no pgbouncer here; install Debian's pgbouncer"
            );
            eprintln!("SKIPPED: there is no pgbouncer here; install Debian's pgbouncer");
            return None;
        };
        let told = as_ordinary_user(&program)
            .arg("--version")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        let version = version(&told).unwrap_or_else(|| panic!("{told}"));
        if version < oldest {
            eprintln!(
                "SKIPPED: pgbouncer is {version:?}, and {oldest:?} is the first that can do this"
            );
            return None;
        }
        let directory = private_directory().unwrap();
        let port = free_port().unwrap();
        let users = directory.join("users");
        let prepares = if version >= PREPARES {
            "max_prepared_statements = 200"
        } else {
            ""
        };
        // Without sessions fewer connections than the stores have, so that these are shared.
        let pool = if mode == "session" { 40 } else { 3 };
        let settings = format!(
            "[databases]\n* = host=127.0.0.1 port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {}\n\
             pool_mode = {mode}\ndefault_pool_size = {pool}\n{prepares}\n",
            cluster.port(),
            users.display()
        );
        let file = directory.join("pgbouncer.ini");
        std::fs::write(&file, settings).unwrap();
        std::fs::write(&users, "\"pm\" \"\"\n").unwrap();
        let mut command = as_ordinary_user(&program);
        let command = command
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
        let deadline = Instant::now() + WITHIN;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if process.try_wait().unwrap().is_some() || Instant::now() > deadline {
                let mut words = String::new();
                process
                    .stderr
                    .take()
                    .unwrap()
                    .read_to_string(&mut words)
                    .unwrap();
                panic!("pgbouncer does not start: {words}");
            }
            thread::sleep(Duration::from_millis(20));
        }
        Some(Self {
            process,
            directory,
            port,
        })
    }

    /// The way to a database that goes through it.
    fn to(&self, cluster: &Cluster, address: &Address) -> Address {
        let own = format!(":{}/", cluster.port());
        let through = address
            .to_string()
            .replace(&own, &format!(":{}/", self.port));
        through.parse().unwrap()
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        end(&mut self.process, "TERM");
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

fn version(told: &str) -> Option<(u32, u32)> {
    let mut numbers = told.split_whitespace().nth(1)?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// Changes of two stores by way of a pooler are all kept and told.
fn assert_all_kept(address: &Address, feed: FeedMode) {
    let store = || {
        let options = PostgresOptions {
            feed,
            ..PostgresOptions::default()
        };
        ProcessManager::new(PostgresStore::open(address, &options).unwrap())
    };
    let stores = [store(), store()];
    let garden = create(&stores[0], "garden");
    let mut changes = stores[1].subscribe().unwrap();
    thread::scope(|scope| {
        for (number, store) in stores.iter().enumerate() {
            for thread in 0..THREADS {
                let garden = &garden;
                scope.spawn(move || {
                    for change in 0..CHANGES {
                        add(store, garden, &format!("task {number} {thread} {change}")).unwrap();
                    }
                });
            }
        }
    });
    let made = 2 * THREADS * CHANGES;
    assert_eq!(stores[1].process("garden").unwrap().tasks.len(), made);
    let last = u64::try_from(made + 1).unwrap();
    let mut told = 0;
    while told < last {
        match changes.recv_timeout(WITHIN) {
            Some(FeedItem::Update(update)) => told = told.max(update.revision.unwrap()),
            Some(_) => {}
            None => panic!("nothing was told behind revision {told} of {last}"),
        }
    }
    stores[0].delete_process(&garden).unwrap();
    stores[1].restore_process("garden", None).unwrap();
}

#[test]
fn a_pooler_with_sessions_passes_everything_on() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    if let Some(pooler) = Pooler::start(&cluster, "session", (1, 0)) {
        assert_all_kept(&pooler.to(&cluster, &address), FeedMode::Listen);
    }
}

#[test]
fn a_pooler_without_sessions_serves_stores_that_ask() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    if let Some(pooler) = Pooler::start(&cluster, "transaction", PREPARES) {
        assert_all_kept(&pooler.to(&cluster, &address), FeedMode::Poll);
    }
}

#[test]
fn what_sessions_begin_with_has_to_be_safe_where_a_pooler_may_pass_on_no_setting() {
    let Some(cluster) = Cluster::start_with(&["synchronous_commit=local"]).unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let opened = |feed| {
        let options = PostgresOptions {
            feed,
            ..PostgresOptions::default()
        };
        PostgresStore::open(&address, &options)
    };
    opened(FeedMode::Listen).unwrap();
    let refused = opened(FeedMode::Poll).err().unwrap();
    assert!(
        matches!(refused, OpenError::Schema(SchemaProblem::UnsafeSessions(_))),
        "{refused}"
    );
    let [_, _, database, _] = address.servers().remove(0);
    let mend = "ALTER ROLE pm SET synchronous_commit = on";
    assert!(refused.to_string().contains("SET synchronous_commit = on"));
    cluster.sql(&database, mend).unwrap();
    opened(FeedMode::Poll).unwrap();
}
