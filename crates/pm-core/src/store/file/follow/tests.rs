//! The follower step by step, without its thread: what happens between two of its looks comes in
//! the order that a test wants.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use time::OffsetDateTime;

use super::super::FileStore;
use super::super::tests::faults::{Faults, FaultyFileSystem};
use super::super::tests::feed::short;
use super::follower::Follower;
use crate::feed::Hub;
use crate::{
    Action, Actor, FeedItem, FileStoreOptions, Process, ProcessManager, ProcessName, Store as _,
    Subscription,
};

/// A store with a follower that works when it is told to, and another program's store on the
/// same directory.
struct Scene {
    follower: Follower,
    changes: Subscription,
    store: Arc<FileStore>,
    faults: Arc<Faults>,
    other: ProcessManager,
    dir: tempfile::TempDir,
}

fn name(text: &str) -> ProcessName {
    text.parse().unwrap()
}

fn open(dir: &Path, faults: &Arc<Faults>) -> FileStore {
    let options = FileStoreOptions {
        checkpoint_in_background: false,
        watch_directory: false,
        poll_interval: Duration::from_secs(24 * 60 * 60),
        ..FileStoreOptions::default()
    };
    let fs = FaultyFileSystem(Arc::clone(faults));
    FileStore::open_on(Box::new(fs), dir.to_owned(), options).unwrap()
}

/// A scene with the process `garden`, made by the other program.
fn scene() -> Scene {
    let dir = tempfile::tempdir().unwrap();
    let faults = Arc::new(Faults::default());
    let other = ProcessManager::new(open(dir.path(), &Arc::default()));
    other.create_process(name("garden"), "").unwrap();
    let store = Arc::new(open(dir.path(), &faults));
    let hub = Arc::new(Hub::new(|| {}));
    let changes = hub.subscribe();
    store.place.outbox.open();
    Scene {
        follower: Follower::start(&store, hub).unwrap(),
        changes,
        store,
        faults,
        other,
        dir,
    }
}

fn create(store: &FileStore, process: &str) {
    let now = OffsetDateTime::now_utc().into();
    let process = Process::new(name(process), String::new(), now);
    store.create(process, &Actor::Unnamed.into()).unwrap();
}

/// Makes a change through a store.
fn change(store: &FileStore, process: &str) {
    let changed = store.update(
        &name(process),
        &Actor::Unnamed.into(),
        Box::new(|process| {
            process.description.push('x');
            Ok(Action::new("change", "changed something"))
        }),
    );
    changed.unwrap();
}

fn add_task(manager: &ProcessManager, process: &str, task: &str) {
    let task = task.parse().unwrap();
    manager.add_task(&name(process), task, "").unwrap();
}

impl Scene {
    /// Has the follower do what there is to do.
    fn follow(&mut self) {
        self.follower.survey_at = Instant::now();
        assert!(self.follower.round());
    }

