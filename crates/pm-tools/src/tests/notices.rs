//! What happened to a file besides the calls is told with the next answer about its process.

use std::fs;
use std::path::Path;

use pm_core::{FileStore, FileStoreOptions, ProcessManager};
use serde_json::{Value, json};

use super::Session;

/// A caller of a server over `dir` whose files lag behind their journals until it ends.
fn over(dir: &Path) -> Session {
    let options = FileStoreOptions {
        checkpoint_in_background: false,
        ..FileStoreOptions::default()
    };
    Session {
        manager: ProcessManager::new(FileStore::open_with(dir, options).unwrap()),
        ..Session::new()
    }
}

fn describe(session: &Session, description: &str) -> Value {
    session.ok(
        "task_update_description",
        json!({"task_name": "beds", "new_description": description}),
    )
}

#[test]
fn what_a_hand_edit_met_is_told_once_with_the_next_answer() {
    let dir = tempfile::tempdir().unwrap();
    let session = over(dir.path());
    session.ok("process_new", json!({"name": "garden"}));
    session.ok("task_new", json!({"task_name": "beds"}));
    describe(&session, "dug by hand");
    session.manager.flush().unwrap();
    describe(&session, "dug by a model");
    let file = dir.path().join("garden.json");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("dug by hand", "dug by a person")).unwrap();

    // Somebody has looked before the caller does.
    session.manager.process("garden").unwrap();
    let got = session.ok("process_list_all", json!({}));
    assert_eq!(got["notice"], Value::Null, "it concerns no process");
    session.refused("task_details_get", json!({"task_name": "shed"}));
    let got = session.ok("task_details_get", json!({"task_name": "beds"}));
    assert_eq!(got["task_description"], "dug by a person");
    insta::assert_snapshot!(got["notice"].as_str().unwrap(), @r#"Someone edited the file garden.json while these changes were made at the same places: described the task "beds" anew. The edited file counts, and the changes are kept in the file garden.conflict-5.txt. Tell the user."#);
    let got = session.ok("task_details_get", json!({"task_name": "beds"}));
    assert_eq!(got["notice"], Value::Null, "it was told");
}

#[test]
fn a_journal_that_was_set_aside_is_told_of() {
    let dir = tempfile::tempdir().unwrap();
    let session = over(dir.path());
    session.ok("process_new", json!({"name": "garden"}));
    session.ok("task_new", json!({"task_name": "beds"}));
    describe(&session, "first");
    describe(&session, "second");
    let journal = dir.path().join(".pm/journals/garden.journal");
    let damaged = fs::read_to_string(&journal).unwrap();
    // As a kill would leave it, and a disk that does not read back what was written.
    let copy = tempfile::tempdir().unwrap();
    fs::create_dir_all(copy.path().join(".pm/journals")).unwrap();
    fs::copy(
        dir.path().join("garden.json"),
        copy.path().join("garden.json"),
    )
    .unwrap();
    let damaged = damaged.replacen("first", "fir5t", 1);
    fs::write(copy.path().join(".pm/journals/garden.journal"), damaged).unwrap();

    let session = over(copy.path());
    let got = session.ok("process_load", json!({"name": "garden"}));
    insta::assert_snapshot!(got["notice"].as_str().unwrap(), @"The journal of the file garden.json is damaged: the changes 3 to 4 of the process are missing. Nothing was thrown away; the program pm-mcp-http doctor says what is left. Tell the user.");
    let got = describe(&session, "third");
    let notice = got["notice"].as_str().unwrap().to_owned();
    let kept = fs::read_dir(copy.path().join(".pm/journals")).unwrap();
    let kept = kept.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let kept = kept
        .into_iter()
        .find(|name| name.ends_with(".damaged"))
        .unwrap();
    let shown = notice.replace(&kept, "<kept>");
    insta::assert_snapshot!(shown, @"The journal of the file garden.json was damaged: the changes 3 to 4 of the process are missing. It is kept as .pm/journals/<kept> in the storage directory; the program pm-mcp-http doctor says what is left. Tell the user.");
    let got = describe(&session, "fourth");
    assert_eq!(got["notice"], Value::Null, "this caller was told");
    // Also one who comes after a restart.
    let got = over(copy.path()).ok("process_load", json!({"name": "garden"}));
    assert_eq!(got["notice"], notice);
}
