//! A program that holds a lock and is stopped: calls that wait for it are answered, what was given
//! up meanwhile is not done, and the log and `/health` say it.

use std::process::{Command, Stdio};
use std::time::Duration;

use pm_tests::http_server::HttpServer;
use pm_tests::raw_http::Request;
use pm_tests::running::{Lines, Running};
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::json;

/// Takes the lock of the file `$0`, leaves its number there, and stops itself.
const HOLD: &str = r#"exec 9<>"$0"; flock 9; printf '%-10s\n' $$ >&9; echo held; kill -STOP $$"#;

/// A program that holds the lock of `Garden.json` and is stopped.
fn stopped_holder(storage: &Storage) -> Running {
    let lock = storage.path().join(".pm/locks/Garden.lock");
    let mut command = Command::new("sh");
    command.args(["-c", HOLD]).arg(lock).stdout(Stdio::piped());
    let mut holder = Running::start(&mut command);
    let output = Lines::of(holder.take_stdout());
    assert_eq!(output.next().as_deref(), Some("held"));
    holder
}

#[test]
fn a_call_that_waits_in_vain_says_who_holds_the_lock() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    session.call("process_new", json!({"name": "Garden"})).ok();
    session.call("task_new", json!({"task_name": "soil"})).ok();
    let mut holder = stopped_holder(&storage);
    let refused = session
        .call("task_new", json!({"task_name": "beds"}))
        .refused();
    let who = format!("another program (pid {}) has held the lock", holder.pid());
    assert!(refused.contains(&who), "{refused}");
    assert!(refused.contains("then call task_new again"), "{refused}");
    assert_eq!(session.call("task_list", json!({})).ok()["task_count"], 1);
    let report = server.send(&Request::get("/health"));
    assert_eq!(report.status, 200);
    assert_eq!(report.message()["store"]["state"], "degraded");
    let holder_is_named = format!("pid {}", holder.pid());
    server.process.log_with(&holder_is_named);

    holder.kill();
    session.call("task_new", json!({"task_name": "beds"})).ok();
    assert_eq!(session.call("task_list", json!({})).ok()["task_count"], 2);
}

#[test]
fn a_call_that_was_cancelled_while_it_waited_is_not_made_later() {
    let storage = Storage::new();
    let mut server = StdioServer::start(storage.path());
    server.call("process_new", json!({"name": "Garden"})).ok();
    server.call("task_new", json!({"task_name": "soil"})).ok();
    let mut holder = stopped_holder(&storage);
    let given_up = server.send_call("task_new", json!({"task_name": "given up"}));
    server.send(&json!({
        "jsonrpc": "2.0",
        "method": "notifications/cancelled",
        "params": {"requestId": given_up},
    }));
    server.request("ping", json!({}));
    // The call hears of it a moment after the server has.
    std::thread::sleep(Duration::from_millis(300));
    holder.kill();
    server.call("task_new", json!({"task_name": "beds"})).ok();
    let tasks = server.call("task_list", json!({})).ok();
    assert_eq!(tasks["task_count"], 2, "{tasks}");
    assert!(!tasks.to_string().contains("given up"), "{tasks}");
}
