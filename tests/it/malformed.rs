//! Bodies that are no messages: each gets an answer below 500, and nothing is changed.

use pm_tests::http_server::HttpServer;
use pm_tests::mcp::{WITH_SESSIONS, initialize, request};
use pm_tests::raw_http::Request;
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::{Value, json};

fn bodies() -> Vec<Vec<u8>> {
    let mut bodies: Vec<Vec<u8>> = [
        "",
        " ",
        "{",
        "nonsense",
        "null",
        "true",
        "7",
        "\"text\"",
        "[]",
        "[1]",
        "{}",
        r#"{"jsonrpc":"2.0"}"#,
        r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":7}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":""}"#,
        r#"{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}"#,
        r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":7}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"task_list","arguments":[[]]}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"no/such/method"}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/nothing"}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}"#,
        r#"[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":2,"method":"ping"}]"#,
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    bodies.push(vec![0xff, 0xfe, 0x00]);
    bodies.push("[".repeat(100_000).into_bytes());
    bodies
}

#[test]
fn each_is_answered_below_500_within_a_session_and_without() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    for body in bodies() {
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        let post = Request::mcp(&Value::Null);
        for request in [
            post.clone().body(body.clone()),
            session.with_headers(post.clone()).body(body.clone()),
            server
                .sessionless("pm-tests")
                .post("tools/list", json!({}))
                .body(body.clone()),
        ] {
            let response = server.send(&request);
            assert!(response.status < 500, "{shown}: {response:?}");
        }
    }
    session.call("process_list_all", json!({})).ok();
    assert!(server.is_healthy());
}

#[test]
fn what_is_no_message_is_told_in_the_protocols_own_terms() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let code_of = |body: &str| {
        let response = server.send(&Request::mcp(&Value::Null).body(body));
        assert_eq!(response.status, 400, "{body}: {response:?}");
        response.message()["error"]["code"].clone()
    };
    assert_eq!(code_of("{oops"), -32700);
    let ping = request(1, "ping", json!({}));
    assert_eq!(code_of(&json!([ping]).to_string()), -32600);
}

#[test]
fn the_id_is_told_wherever_in_the_body_it_stands() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    for (body, code) in [
        (
            r#"{"method":"ping","params":{"a":NaN},"jsonrpc":"2.0","id":77}"#,
            -32700,
        ),
        (
            r#"{"method":"ping","params":{"a":"\ud800"},"jsonrpc":"2.0","id":77}"#,
            -32700,
        ),
        (
            r#"{"method":"ping","params":[7],"jsonrpc":"2.0","id":77}"#,
            -32600,
        ),
        (r#"{"method":"ping","id":77}"#, -32600),
    ] {
        let post = session.with_headers(Request::mcp(&Value::Null));
        let message = server.send(&post.body(body)).message();
        assert_eq!(message["error"]["code"], code, "{body}: {message}");
        assert_eq!(message["id"], 77, "{body}: {message}");
    }
    session.request("ping", json!({}));
}

#[test]
fn an_initialize_that_is_not_whole_is_told_what_it_lacks() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let whole = initialize(WITH_SESSIONS, "pm-tests");
    let without = |name: &str| {
        let mut params = whole.clone();
        params.as_object_mut().unwrap().remove(name);
        params
    };
    let mut odd = whole.clone();
    odd["protocolVersion"] = json!(20_251_125);
    for (params, named) in [
        (without("clientInfo"), "needs \"params.clientInfo\""),
        (without("capabilities"), "needs \"params.capabilities\""),
        (
            without("protocolVersion"),
            "needs \"params.protocolVersion\"",
        ),
        (
            odd,
            "\"params.protocolVersion\" of initialize must be a text",
        ),
    ] {
        let response = server.send(&Request::mcp(&request(7, "initialize", params)));
        assert_eq!(response.status, 400, "{response:?}");
        assert_eq!(response.header("mcp-session-id"), None);
        let message = response.message();
        assert_eq!(message["error"]["code"], -32602, "{message}");
        assert_eq!(message["id"], 7, "{message}");
        let text = message["error"]["message"].as_str().unwrap();
        assert!(text.contains(named), "{text}");
    }
    // What is of no use here may be as odd as it likes.
    let mut more = whole.clone();
    more["capabilities"] = json!({"roots": true, "experimental": 7});
    let response = server.send(&Request::mcp(&request(7, "initialize", more)));
    assert_eq!(response.status, 200, "{response:?}");
}

#[test]
fn an_initialize_over_stdio_that_is_not_whole_is_told_what_it_lacks() {
    let storage = Storage::new();
    let mut server = StdioServer::spawn(&mut StdioServer::command(storage.path()));
    let mut params = initialize(WITH_SESSIONS, "pm-tests");
    params.as_object_mut().unwrap().remove("capabilities");
    server.send(&request(7, "initialize", params));
    let answer = server.receive().unwrap();
    assert_eq!(answer["id"], 7, "{answer}");
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(message.contains("\"params.capabilities\""), "{message}");
    // Whoever mends it opens the same connection.
    let whole = initialize(WITH_SESSIONS, "pm-tests");
    server.send(&request(8, "initialize", whole));
    let opened = server.receive().unwrap();
    assert!(opened["result"]["serverInfo"].is_object(), "{opened}");
}

