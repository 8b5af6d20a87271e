//! What a person reads of the calls in the log.

use pm_tests::eventually;
use pm_tests::http_server::HttpServer;
use pm_tests::storage::Storage;
use serde_json::{Value, json};

/// The whole lines that a server has logged as JSON.
fn logged(server: &HttpServer) -> Vec<Value> {
    let log = server.process.log();
    let lines = log.lines().filter(|line| line.starts_with('{'));
    lines
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

#[test]
fn at_info_each_session_and_each_call_is_one_line() {
    let storage = Storage::new();
    let server = HttpServer::over(storage.path())
        .args(["--log-format", "json"])
        .env("PM_LOG", "info")
        .start();
    let session = server.session();
    session.call("process_new", json!({"name": "garden"})).ok();
    session.call("task_list", json!({})).ok();
    session
        .call("task_job_add", json!({"task_name": "dig", "job_name": "x"}))
        .refused();
    eventually("four lines are logged", || logged(&server).len() >= 4);
    let lines = logged(&server);
    assert_eq!(lines.len(), 4, "{lines:#?}");
    assert_eq!(lines[0]["client"], "pm-tests");
    let told: Vec<_> = lines[1..]
        .iter()
        .map(|line| {
            assert!(line["ms"].is_u64(), "{line}");
            assert_eq!(line["caller"], "pm-tests");
            ["tool", "process", "outcome"].map(|field| line[field].as_str().unwrap().to_owned())
        })
        .collect();
    let expected = [
        ["process_new", "garden", "done"],
        ["task_list", "garden", "done"],
        ["task_job_add", "garden", "refused"],
    ];
    assert_eq!(told, expected.map(|line| line.map(ToOwned::to_owned)));
    let reason = lines[3]["reason"].as_str().unwrap();
    assert!(reason.starts_with("Nothing was added"), "{reason}");
}
