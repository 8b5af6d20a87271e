//! How much of the machine a client may take: each limit has an answer, and the server goes on.

use pm_tests::eventually;
use pm_tests::http_server::HttpServer;
use pm_tests::raw_http::{Connection, Request};
use pm_tests::storage::Storage;
use serde_json::json;

const PAGE: &str = "http://localhost:8080";

fn with(arguments: &[&str]) -> (Storage, HttpServer) {
    let storage = Storage::new();
    let server = HttpServer::over(storage.path()).args(arguments).start();
    (storage, server)
}

#[test]
fn a_body_over_the_limit_is_413_however_it_is_framed() {
    let (_storage, server) = with(&["--max-body", "1k"]);
    let session = server.session();
    let long = json!({"name": "x", "description": "d".repeat(2000)});
    let declared = session
        .call_request("process_new", long)
        .header("origin", PAGE);
    let response = server.send(&declared);
    assert_eq!(response.status, 413, "{response:?}");
    assert_eq!(response.header("access-control-allow-origin"), Some(PAGE));
    assert!(response.text().contains("1024"), "{}", response.text());

    let chunk = format!("{:x}\r\n{}\r\n", 2000, "x".repeat(2000));
    let chunked = session
        .with_headers(Request::new("POST", "/mcp"))
        .header("content-type", "application/json")
        .header("transfer-encoding", "chunked")
        .body(format!("{chunk}0\r\n\r\n"));
    assert_eq!(server.send(&chunked).status, 413);

    // Far too long to be read to its end: the answer need not arrive, the server must live.
    let mut connection = Connection::open(server.address());
    let declared = Request::new("POST", "/mcp").header("content-length", "99999999999");
    connection.write(&declared.bytes(server.address()));
    assert_eq!(connection.head().status, 413);

    session.call("process_new", json!({"name": "fits"})).ok();
}

#[test]
fn four_mebibytes_is_the_most_unless_told_otherwise() {
    let (_storage, server) = with(&[]);
    let session = server.session();
    let new = |bytes: usize| json!({"name": format!("p{bytes}"), "description": "d".repeat(bytes)});
    session.call("process_new", new(4_000_000)).ok();
    let response = server.send(&session.call_request("process_new", new(4 << 20)));
    assert_eq!(response.status, 413, "{response:?}");
}

#[test]
fn a_body_of_too_many_values_is_413_and_says_which_request_it_was() {
    let (_storage, server) = with(&["--max-values", "1000"]);
    let session = server.session();
    let many = json!({"name": "garden", "numbers": vec![0; 1000]});
    let response = server.send(&session.call_request("process_new", many));
    assert_eq!(response.status, 413, "{response:?}");
    let message = response.message();
    assert_eq!(message["error"]["code"], -32600, "{message}");
    let text = message["error"]["message"].as_str().unwrap();
    assert!(text.contains("1000 values (option --max-values)"), "{text}");
    assert!(message["id"].is_number(), "{message}");

    // Whoever has no session is told so first.
    let lost = session.call_request("process_new", json!({"numbers": vec![0; 1000]}));
    session.end();
    assert_eq!(server.send(&lost).status, 404);
    server
        .session()
        .call("process_new", json!({"name": "fits"}))
        .ok();
}

#[test]
fn a_head_over_the_limit_is_431() {
    let (_storage, server) = with(&[]);
    let with_header = |bytes: usize| Request::get("/health").header("x-long", &"x".repeat(bytes));
    assert_eq!(server.send(&with_header(60 << 10)).status, 200);
    // Hardly over it: were more on its way when the server has read enough, the connection could
    // be reset in place of an answer.
    let response = server.send(&with_header(64 << 10));
    assert_eq!(response.status, 431, "{response:?}");
    assert!(server.is_healthy());
}

#[test]
fn a_slow_header_is_cut() {
    let (_storage, server) = with(&["--header-timeout", "1s"]);
    let mut connection = Connection::open(server.address());
    connection.write(b"POST /mcp HTTP/1.1\r\nhost: localhost\r\nx-slow: ");
    // Closed, with an answer or without; a server that waits for ever fails here.
    connection.rest();
    let mut silent = Connection::open(server.address());
    silent.rest();
    assert!(server.is_healthy());
}

#[test]
fn an_idle_connection_is_closed() {
    let (_storage, server) = with(&["--header-timeout", "1s"]);
    let mut connection = Connection::open(server.address());
    connection.write(&Request::get("/health").bytes(server.address()));
    assert_eq!(connection.response().status, 200);
    assert_eq!(connection.rest(), b"");
}

#[test]
fn a_slow_body_is_cut() {
    let (_storage, server) = with(&["--body-timeout", "200ms"]);
    let mut connection = Connection::open(server.address());
    let slow = Request::new("POST", "/mcp")
        .header("content-type", "application/json")
        .header("content-length", "1000")
        .header("origin", PAGE)
        .body("{\"jsonrpc\"");
    connection.write(&slow.bytes(server.address()));
    let response = connection.response();
    assert_eq!(response.status, 408, "{response:?}");
    assert_eq!(response.header("access-control-allow-origin"), Some(PAGE));
    connection.rest();
    assert!(server.is_healthy());
}

#[test]
fn one_connection_too_many_is_turned_away_and_told_why() {
    let (_storage, server) = with(&["--max-connections", "2"]);
    let mut held: Vec<Connection> = (0..2)
        .map(|_| {
            let mut connection = Connection::open(server.address());
            connection.write(&Request::get("/health").bytes(server.address()));
            assert_eq!(connection.response().status, 200);
            connection
        })
        .collect();
    let response = server.send(&Request::get("/health"));
    assert_eq!(response.status, 503, "{response:?}");
    assert!(
        response.text().contains("--max-connections"),
        "{response:?}"
    );
    held.pop();
    eventually("there is room again", || server.is_healthy());
}

#[test]
fn an_answer_over_the_limit_is_shortened_and_says_so() {
    let (_storage, server) = with(&["--answer-limit", "2k"]);
    let session = server.session();
    session.call("process_new", json!({"name": "garden"})).ok();
    session.call("task_new", json!({"task_name": "soil"})).ok();
    for number in 0..20 {
        let content = format!("line {number}\n").repeat(100);
        let name = format!("code {number}");
        let code = json!({"task_name": "soil", "code_name": name, "code_content": content});
        session.call("task_code_add", code).ok();
    }
    for (tool, arguments) in [
        ("process_load", json!({"name": "garden"})),
        ("task_details_get", json!({"task_name": "soil"})),
        (
            "task_code_get",
            json!({"task_name": "soil", "code_name": "code"}),
        ),
    ] {
        let answer = session.call(tool, arguments);
        assert!(!answer.is_error, "{tool}: {}", answer.text);
        assert!(
            answer.text.len() <= 2048,
            "{tool}: {} bytes",
            answer.text.len()
        );
        let left_out = answer.object["left_out"].as_str().unwrap();
        assert!(left_out.contains("code"), "{tool}: {left_out}");
    }
}
