//! Damaged journals are told of from the first look on, to everybody, and as long as they lie on
//! the disk.

use std::fs;
use std::path::{Path, PathBuf};

use super::{manager, names, staying_behind};
use crate::store::{Revisions, StoreNotice, StoreNoticeKind};
use crate::{ProcessManager, ProcessName};

const LOST: Option<Revisions> = Some(Revisions { first: 4, last: 6 });

fn garden() -> ProcessName {
    "garden".parse().unwrap()
}

fn journal(dir: &Path) -> PathBuf {
    dir.join(".pm/journals/garden.journal")
}

/// A process with five tasks, which only its journal has, left by a program that was ended.
fn with_five_tasks() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let manager = staying_behind(dir.path());
    manager.create_process(garden(), "").unwrap();
    for task in ["one", "two", "three", "four", "five"] {
        manager
            .add_task(&garden(), task.parse().unwrap(), "")
            .unwrap();
    }
    std::mem::forget(manager);
    dir
}

/// A process as in [`with_five_tasks`], with one byte of the third task flipped.
fn damaged() -> tempfile::TempDir {
    let dir = with_five_tasks();
    flip(dir.path());
    dir
}

fn flip(dir: &Path) {
    let text = fs::read_to_string(journal(dir)).unwrap();
    fs::write(journal(dir), text.replacen("three", "thref", 1)).unwrap();
}

fn tasks(manager: &ProcessManager) -> usize {
    manager.process("garden").unwrap().tasks.len()
}

/// What is told of the process, the same by the store's health.
fn told(manager: &ProcessManager) -> Vec<StoreNoticeKind> {
    let notices = manager.standing_notices("garden");
    assert_eq!(manager.health().damage, notices);
    let kind = |notice: StoreNotice| {
        assert_eq!(notice.file, "garden.json");
        notice.kind
    };
    notices.into_iter().map(kind).collect()
}

/// The names of the damaged journals that are kept.
fn kept(dir: &Path) -> Vec<String> {
    let mut names = names(&dir.join(".pm/journals"));
    names.retain(|name| name.ends_with(".damaged"));
    names
}

fn set_aside(dir: &Path) -> Vec<StoreNoticeKind> {
    let [kept] = &kept(dir)[..] else {
        panic!("one was set aside: {:?}", kept(dir));
    };
    vec![StoreNoticeKind::JournalSetAside {
        kept: kept.clone(),
        lost: LOST,
    }]
}

#[test]
fn the_first_reader_is_told_and_every_one_after() {
    let dir = damaged();
    for _ in 0..2 {
        let manager = staying_behind(dir.path());
        assert_eq!(tasks(&manager), 2);
        for _ in 0..3 {
            let taken = manager.at_once(|manager| manager.take_notices("garden"));
            assert!(taken.is_none(), "it takes a look at the journal");
            let lost = LOST;
            assert_eq!(told(&manager), [StoreNoticeKind::JournalDamaged { lost }]);
        }
        // At its end a store would bring files up to date, and set the journal aside with that.
        std::mem::forget(manager);
    }
    assert_eq!(kept(dir.path()), [""; 0], "reading changes nothing");
}

#[test]
fn health_finds_it_without_a_reader_also_where_the_index_knows_the_process() {
    let dir = tempfile::tempdir().unwrap();
    let manager = staying_behind(dir.path());
    // As many as make the index worth while.
    for number in 0..70 {
        let name = format!("process {number}").parse().unwrap();
        manager.create_process(name, "").unwrap();
    }
    manager.create_process(garden(), "").unwrap();
    for task in ["one", "two", "three", "four", "five"] {
        manager
            .add_task(&garden(), task.parse().unwrap(), "")
            .unwrap();
    }
    std::mem::forget(manager);
    flip(dir.path());
    std::thread::sleep(std::time::Duration::from_millis(60));
    for _ in 0..3 {
        let manager = staying_behind(dir.path());
        let damage = manager.health().damage;
        assert_eq!(damage.len(), 1, "{damage:?}");
        assert_eq!(damage[0].file, "garden.json");
    }
    assert!(dir.path().join(".pm/index.json").exists());
}

#[test]
fn one_that_was_set_aside_is_told_of_until_a_person_takes_it_away() {
    let dir = damaged();
    let other = staying_behind(dir.path());
    let first = staying_behind(dir.path());
    assert_eq!(tasks(&other), 2);
    first
        .add_task(&garden(), "six".parse().unwrap(), "")
        .unwrap();
    let notice = set_aside(dir.path());
    assert_eq!(told(&first), notice);
    // Another program, and one that starts later and has not looked at the process yet.
    assert_eq!(tasks(&other), 3);
    assert_eq!(told(&other), notice);
    let later = staying_behind(dir.path());
    assert_eq!(later.health().damage.len(), 1);
    assert_eq!(told(&later), notice);
    fs::remove_file(dir.path().join(".pm/journals").join(&kept(dir.path())[0])).unwrap();
    for manager in [&first, &other, &later] {
        assert_eq!(told(manager), []);
    }
}

#[test]
fn one_that_was_set_aside_goes_where_its_process_goes() {
    let dir = damaged();
    let manager = staying_behind(dir.path());
    manager
        .add_task(&garden(), "six".parse().unwrap(), "")
        .unwrap();
    let shed: ProcessName = "shed".parse().unwrap();
    manager.rename_process(&garden(), &shed).unwrap();
    let kind = |name: &str| {
        let mut notices = manager.standing_notices(name);
        notices.pop().map(|notice| (notice.file, notice.kind))
    };
    let (file, renamed) = kind("shed").unwrap();
    assert_eq!(file, "shed.json");
    assert!(matches!(
        renamed,
        StoreNoticeKind::JournalSetAside { lost: LOST, .. }
    ));
    manager.delete_process(&shed).unwrap();
    assert_eq!(manager.health().damage, []);
    manager.create_process(shed.clone(), "").unwrap();
    assert_eq!(kind("shed"), None, "it is another process");
    manager.delete_process(&shed).unwrap();
    manager
        .create_process("greenhouse".parse().unwrap(), "")
        .unwrap();
    // The last but one that was deleted.
    let newest = dir.path().join(".pm/trash");
    let mut items = names(&newest);
    items.sort();
    fs::remove_dir_all(newest.join(items.last().unwrap())).unwrap();
    manager.restore_process("shed", None).unwrap();
    assert_eq!(manager.process("shed").unwrap().tasks.len(), 3);
    assert!(matches!(
        kind("shed"),
        Some((_, StoreNoticeKind::JournalSetAside { lost: LOST, .. }))
    ));
}

#[test]
fn a_journal_without_its_beginning_is_damaged() {
    for content in ["", "nothing that could be read\n"] {
        let dir = with_five_tasks();
        fs::write(journal(dir.path()), content).unwrap();
        let manager = staying_behind(dir.path());
        assert_eq!(tasks(&manager), 0);
        assert_eq!(
            told(&manager),
            [StoreNoticeKind::JournalDamaged { lost: None }]
        );
    }
}

#[test]
fn a_process_in_order_is_not_told_of() {
    let dir = with_five_tasks();
    let manager = manager(dir.path());
    assert_eq!(tasks(&manager), 5);
    assert_eq!(told(&manager), []);
    // A torn end is what a kill leaves, and nobody was told of it.
    let mut torn = fs::read(journal(dir.path())).unwrap();
    torn.truncate(torn.len() - 9);
    let copy = with_five_tasks();
    fs::write(journal(copy.path()), torn).unwrap();
    assert_eq!(told(&staying_behind(copy.path())), []);
}
