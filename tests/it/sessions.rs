//! Sessions over HTTP: how they begin, give way and end, and their event stream.

use pm_tests::eventually;
use pm_tests::http_server::HttpServer;
use pm_tests::mcp::{Session, WITH_SESSIONS, call, initialize, request};
use pm_tests::raw_http::{Connection, Request, Response};
use pm_tests::storage::Storage;
use serde_json::{Value, json};

/// A page of this machine, as llama.cpp's web UI is.
const PAGE: &str = "http://localhost:8080";

fn ping(id: u64) -> Value {
    request(id, "ping", json!({}))
}

/// Whether the server still knows the session.
#[track_caller]
fn is_known(server: &HttpServer, session: &Session) -> bool {
    match server.send(&session.post(&ping(9))).status {
        200 => true,
        404 => false,
        other => panic!("neither known nor unknown: {other}"),
    }
}

/// That a browser can read the answer, and sees what it needs to begin again.
#[track_caller]
fn assert_readable_404(response: &Response) {
    assert_eq!(response.status, 404, "{response:?}");
    assert_eq!(response.header("access-control-allow-origin"), Some(PAGE));
    let exposed = response.header("access-control-expose-headers");
    assert_eq!(exposed, Some("Mcp-Session-Id"));
}

#[test]
fn an_unknown_session_is_404_in_a_way_that_browsers_can_read() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let lost = |request: Request| {
        request
            .header("mcp-session-id", "00000000-0000-0000-0000-000000000000")
            .header("origin", PAGE)
    };
    assert_readable_404(&server.send(&lost(Request::mcp(&ping(1)))));
    let call = request(1, "tools/call", call("process_list_all", json!({})));
    assert_readable_404(&server.send(&lost(Request::mcp(&call))));
    assert_readable_404(&server.send(&lost(Request::new("DELETE", "/mcp"))));
    let stream = Request::get("/mcp")
        .header("accept", "text/event-stream")
        .header("mcp-session-id", "nope");
    assert_eq!(server.send(&stream).status, 404);
}

#[test]
fn a_client_recovers_from_a_server_that_was_started_again() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let before = server.session();
    before.call("process_new", json!({"name": "garden"})).ok();
    let address = server.address();
    assert_eq!(server.stop(), Some(0));
    let server = HttpServer::over(storage.path()).listen(address).start();
    assert!(!is_known(&server, &before));
    let after = server.session();
    after.call("process_load", json!({"name": "garden"})).ok();
}

#[test]
fn delete_ends_a_session() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let (session, other) = (server.session(), server.session());
    let ended = session.end();
    assert_eq!((ended.status, &*ended.body), (204, &b""[..]), "{ended:?}");
    assert!(!is_known(&server, &session));
    assert_eq!(session.end().status, 404);
    assert!(is_known(&server, &other));
}

#[test]
fn initialize_begins_anew_whatever_session_is_named() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let alive = server.session();
    for id in ["00000000-0000-0000-0000-000000000000", &alive.id] {
        let hello = request(1, "initialize", initialize(WITH_SESSIONS, "pm-tests"));
        let response = server.send(&Request::mcp(&hello).header("mcp-session-id", id));
        assert_eq!(response.status, 200, "{response:?}");
        let new = response.header("mcp-session-id").unwrap();
        assert_ne!(new, id);
    }
    assert!(is_known(&server, &alive));
}

#[test]
fn what_names_no_session_says_so_with_its_id() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let response = server.send(&Request::mcp(&ping(7)));
    assert_eq!(response.status, 400, "{response:?}");
    let message = response.message();
    assert_eq!(message["id"], 7, "{message}");
    let text = message["error"]["message"].as_str().unwrap();
    assert!(text.contains("send initialize first"), "{text}");
    let stream = Request::get("/mcp").header("accept", "text/event-stream");
    for request in [stream, Request::new("DELETE", "/mcp")] {
        let response = server.send(&request);
        assert_eq!(response.status, 400, "{response:?}");
        assert!(response.text().contains("Mcp-Session-Id"), "{response:?}");
    }
}

/// The `data` of each event in an answer.
fn events(response: &Response) -> Vec<String> {
    let text = response.text();
    let lines = text.lines().filter_map(|line| line.strip_prefix("data:"));
    lines.map(|line| line.trim().to_owned()).collect()
}

