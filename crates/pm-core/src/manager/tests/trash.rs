//! Looking into the trash, and taking one process out of it for ever.

use std::time::Duration;

use super::*;
use crate::error::Unresolved;
use crate::model::Position;

/// Deletes two processes of one name, each with a task.
fn deleted_twice(manager: &ProcessManager) {
    for task in ["first", "second"] {
        let garden = manager.create_process("Garden".parse().unwrap(), task);
        let garden = garden.unwrap().name.clone();
        manager
            .add_task(&garden, task.parse().unwrap(), "")
            .unwrap();
        named(manager, "agent").delete_process(&garden).unwrap();
    }
}

#[test]
fn of_several_of_one_name_the_last_is_looked_at_or_the_one_of_a_time() {
    for (manager, _dir) in both_stores() {
        deleted_twice(&manager);
        let (item, last) = manager.trashed("garden", None).unwrap();
        assert_eq!((&*last.description, &*item.by), ("second", "agent"));
        assert_eq!(last.task("second").unwrap().0.as_str(), "second");
        let items = manager.trash().unwrap();
        let first = &items[1].deleted_at;
        let (item, process) = manager.trashed("GARDEN", Some(first)).unwrap();
        assert_eq!((&item, &*process.description), (&items[1], "first"));
        assert_eq!(manager.trash().unwrap(), items);
        let purged = manager.purge_trashed("garden", Some(first)).unwrap();
        assert_eq!(purged, items[1]);
        assert_eq!(manager.trash().unwrap(), items[..1]);
        for outcome in [
            manager.trashed("garden", Some(first)).map(drop),
            manager.purge_trashed("garden", Some(first)).map(drop),
            manager.trashed("shed", None).map(drop),
        ] {
            let refusal = outcome.unwrap_err();
            let Error::Trash(Unresolved::NotFound { .. }) = refusal else {
                panic!("{refusal}")
            };
        }
        // The other one comes back as it was looked at.
        let back = manager.restore_process("garden", None).unwrap();
        assert_eq!((&back.tasks, back.revision), (&last.tasks, 3));
        assert!(manager.purge_trashed("garden", None).is_err());
    }
}

#[test]
fn what_is_looked_at_is_what_would_come_back() {
    let dir = tempfile::tempdir().unwrap();
    let options = crate::FileStoreOptions {
        checkpoint_in_background: false,
        ..crate::FileStoreOptions::default()
    };
    let open = || {
        let store = crate::FileStore::open_with(dir.path(), options).unwrap();
        ProcessManager::new(store)
    };
    let manager = open();
    let garden: ProcessName = "garden".parse().unwrap();
    manager.create_process(garden.clone(), "").unwrap();
    manager.flush().unwrap();
    // The file lacks these, and only the journal has them.
    for task in ["soil", "beds"] {
        manager
            .add_task(&garden, task.parse().unwrap(), "")
            .unwrap();
    }
    manager.move_task(&garden, "beds", Position::First).unwrap();
    let before = manager.process("garden").unwrap();
    manager.delete_process(&garden).unwrap();
    for manager in [manager, open()] {
        assert_eq!(manager.trashed("garden", None).unwrap().1, before);
    }
    // Without its journal, the file says all that there is.
    let item = std::fs::read_dir(dir.path().join(".pm/trash")).unwrap();
    let item = item.map(|entry| entry.unwrap().path()).next().unwrap();
    let files = std::fs::read_dir(&item).unwrap();
    for path in files.map(|entry| entry.unwrap().path()) {
        if path.extension().is_none_or(|ending| ending != "json") {
            std::fs::remove_file(path).unwrap();
        }
    }
    let manager = open();
    let (item_of, process) = manager.trashed("garden", None).unwrap();
    assert_eq!((process.tasks.len(), process.revision), (0, 1));
    // A file that cannot be read is a problem, and never a process that is not there.
    std::fs::write(item.join("garden.json"), "{").unwrap();
    let refusal = manager.trashed("garden", None).unwrap_err();
    assert!(matches!(refusal, Error::Unusable(_)), "{refusal}");
    assert_eq!(manager.trash().unwrap(), [item_of]);
    manager.purge_trashed("garden", None).unwrap();
    assert!(manager.trash().unwrap().is_empty());
    assert!(!item.exists());
}

#[test]
fn a_store_that_is_open_for_reading_only_shows_its_trash_and_keeps_it() {
    let dir = tempfile::tempdir().unwrap();
    let manager = ProcessManager::new(crate::FileStore::open(dir.path()).unwrap());
    deleted_twice(&manager);
    drop(manager);
    let options = crate::FileStoreOptions {
        read_only: true,
        ..crate::FileStoreOptions::default()
    };
    let store = crate::FileStore::open_with(dir.path(), options).unwrap();
    let manager = ProcessManager::new(store);
    assert_eq!(
        manager.trashed("garden", None).unwrap().1.description,
        "second"
    );
    let refusal = manager.purge_trashed("garden", None).unwrap_err();
    assert!(
        matches!(refusal, Error::Store(StoreError::ReadOnly)),
        "{refusal}"
    );
    assert!(manager.purge_trash(Duration::ZERO).is_err());
    assert_eq!(manager.trash().unwrap().len(), 2);
}
