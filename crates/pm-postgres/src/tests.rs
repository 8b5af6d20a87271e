//! The store over a real database.

mod conflicts;
mod encryption;
mod failover;
mod fitness;
mod frozen;
mod late_requests;
mod lost_answers;
mod lost_changes;
mod outages;
mod poolers;
mod proxy;
mod purging;
mod several;
mod snapshot_tests;
mod standbys;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use pm_core::store::{HISTORY_CHANGES, Reach, Scoped};
use pm_core::testing::store_contract;
use pm_core::{Error, Process, ProcessManager, ProcessName, Store, StoreError};

use crate::testing::Cluster;
use crate::{Address, PostgresOptions, PostgresStore};

/// How long something may take that is done beside the calls.
const WITHIN: Duration = Duration::from_secs(60);

fn open(address: &Address, workspace: &str) -> ProcessManager {
    ProcessManager::new(open_store(address, workspace))
}

fn open_store(address: &Address, workspace: &str) -> PostgresStore {
    let options = PostgresOptions {
        workspace: workspace.to_owned(),
        ..PostgresOptions::default()
    };
    PostgresStore::open(address, &options).unwrap()
}

fn create(manager: &ProcessManager, name: &str) -> ProcessName {
    let created = manager.create_process(name.parse().unwrap(), "");
    created.unwrap().name.clone()
}

fn add(manager: &ProcessManager, process: &ProcessName, task: &str) -> Result<(), Error> {
    let task = task.parse().unwrap();
    manager.add_task(process, task, "").map(drop)
}

/// What came of the tasks that several threads added.
#[derive(Default)]
struct Written {
    acknowledged: Vec<String>,
    /// How often the database was said to be away.
    away: usize,
}

/// Does `work` while several threads add tasks by way of each of the stores, also while the database
/// is away.
fn while_written(
    stores: &[ProcessManager],
    writers: usize,
    process: &ProcessName,
    work: impl FnOnce(),
) -> Written {
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let write = |writer: usize| {
            let (store, ended) = (&stores[writer % stores.len()], &ended);
            scope.spawn(move || add_until(ended, store, process, writer))
        };
        let writers: Vec<_> = (0..writers).map(write).collect();
        let ending = Ending(&ended);
        work();
        drop(ending);
        let mut all = Written::default();
        for writer in writers {
            let written = writer.join().unwrap();
            all.acknowledged.extend(written.acknowledged);
            all.away += written.away;
        }
        all
    })
}

/// Ends the writers when it is dropped, so that a test that fails ends.
struct Ending<'a>(&'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Adds tasks until it is over.
fn add_until(
    ended: &AtomicBool,
    manager: &ProcessManager,
    process: &ProcessName,
    writer: usize,
) -> Written {
    let mut written = Written::default();
    for change in 0.. {
        if ended.load(Ordering::SeqCst) {
            break;
        }
        let task = format!("task {writer} {change}");
        match add(manager, process, &task) {
            Ok(()) => written.acknowledged.push(task),
            Err(Error::Store(StoreError::Unreachable { .. } | StoreError::Uncertain { .. })) => {
                written.away += 1;
                thread::yield_now();
            }
            Err(error) => panic!("{task}: {error}"),
        }
    }
    written
}

fn tasks(process: &Process) -> Vec<String> {
    process.tasks.keys().map(ToString::to_string).collect()
}

/// Checks that the history of a process has no gap and leads to where it stands.
fn assert_whole(address: &Address, workspace: &str, name: &ProcessName) {
    let store = open_store(address, workspace);
    let process = store.read(name.as_str()).unwrap();
    let history = store.history(name.as_str(), 0).unwrap();
    let revisions: Vec<u64> = history.iter().map(|entry| entry.revision).collect();
    let first = (process.revision + 1).saturating_sub(HISTORY_CHANGES as u64);
    let all = first.max(2)..=process.revision;
    assert_eq!(revisions, all.collect::<Vec<_>>());
}

#[test]
fn the_store_keeps_its_contract() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let workspaces = AtomicU32::new(0);
    store_contract(|| {
        let workspace = workspaces.fetch_add(1, Ordering::Relaxed);
        let options = PostgresOptions {
            workspace: format!("workspace {workspace}"),
            ..PostgresOptions::default()
        };
        PostgresStore::open(&address, &options).unwrap()
    })
    .unwrap();
}

#[test]
fn what_is_in_reach_of_somebody_keeps_the_contract() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let workspaces = AtomicU32::new(0);
    store_contract(|| {
        let workspace = workspaces.fetch_add(1, Ordering::Relaxed);
        let store: Arc<dyn Store> = Arc::new(open_store(&address, &format!("{workspace}")));
        // Others work beside, out of reach.
        let all = ProcessManager::over(Arc::clone(&store));
        let other = create(&all, "x");
        add(&all, &other, "garden").unwrap();
        let beginnings = ('a'..='z').chain('0'..='9').filter(|one| *one != 'x');
        let reach = beginnings.map(|one| format!("{one}*").parse().unwrap());
        Scoped::new(store, Reach::of(reach))
    })
    .unwrap();
}

#[test]
fn a_store_is_used_and_dropped_within_an_asynchronous_task() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    runtime.block_on(async {
        let manager = open(&address, "default");
        let garden = create(&manager, "garden");
        add(&manager, &garden, "soil").unwrap();
        let mut changes = manager.subscribe().unwrap();
        drop(manager);
        // The feed ends with the store.
        while changes.next().await.is_some() {}
    });
    let found = open(&address, "default").process("garden").unwrap();
    assert_eq!(tasks(&found), ["soil"]);
}

#[test]
fn a_task_may_make_many_calls_without_letting_others_have_a_turn() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let manager = Arc::new(open(&address, "default"));
    create(&manager, "garden");
    // Its turn is over long before.
    let calls = move |manager: &ProcessManager| {
        for _ in 0..300 {
            manager.process("garden").unwrap();
        }
    };
    let (sender, done) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let one = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        one.block_on(async { calls(&manager) });
        let several = tokio::runtime::Builder::new_multi_thread().build().unwrap();
        several.block_on(async { calls(&manager) });
        let task = several.spawn(async move { calls(&manager) });
        several.block_on(task).unwrap();
        sender.send(()).unwrap();
    });
    done.recv_timeout(Duration::from_secs(60))
        .expect("it sleeps");
}
