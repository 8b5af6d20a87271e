//! What is written is read as it was, and in the form that the file store writes.

use proptest::prelude::*;

use super::*;
use crate::history::tests::random::{run, steps};
use crate::history::{Author, LastChange, SessionTag};
use crate::{Action, Actor, FileStore, ProcessManager, history};

fn now() -> Timestamp {
    Timestamp::stored("2026-11-22T11:05:57.484412Z")
}

fn garden() -> Process {
    let mut process = Process::new("garden".parse().unwrap(), "Plan".into(), now());
    process.revision = 1;
    process
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_was_written_is_read_as_it_was(before in steps(), change in steps()) {
        let mut process = garden();
        for step in &before {
            run(step, &mut process);
        }
        process.settle();
        let was = process.clone();
        let actor = Actor::Client { client: "agent".into(), principal: Some("ann".into()) };
        let author = Author { actor, session: Some(SessionTag::random()) };
        let mut entry = history::commit(&mut process, &author, &now(), |process, _| {
            for step in &change {
                run(step, process);
            }
            Ok(Action { undoes: vec![1], ..Action::new("add_task", "added \"it\"") })
        }).unwrap();

        let text = write_process(&process).unwrap();
        prop_assert_eq!(&read_process(&text).unwrap(), &process);
        let text = write_entry(&entry).unwrap();
        prop_assert_eq!(&read_entry(&text).unwrap(), &entry);
        let last = LastChange::of(&entry).into();
        let summary = ProcessSummary::of(&process, now(), Some(last));
        let text = write_summary(&summary).unwrap();
        prop_assert_eq!(&read_summary(&text).unwrap(), &summary);
        let patch = entry.patch.take().unwrap();
        let read = read_patch(&write_patch(&patch).unwrap()).unwrap();
        prop_assert_eq!(&read, &patch);
        // And it does what it did.
        let mut again = was;
        again.apply(&read).unwrap();
        again.revision = process.revision;
        prop_assert_eq!(&again, &process);
        for actor in [Actor::Unnamed, Actor::Outside] {
            entry.actor = actor;
            prop_assert_eq!(&read_entry(&write_entry(&entry).unwrap()).unwrap(), &entry);
        }
    }
}

#[test]
fn the_texts_are_those_of_the_file_store() {
    let dir = tempfile::tempdir().unwrap();
    let manager = ProcessManager::new(FileStore::open(dir.path()).unwrap());
    let garden = manager.create_process("garden".parse().unwrap(), "");
    let name = garden.unwrap().name.clone();
    manager
        .add_task(&name, "soil".parse().unwrap(), "")
        .unwrap();
    manager.flush().unwrap();

    let process = manager.process("garden").unwrap();
    let file = std::fs::read_to_string(dir.path().join("garden.json")).unwrap();
    assert_eq!(write_process(&process).unwrap(), file);
    let past = manager.history(&name, &crate::manager::HistoryQuery::default());
    let entry = &past.unwrap().changes[0].entry;
    let written = write_entry(entry).unwrap();
    let journals = std::fs::read_dir(dir.path().join(".pm/journals")).unwrap();
    let mut journals = journals.map(|file| std::fs::read_to_string(file.unwrap().path()));
    let fields = written.strip_prefix('{').unwrap();
    assert!(
        journals.any(|text| text.unwrap().contains(fields)),
        "{written}"
    );
    let edits = write_patch(entry.patch.as_ref().unwrap()).unwrap();
    assert!(
        written.ends_with(&format!("\"edits\":{edits}}}")),
        "{written}"
    );
}

#[test]
fn an_unknown_field_and_a_change_nobody_knows_survive() {
    let text = write_process(&garden()).unwrap();
    let text = text.replacen('{', "{\n  \"mine\": {\"a\":  1e2},", 1);
    assert_eq!(write_process(&read_process(&text).unwrap()).unwrap(), text);

    let entry = HistoryEntry {
        revision: 2,
        at: now(),
        actor: Actor::Outside,
        session: None,
        action: Action::new("edit_file", "edited the file"),
        patch: None,
    };
    assert_eq!(read_entry(&write_entry(&entry).unwrap()).unwrap(), entry);
}

#[test]
fn what_is_none_is_refused_with_the_reason() {
    let refusals = [
        read_process("{\"tasks\": {}}").unwrap_err().to_string(),
        read_process("[]").unwrap_err().to_string(),
        read_patch("{}").unwrap_err().to_string(),
        read_patch("[{\"at\":[]}]").unwrap_err().to_string(),
        read_entry("{\"revision\":1}").unwrap_err().to_string(),
    ];
    insta::assert_snapshot!(refusals.join("\n"), @r"
    this is no process: it lacks a name or a time of creation
    this is no process: expected a process (an object), found an array at line 1 column 0
    this is no patch: invalid type: map, expected a sequence at line 1 column 0
    this is no patch: an edit is of nothing that a process has
    this is no entry of a history: missing field `at` at line 1 column 14
    ");
}
