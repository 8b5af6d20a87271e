//! What was changed is known by its caller, also after a restart, and can be taken back.

use std::fs;
use std::time::Duration;

use pm_tests::eventually;
use pm_tests::http_server::HttpServer;
use pm_tests::mcp::Session;
use pm_tests::raw_http::Request;
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::{Value, json};

/// Each change with whoever made it, the newest first.
fn told(answer: &Value) -> Vec<String> {
    let changes = answer["changes"].as_array().unwrap().iter();
    let told = changes.map(|change| {
        let text = |field: &str| change[field].as_str().unwrap().to_owned();
        format!("{} by {}", text("change"), text("by"))
    });
    told.collect()
}

#[test]
fn each_caller_takes_back_its_own_changes_also_after_a_restart() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    session.call("process_new", json!({"name": "garden"})).ok();
    session.call("task_new", json!({"task_name": "beds"})).ok();
    let agent = server.sessionless("agent");
    let task = json!({"task_name": "water", "process": "garden"});
    agent.call("task_new", task).ok();
    let history = agent
        .call("process_history", json!({"process": "garden"}))
        .ok();
    let expected = [
        "added the task \"water\" by you",
        "added the task \"beds\" by pm-tests",
    ];
    assert_eq!(told(&history), expected);
    server.stop();

    // Nobody knows those sessions any more: they may go on elsewhere for as long as a claim.
    let server = HttpServer::start(storage.path());
    let undo = json!({"process": "garden"});
    let refused = server
        .session()
        .call("process_undo", undo.clone())
        .refused();
    assert!(refused.contains("process_history"), "{refused}");
    server.stop();

    std::thread::sleep(Duration::from_millis(1100));
    let server = HttpServer::over(storage.path())
        .args(["--lease", "1s"])
        .start();
    let session = server.session();
    let undone = session.call("process_undo", undo).ok();
    assert_eq!(undone["undone_revisions"], json!([2]));
    let undone = server
        .sessionless("agent")
        .call("process_undo", json!({}))
        .ok();
    assert_eq!(undone["undone_revisions"], json!([3]));
    let tasks = session.call("task_list", json!({})).ok();
    assert_eq!(tasks["task_count"], 0);
}

#[test]
fn a_deletion_is_taken_back_before_an_older_change_of_another_process() {
    let storage = Storage::of_files("whether a file is there is looked at");
    let server = HttpServer::start(storage.path());
    let session = server.session();
    let mut stdio = StdioServer::start(storage.path());
    let check = |call: &mut dyn FnMut(&str, Value) -> Value, [gone, open]: [&str; 2]| {
        for name in [gone, open] {
            call("process_new", json!({"name": name}));
            call("task_new", json!({"task_name": "beds"}));
        }
        call("process_delete", json!({"name": gone}));
        let undone = call("process_undo", json!({}));
        assert_eq!(undone["process_name"], *gone, "{undone}");
        for name in [gone, open] {
            let tasks = call("task_list", json!({"process": name}));
            assert_eq!(tasks["task_count"], 1, "{tasks}");
        }
        // Then what was done before, step by step, to the last.
        for left in [1, 0] {
            call("process_undo", json!({}));
            let exists = storage.path().join(format!("{open}.json")).exists();
            assert_eq!(exists, left == 1);
        }
    };
    check(
        &mut |tool, sent| session.call(tool, sent).ok(),
        ["shed", "garden"],
    );
    check(
        &mut |tool, sent| stdio.call(tool, sent).ok(),
        ["fence", "house"],
    );
}

#[test]
fn a_job_that_is_sent_again_is_added_once() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    session.call("process_new", json!({"name": "garden"})).ok();
    session.call("task_new", json!({"task_name": "beds"})).ok();
    let job = json!({"task_name": "beds", "job_name": "dig", "job_description": "deep"});
    session.call("task_job_add", job.clone()).ok();
    let again = session.call("task_job_add", job).ok();
    assert_eq!(again["already_added"], true, "{again}");
    let jobs = session
        .call("task_jobs_list", json!({"task_name": "beds"}))
        .ok();
    assert_eq!(jobs["job_count"], 1, "{jobs}");
}

#[test]
fn what_one_program_did_another_one_takes_back() {
    let storage = Storage::new();
    let mut stdio = StdioServer::start(storage.path());
    stdio.call("process_new", json!({"name": "garden"})).ok();
    stdio.call("task_new", json!({"task_name": "beds"})).ok();
    stdio.call("task_delete", json!({"task_name": "beds"})).ok();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    session.call("process_undo", json!({"revision": "3"})).ok();
    let tasks = stdio.call("task_list", json!({})).ok();
    assert_eq!(tasks["task_count"], 1);
}

