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
fn in_conflict() -> Storage {
    let storage = Storage::new();
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
