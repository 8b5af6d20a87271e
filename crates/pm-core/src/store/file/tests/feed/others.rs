//! Changes that are made by other programs, for which another store on the same directory
//! stands, and by people.

use std::fs;
use std::path::Path;

use super::super::manager;
use super::{add_task, expect, manager_with, name, next, short, ways};
use crate::{Actor, FileStoreOptions, Origin, ProcessManager, Subscription};

/// How many changes each of several programs makes.
const EACH: usize = 80;

/// A directory with the process `garden`; a store on it, its subscription, and another store.
struct Scene {
    dir: tempfile::TempDir,
    manager: ProcessManager,
    changes: Subscription,
    other: ProcessManager,
}

fn scene(options: FileStoreOptions) -> Scene {
    let dir = tempfile::tempdir().unwrap();
    let other = manager(dir.path());
    other.create_process(name("garden"), "").unwrap();
    let manager = manager_with(dir.path(), options);
    let changes = manager.subscribe().unwrap();
    Scene {
        dir,
        manager,
        changes,
        other,
    }
}

/// Puts the file of a process in its place as an editor does.
fn write(dir: &Path, file: &str, text: &str) {
    let temporary = dir.join("editor~");
    fs::write(&temporary, text).unwrap();
    fs::rename(temporary, dir.join(file)).unwrap();
}

#[test]
fn everything_that_another_program_does_is_told_once() {
    for options in ways() {
        let Scene {
            dir: _dir,
            manager: _manager,
            mut changes,
            other,
        } = scene(options);
        add_task(&other, "garden", "soil");
        add_task(&other, "garden", "plants");
        expect(
            &mut changes,
            &["garden 2 changed (Other)", "garden 3 changed (Other)"],
        );
        other
            .rename_process(&name("garden"), &name("park"))
            .unwrap();
        add_task(&other, "park", "paths");
        expect(
            &mut changes,
            &[
                "park 4 renamed from garden (Other)",
                "park 5 changed (Other)",
            ],
        );
        other.delete_process(&name("park")).unwrap();
        expect(&mut changes, &["park 5 deleted (Other)"]);
        other.restore_process("park", None).unwrap();
        expect(&mut changes, &["park 6 restored (Other)"]);
        other.create_process(name("new"), "").unwrap();
        add_task(&other, "new", "first");
        expect(
            &mut changes,
            &["new 1 created (Other)", "new 2 changed (Other)"],
        );
    }
}

#[test]
fn what_another_program_does_names_who_and_what() {
    let scene = scene(ways()[0]);
    let mut changes = scene.changes;
    let agent = Actor::Client {
        client: "agent".into(),
        principal: None,
    };
    let other = scene.other.acting_as(agent.clone());
    add_task(&other, "garden", "soil");
    let event = next(&mut changes);
    assert_eq!(event.summary, "added the task \"soil\"");
    assert_eq!(event.actor, Some(agent));
    assert_eq!(event.tasks, ["soil".parse().unwrap()]);
}

#[test]
fn a_file_that_is_edited_dropped_in_or_removed_is_told_of() {
    for options in ways() {
        let Scene {
            dir,
            manager,
            mut changes,
            other: _other,
        } = scene(options);
        let dropped =
            r#"{"process_name": "dropped", "created_at": "2024-01-01T10:00:00", "tasks": {}}"#;
        write(dir.path(), "some.json", dropped);
        expect(&mut changes, &["dropped 0 created (Other)"]);

        add_task(&manager, "dropped", "soil");
        expect(&mut changes, &["dropped 1 changed (Own)"]);
        manager.flush().unwrap();
        let text = fs::read_to_string(dir.path().join("some.json")).unwrap();
        write(dir.path(), "some.json", &text.replace("soil", "earth"));
        let event = next(&mut changes);
        assert_eq!(short(&event), "dropped 2 changed (Other)");
        assert_eq!(event.actor, Some(Actor::Outside));
        assert!(event.tasks.contains(&"earth".parse().unwrap()));

        add_task(&manager, "dropped", "paths");
        expect(&mut changes, &["dropped 3 changed (Own)"]);
        manager.flush().unwrap();
        fs::rename(dir.path().join("some.json"), dir.path().join("other.json")).unwrap();
        expect(&mut changes, &[]);
        fs::remove_file(dir.path().join("other.json")).unwrap();
        expect(&mut changes, &["dropped 3 deleted (Other)"]);
    }
}

