//! A server for reading only, over a file system that nobody can write to.

use std::process::{Command, Stdio};

use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::json;

/// Makes the directory `$1` read-only for itself, and becomes the rest.
const CLOSED: &str =
    r#"mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@""#;

/// A command that runs another over a directory that is read-only for it; `None` where the system
/// does not let this user do that.
fn closed(storage: &Storage, command: &Command) -> Option<Command> {
    let over = |rest: &[&std::ffi::OsStr]| {
        let mut closed = Command::new("unshare");
        closed.args(["-rm", "sh", "-c", CLOSED, "sh"]);
        closed.arg(storage.path()).args(rest);
        closed
    };
    let mut probe = over(&["true".as_ref()]);
    let probed = probe.stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !probed.is_ok_and(|status| status.success()) {
        eprintln!("not tried: a read-only file system takes user namespaces");
        return None;
    }
    let rest: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .collect();
    Some(over(&rest))
}

#[test]
fn it_works_on_a_read_only_file_system() {
    let storage = Storage::new();
    let mut server = StdioServer::start(storage.path());
    server.call("process_new", json!({"name": "Garden"})).ok();
    server.call("task_new", json!({"task_name": "soil"})).ok();
    // Ended by force: the task is in the journal alone, and locks lie there.
    server.process.kill();

    let mut command = StdioServer::command(storage.path());
    command.arg("--read-only");
    let Some(mut command) = closed(&storage, &command) else {
        return;
    };
    let (mut server, _) = StdioServer::open(&mut command, "2025-06-18");
    let listed = server.call("process_list_all", json!({})).ok();
    assert!(listed.to_string().contains("Garden"), "{listed}");
    let garden = json!({"process": "Garden"});
    assert_eq!(server.call("task_list", garden).ok()["task_count"], 1);
    server.call("process_load", json!({"name": "Garden"})).ok();
    server.call("search", json!({"query": "soil"})).ok();
    let refused = server
        .call("task_new", json!({"task_name": "beds"}))
        .refused();
    assert!(refused.contains("reading only"), "{refused}");
    server.close_input();
    assert!(server.process.wait().success(), "{}", server.process.log());
}

#[test]
fn a_directory_that_is_missing_is_not_made() {
    let storage = Storage::new();
    let missing = storage.path().join("missing");
    let mut command = StdioServer::command(&missing);
    let finished = pm_tests::running::finish(command.arg("--read-only"));
    assert_ne!(finished.code, Some(0));
    assert!(finished.stderr.contains("it is not there"), "{finished:?}");
    assert!(!missing.exists());
}
