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

/// What `pm trash empty` says to somebody at a terminal who answers so.
#[cfg(target_os = "linux")]
fn emptied_at_a_terminal(directory: &Path, answer: &str) -> String {
    let (terminal, program) = crate::command_line::terminal();
    let mut command = command(binaries::pm());
    command.args(["trash", "empty", "--dir"]).arg(directory);
    let streams = [(); 3].map(|()| program.try_clone().unwrap());
    drop(program);
    let [input, output, errors] = streams;
    let mut asking = command
        .stdin(input)
        .stdout(output)
        .stderr(errors)
        .spawn()
        .unwrap();
    // Nobody else may hold the terminal, or its end would never come.
    drop(command);
    rustix::io::write(&terminal, answer.as_bytes()).unwrap();
    let (mut read, mut piece) = (Vec::new(), [0; 4096]);
    // The end of a terminal whose program is gone is an error.
    while let Ok(length @ 1..) = rustix::io::read(&terminal, &mut piece) {
        read.extend_from_slice(&piece[..length]);
    }
    asking.wait().unwrap();
    String::from_utf8(read).unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn who_empties_the_trash_at_a_terminal_is_asked_first() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    session.call("process_new", json!({"name": "garden"})).ok();
    session
        .call("process_delete", json!({"name": "garden"}))
        .ok();
    let kept = emptied_at_a_terminal(storage.path(), "\n");
    let question = "Take 1 process (\"garden\") away for ever, whoever deleted it? [y/N]";
    assert!(kept.contains(question), "{kept}");
    assert!(kept.contains("Nothing was taken away."), "{kept}");
    assert!(said(&storage, &[]).ends_with("1 process in the trash"));
    let emptied = emptied_at_a_terminal(storage.path(), "y\n");
    assert!(emptied.contains("1 process is gone for ever."), "{emptied}");
    assert_eq!(said(&storage, &[]), "0 processes in the trash");
}
