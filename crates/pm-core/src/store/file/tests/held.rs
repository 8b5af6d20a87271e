//! Another program that holds a lock and is stopped: nobody waits for it for ever, and what does
//! not concern it goes on.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::super::disk::fs::FileSystem as _;
use super::super::disk::os::OsFileSystem;
use crate::store::Cancellation;
use crate::{Error, FileStore, FileStoreOptions, ProcessManager, ProcessName, StoreError};

/// Names the lock file that this program is to hold when it is started once more as another.
const HOLD: &str = "PM_TEST_HOLDS";

/// How long a call without patience waits.
const SHORT: Duration = Duration::from_millis(100);

/// Longer than anything here takes, on any machine.
const LONG: Duration = Duration::from_secs(120);

fn name(text: &str) -> ProcessName {
    text.parse().unwrap()
}

fn open(dir: &Path, lock_patience: Duration) -> ProcessManager {
    let options = FileStoreOptions {
        lock_patience,
        ..FileStoreOptions::default()
    };
    ProcessManager::new(FileStore::open_with(dir, options).unwrap())
}

fn with_garden() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let manager = open(dir.path(), LONG);
    for process in ["garden", "shed"] {
        manager.create_process(name(process), "").unwrap();
        manager
            .add_task(&name(process), "soil".parse().unwrap(), "")
            .unwrap();
    }
    dir
}

/// A program that holds a lock and is stopped. It is ended when this is dropped.
struct Stopped(Child);

