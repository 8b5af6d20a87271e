//! Texts that were changed since an edit of them was begun.

use super::*;
use crate::error::{ChangedMeanwhile, EditedText, Unresolved};
use crate::model::{TextChecksum, TextEdit};

/// Writes one of the texts of the garden; answers the revision that this made.
type Write = fn(&ProcessManager, TextEdit) -> Result<Option<u64>, Error>;

fn garden_name() -> ProcessName {
    "garden".parse().unwrap()
}

fn process(manager: &ProcessManager, edit: TextEdit) -> Result<Option<u64>, Error> {
    Ok(manager.describe_process(&garden_name(), edit)?.revision)
}

fn task(manager: &ProcessManager, edit: TextEdit) -> Result<Option<u64>, Error> {
    Ok(manager
        .describe_task(&garden_name(), "Beds", edit)?
        .revision)
}

fn job(manager: &ProcessManager, edit: TextEdit) -> Result<Option<u64>, Error> {
    let update = JobUpdate {
        description: Some(edit),
        ..JobUpdate::default()
    };
    Ok(manager
        .update_job(&garden_name(), "beds", "DIG", update)?
        .revision)
}

fn code(manager: &ProcessManager, edit: TextEdit) -> Result<Option<u64>, Error> {
    let main = "Main.rs".parse().unwrap();
    let updated = manager.update_snippet(&garden_name(), "beds", main, edit)?;
    Ok(updated.revision)
}

fn added_code(manager: &ProcessManager, edit: TextEdit) -> Result<Option<u64>, Error> {
    let main = "main.rs".parse().unwrap();
    let added = manager.add_snippet(&garden_name(), "beds", main, edit)?;
    Ok(added.revision)
}

/// Every text of the garden is "first".
fn plant(manager: &ProcessManager) {
    let garden = garden_name();
    manager.create_process(garden.clone(), "first").unwrap();
    manager
        .add_task(&garden, "beds".parse().unwrap(), "first")
        .unwrap();
    manager
        .add_job(&garden, "beds", "dig".parse().unwrap(), "first")
        .unwrap();
    manager
        .add_snippet(&garden, "beds", "main.rs".parse().unwrap(), "first")
        .unwrap();
}

fn edit(text: &str, from: &str) -> TextEdit {
    TextEdit {
        text: text.to_owned(),
        from: Some(TextChecksum::of(from)),
    }
}

