//! Whose a file is, and who may write it, is for its owner to say.

#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;

use super::names;
use crate::store::StoreNoticeKind;
use crate::{Error, FileStore, FileStoreOptions, ProcessManager, StoreError};

/// A process with a task, in a store that writes its file when it is told to.
fn garden() -> (tempfile::TempDir, ProcessManager) {
    let dir = tempfile::tempdir().unwrap();
    let manager = open(dir.path());
    let name = "garden".parse().unwrap();
    let garden = manager.create_process(name, "Plan the garden").unwrap();
    manager
        .add_task(&garden.name, "soil".parse().unwrap(), "")
        .unwrap();
    (dir, manager)
}

fn open(dir: &Path) -> ProcessManager {
    let options = FileStoreOptions {
        checkpoint_in_background: false,
        ..FileStoreOptions::default()
    };
    ProcessManager::new(FileStore::open_with(dir, options).unwrap())
}

fn set_mode(file: &Path, mode: u32) {
    fs::set_permissions(file, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_checkpoint_keeps_the_mode_and_the_owner_of_the_file() {
    let (dir, manager) = garden();
    manager.flush().unwrap();
    let file = dir.path().join("garden.json");
    let before = fs::metadata(&file).unwrap();
    // Only the system itself gives files away.
    let given = chown(&file, Some(before.uid() + 1234), Some(before.gid() + 1234));
    set_mode(&file, 0o640);
    let before = fs::metadata(&file).unwrap();
    let name = "garden".parse().unwrap();
    manager
        .add_task(&name, "beds".parse().unwrap(), "")
        .unwrap();
    manager.flush().unwrap();
    let after = fs::metadata(&file).unwrap();
    assert_ne!(after.ino(), before.ino(), "it was replaced");
    assert_eq!(after.mode() & 0o7777, 0o640);
    assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
    if given.is_err() {
        eprintln!("another owner was not tried: it takes root");
    }
}

#[test]
fn a_read_only_file_is_left_as_it_is_and_that_is_said() {
    let (dir, manager) = garden();
    manager.flush().unwrap();
    let file = dir.path().join("garden.json");
    set_mode(&file, 0o444);
    let before = (fs::read(&file).unwrap(), fs::metadata(&file).unwrap().ino());
    let name = "garden".parse().unwrap();
    manager
        .add_task(&name, "beds".parse().unwrap(), "")
        .unwrap();
    let refused = manager.flush();
    assert!(
        matches!(refused, Err(StoreError::FileReadOnly)),
        "{refused:?}"
    );
    let after = (fs::read(&file).unwrap(), fs::metadata(&file).unwrap().ino());
    assert_eq!(after, before);
    assert_eq!(names(dir.path()), ["garden.json"]);

    // The change is kept, seen and told of.
    assert_eq!(manager.process("garden").unwrap().tasks.len(), 2);
    assert_eq!(open(dir.path()).process("garden").unwrap().tasks.len(), 2);
    let told = manager.standing_notices("garden");
    assert_eq!(told[0].kind, StoreNoticeKind::FileReadOnly);
    let [(behind, _)] = &manager.health().unflushed[..] else {
        panic!("{:?}", manager.health());
    };
    assert_eq!(behind, "garden.json");
    // It can be thrown away and got back all the same.
    manager.delete_process(&name).unwrap();
    let restored = manager.restore_process("garden", None).unwrap();
    assert_eq!(restored.tasks.len(), 2);

    set_mode(&file, 0o644);
    manager
        .add_task(&name, "roses".parse().unwrap(), "")
        .unwrap();
    manager.flush().unwrap();
    assert!(fs::read_to_string(&file).unwrap().contains("roses"));
    assert_eq!(manager.standing_notices("garden"), []);
}

#[test]
fn an_edit_of_a_file_that_was_closed_since_is_seen_and_not_written_over() {
    let (dir, manager) = garden();
    manager.flush().unwrap();
    let file = dir.path().join("garden.json");
    let name = "garden".parse().unwrap();
    manager
        .add_task(&name, "beds".parse().unwrap(), "")
        .unwrap();
    let text = fs::read_to_string(&file).unwrap();
    let text = text.replace("Plan the garden", "By hand");
    fs::write(&file, &text).unwrap();
    set_mode(&file, 0o444);
    let process = manager.process("garden").unwrap();
    assert_eq!((process.tasks.len(), &*process.description), (2, "By hand"));
    let refused = manager.add_task(&name, "roses".parse().unwrap(), "");
    assert!(
        matches!(refused, Err(Error::Store(StoreError::FileReadOnly))),
        "{refused:?}"
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}