#[test]
fn a_file_without_a_journal_that_is_edited_is_told_of() {
    for options in ways() {
        let dir = tempfile::tempdir().unwrap();
        let old = r#"{"process_name": "old", "created_at": "2024-01-01T10:00:00", "tasks": {}}"#;
        write(dir.path(), "old.json", old);
        let manager = manager_with(dir.path(), options);
        let mut changes = manager.subscribe().unwrap();
        let described = old.replace("\"tasks\"", "\"description\": \"more\", \"tasks\"");
        write(dir.path(), "old.json", &described);
        expect(&mut changes, &["old 0 changed (Other)"]);
        write(dir.path(), "old.json", &described.replace("more", "less"));
        expect(&mut changes, &["old 1 changed (Other)"]);
    }
}

#[test]
fn a_process_that_is_made_in_the_place_of_another_is_another() {
    for options in ways() {
        let Scene {
            dir: _dir,
            manager: _manager,
            mut changes,
            other,
        } = scene(options);
        other.delete_process(&name("garden")).unwrap();
        other.create_process(name("garden"), "").unwrap();
        expect(
            &mut changes,
            &["garden 1 deleted (Other)", "garden 1 created (Other)"],
        );
    }
}

#[test]
fn changes_are_told_across_the_ends_of_journals() {
    for options in ways() {
        let Scene {
            dir: _dir,
            manager: _manager,
            mut changes,
            other,
        } = scene(options);
        // A journal ends after 250 changes.
        for number in 0..600 {
            add_task(&other, "garden", &format!("task {number}"));
            if number % 97 == 0 {
                other.flush().unwrap();
            }
        }
        for revision in 2..602 {
            let event = next(&mut changes);
            assert_eq!(short(&event), format!("garden {revision} changed (Other)"));
        }
        expect(&mut changes, &[]);
    }
}

#[test]
fn changes_from_everywhere_come_in_order_and_once_and_with_their_origin() {
    for options in ways() {
        let Scene {
            dir,
            manager,
            mut changes,
            other,
        } = scene(options);
        let third = super::super::manager(dir.path());
        let managers = [&manager, &other, &third];
        std::thread::scope(|scope| {
            for (number, manager) in managers.into_iter().enumerate() {
                scope.spawn(move || {
                    for task in 0..EACH {
                        add_task(manager, "garden", &format!("{number} {task}"));
                    }
                });
            }
            let mut own = 0;
            for revision in 2..2 + 3 * EACH as u64 {
                let event = next(&mut changes);
                assert_eq!(event.revision, revision, "{event:?}");
                own += usize::from(event.origin == Origin::Own);
                let by_us = event.tasks[0].as_str().starts_with("0 ");
                assert_eq!(event.origin == Origin::Own, by_us, "{event:?}");
            }
            assert_eq!(own, EACH);
        });
        expect(&mut changes, &[]);
    }
}

#[test]
fn old_changes_are_not_told_whatever_the_file_says_of_its_revision() {
    for options in ways() {
        let dir = tempfile::tempdir().unwrap();
        {
            let manager = manager(dir.path());
            manager.create_process(name("garden"), "").unwrap();
            add_task(&manager, "garden", "soil");
            add_task(&manager, "garden", "plants");
        }
        // Somebody takes out the revision while nobody watches.
        let path = dir.path().join("garden.json");
        let text = fs::read_to_string(&path).unwrap();
        let text = text.replace("\"revision\": 3", "\"revision\": 0");
        write(dir.path(), "garden.json", &text);
        let manager = manager_with(dir.path(), options);
        let mut changes = manager.subscribe().unwrap();
        add_task(&manager, "garden", "paths");
        let event = next(&mut changes);
        assert!(event.revision > 3, "{event:?}");
    }
}

#[test]
fn a_directory_of_journals_that_is_taken_away_costs_no_change() {
    for options in ways() {
        let Scene {
            dir,
            manager: _manager,
            mut changes,
            other,
        } = scene(options);
        add_task(&other, "garden", "soil");
        assert_eq!(next(&mut changes).revision, 2);
        other.flush().unwrap();
        let journals = dir.path().join(".pm").join("journals");
        // Somebody may be making one.
        while fs::remove_dir_all(&journals).is_err() {}
        add_task(&other, "garden", "plants");
        let told = std::iter::repeat_with(|| next(&mut changes).revision);
        assert!(told.take(3).any(|revision| revision == 3));
    }
}
