//! A store for reading only leaves the directory as it is, whatever is in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::disk::os::OsFileSystem;
use super::faults::{Faults, FaultyFileSystem};
use super::staying_behind;
use crate::manager::HistoryQuery;
use crate::store::{OpenProblem, StoreNoticeKind};
use crate::{
    Error, FileStore, FileStoreOptions, ProcessManager, ProcessName, SearchQuery, StoreError,
};

fn options() -> FileStoreOptions {
    FileStoreOptions {
        read_only: true,
        ..FileStoreOptions::default()
    }
}

fn name(text: &str) -> ProcessName {
    text.parse().unwrap()
}

/// A directory in which there is something to do for everybody who may write: changes that only a
/// journal has, a damaged journal, an edit by hand, files of a dead writer, and old trash.
fn busy() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let manager = staying_behind(dir.path());
    for process in ["garden", "shed", "house", "gone"] {
        manager.create_process(name(process), "").unwrap();
        for task in ["one", "two", "three"] {
            manager
                .add_task(&name(process), task.parse().unwrap(), "")
                .unwrap();
        }
    }
    manager.delete_process(&name("gone")).unwrap();
    std::mem::forget(manager);
    let at = |path: &str| dir.path().join(path);
    let journal = at(".pm/journals/shed.journal");
    let text = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, text.replacen("\"two\"", "\"twp\"", 1)).unwrap();
    let file = fs::read_to_string(at("house.json")).unwrap();
    fs::write(
        at("house.json"),
        file.replace("\"description\": \"\"", "\"description\": \"by hand\""),
    )
    .unwrap();
    fs::write(at(".garden.0123456789abcdef.pm-tmp"), "left").unwrap();
    fs::write(at(".pm/journals/.garden.0123456789abcdef.pm-tmp"), "left").unwrap();
    fs::create_dir(at(".pm/trash/1-0000-old")).unwrap();
    fs::write(
        at(".pm/clock.json"),
        r#"{"looked_at":"2020-01-01T00:00:00Z","certain":"2019-01-01T00:00:00Z"}"#,
    )
    .unwrap();
    dir
}

/// What there is of a name: what the file holds, its number, and when it last changed.
type Entry = (Vec<u8>, u64, i128, i128);

/// All that is in a directory, at whatever depth.
fn tree(dir: &Path) -> BTreeMap<PathBuf, Entry> {
    use super::super::disk::fs::FileSystem as _;
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(tree(&path));
        }
        let stamp = OsFileSystem.stat(&path).unwrap().stamp;
        let content = fs::read(&path).unwrap_or_default();
        let entry = (content, stamp.inode, stamp.modified_ns, stamp.changed_ns);
        found.insert(path, entry);
    }
    found
}

/// Does all that a reader can do.
fn read_all(manager: &ProcessManager) {
    assert_eq!(manager.list_processes().unwrap().processes.len(), 3);
    let tasks = |process: &str| manager.process(process).unwrap().tasks.len();
    assert_eq!((tasks("garden"), tasks("shed")), (3, 1));
    let house = manager.process("house").unwrap();
    assert_eq!((house.tasks.len(), &*house.description), (3, "by hand"));
    let history = manager.history(&name("garden"), &HistoryQuery::default());
    assert_eq!(history.unwrap().changes.len(), 3);
    assert_eq!(manager.trash().unwrap().len(), 1);
    let hits = manager
        .search(&"three".parse::<SearchQuery>().unwrap())
        .unwrap();
    assert_eq!(hits.total, 2);
    let told = manager.standing_notices("shed");
    assert!(matches!(
        told[0].kind,
        StoreNoticeKind::JournalDamaged { .. }
    ));
    let health = manager.health();
    assert_eq!((health.damage.len(), health.failure.is_none()), (1, true));
    let subscription = manager.subscribe().unwrap();
    drop(subscription);
    manager.flush().unwrap();
}

/// Checks that each change is refused.
fn refuse_all(manager: &ProcessManager) {
    let garden = name("garden");
    let refusals = [
        manager.create_process(name("new"), "").map(drop),
        manager
            .add_task(&garden, "four".parse().unwrap(), "")
            .map(drop),
        manager.rename_process(&garden, &name("new")).map(drop),
        manager.delete_process(&garden),
        manager.restore_process("gone", None).map(drop),
        manager.purge_trash(std::time::Duration::ZERO).map(drop),
    ];
    for refusal in refusals {
        assert!(
            matches!(refusal, Err(Error::Store(StoreError::ReadOnly))),
            "{refusal:?}"
        );
    }
}

#[test]
fn whatever_there_is_to_do_nothing_is_done() {
    let dir = busy();
    let before = tree(dir.path());
    let faults = Arc::new(Faults::default());
    let fs = Box::new(FaultyFileSystem(Arc::clone(&faults)));
    let manager =
        ProcessManager::new(FileStore::open_on(fs, dir.path().into(), options()).unwrap());
    read_all(&manager);
    refuse_all(&manager);
    drop(manager);
    assert_eq!(tree(dir.path()), before);
    let reads = [
        "is_local",
        "names",
        "stat",
        "read",
        "open_journal_to_read",
        "open_directory",
    ];
    for (operation, path) in faults.operations() {
        assert!(reads.contains(&operation), "{operation} {}", path.display());
    }
}

#[test]
fn a_directory_that_no_program_has_used_is_read_and_one_that_is_missing_is_not_made() {
    let dir = tempfile::tempdir().unwrap();
    let file = r#"{"process_name": "garden", "tasks": {}}"#;
    fs::write(dir.path().join("garden.json"), file).unwrap();
    let manager = ProcessManager::new(FileStore::open_with(dir.path(), options()).unwrap());
    assert_eq!(manager.process("garden").unwrap().name.as_str(), "garden");
    assert_eq!(manager.list_processes().unwrap().processes.len(), 1);
    drop(manager);
    assert_eq!(tree(dir.path()).len(), 1);
    let missing = dir.path().join("missing");
    let Err(error) = FileStore::open_with(&missing, options()) else {
        panic!("it was opened");
    };
    assert!(matches!(error.problem, OpenProblem::Missing), "{error}");
    assert!(!missing.exists());
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_in_the_place_of_a_journal_is_not_taken_for_an_empty_one() {
    let dir = busy();
    let journal = dir.path().join(".pm/journals/garden.journal");
    fs::remove_file(&journal).unwrap();
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    let kind = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, &journal, kind, mode, 0).unwrap();
    let manager = ProcessManager::new(FileStore::open_with(dir.path(), options()).unwrap());
    let refusal = manager.process("garden").unwrap_err().to_string();
    assert!(refusal.contains("it is no regular file"), "{refusal}");
}
