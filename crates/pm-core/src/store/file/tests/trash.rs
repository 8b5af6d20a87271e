//! What has been in the trash for too long goes, also from a store that stays open in which
//! nobody deletes anything.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::super::os::OsFileSystem;
use crate::clock::{Clock as _, ManualClock, SystemClock};
use crate::{FileStore, FileStoreOptions, ProcessManager, ProcessName};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Longer than anything here takes, on any machine.
const LONG: Duration = Duration::from_secs(30);

/// Long enough for what must not happen to happen all the same, most of the time.
const A_WHILE: Duration = Duration::from_millis(300);

fn name(text: &str) -> ProcessName {
    text.parse().unwrap()
}

fn open(dir: &Path, clock: &Arc<ManualClock>) -> ProcessManager {
    let clock = Box::new(Arc::clone(clock));
    let options = FileStoreOptions::default();
    let store = FileStore::open_at(clock, Box::new(OsFileSystem), dir.to_owned(), options);
    ProcessManager::new(store.unwrap())
}

/// A store with the process `garden`, and `shed` in the trash; its clock is right.
fn with_trash() -> (tempfile::TempDir, ProcessManager, Arc<ManualClock>) {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(SystemClock.now()));
    let manager = open(dir.path(), &clock);
    for process in ["garden", "shed"] {
        manager.create_process(name(process), "").unwrap();
    }
    manager.delete_process(&name("shed")).unwrap();
    (dir, manager, clock)
}

fn trash(manager: &ProcessManager) -> usize {
    manager.trash().unwrap().len()
}

/// Waits until the trash is empty, or for a while.
fn is_emptied(manager: &ProcessManager, time: Duration) -> bool {
    let until = Instant::now() + time;
    while trash(manager) > 0 && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(5));
    }
    trash(manager) == 0
}

#[test]
fn what_is_too_old_goes_with_any_change() {
    let (_dir, manager, clock) = with_trash();
    let change = |task: &str| manager.add_task(&name("garden"), task.parse().unwrap(), "");
    clock.advance(29 * DAY);
    change("soil").unwrap();
    assert!(!is_emptied(&manager, A_WHILE));
    clock.advance(2 * DAY);
    change("plants").unwrap();
    assert!(is_emptied(&manager, LONG));
}

#[test]
fn what_is_too_old_goes_where_nothing_is_changed_and_no_earlier() {
    let (dir, first, clock) = with_trash();
    drop(first);
    let manager = open(dir.path(), &clock);
    clock.advance(29 * DAY);
    manager.list_processes().unwrap();
    assert!(!is_emptied(&manager, A_WHILE));
    clock.advance(2 * DAY);
    manager.list_processes().unwrap();
    assert!(is_emptied(&manager, LONG));
}

#[test]
fn the_trash_waits_for_whoever_is_changing_the_names_and_nobody_for_the_trash() {
    let (dir, manager, clock) = with_trash();
    let lock = dir.path().join(".pm/locks/@names.lock");
    let lock = std::fs::File::open(lock).unwrap();
    lock.lock().unwrap();
    clock.advance(31 * DAY);
    let change = |task: &str| manager.add_task(&name("garden"), task.parse().unwrap(), "");
    change("soil").unwrap();
    assert!(!is_emptied(&manager, A_WHILE));
    drop(lock);
    clock.advance(DAY);
    change("plants").unwrap();
    assert!(is_emptied(&manager, LONG));
}