impl Stopped {
    fn holding(dir: &Path, lock: &str) -> Self {
        let lock = dir.join(".pm/locks").join(lock);
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "store::file::tests::held::a_lock_names_its_holder",
                "--nocapture",
            ])
            .env(HOLD, &lock)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        assert!(output.lines().any(|line| line.unwrap().contains("held")));
        let stopped = Command::new("kill")
            .args(["-STOP", &child.id().to_string()])
            .status();
        assert!(stopped.unwrap().success());
        Self(child)
    }

    fn pid(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn a_lock_names_its_holder() {
    let dir = tempfile::tempdir().unwrap();
    let other = std::env::var_os(HOLD).map(PathBuf::from);
    let path = other.clone().unwrap_or_else(|| dir.path().join("a.lock"));
    let _guard = OsFileSystem.lock(&path).unwrap();
    assert_eq!(OsFileSystem.lock_holder(&path), Some(std::process::id()));
    if other.is_some() {
        println!("held");
        // Until it is ended.
        let _ = std::io::stdin().lines().next();
    }
}

#[test]
fn nobody_waits_for_ever_for_a_program_that_is_stopped() {
    let dir = with_garden();
    let (manager, patient) = (open(dir.path(), SHORT), open(dir.path(), LONG));
    let stopped = Stopped::holding(dir.path(), "garden.lock");
    let garden = name("garden");
    let refusals = thread::scope(|threads| {
        let calls: Vec<_> = (0..8)
            .map(|number| {
                let (manager, garden) = (&manager, &garden);
                threads.spawn(move || {
                    let task = format!("task {number}").parse().unwrap();
                    manager.add_task(garden, task, "").unwrap_err()
                })
            })
            .collect();
        let ended = calls.into_iter().map(|call| call.join().unwrap());
        ended.collect::<Vec<_>>()
    });
    let deleted = manager.delete_process(&garden).unwrap_err();
    let renamed = manager.rename_process(&garden, &name("park")).unwrap_err();
    for refusal in refusals.into_iter().chain([deleted, renamed]) {
        let Error::Store(StoreError::Held { holder, .. }) = refusal else {
            panic!("{refusal:?}");
        };
        assert_eq!(holder, Some(stopped.pid()));
    }
    // Reads, and changes of others.
    assert_eq!(manager.process("garden").unwrap().tasks.len(), 1);
    assert_eq!(manager.list_processes().unwrap().processes.len(), 2);
    patient
        .add_task(&name("shed"), "tools".parse().unwrap(), "")
        .unwrap();
    patient.create_process(name("house"), "").unwrap();
    let held = manager.health().held;
    assert_eq!(held.len(), 1, "{held:?}");
    assert_eq!(held[0].0, "garden.json");

    drop(stopped);
    patient
        .add_task(&garden, "beds".parse().unwrap(), "")
        .unwrap();
    assert_eq!(manager.process("garden").unwrap().tasks.len(), 2);
    let until = Instant::now() + LONG;
    while !manager.health().held.is_empty() {
        // The other store may be bringing the file up to date.
        assert!(Instant::now() < until, "{:?}", manager.health().held);
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn whoever_waits_for_one_process_holds_up_no_call_on_others() {
    let dir = with_garden();
    let manager = open(dir.path(), LONG);
    manager.list_processes().unwrap();
    let stopped = Stopped::holding(dir.path(), "garden.lock");
    thread::scope(|threads| {
        let deletion = threads.spawn(|| manager.delete_process(&name("garden")));
        let renaming =
            threads.spawn(|| manager.add_task(&name("garden"), "beds".parse().unwrap(), ""));
        // Would wait for the names, if they were kept.
        for process in ["house", "tree", "pond"] {
            manager.create_process(name(process), "").unwrap();
            manager.delete_process(&name(process)).unwrap();
        }
        assert!(!deletion.is_finished() && !renaming.is_finished());
        drop(stopped);
        deletion.join().unwrap().unwrap();
        let _ = renaming.join().unwrap();
    });
    assert!(manager.process("garden").is_err());
}

#[test]
fn a_lock_that_is_held_of_a_file_that_is_not_there_keeps_nobody_waiting() {
    let dir = with_garden();
    // As long as it takes for a lock that is held by whoever deletes a process and is stopped.
    let manager = open(dir.path(), LONG);
    let _stopped = Stopped::holding(dir.path(), "house.lock");
    manager.create_process(name("house"), "").unwrap();
    assert!(dir.path().join("house_2.json").exists());
    manager
        .rename_process(&name("house"), &name("home"))
        .unwrap();
    assert!(dir.path().join("home.json").exists());
}

#[test]
fn what_was_given_up_while_it_waited_is_not_done() {
    let dir = with_garden();
    let manager = Arc::new(open(dir.path(), LONG));
    let stopped = Stopped::holding(dir.path(), "garden.lock");
    let cancellation = Cancellation::default();
    let given_up = manager
        .as_ref()
        .clone()
        .giving_up_when(cancellation.clone());
    let garden = name("garden");
    thread::scope(|threads| {
        let wanted = threads.spawn(|| manager.add_task(&garden, "wanted".parse().unwrap(), ""));
        let added = threads.spawn(|| given_up.add_task(&garden, "given up".parse().unwrap(), ""));
        let deleted = threads.spawn(|| given_up.delete_process(&garden));
        let renamed = threads.spawn(|| given_up.rename_process(&garden, &name("park")));
        // Whether or not they wait by now, none of them is made.
        thread::sleep(SHORT);
        cancellation.cancel();
        drop(stopped);
        wanted.join().unwrap().unwrap();
        let refusals = [
            added.join().unwrap().map(drop),
            deleted.join().unwrap(),
            renamed.join().unwrap().map(drop),
        ];
        for refusal in refusals {
            assert!(
                matches!(refusal, Err(Error::Store(StoreError::Cancelled))),
                "{refusal:?}"
            );
        }
    });
    let tasks: Vec<_> = manager
        .process("garden")
        .unwrap()
        .tasks
        .keys()
        .cloned()
        .collect();
    assert_eq!(tasks.len(), 2, "{tasks:?}");
    let created = given_up.create_process(name("house"), "");
    assert!(matches!(created, Err(Error::Store(StoreError::Cancelled))));
    let memory = ProcessManager::new(crate::MemoryStore::new()).giving_up_when(cancellation);
    let created = memory.create_process(name("house"), "");
    assert!(matches!(created, Err(Error::Store(StoreError::Cancelled))));
}

/// Calls of all other kinds on a process, and about all of them.
fn call_the_rest(manager: &ProcessManager, process: &ProcessName) {
    use crate::manager::{ActivityQuery, Look};
    use crate::model::TaskUpdate;
    let code = || "main.rs".parse().unwrap();
    let job = || "sample".parse().unwrap();
    let added = manager.add_job(process, "soil", job(), "").unwrap();
    manager.add_snippet(process, "soil", code(), "one").unwrap();
    manager
        .update_snippet(process, "soil", code(), "two")
        .unwrap();
    manager.restore_snippet(process, "soil", code(), 1).unwrap();
    let claimed = manager.next_task(process, Look::Claim).unwrap();
    assert!(claimed.value.is_some());
    assert_eq!(manager.release_claims(process).unwrap(), 1);
    manager
        .update_task(process, "soil", TaskUpdate::default())
        .unwrap();
    manager
        .move_task(process, "soil", crate::Position::First)
        .unwrap();
    let revision = manager.process(process.as_str()).unwrap().revision;
    let added = added.process.revision;
    manager.undo_preview(process, added).unwrap();
    manager.process_at(process, revision - 1).unwrap();
    manager.difference(process, revision - 1, None).unwrap();
    manager.timeline(process, 100).unwrap();
    manager.undo_latest().unwrap();
    let all = ActivityQuery {
        who: None,
        limit: 100,
        histories_max: 100,
    };
    manager.activity(&all).unwrap();
    manager.trash().unwrap();
    manager.conflicts().unwrap();
    manager.process_names().unwrap();
    assert!(manager.take_notices(process.as_str()).is_empty());
}

#[test]
fn whatever_lock_is_held_calls_on_other_processes_go_on() {
    for lock in ["garden.lock", "garden@checkpoint.lock", "@names.lock"] {
        let dir = with_garden();
        let path = dir.path().join("garden.json");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace("soil", "earth")).unwrap();
        let manager = open(dir.path(), LONG);
        let stopped = Stopped::holding(dir.path(), lock);
        let shed = name("shed");
        thread::scope(|threads| {
            // Somebody who waits, if the process is what is held.
            let waiting = threads.spawn(|| {
                let beds = "beds".parse().unwrap();
                manager.add_task(&name("garden"), beds, "")
            });
            let listed = manager.list_processes().unwrap();
            assert_eq!(listed.processes.len(), 2, "{lock}");
            let task = "tools".parse().unwrap();
            manager.add_task(&shed, task, "").unwrap();
            assert_eq!(manager.process("shed").unwrap().tasks.len(), 2);
            let query = "earth".parse().unwrap();
            assert_eq!(manager.search(&query).unwrap().total, 1, "{lock}");
            let history = manager.history(&shed, &crate::manager::HistoryQuery::default());
            assert_eq!(history.unwrap().changes.len(), 2);
            let revision = manager.process("shed").unwrap().revision;
            manager.undo(&shed, revision).unwrap();
            assert!(manager.health().failure.is_none());
            let mut changes = manager.subscribe().unwrap();
            manager.describe_process(&shed, "Tools").unwrap();
            assert!(changes.recv_timeout(LONG).is_some());
            call_the_rest(&manager, &shed);
            if lock != "@names.lock" {
                manager.copy_process(&shed, name("barn")).unwrap();
                manager.delete_process(&name("barn")).unwrap();
                manager.purge_trashed("barn", None).unwrap();
                manager.create_process(name("house"), "").unwrap();
                manager
                    .rename_process(&name("house"), &name("home"))
                    .unwrap();
                manager.delete_process(&name("home")).unwrap();
                manager.restore_process("home", None).unwrap();
            }
            // Also a look at what is held, and at what somebody wrote into it.
            let garden = manager.process("garden").unwrap();
            assert!(garden.task("earth").is_ok(), "{lock}");
            assert!(lock != "garden.lock" || !waiting.is_finished());
            drop(stopped);
            waiting.join().unwrap().unwrap();
        });
        let garden = manager.process("garden").unwrap();
        assert!(garden.task("earth").is_ok() && garden.task("beds").is_ok());
    }
}
