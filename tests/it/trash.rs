//! `trash`: what was deleted is listed, comes back, or goes for ever.

use std::path::Path;

use pm_tests::binaries;
use pm_tests::http_server::HttpServer;
use pm_tests::running::{Finished, command, finish};
use pm_tests::storage::Storage;
use serde_json::json;

fn trash(directory: &Path, arguments: &[&str]) -> Finished {
    let mut command = command(binaries::http());
    let command = command.arg("trash").arg("--dir").arg(directory);
    finish(command.args(arguments))
}

/// What it says, where it succeeds.
#[track_caller]
fn said(storage: &Storage, arguments: &[&str]) -> String {
    let finished = trash(storage.path(), arguments);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert_eq!(finished.stderr, "");
    finished.stdout
}

#[test]
fn what_was_deleted_comes_back_also_while_a_server_runs() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    session.call("process_new", json!({"name": "garden"})).ok();
    session.call("task_new", json!({"task_name": "beds"})).ok();
    session
        .call("process_delete", json!({"name": "garden"}))
        .ok();
    let listed = said(&storage, &[]);
    assert!(
        listed.contains("\"garden\" deleted by \"pm-tests\""),
        "{listed}"
    );
    assert!(listed.ends_with("1 process in the trash"), "{listed}");

    session.call("process_new", json!({"name": "Garden"})).ok();
    let refused = trash(storage.path(), &["--restore", "garden"]);
    assert_eq!(refused.code, Some(2));
    assert_eq!(
        refused.stderr.trim_end(),
        "pm-mcp-http: the process Garden already exists; name another one with --as"
    );
    let restored = said(&storage, &["--restore", "garden", "--as", "old garden"]);
    assert_eq!(restored, "restored \"old garden\"");
    let tasks = session.call("task_list", json!({"process": "old garden"}));
    assert_eq!(tasks.ok()["task_count"], 1);
}

#[test]
fn an_empty_trash_has_nothing_to_restore() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    for name in ["one", "two"] {
        session.call("process_new", json!({"name": name})).ok();
        session.call("process_delete", json!({"name": name})).ok();
    }
    assert_eq!(
        said(&storage, &["--empty"]),
        "2 processes taken away for ever"
    );
    assert_eq!(said(&storage, &[]), "0 processes in the trash");
    let refused = trash(storage.path(), &["--restore", "one"]);
    assert_eq!(refused.code, Some(2));
    assert_eq!(
        refused.stderr.trim_end(),
        "pm-mcp-http: there is no process \"one\" in the trash"
    );
    let missing = storage.file("missing");
    assert_eq!(trash(&missing, &[]).code, Some(2));
    assert!(!missing.exists());
}
