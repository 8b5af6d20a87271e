//! Which revision a call says that it made.

use super::*;
use crate::model::TaskUpdate;
use crate::{Priority, Status, TaskName};

/// The revision that a call says it made.
fn made<T>(changed: &Changed<T>) -> u64 {
    changed.revision.unwrap()
}

#[test]
fn a_change_tells_the_revision_that_it_made_and_none_if_there_was_nothing_to_do() {
    let (manager, garden) = garden();
    let beds: TaskName = "beds".parse().unwrap();
    let main = || "main.rs".parse().unwrap();
    let soil = manager.add_task(&garden, beds, "soil").unwrap();
    assert_eq!(made(&soil), 2);
    let again = manager.describe_task(&garden, "beds", "soil").unwrap();
    assert_eq!((again.revision, again.process.revision), (None, 2));
    let code = manager.add_snippet(&garden, "beds", main(), "1").unwrap();
    assert_eq!(made(&code), 3);
    let same = manager.add_snippet(&garden, "beds", main(), "1").unwrap();
    assert_eq!((same.revision, same.process.revision), (None, 3));
    let whole = manager.describe_process(&garden, "all").unwrap();
    assert_eq!(made(&whole), 4);
    assert_eq!(
        manager.describe_process(&garden, "all").unwrap().revision,
        None
    );
    let peeked = manager.next_task(&garden, Look::Peek).unwrap();
    assert_eq!(peeked.revision, None);
    assert_eq!(made(&manager.next_task(&garden, Look::Claim).unwrap()), 5);
    let undone = manager.undo(&garden, made(&whole)).unwrap();
    assert_eq!(made(&undone), 6);
    assert_eq!(undone.process.description, "");
    // Of several changes it is the last.
    let several = manager.undo_last(&garden, &Actor::Unnamed, 2).unwrap();
    assert_eq!(several.value.changes.len(), 2);
    assert_eq!((made(&several), several.process.revision), (8, 8));
    let park = manager
        .rename_process(&garden, &"park".parse().unwrap())
        .unwrap();
    let named_back = manager.undo(&park.name, park.revision).unwrap();
    assert_eq!((park.revision, made(&named_back)), (9, 10));
}

#[test]
fn a_task_that_has_all_that_it_is_to_have_is_not_changed() {
    let (manager, garden) = garden();
    for task in ["beds", "soil"] {
        let name: TaskName = task.parse().unwrap();
        manager.add_task(&garden, name, "").unwrap();
    }
    let update = TaskUpdate {
        status: Some(Status::Blocked),
        note: Some("rain".to_owned()),
        priority: Some(Priority::High),
        labels: Some(vec!["outside".parse().unwrap()]),
        position: Some(1),
        ..TaskUpdate::default()
    };
    let revision = |update: &TaskUpdate| {
        let updated = manager.update_task(&garden, "soil", update.clone());
        updated.unwrap().revision
    };
    assert_eq!(revision(&update), Some(4));
    assert_eq!(revision(&update), None);
    let several = manager.update_tasks(&garden, &["soil"], update.clone());
    assert_eq!(several.unwrap().revision, None);
    for other in [
        TaskUpdate {
            position: Some(2),
            ..update.clone()
        },
        TaskUpdate {
            note: Some("hail".to_owned()),
            ..update.clone()
        },
        TaskUpdate {
            comment: Some("again".to_owned()),
            ..update.clone()
        },
        TaskUpdate {
            comment: Some("again".to_owned()),
            ..update
        },
    ] {
        assert!(revision(&other).is_some(), "{other:?}");
    }
}

#[test]
fn of_changes_made_at_the_same_moment_each_is_told_its_own_revision() {
    let dir = tempfile::tempdir().unwrap();
    let manager = ProcessManager::new(crate::FileStore::open(dir.path()).unwrap());
    let garden: ProcessName = "garden".parse().unwrap();
    manager.create_process(garden.clone(), "").unwrap();
    let told = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|writer| {
                let (manager, garden) = (manager.clone(), &garden);
                let add = move |n: usize| {
                    let task: TaskName = format!("{writer} {n}").parse().unwrap();
                    let added = manager.add_task(garden, task.clone(), "").unwrap();
                    (made(&added), format!("added the task \"{task}\""))
                };
                scope.spawn(move || (0..10).map(add).collect::<Vec<_>>())
            })
            .collect();
        let told = threads.into_iter().flat_map(|it| it.join().unwrap());
        told.collect::<std::collections::BTreeMap<u64, String>>()
    });
    let entries = manager.store.history("garden", 0).unwrap();
    let kept = entries
        .iter()
        .map(|entry| (entry.revision, entry.action.summary.clone()));
    assert_eq!(kept.collect::<std::collections::BTreeMap<_, _>>(), told);
}

#[test]
fn a_rename_tells_its_own_revision_also_among_other_changes() {
    let dir = tempfile::tempdir().unwrap();
    let manager = ProcessManager::new(crate::FileStore::open(dir.path()).unwrap());
    let names: [ProcessName; 2] = ["garden", "park"].map(|name| name.parse().unwrap());
    manager.create_process(names[0].clone(), "").unwrap();
    let mut told = Vec::new();
    for n in 0..60 {
        let (old, new) = match manager.process("garden") {
            Ok(_) => (&names[0], &names[1]),
            Err(_) => (&names[1], &names[0]),
        };
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let describe = {
                    let manager = &manager;
                    move |time| manager.describe_process(old, format!("{writer} {time} {n}"))
                };
                // Refused once the process has its new name.
                scope.spawn(move || (0..20).all(|time| describe(time).is_ok()));
            }
            told.push(manager.rename_process(old, new).unwrap().revision);
        });
    }
    let name = manager.process_names().unwrap().remove(0);
    let entries = manager.store.history(name.as_str(), 0).unwrap();
    let renames = entries
        .iter()
        .filter(|entry| &*entry.action.operation == "rename_process");
    let renames: Vec<u64> = renames.map(|entry| entry.revision).collect();
    assert_eq!(told, renames);
}
