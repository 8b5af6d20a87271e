//! What is answered without waiting is what a read answers, and never anything older.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::super::disk::fs::FileSystem;
use super::super::disk::os::OsFileSystem;
use super::{garden, manager};
use crate::{FileStore, Store};

/// Longer than the resolution of file times, so that what was written before is settled.
const SETTLED: Duration = Duration::from_millis(60);

/// A store over the garden's directory that has read it since it settled.
fn warm(dir: &Path) -> FileStore {
    std::thread::sleep(SETTLED);
    let mut store = FileStore::open(dir).unwrap();
    store.is_local = true;
    store.read("garden").unwrap();
    store
}

#[test]
fn a_process_that_was_read_is_answered_at_once() {
    let (dir, _) = garden();
    let mut store = FileStore::open(dir.path()).unwrap();
    store.is_local = true;
    assert!(store.read_at_once("garden").is_none(), "never looked at");
    let store = warm(dir.path());
    let at_once = store.read_at_once("garden").unwrap();
    assert!(Arc::ptr_eq(&at_once, &store.read("garden").unwrap()));
    for other in ["GARDEN", "shed"] {
        assert!(store.read_at_once(other).is_none(), "{other}");
    }
}

#[test]
fn a_directory_that_is_made_is_as_local_as_the_one_that_it_is_made_in() {
    let above = tempfile::tempdir().unwrap();
    let new = FileStore::open(above.path().join("a").join("b")).unwrap();
    assert_eq!(new.is_local, OsFileSystem.is_local(above.path()));
    assert_eq!(new.processes.shared.dir.is_local, new.is_local);
}

#[test]
fn a_change_by_whomever_is_not_missed() {
    let (dir, other) = garden();
    let path = dir.path().join("garden.json");
    let store = warm(dir.path());
    let edited = fs::read_to_string(&path).unwrap().replace("Plan", "PLAN");
    fs::write(&path, edited).unwrap();
    assert!(store.read_at_once("garden").is_none(), "edited in place");
    // Read within the resolution of file times: equal stamps prove nothing yet.
    store.read("garden").unwrap();
    assert!(store.read_at_once("garden").is_none());

    let store = warm(dir.path());
    let garden = "garden".parse().unwrap();
    other
        .add_task(&garden, "shed".parse().unwrap(), "")
        .unwrap();
    assert!(store.read_at_once("garden").is_none(), "changed by another");

    let store = warm(dir.path());
    other.delete_process(&garden).unwrap();
    assert!(store.read_at_once("garden").is_none(), "deleted");
}

#[test]
fn a_large_process_and_one_on_a_network_are_not_answered_at_once() {
    let (dir, other) = garden();
    let mut store = warm(dir.path());
    store.is_local = false;
    assert!(store.read_at_once("garden").is_none());

    let large = "x".repeat(super::super::AT_ONCE_BYTES_MAX);
    other
        .describe_task(&"garden".parse().unwrap(), "soil", large)
        .unwrap();
    assert!(warm(dir.path()).read_at_once("garden").is_none());
    assert!(manager(dir.path()).process("garden").is_ok());
}

#[test]
fn nobody_waits_for_a_lock() {
    let (dir, _) = garden();
    let store = warm(dir.path());
    let directory = store.processes.catalog();
    assert!(store.read_at_once("garden").is_none());
    drop(directory);
    assert!(store.read_at_once("garden").is_some());
}

#[test]
fn what_is_no_disk_is_not_local() {
    assert!(!OsFileSystem.is_local(Path::new("/proc")));
    assert!(!OsFileSystem.is_local(Path::new("/there is no such directory")));
}
