//! Both eras of the protocol, and the older versions that clients still send.

use pm_tests::http_server::HttpServer;
use pm_tests::mcp::{self, WITH_SESSIONS, request};
use pm_tests::raw_http::Request;
use pm_tests::sdk::{Client, Era};
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::json;

use crate::check::{check, pretty};

#[test]
fn the_server_introduces_itself() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    check("initialize", &pretty(&session.opened));
    let discovered = server
        .sessionless("pm-tests")
        .request("server/discover", json!({}));
    check("discover", &pretty(&discovered));
}

#[test]
fn every_version_with_a_handshake_is_spoken_over_both_transports() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", WITH_SESSIONS] {
        let hello = request(1, "initialize", mcp::initialize(version, "pm-tests"));
        let opened = mcp::result(&server.send(&Request::mcp(&hello)));
        assert_eq!(opened["protocolVersion"], version);

        let mut command = StdioServer::command(storage.path());
        let (mut stdio, opened) = StdioServer::open(&mut command, version);
        assert_eq!(opened["protocolVersion"], version);
        // What llama-server reads: the text of the one item.
        let answer = stdio.call("process_list_all", json!({}));
        assert!(answer.text.contains("\"process_list\":"), "{}", answer.text);
    }
}

#[test]
fn a_version_from_the_future_is_answered_with_one_that_is_known() {
    let storage = Storage::new();
    let (_server, opened) =
        StdioServer::open(&mut StdioServer::command(storage.path()), "2099-01-01");
    assert_eq!(opened["protocolVersion"], WITH_SESSIONS);
}

#[test]
fn without_a_session_the_answer_is_plain_json_and_no_session_is_made() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let client = server.sessionless("pm-tests");
    let response =
        server.send(&client.post("tools/call", mcp::call("process_list_all", json!({}))));
    assert_eq!(response.status, 200, "{response:?}");
    assert_eq!(response.header("content-type"), Some("application/json"));
    assert_eq!(response.header("mcp-session-id"), None);
}

#[test]
fn a_request_that_belongs_to_neither_era_is_told_what_is_missing() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let call = request(1, "tools/call", mcp::call("process_list_all", json!({})));
    // A version with sessions, and no session.
    let response = server.send(&Request::mcp(&call).header("mcp-protocol-version", WITH_SESSIONS));
    assert!((400..500).contains(&response.status), "{response:?}");
    assert!(
        response.text().to_lowercase().contains("session"),
        "{}",
        response.text()
    );
    // A header that says another method than the body.
    let contradicts = server
        .sessionless("pm-tests")
        .post("tools/list", json!({}))
        .header("mcp-method", "tools/call");
    assert_eq!(server.send(&contradicts).status, 400);
    // A version that does not exist.
    let unknown = Request::mcp(&call).header("mcp-protocol-version", "2099-01-01");
    assert_eq!(server.send(&unknown).status, 400);
    assert!(server.is_healthy());
}

#[tokio::test]
async fn the_librarys_client_connects_in_both_eras() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    for (era, name) in [(Era::Sessions, "one"), (Era::Sessionless, "two")] {
        let client = Client::over_http(&server, era).await;
        let made = client.call("process_new", json!({"name": name})).await.ok();
        assert_eq!(made["process_name"], name);
        let listed = client.call("task_list", json!({})).await.ok();
        assert_eq!(listed["process_name"], name, "{era:?}");
        client.close().await;
    }
}