#[test]
fn the_era_without_sessions_knows_no_initialize() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let post = server.sessionless("pm-tests").post("initialize", json!({}));
    let response = server.send(&post);
    assert_eq!(response.status, 404, "{response:?}");
    let message = response.message();
    assert_eq!(message["error"]["code"], -32601, "{message}");
}

#[test]
fn an_initialize_over_64_kib_is_413() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let sized = |bytes: usize| {
        let mut params = initialize(WITH_SESSIONS, "pm-tests");
        params["capabilities"] = json!({"experimental": {"x": "x".repeat(bytes)}});
        server.send(&Request::mcp(&request(7, "initialize", params)))
    };
    assert_eq!(sized(60 << 10).status, 200);
    let response = sized(64 << 10);
    assert_eq!(response.status, 413, "{response:?}");
    let message = response.message();
    assert_eq!(message["id"], 7, "{message}");
    let text = message["error"]["message"].as_str().unwrap();
    assert!(
        text.contains("initialize may have up to 65536 bytes"),
        "{text}"
    );
}

#[test]
fn other_content_types_are_415_and_what_curl_accepts_is_enough() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let body = request(1, "server/discover", json!({})).to_string();
    let post = |content_type: &str| {
        Request::new("POST", "/mcp")
            .header("content-type", content_type)
            .header("accept", "*/*")
            .body(body.clone())
    };
    assert_eq!(server.send(&post("text/plain")).status, 415);
    let json = server.send(&post("application/json; charset=utf-8"));
    assert!(json.status < 415, "{json:?}");
}

#[test]
fn a_compressed_body_is_415_and_says_so() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    let compressed = session.post(&request(1, "ping", json!({})));
    let compressed = compressed.header("content-encoding", "gzip");
    let response = server.send(&compressed.body(vec![0x1f, 0x8b, 8, 0]));
    assert_eq!(response.status, 415, "{response:?}");
    let text = response.text();
    assert!(text.contains("without Content-Encoding"), "{text}");
    let as_it_is = session.post(&request(1, "ping", json!({})));
    let as_it_is = as_it_is.header("content-encoding", "identity");
    assert_eq!(server.send(&as_it_is).status, 200);
}

#[test]
fn a_line_that_is_no_message_is_answered_at_once_with_the_id_that_it_has() {
    let storage = Storage::new();
    let mut server = StdioServer::start(storage.path());
    let call = |description: &[u8]| {
        let head = br#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"process_new","arguments":{"name":"x","description":"#;
        [head, description, b"}}}"].concat()
    };
    let deep = [vec![b'['; 200], vec![b']'; 200]].concat();
    let long = [b"\"".to_vec(), vec![b'x'; 17 << 20], b"\"".to_vec()].concat();
    for (line, id, code) in [
        (call(br#""cut emoji \ud83d""#), json!(7), -32700),
        (call(b"NaN"), json!(7), -32700),
        (call(b"\"raw \x1b control\""), json!(7), -32700),
        (call(b"\"no UTF-8 \xff\""), json!(7), -32700),
        (call(&deep), json!(7), -32700),
        (call(&long), json!(null), -32600),
        (
            b"{\"jsonrpc\":\"2.0\",\"id\":\"a\",".to_vec(),
            json!("a"),
            -32700,
        ),
        (b"nonsense".to_vec(), json!(null), -32700),
        (br#"{"id":7,"method":"ping"}"#.to_vec(), json!(7), -32600),
        (br#"{"jsonrpc":"2.0","id":7}"#.to_vec(), json!(7), -32600),
        (
            br#"[{"jsonrpc":"2.0","id":7,"method":"ping"}]"#.to_vec(),
            json!(null),
            -32600,
        ),
    ] {
        let shown = String::from_utf8_lossy(&line[..line.len().min(160)]).into_owned();
        server.send_line(&line);
        let message = server.receive().unwrap();
        assert_eq!(message["id"], id, "{shown}: {message}");
        assert_eq!(message["error"]["code"], code, "{shown}: {message}");
    }
    // None of them was acted on, and the connection lives on.
    let listed = server.call("process_list_all", json!({})).ok();
    assert_eq!(listed["total"], 0);
}

#[test]
fn a_line_that_is_no_message_does_not_end_a_stdio_connection() {
    let storage = Storage::new();
    let mut server = StdioServer::start(storage.path());
    for line in ["", "nonsense", "{", "7", "[]", r#"{"jsonrpc":"2.0"}"#] {
        server.send_line(line);
    }
    // What they were answered, if anything, comes before the answer to this.
    server.send(&request(77, "ping", json!({})));
    let answered = std::iter::from_fn(|| server.receive()).any(|message| message["id"] == 77);
    assert!(answered, "{}", server.process.log());
    assert!(server.process.is_running());
}
