//! What has been in the trash for too long goes, also from a store that stays open in which
//! nobody deletes anything.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::super::disk::os::OsFileSystem;
use super::faults::{Faults, FaultyFileSystem};
use crate::clock::{Clock as _, ManualClock, SystemClock};
use crate::{Actor, FileStore, FileStoreOptions, ProcessManager, ProcessName, Store as _};

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

/// Waits until the clock was looked at, and nothing has gone with that.
fn nothing_goes(dir: &Path, manager: &ProcessManager, clock: &ManualClock) {
    let now = crate::Timestamp::from(clock.now()).to_string();
    let until = Instant::now() + LONG;
    let looked = || std::fs::read_to_string(dir.join(".pm/clock.json")).unwrap();
    while !looked().contains(&now) {
        assert!(Instant::now() < until, "{}", looked());
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(trash(manager), 1);
}

#[test]
fn what_is_too_old_goes_with_any_change() {
    let (dir, manager, clock) = with_trash();
    let change = |task: &str| manager.add_task(&name("garden"), task.parse().unwrap(), "");
    clock.advance(29 * DAY);
    change("soil").unwrap();
    nothing_goes(dir.path(), &manager, &clock);
    clock.advance(2 * DAY);
    change("plants").unwrap();
    nothing_goes(dir.path(), &manager, &clock);
    // A day later it is certain that so much time has passed.
    clock.advance(DAY);
    change("seeds").unwrap();
    assert!(is_emptied(&manager, LONG));
}

#[test]
fn a_journal_that_stepped_aside_goes_when_its_file_has_not_come_back() {
    let (dir, manager, clock) = with_trash();
    let change = |task: &str| manager.add_task(&name("garden"), task.parse().unwrap(), "");
    change("soil").unwrap();
    std::fs::remove_file(dir.path().join("garden.json")).unwrap();
    manager.create_process(name("garden"), "").unwrap();
    let is_kept = || {
        let journals = super::names(&dir.path().join(".pm/journals"));
        journals.iter().any(|name| name.starts_with("garden@"))
    };
    clock.advance(29 * DAY);
    change("plants").unwrap();
    nothing_goes(dir.path(), &manager, &clock);
    assert!(is_kept());
    clock.advance(2 * DAY);
    change("beds").unwrap();
    nothing_goes(dir.path(), &manager, &clock);
    assert!(is_kept());
    clock.advance(DAY);
    change("seeds").unwrap();
    let until = Instant::now() + LONG;
    while is_kept() {
        assert!(Instant::now() < until);
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn one_start_with_a_clock_that_is_weeks_ahead_takes_nothing_away() {
    let (dir, manager, clock) = with_trash();
    drop(manager);
    let ahead = Arc::new(ManualClock::new(clock.now()));
    ahead.advance(48 * DAY);
    assert_eq!(trash(&open(dir.path(), &ahead)), 1);
    // Nor does the right clock, to which it looks as if it had been put back.
    for _ in 0..4 {
        assert_eq!(trash(&open(dir.path(), &clock)), 1);
        clock.advance(DAY);
    }
    ahead.advance(4 * DAY);
    assert_eq!(trash(&open(dir.path(), &ahead)), 1);
    // A clock that says so twice, a day apart, is believed.
    ahead.advance(DAY);
    assert_eq!(trash(&open(dir.path(), &ahead)), 0);
}

#[test]
fn how_much_is_in_the_trash_makes_no_difference_to_a_deletion() {
    let dir = tempfile::tempdir().unwrap();
    let faults = Arc::new(Faults::default());
    let fs = Box::new(FaultyFileSystem(Arc::clone(&faults)));
    let options = FileStoreOptions {
        checkpoint_in_background: false,
        ..FileStoreOptions::default()
    };
    let manager = ProcessManager::new(FileStore::open_on(fs, dir.path().into(), options).unwrap());
    let deleted = |process: &str| {
        manager.create_process(name(process), "").unwrap();
        manager
            .add_task(&name(process), "soil".parse().unwrap(), "")
            .unwrap();
        faults.forget_operations();
        manager.delete_process(&name(process)).unwrap();
        faults.operations()
    };
    let first = deleted("garden");
    for number in 0..300 {
        let item = dir.path().join(format!(".pm/trash/{number}-0000-garden"));
        std::fs::create_dir(&item).unwrap();
        std::fs::write(item.join("about.json"), "{}").unwrap();
    }
    let second = deleted("garden");
    let trash = dir.path().join(".pm/trash");
    // Elsewhere it is not always the same: a file that changed just now is looked at twice.
    let in_trash = |of: &[(&str, PathBuf)]| {
        of.iter()
            .filter(|(_, path)| path.starts_with(&trash))
            .count()
    };
    assert_ne!(in_trash(&first), 0);
    assert_eq!(in_trash(&first), in_trash(&second));
    assert!(
        !second
            .iter()
            .any(|(name, path)| *name == "names" && *path == trash)
    );
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
    nothing_goes(dir.path(), &manager, &clock);
    clock.advance(DAY);
    manager.list_processes().unwrap();
    assert!(is_emptied(&manager, LONG));
}

#[test]
fn the_trash_waits_for_whoever_is_changing_the_names_and_nobody_for_the_trash() {
    let (dir, manager, clock) = with_trash();
    let lock = dir.path().join(".pm/locks/@names.lock");
    let lock = std::fs::File::open(lock).unwrap();
    let change = |task: &str| manager.add_task(&name("garden"), task.parse().unwrap(), "");
    clock.advance(31 * DAY);
    change("roses").unwrap();
    nothing_goes(dir.path(), &manager, &clock);
    lock.lock().unwrap();
    clock.advance(DAY);
    change("soil").unwrap();
    assert!(!is_emptied(&manager, A_WHILE));
    drop(lock);
    clock.advance(DAY);
    change("plants").unwrap();
    assert!(is_emptied(&manager, LONG));
}

#[test]
fn a_process_whose_file_is_called_as_what_describes_it_goes_and_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let other = tempfile::tempdir().unwrap();
    let [manager, store] = [dir.path(), other.path()].map(|dir| FileStore::open(dir).unwrap());
    let manager = ProcessManager::new(manager);
    for process in ["about", "About"] {
        manager.create_process(name(process), process).unwrap();
        manager.delete_process(&name(process)).unwrap();
        let item = manager.trash().unwrap().remove(0);
        let (_, found) = manager.trashed(process, None).unwrap();
        assert_eq!(found.description, process);
        let whole = FileStore::open(dir.path()).unwrap();
        let whole = whole.read_whole_trashed(&item).unwrap();
        store.keep_whole(&whole, &Actor::Unnamed.into()).unwrap();
        assert_eq!(store.read_trashed(&item).unwrap().description, process);
        let back = manager.restore_process(process, None).unwrap();
        assert_eq!(back.description, process);
        manager.delete_process(&name(process)).unwrap();
    }
}