#[test]
fn what_was_edited_by_hand_is_in_the_way_of_taking_back_what_it_changed() {
    let storage = Storage::of_files("a file is edited");
    let server = HttpServer::start(storage.path());
    let session = server.session();
    session.call("process_new", json!({"name": "garden"})).ok();
    session.call("task_new", json!({"task_name": "beds"})).ok();
    let mine = json!({"task_name": "beds", "new_description": "mine"});
    session.call("task_update_description", mine).ok();
    server.stop();

    let server = HttpServer::start(storage.path());
    let session = server.session();
    session.call("process_load", json!({"name": "garden"})).ok();
    let file = storage.file("garden.json");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("\"mine\"", "\"by hand\"")).unwrap();
    let refusal = session
        .call("process_undo", json!({"revision": 3}))
        .refused();
    assert!(refusal.contains("someone outside"), "{refusal}");
    // An edit by hand can be taken back as well.
    session.call("process_undo", json!({"revision": 4})).ok();
    session.call("process_undo", json!({"revision": 3})).ok();
    let task = session
        .call("task_details_get", json!({"task_name": "beds"}))
        .ok();
    assert_eq!(task.get("task_description"), None, "{task}");
}

#[test]
fn a_deleted_process_comes_back_with_its_history() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    session.call("process_new", json!({"name": "garden"})).ok();
    session.call("task_new", json!({"task_name": "beds"})).ok();
    let deleted = session
        .call("process_delete", json!({"name": "garden"}))
        .ok();
    let message = deleted["message"].as_str().unwrap();
    assert!(message.contains("process_restore"), "{message}");
    let listed = session.call("process_restore", json!({})).ok();
    assert_eq!(listed["trash"][0]["name"], "garden");
    assert_eq!(listed["trash"][0]["deleted_by"], "pm-tests");
    session
        .call("process_restore", json!({"name": "Garden"}))
        .ok();
    let history = session.call("process_history", json!({})).ok();
    assert_eq!(told(&history).len(), 2);
    // The caller's last change of all is that it restored the process.
    session.call("process_undo", json!({})).ok();
    session.call("task_list", json!({})).refused();
    session
        .call("process_restore", json!({"name": "garden"}))
        .ok();
    let in_it = json!({"process": "garden"});
    session.call("process_undo", in_it).ok();
    assert_eq!(session.call("task_list", json!({})).ok()["task_count"], 0);
}

#[test]
fn sessions_of_one_client_take_back_each_its_own() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let (one, other) = (server.session(), server.session());
    one.call("process_new", json!({"name": "garden"})).ok();
    one.call("task_new", json!({"task_name": "beds"})).ok();
    other.call("task_new", json!({"task_name": "shed"})).ok();
    one.call("task_delete", json!({"task_name": "beds"})).ok();
    other.call("task_new", json!({"task_name": "pond"})).ok();

    let mine = one.call("process_history", json!({})).ok();
    let expected = [
        "added the task \"pond\" by pm-tests",
        "deleted the task \"beds\" (jobs: 0, code versions: 0) by you",
        "added the task \"shed\" by pm-tests",
        "added the task \"beds\" by you",
    ];
    assert_eq!(told(&mine), expected);
    let undo = || one.call("process_undo", json!({}));
    assert_eq!(undo().ok()["undone_revisions"], json!([4]));
    assert_eq!(undo().ok()["undone_revisions"], json!([2]));
    // What is left is the other's.
    let refused = undo().refused();
    assert!(refused.contains("Nothing was taken back"), "{refused}");
    // A session that has done nothing goes on for one that is over, and for no other.
    let third = server.session();
    third.call("process_undo", json!({})).refused();
    let end = Request::new("DELETE", "/mcp").header("mcp-session-id", &other.id);
    assert!(server.send(&end).status < 300);
    let mut undone = Value::Null;
    eventually("the other session is over", || {
        let answer = third.call("process_undo", json!({}));
        let is_done = !answer.is_error;
        undone = answer.object;
        is_done
    });
    assert_eq!(undone["undone_revisions"], json!([5]));
}

#[test]
fn sessions_of_two_servers_take_back_each_its_own() {
    let storage = Storage::new();
    let servers = [(); 2].map(|()| {
        // So short that what a session did last may be long ago, though it goes on.
        let server = HttpServer::over(storage.path());
        server.args(["--lease", "1s"]).start()
    });
    let (one, other) = (servers[0].session(), servers[1].session());
    one.call("process_new", json!({"name": "garden"})).ok();
    one.call("task_new", json!({"task_name": "beds"})).ok();
    let load = json!({"name": "garden"});
    other.call("process_load", load.clone()).ok();
    other.call("task_new", json!({"task_name": "shed"})).ok();
    std::thread::sleep(Duration::from_millis(1100));
    other.call("task_new", json!({"task_name": "pond"})).ok();

    // Neither the one that has none left, nor one that has done nothing.
    let undo = |session: &Session| session.call("process_undo", json!({"process": "garden"}));
    assert_eq!(undo(&one).ok()["undone_revisions"], json!([2]));
    for session in [one, servers[0].session()] {
        let refused = undo(&session).refused();
        assert!(refused.contains("Nothing was taken back"), "{refused}");
    }
    let tasks = other.call("task_list", json!({})).ok();
    assert_eq!(tasks["task_count"], 2);
    assert_eq!(undo(&other).ok()["undone_revisions"], json!([4]));
    assert_eq!(undo(&other).ok()["undone_revisions"], json!([3]));
}
