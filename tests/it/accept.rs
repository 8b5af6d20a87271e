//! The forms of an answer: what a client accepts, it gets.

use pm_tests::http_server::HttpServer;
use pm_tests::mcp::{self, WITH_SESSIONS, request};
use pm_tests::raw_http::{Request, Response};
use pm_tests::storage::Storage;
use serde_json::{Value, json};

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

/// A message sent with an `Accept` of its own, or none.
fn post(message: &Value, accept: Option<&str>) -> Request {
    let request = Request::new("POST", "/mcp")
        .header("content-type", JSON)
        .body(message.to_string());
    match accept {
        Some(accept) => request.header("accept", accept),
        None => request,
    }
}

#[track_caller]
fn assert_form(response: &Response, form: &str) {
    assert_eq!(response.status, 200, "{response:?}");
    assert_eq!(response.header("content-type"), Some(form), "{response:?}");
}

#[test]
fn ranges_one_form_and_no_accept_at_all_are_answered_within_a_session() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let hello = request(1, "initialize", mcp::initialize(WITH_SESSIONS, "pm-tests"));
    for (accept, form) in [
        (None, EVENTS),
        (Some("*/*"), EVENTS),
        (Some("application/*, text/*"), EVENTS),
        (Some("text/event-stream"), EVENTS),
        (Some("application/json"), JSON),
        (Some("application/json, text/event-stream;q=0"), JSON),
    ] {
        let opened = server.send(&post(&hello, accept));
        assert_form(&opened, form);
        let id = opened.header("mcp-session-id").unwrap();
        let call = mcp::call("process_new", json!({"name": format!("for {accept:?}")}));
        let call = post(&request(2, "tools/call", call), accept).header("mcp-session-id", id);
        let answer = server.send(&call);
        assert_form(&answer, form);
        let message = answer.message();
        assert_eq!(message["id"], 2, "{accept:?}: {message}");
        mcp::Answer::of(&message["result"]).ok();
    }
}

#[test]
fn the_era_without_sessions_answers_in_the_form_that_is_accepted_too() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let client = server.sessionless("pm-tests");
    for (accept, form) in [
        ("application/json, text/event-stream", JSON),
        ("application/json", JSON),
        ("text/event-stream", EVENTS),
    ] {
        let list = client.post("tools/list", json!({})).accepting(accept);
        let answer = server.send(&list);
        assert_form(&answer, form);
        assert!(answer.message()["result"]["tools"].is_array());
    }
}

#[test]
fn who_can_read_neither_form_is_told_which_there_are() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let hello = request(1, "initialize", mcp::initialize(WITH_SESSIONS, "pm-tests"));
    let response = server.send(&post(&hello, Some("text/html")));
    assert_eq!(response.status, 406, "{response:?}");
    assert!(response.text().contains(JSON) && response.text().contains(EVENTS));
    let session = server.session();
    let stream = session.with_headers(Request::get("/mcp").header("accept", JSON));
    let response = server.send(&stream);
    assert_eq!(response.status, 406, "{response:?}");
    assert!(response.text().contains(EVENTS), "{response:?}");
}

#[test]
fn somebody_with_a_browser_reads_what_the_address_is_for() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for path in ["/mcp", "/mcp/"] {
        let response = server.send(&Request::get(path).header("accept", accept));
        assert_eq!(response.status, 200, "{response:?}");
        let text = response.text();
        assert!(text.contains("as the URL of a server"), "{text}");
        assert!(text.contains(&server.url("/mcp")), "{text}");
    }
    let curl = server.send(&Request::get("/mcp").header("accept", "*/*"));
    assert_eq!(curl.status, 400, "{curl:?}");
    assert!(
        curl.text().contains("event stream of a session"),
        "{curl:?}"
    );
}