#[test]
fn only_clients_that_know_events_without_a_message_get_them() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    for (version, empty) in [
        ("2024-11-05", 0),
        ("2025-03-26", 0),
        ("2025-06-18", 0),
        (WITH_SESSIONS, 1),
    ] {
        let hello = request(1, "initialize", initialize(version, "pm-tests"));
        let opened = events(&server.send(&Request::mcp(&hello)));
        assert_eq!(opened.len(), 1, "{version}: {opened:?}");
        let session = Session::open_as(server.address(), version, "pm-tests");
        let answer = server.send(&session.call_request("process_list_all", json!({})));
        let answered = events(&answer);
        let without = answered.iter().filter(|event| event.is_empty()).count();
        assert_eq!(without, empty, "{version}: {answered:?}");
        assert_eq!(answered.len(), 1 + empty, "{version}: {answered:?}");
    }
}

#[test]
fn the_web_ui_gets_no_stream_through_a_proxy_that_drops_the_origin_either() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = Session::open_as(server.address(), WITH_SESSIONS, "llama-ui-mcp");
    let get = Request::get("/mcp").header("accept", "text/event-stream");
    let response = server.send(&session.with_headers(get));
    assert_eq!(response.status, 405, "{response:?}");
    assert!(is_known(&server, &session));
    let _stream = open_stream(&server, &server.session());
}

#[test]
fn past_256_sessions_the_longest_idle_one_gives_way() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let sessions: Vec<Session> = (0..256).map(|_| server.session()).collect();
    // The first was opened first, and is no longer the one that was used last.
    assert!(is_known(&server, &sessions[0]));
    let newest = server.session();
    assert!(!is_known(&server, &sessions[1]));
    assert!(is_known(&server, &sessions[0]));
    assert!(is_known(&server, &sessions[2]));
    assert!(is_known(&server, &newest));
}

#[test]
fn a_session_with_an_open_stream_is_not_idle() {
    let storage = Storage::new();
    let server = HttpServer::over(storage.path())
        .args(["--max-sessions", "2"])
        .start();
    let busy = server.session();
    let _stream = open_stream(&server, &busy);
    let idle = server.session();
    let newest = server.session();
    assert!(is_known(&server, &busy), "its stream is open");
    assert!(is_known(&server, &newest));
    assert!(!is_known(&server, &idle));
}

/// Opens the event stream of a session, as clients other than browsers do.
#[track_caller]
fn open_stream(server: &HttpServer, session: &Session) -> Connection {
    let get = Request::get("/mcp").header("accept", "text/event-stream");
    let mut connection = Connection::open(server.address());
    connection.write(&session.with_headers(get).bytes(server.address()));
    let head = connection.head();
    assert_eq!(head.status, 200, "{head:?}");
    assert_eq!(head.header("content-type"), Some("text/event-stream"));
    connection
}

#[test]
fn the_stream_stays_open_while_calls_are_answered_and_ends_with_the_session() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    let mut stream = open_stream(&server, &session);
    session.call("process_new", json!({"name": "garden"})).ok();
    session.end();
    // Whatever was on the stream, its body comes to its proper end.
    while !stream.chunk().is_empty() {}
}

#[test]
fn browsers_get_no_stream() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    let get = Request::get("/mcp")
        .header("accept", "text/event-stream")
        .header("origin", PAGE);
    let response = server.send(&session.with_headers(get));
    assert_eq!(response.status, 405, "{response:?}");
    assert_eq!(response.header("access-control-allow-origin"), Some(PAGE));
    assert!(
        response
            .header("allow")
            .is_some_and(|allow| allow.contains("POST"))
    );
    assert!(is_known(&server, &session));
}

#[test]
fn a_client_that_goes_away_in_the_middle_leaves_the_session_as_it_was() {
    let storage = Storage::of_files("the lock on a file is held");
    let server = HttpServer::start(storage.path());
    let session = server.session();
    session.call("process_new", json!({"name": "garden"})).ok();
    let lock = storage.lock("garden.json");
    let call = session.call_request("task_new", json!({"task_name": "soil"}));
    let mut connection = Connection::open(server.address());
    connection.write(&call.bytes(server.address()));
    assert_eq!(connection.head().status, 200);
    drop(connection);
    drop(lock);
    // The change is made whole or not at all, and the session goes on.
    eventually("the task is stored", || {
        storage.json("garden.json")["tasks"]["soil"].is_object()
    });
    session.call("task_new", json!({"task_name": "beds"})).ok();
}