    /// Has the store know a process so well that the follower opens its journal for nothing but
    /// its changes.
    fn know(&self, process: &str) {
        let file = OsString::from(format!("{process}.json"));
        let slot = self.store.cache.slot(&file);
        while !slot.look(&self.store.place).unwrap().json.settled {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// What was told since it was asked last, in short.
    #[track_caller]
    fn expect(&mut self, expected: &[&str]) {
        let told = std::iter::from_fn(|| self.changes.try_recv()).map(|item| match item {
            FeedItem::Event(event) => short(&event),
            FeedItem::Missed => "missed".to_owned(),
        });
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }
}

#[test]
fn an_own_change_that_comes_while_a_new_process_is_looked_at_is_told_once() {
    let mut scene = scene();
    scene.other.create_process(name("shed"), "").unwrap();
    add_task(&scene.other, "shed", "roof");
    scene.know("shed");
    let store = Arc::clone(&scene.store);
    scene.faults.at_next_journal(move || change(&store, "shed"));
    scene.follower.discover(OsStr::new("shed.json"));
    scene.follow();
    scene.expect(&[
        "shed 1 created (Other)",
        "shed 2 changed (Other)",
        "shed 3 changed (Own)",
    ]);
}

/// Another program puts a process in the place of `garden`, under its name.
fn replace_garden(scene: &Scene) {
    scene.other.delete_process(&name("garden")).unwrap();
    scene.other.create_process(name("garden"), "").unwrap();
}

#[test]
fn a_process_that_others_replaced_is_told_as_another_before_its_first_own_change() {
    let mut scene = scene();
    add_task(&scene.other, "garden", "soil");
    add_task(&scene.other, "garden", "plants");
    scene.follower.look(OsStr::new("garden.json"));
    replace_garden(&scene);
    change(&scene.store, "garden");
    add_task(&scene.other, "garden", "paths");
    scene.follow();
    scene.expect(&[
        "garden 2 changed (Other)",
        "garden 3 changed (Other)",
        "garden 3 deleted (Other)",
        "garden 1 created (Other)",
        "garden 2 changed (Own)",
        "garden 3 changed (Other)",
    ]);
}

#[test]
fn a_process_that_others_replaced_is_told_as_another_before_it_is_deleted_here() {
    let mut scene = scene();
    replace_garden(&scene);
    scene
        .store
        .delete(&name("garden"), &Actor::Unnamed.into())
        .unwrap();
    scene.follow();
    scene.expect(&[
        "garden 1 deleted (Other)",
        "garden 1 created (Other)",
        "garden 1 deleted (Own)",
    ]);
}

#[test]
fn a_process_that_others_deleted_is_told_as_gone_before_another_is_created_here() {
    let mut scene = scene();
    scene.other.delete_process(&name("garden")).unwrap();
    create(&scene.store, "garden");
    change(&scene.store, "garden");
    scene.follow();
    scene.expect(&[
        "garden 1 deleted (Other)",
        "garden 1 created (Own)",
        "garden 2 changed (Own)",
    ]);
}

#[test]
fn a_process_that_others_deleted_is_told_as_gone_before_another_gets_its_name_here() {
    let mut scene = scene();
    create(&scene.store, "park");
    scene.other.delete_process(&name("garden")).unwrap();
    let action = Action::new("rename_process", "renamed it");
    let (park, garden) = (name("park"), name("garden"));
    let renamed = scene
        .store
        .rename(&park, &garden, &Actor::Unnamed.into(), action);
    renamed.unwrap();
    change(&scene.store, "garden");
    scene.follow();
    scene.expect(&[
        "park 1 created (Own)",
        "garden 1 deleted (Other)",
        "garden 2 renamed from park (Own)",
        "garden 3 changed (Own)",
    ]);
}

#[test]
fn a_process_that_was_deleted_and_restored_meanwhile_was_gone_in_between() {
    let mut scene = scene();
    scene.other.delete_process(&name("garden")).unwrap();
    scene.other.restore_process("garden", None).unwrap();
    scene.follow();
    scene.expect(&["garden 1 deleted (Other)", "garden 2 restored (Other)"]);
    scene.other.delete_process(&name("garden")).unwrap();
    let action = Action::new(Action::RESTORE, "restored it");
    let garden = name("garden");
    let restored = scene
        .store
        .restore(&garden, &garden, &Actor::Unnamed.into(), action);
    restored.unwrap();
    scene.follow();
    scene.expect(&["garden 2 deleted (Other)", "garden 3 restored (Own)"]);
}

#[test]
fn what_replaces_a_process_here_while_it_is_looked_at_is_told_once() {
    let mut scene = scene();
    scene
        .store
        .delete(&name("garden"), &Actor::Unnamed.into())
        .unwrap();
    create(&scene.store, "garden");
    // A look that others gave reason for, before the notes are taken.
    scene.follower.look(OsStr::new("garden.json"));
    scene.follow();
    scene.follow();
    scene.expect(&["garden 1 deleted (Own)", "garden 1 created (Own)"]);
}

#[test]
fn a_file_that_never_said_when_it_was_created_is_not_taken_for_another() {
    let mut scene = scene();
    let path = scene.dir.path().join("old.json");
    fs::write(&path, r#"{"process_name": "old", "tasks": {}}"#).unwrap();
    scene.follow();
    let text = r#"{"process_name": "old", "description": "edited", "tasks": {}}"#;
    fs::write(&path, text).unwrap();
    change(&scene.store, "old");
    scene.follow();
    scene.expect(&["old 0 created (Other)", "old 1 changed (Own)"]);
}

#[test]
fn a_damaged_file_is_not_looked_at_again_and_again() {
    let mut scene = scene();
    let path = scene.dir.path().join("shed.json");
    fs::write(&path, r#"{"process_name": "shed", "tasks": {"spade": }}"#).unwrap();
    scene.follow();
    let an_hour = Instant::now() + Duration::from_secs(60 * 60);
    assert!(scene.follower.survey_at > an_hour);
    fs::write(&path, r#"{"process_name": "shed", "tasks": {"spade": {}}}"#).unwrap();
    scene.follower.look(OsStr::new("shed.json"));
    scene.follow();
    scene.expect(&["shed 0 created (Other)"]);
}

#[test]
fn a_file_without_created_at_that_is_edited_after_an_own_change_is_the_same_process() {
    let mut scene = scene();
    let path = scene.dir.path().join("old.json");
    fs::write(&path, r#"{"process_name": "old", "tasks": {}}"#).unwrap();
    scene.follow();
    change(&scene.store, "old");
    scene.follow();
    std::thread::sleep(Duration::from_millis(30)); // another mtime
    fs::write(
        &path,
        r#"{"process_name": "old", "description": "edited", "tasks": {}}"#,
    )
    .unwrap();
    scene.follow();
    scene.follow();
    change(&scene.store, "old");
    scene.follow();
    scene.expect(&[
        "old 0 created (Other)",
        "old 1 changed (Own)",
        "old 2 changed (Other)",
        "old 3 changed (Own)",
    ]);
}
