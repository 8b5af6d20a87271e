//! The active process: each caller's own, and never another's.

use pm_tests::http_server::HttpServer;
use pm_tests::mcp::{self, Answer, call};
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::{Value, json};

/// A server whose store holds the processes `one` and `two`, so that nothing is unambiguous.
fn two_processes() -> (Storage, HttpServer) {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    for name in ["one", "two"] {
        session.call("process_new", json!({"name": name})).ok();
    }
    session.end();
    (storage, server)
}

fn open(name: &str) -> Value {
    json!({"name": name})
}

/// The process that a `task_list` is answered from.
#[track_caller]
fn process_of(answer: Answer) -> Value {
    answer.ok()["process_name"].clone()
}

#[test]
fn two_sessions_never_see_each_others() {
    let (_storage, server) = two_processes();
    let (a, b) = (server.session(), server.session());
    a.call("process_load", open("one")).ok();
    b.call("task_list", json!({})).refused();
    b.call("process_load", open("two")).ok();
    assert_eq!(process_of(a.call("task_list", json!({}))), "one");
    assert_eq!(process_of(b.call("task_list", json!({}))), "two");
    // Nor does a new session take over what one of the same client had open.
    server.session().call("task_list", json!({})).refused();
}

#[test]
fn naming_a_process_does_not_open_it() {
    let (_storage, server) = two_processes();
    let session = server.session();
    session.call("process_load", open("one")).ok();
    let named = json!({"process": "two"});
    assert_eq!(process_of(session.call("task_list", named)), "two");
    assert_eq!(process_of(session.call("task_list", json!({}))), "one");
}

#[test]
fn a_sessionless_caller_is_known_by_its_name() {
    let (_storage, server) = two_processes();
    let (a, b) = (server.sessionless("a"), server.sessionless("b"));
    a.call("process_load", open("one")).ok();
    b.call("task_list", json!({})).refused();
    assert_eq!(process_of(a.call("task_list", json!({}))), "one");
    let named = json!({"process": "two"});
    assert_eq!(process_of(b.call("task_list", named)), "two");
    b.call("task_list", json!({})).refused();
    // A session of the same name is another caller.
    server.session().call("task_list", json!({})).refused();
}

#[test]
fn each_stdio_connection_has_its_own() {
    let (storage, server) = two_processes();
    let mut a = StdioServer::start(storage.path());
    let mut b = StdioServer::start(storage.path());
    a.call("process_load", open("one")).ok();
    b.call("task_list", json!({})).refused();
    b.call("process_load", open("two")).ok();
    let over_http = server.session();
    over_http.call("task_list", json!({})).refused();
    assert_eq!(process_of(a.call("task_list", json!({}))), "one");
    assert_eq!(process_of(b.call("task_list", json!({}))), "two");
}

#[test]
fn an_open_process_that_someone_else_deleted_is_gone_and_not_replaced() {
    let (_storage, server) = two_processes();
    let (a, b) = (server.session(), server.session());
    a.call("process_load", open("one")).ok();
    b.call("process_delete", open("one")).ok();
    // `two` is the only one now, and was never meant.
    let sentence = a.call("task_new", json!({"task_name": "t"})).refused();
    assert!(sentence.contains("\"one\""), "{sentence}");
}

/// Two programs that call themselves alike, each under an address of its own.
#[test]
fn the_address_can_name_a_caller_that_has_no_session() {
    let (_storage, server) = two_processes();
    let call = |path: &str, tool: &str, arguments: Value| {
        let post = server
            .sessionless("mcp")
            .post("tools/call", call(tool, arguments));
        Answer::of(&mcp::result(&server.send(&post.to(path))))
    };
    call("/mcp?caller=anna", "process_load", open("one")).ok();
    call("/mcp?caller=ben", "process_load", open("two")).ok();
    let tasks = json!({"task_name": "dig"});
    let added = call("/mcp?caller=anna", "task_new", tasks).ok();
    assert_eq!(added["process_name"], "one");
    let listed = call("/mcp?caller=ben", "task_list", json!({}));
    assert_eq!(process_of(listed), "two");
    // History and claims say who it was.
    let history = call("/mcp", "process_history", json!({"process": "one"})).ok();
    assert!(history.to_string().contains("anna"), "{history}");
    let claimed = call("/mcp?caller=anna", "task_next", json!({})).ok();
    assert!(claimed.to_string().contains("anna"), "{claimed}");
    let nameless = server.sessionless("mcp").post("tools/list", json!({}));
    let refused = server.send(&nameless.to("/mcp?caller="));
    assert_eq!(refused.status, 400);
    assert!(
        refused.text().contains("a caller's name has 1 to 100"),
        "{}",
        refused.text()
    );
}