fn refusal<T: std::fmt::Debug>(outcome: Result<T, Error>) -> ChangedMeanwhile {
    match outcome {
        Err(Error::ChangedMeanwhile(refusal)) => *refusal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_edit_of_another_text_is_refused_and_says_whose_that_is() {
    let told = both_stores().map(|(manager, _dir)| {
        plant(&manager);
        let agent = named(&manager, "agent");
        let mut told = Vec::new();
        let texts: [Write; 5] = [process, task, job, code, added_code];
        for write in texts {
            let before = manager.process("garden").unwrap().revision;
            let first = format!("{before}");
            write(&manager, first.as_str().into()).unwrap().unwrap();
            // An edit of the text that stands there is made, whatever has changed elsewhere.
            let made = write(&agent, edit("theirs", &first)).unwrap();
            assert_eq!(made, Some(before + 2));
            let state = manager.process("garden").unwrap();
            let refused = refusal(write(&manager, edit("mine", &first)));
            assert_eq!(manager.process("garden").unwrap(), state);
            assert_eq!((&*refused.now, refused.revision), ("theirs", before + 2));
            let change = refused.change.clone().unwrap();
            assert_eq!(change.revision, before + 2);
            assert_eq!(change.actor.to_string(), "agent");
            told.push(Error::ChangedMeanwhile(Box::new(refused)).to_string());
            // What is wanted stands there already.
            assert_eq!(write(&manager, edit("theirs", &first)).unwrap(), None);
            assert_eq!(manager.process("garden").unwrap(), state);
            assert_eq!(
                write(&manager, edit("mine", "theirs")).unwrap(),
                Some(before + 3)
            );
        }
        told.join("\n")
    });
    assert_eq!(told[0], told[1]);
    insta::assert_snapshot!(told[0], @r"
    the description of garden was changed meanwhile
    the description of the task beds of garden was changed meanwhile
    the description of the job dig in the task beds of garden was changed meanwhile
    the code main.rs in the task beds of garden was changed meanwhile
    the code main.rs in the task beds of garden was changed meanwhile
    ");
}

#[test]
fn an_edit_that_is_refused_can_be_made_on_what_stands_there_and_taken_back() {
    let (manager, garden) = garden();
    manager.describe_process(&garden, "theirs").unwrap();
    let refused = refusal(process(&manager, edit("mine", "")));
    let made = process(&manager, edit("mine", &refused.now)).unwrap();
    let undone = manager.undo(&garden, made.unwrap()).unwrap();
    assert_eq!(undone.process.description, "theirs");
}

#[test]
fn the_change_that_is_told_is_the_one_that_stands() {
    let manager = ProcessManager::new(MemoryStore::new());
    plant(&manager);
    let garden = garden_name();
    let change = |write: Write| {
        let refused = refusal(write(&manager, edit("mine", "never")));
        refused.change.map(|entry| entry.revision)
    };
    // The change that made a thing made its text; no change makes a process.
    assert_eq!(change(process), None);
    assert_eq!([task, job, code].map(change), [Some(2), Some(3), Some(4)]);
    // The change is found under former names, and beside other changes.
    named(&manager, "agent")
        .describe_task(&garden, "beds", "new")
        .unwrap();
    manager
        .rename_task(&garden, "beds", "plots".parse().unwrap())
        .unwrap();
    manager
        .add_task(&garden, "beds".parse().unwrap(), "")
        .unwrap();
    manager.delete_task(&garden, "beds").unwrap();
    manager
        .rename_task(&garden, "plots", "beds".parse().unwrap())
        .unwrap();
    assert_eq!([task, job, code].map(change), [Some(5), Some(3), Some(4)]);
    // Taking a change back is a change of the text.
    manager.undo(&garden, 5).unwrap();
    assert_eq!(change(task), Some(10));
    // A version may have another name by now than when it came.
    let rename = |from: &'static str, to: &'static str| {
        let change = move |process: &mut Process, _: &Timestamp| {
            let task = process.tasks.get_mut("beds").unwrap();
            let keys: Vec<String> = task.code.keys().cloned().collect();
            for key in keys {
                task.code.change(&key, |version| {
                    if version.name.as_str() == from {
                        version.name = to.parse().unwrap();
                    }
                });
            }
            Ok(((), Action::new("edit", "renamed the code")))
        };
        manager.revise(&garden, change).unwrap();
    };
    rename("main.rs", "lib.rs");
    rename("lib.rs", "main.rs");
    assert_eq!(change(code), Some(4));
    // A change of the file while nobody watched may have been the one.
    let unknown = crate::history::last_edit(
        &EditedText::Process(garden.clone()),
        20,
        &[Arc::new(crate::HistoryEntry {
            patch: None,
            ..crate::HistoryEntry::clone(&manager.store.history("garden", 0).unwrap()[0])
        })],
    );
    assert_eq!(unknown, None);
}

#[test]
fn an_edit_of_what_is_gone_makes_nothing() {
    let manager = ProcessManager::new(MemoryStore::new());
    plant(&manager);
    let main = "main.rs".parse().unwrap();
    manager
        .delete_snippets(&garden_name(), "beds", main)
        .unwrap();
    let before = manager.process("garden").unwrap();
    for write in [code, added_code] {
        let gone = write(&manager, edit("mine", "first")).unwrap_err();
        let Error::Snippet(within, Unresolved::NotFound { .. }) = &gone else {
            panic!("{gone}")
        };
        assert_eq!(within.task.as_str(), "beds");
    }
    assert_eq!(manager.process("garden").unwrap(), before);
    // An edit that was made from no text may make a new snippet.
    assert_eq!(code(&manager, "mine".into()).unwrap(), Some(6));
}

#[test]
fn of_many_edits_of_one_text_one_is_made() {
    for (manager, _dir) in both_stores() {
        plant(&manager);
        let made: Vec<bool> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|writer| {
                    let manager = &manager;
                    scope.spawn(move || task(manager, edit(&writer.to_string(), "first")))
                })
                .collect();
            let outcomes = threads.into_iter().map(|thread| thread.join().unwrap());
            outcomes.map(|outcome| outcome.is_ok()).collect()
        });
        assert_eq!(made.iter().filter(|made| **made).count(), 1);
        assert_eq!(manager.process("garden").unwrap().revision, 5);
    }
}

#[test]
fn a_change_is_made_only_to_a_process_that_is_accepted() {
    for (manager, _dir) in both_stores() {
        plant(&manager);
        let careful = manager.clone().only_if(move |process| {
            if process.description == "first" {
                return Ok(());
            }
            Err(crate::StoreError::NotApplied.into())
        });
        // What else is changed meanwhile is in nobody's way.
        task(&manager, "theirs".into()).unwrap();
        job(&careful, "mine".into()).unwrap().unwrap();
        process(&manager, "second".into()).unwrap();
        let before = manager.process("garden").unwrap();
        for write in [task, job, code, added_code] {
            let outcome = write(&careful, "late".into());
            let refused = matches!(outcome, Err(Error::Store(crate::StoreError::NotApplied)));
            assert!(refused, "{outcome:?}");
        }
        let name = garden_name();
        let fence = "fence".parse().unwrap();
        assert!(careful.add_task(&name, fence, "").is_err());
        assert!(careful.delete_task(&name, "beds").is_err());
        assert!(
            careful
                .rename_task(&name, "beds", "plots".parse().unwrap())
                .is_err()
        );
        assert_eq!(manager.process("garden").unwrap(), before);
        // Without the condition all goes on.
        task(&manager, "late".into()).unwrap().unwrap();
    }
}
