//! A damaged journal is told to every caller, in the log and in `/health`, as long as it lies on the
//! disk.

use std::fs;
use std::mem;
use std::time::{Duration, Instant};

use pm_core::{FileStore, FileStoreOptions, ProcessManager};
use pm_tests::LIMIT;
use pm_tests::http_server::HttpServer;
use pm_tests::raw_http::Request;
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::{Value, json};

/// A directory in which a byte of a journal was flipped: of five tasks, three are behind it.
fn damaged() -> Storage {
    let storage = Storage::new();
    let options = FileStoreOptions {
        checkpoint_in_background: false,
        ..FileStoreOptions::default()
    };
    let store = FileStore::open_with(storage.path(), options).unwrap();
    let manager = ProcessManager::new(store);
    let name = "garden".parse().unwrap();
    let garden = manager.create_process(name, "").unwrap();
    for task in ["one", "two", "three", "four", "five"] {
        let task = task.parse().unwrap();
        manager.add_task(&garden.name, task, "").unwrap();
    }
    // Ended by force, before it has brought the file up to date.
    mem::forget(manager);
    let journal = storage.path().join(".pm/journals/garden.journal");
    let text = fs::read_to_string(&journal).unwrap();
    fs::write(journal, text.replacen("three", "thref", 1)).unwrap();
    storage
}

/// Waits until `/health` says that the store is in this state; what it says holds for a second.
#[track_caller]
fn wait_for_state(server: &HttpServer, state: &str) {
    let until = Instant::now() + LIMIT;
    loop {
        let report = server.send(&Request::get("/health")).message();
        if report["store"]["state"] == state {
            return;
        }
        assert!(Instant::now() < until, "{report}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn list() -> Value {
    json!({"process": "garden"})
}

/// Checks that a caller is told with its first answer, and with no other.
#[track_caller]
fn told(mut look: impl FnMut() -> Value, part: &str) {
    let first = look();
    let notice = first["notice"].as_str().unwrap_or_default();
    assert!(notice.contains(part), "{first}");
    assert!(
        notice.contains("changes 4 to 6 of the process are missing"),
        "{first}"
    );
    assert!(notice.contains("pm-mcp-http doctor"), "{first}");
    assert_eq!(look()["notice"], Value::Null, "this caller was told");
}

#[test]
fn every_caller_the_log_and_health_say_it_as_long_as_it_is_so() {
    let storage = damaged();
    let server = HttpServer::start(storage.path());
    wait_for_state(&server, "degraded");
    for _ in 0..2 {
        let session = server.session();
        told(|| session.call("task_list", list()).ok(), "is damaged");
    }
    let caller = server.sessionless("pm-tests");
    told(|| caller.call("task_list", list()).ok(), "is damaged");
    server
        .process
        .log_with("the journal of garden.json is damaged");

    // The next change sets it aside, and it goes on lying there.
    let task = json!({"process": "garden", "task_name": "six"});
    let session = server.session();
    session.call("task_new", task).ok();
    let session = server.session();
    told(
        || session.call("task_list", list()).ok(),
        "It is kept as .pm/journals/garden.",
    );
    assert_eq!(server.stop(), Some(0));

    let server = HttpServer::start(storage.path());
    wait_for_state(&server, "degraded");
    server
        .process
        .log_with("the journal of garden.json was damaged");
    let session = server.session();
    told(
        || session.call("task_list", list()).ok(),
        "It is kept as .pm/journals/garden.",
    );
    let mut stdio = StdioServer::start(storage.path());
    told(
        || stdio.call("task_list", list()).ok(),
        "It is kept as .pm/journals/garden.",
    );

    for entry in fs::read_dir(storage.path().join(".pm/journals")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "damaged") {
            fs::remove_file(path).unwrap();
        }
    }
    wait_for_state(&server, "ready");
    let session = server.session();
    assert_eq!(
        session.call("task_list", list()).ok()["notice"],
        Value::Null
    );
}

#[test]
fn a_server_for_reading_only_tells_of_it_and_leaves_it_where_it_is() {
    let storage = damaged();
    let journal = storage.path().join(".pm/journals/garden.journal");
    let before = fs::read(&journal).unwrap();
    let server = HttpServer::over(storage.path())
        .args(["--read-only"])
        .start();
    for _ in 0..2 {
        let session = server.session();
        told(|| session.call("task_list", list()).ok(), "is damaged");
    }
    wait_for_state(&server, "degraded");
    assert_eq!(server.stop(), Some(0));
    assert_eq!(fs::read(&journal).unwrap(), before);
    let names = fs::read_dir(storage.path().join(".pm/journals")).unwrap();
    assert_eq!(names.count(), 1);
}
