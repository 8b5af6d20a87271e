//! What happened to a file besides the calls is told with the next answer about its process.

use std::fs;
use std::mem;

use pm_core::{FileStore, FileStoreOptions, ProcessManager};
use pm_tests::http_server::HttpServer;
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::{Value, json};

/// A directory whose file was edited by hand while a program, which is gone, had changed the same
/// place.
pub(crate) fn in_conflict() -> Storage {
    let storage = Storage::of_files("a file is edited");
    let options = FileStoreOptions {
        checkpoint_in_background: false,
        ..FileStoreOptions::default()
    };
    let store = FileStore::open_with(storage.path(), options).unwrap();
    let manager = ProcessManager::new(store);
    let garden = manager
        .create_process("garden".parse().unwrap(), "")
        .unwrap();
    let beds = "beds".parse().unwrap();
    manager.add_task(&garden.name, beds, "dug by hand").unwrap();
    manager.flush().unwrap();
    manager
        .describe_task(&garden.name, "beds", "dug by a program")
        .unwrap();
    // Ended by force, before it has brought the file up to date.
    mem::forget(manager);
    let path = storage.file("garden.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(path, text.replace("dug by hand", "dug by a person")).unwrap();
    storage
}

/// Checks that the first answer tells of the conflict, and the second does not.
fn told_once(storage: &Storage, mut look: impl FnMut() -> Value) {
    let first = look();
    assert_eq!(first["task_description"], "dug by a person");
    let notice = first["notice"].as_str().unwrap();
    assert!(
        notice.contains("described the task \"beds\" anew"),
        "{notice}"
    );
    assert!(notice.contains("garden.conflict-4.txt"), "{notice}");
    assert_eq!(look()["notice"], Value::Null);
    let kept = storage.read("garden.conflict-4.txt");
    assert!(kept.contains("dug by a program"), "{kept}");
}

fn beds() -> Value {
    json!({"process": "garden", "task_name": "beds"})
}

#[test]
fn a_conflict_with_an_edit_by_hand_is_told_once_over_http() {
    let storage = in_conflict();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    told_once(&storage, || session.call("task_details_get", beds()).ok());

    let storage = in_conflict();
    let server = HttpServer::start(storage.path());
    let caller = server.sessionless("pm-tests");
    told_once(&storage, || caller.call("task_details_get", beds()).ok());
}

#[test]
fn a_conflict_with_an_edit_by_hand_is_told_once_over_stdio() {
    let storage = in_conflict();
    let mut server = StdioServer::start(storage.path());
    told_once(&storage, || server.call("task_details_get", beds()).ok());
}

#[test]
fn that_two_files_hold_a_process_is_told_with_each_answer_and_the_one_with_the_history_is_used() {
    let storage = Storage::new();
    let mut server = StdioServer::start(storage.path());
    server.call("process_new", json!({"name": "Garden"})).ok();
    server.call("task_new", json!({"task_name": "beds"})).ok();
    let text = storage.read("Garden.json");
    drop(server);
    // The copy gets the name that the process's own file would have.
    let journals = storage.file(".pm/journals");
    fs::rename(storage.file("Garden.json"), storage.file("Spring.json")).unwrap();
    fs::rename(
        journals.join("Garden.journal"),
        journals.join("Spring.journal"),
    )
    .unwrap();
    storage.write("Garden.json", &text);

    let mut server = StdioServer::start(storage.path());
    let calls = [
        ("process_load", json!({"name": "Garden"})),
        ("task_new", json!({"task_name": "paths"})),
        ("task_list", json!({})),
    ];
    for (tool, arguments) in calls {
        let answer = server.call(tool, arguments).ok();
        assert_eq!(
            answer["notice"],
            "More than one file holds this process: Spring.json is used, and Garden.json not. \
             Tell the user.",
            "{tool}"
        );
    }
    let spring = storage.json("Spring.json");
    assert!(spring["tasks"]["paths"].is_object(), "{spring}");
    assert_eq!(
        fs::read_to_string(storage.file("Garden.json")).unwrap(),
        text
    );
}
