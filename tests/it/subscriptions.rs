//! Being told of changes that another program makes to the same files, over both transports and
//! in both eras of the protocol.

use pm_tests::http_server::HttpServer;
use pm_tests::mcp::{Session, WITHOUT_SESSIONS, request};
use pm_tests::raw_http::{Connection, Request};
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::{Value, json};

const GARDEN: &str = "pm://process/garden";
const UPDATED: &str = "notifications/resources/updated";
const LIST_CHANGED: &str = "notifications/resources/list_changed";

/// What a request of the newer era says of its client.
fn meta() -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": WITHOUT_SESSIONS,
        "io.modelcontextprotocol/clientInfo": {"name": "pm-tests", "version": "1.0.0"},
        "io.modelcontextprotocol/clientCapabilities": {},
    })
}

fn listen(id: u64) -> Value {
    let notifications = json!({"resourcesListChanged": true, "resourceSubscriptions": [GARDEN]});
    let params = json!({"_meta": meta(), "notifications": notifications});
    request(id, "subscriptions/listen", params)
}

/// Another program over the same files, with the process `garden`.
fn other(storage: &Storage) -> StdioServer {
    let mut other = StdioServer::start(storage.path());
    other.call("process_new", json!({"name": "garden"})).ok();
    other
}

/// Changes the process, and makes another one, of this name.
fn change(other: &mut StdioServer, name: &str) {
    let task = json!({"task_name": name, "process": "garden"});
    other.call("task_new", task).ok();
    other.call("process_new", json!({"name": name})).ok();
}

/// Takes messages until an update and a change of the list were told, whichever comes first.
#[track_caller]
fn expect_both(mut next: impl FnMut() -> Value) -> [Value; 2] {
    let (mut updated, mut list_changed) = (None, None);
    while updated.is_none() || list_changed.is_none() {
        let message = next();
        match message["method"].as_str() {
            Some(UPDATED) => updated = Some(message),
            Some(LIST_CHANGED) => list_changed = Some(message),
            _ => panic!("{message}"),
        }
    }
    let both = [updated, list_changed].map(Option::unwrap);
    assert_eq!(both[0]["params"]["uri"], GARDEN);
    both
}

/// An open event stream.
struct Stream {
    connection: Connection,
    text: String,
}

impl Stream {
    #[track_caller]
    fn open(server: &HttpServer, request: &Request) -> Self {
        let mut connection = Connection::open(server.address());
        connection.write(&request.bytes(server.address()));
        let head = connection.head();
        assert_eq!(head.status, 200, "{head:?}");
        assert_eq!(head.header("content-type"), Some("text/event-stream"));
        Self {
            connection,
            text: String::new(),
        }
    }

    /// The next message.
    #[track_caller]
    fn next(&mut self) -> Value {
        loop {
            while let Some((line, rest)) = self.text.split_once('\n') {
                let json = line
                    .strip_prefix("data:")
                    .map(str::trim)
                    .unwrap_or_default();
                let message = (!json.is_empty()).then(|| serde_json::from_str(json).unwrap());
                self.text = rest.to_owned();
                if let Some(message) = message {
                    return message;
                }
            }
            let chunk = self.connection.chunk();
            assert!(!chunk.is_empty(), "the stream has ended");
            self.text.push_str(&String::from_utf8(chunk).unwrap());
        }
    }
}

fn subscribe(session: &Session) {
    session.request("resources/list", json!({}));
    session.request("resources/subscribe", json!({"uri": GARDEN}));
}

#[test]
fn a_session_is_told_on_its_stream() {
    let storage = Storage::new();
    let mut other = other(&storage);
    let server = HttpServer::start(storage.path());
    let session = server.session();
    let get = session.with_headers(Request::get("/mcp").header("accept", "text/event-stream"));
    let mut stream = Stream::open(&server, &get);
    subscribe(&session);
    change(&mut other, "house");
    expect_both(|| stream.next());

    session.request("resources/unsubscribe", json!({"uri": GARDEN}));
    let task = json!({"task_name": "beds", "process": "garden"});
    other.call("task_new", task).ok();
    other.call("process_new", json!({"name": "shed"})).ok();
    assert_eq!(stream.next()["method"], LIST_CHANGED);
}

#[test]
fn a_stream_that_is_opened_later_hears_of_what_came_before() {
    let storage = Storage::new();
    let mut other = other(&storage);
    let server = HttpServer::start(storage.path());
    let session = server.session();
    subscribe(&session);
    change(&mut other, "house");
    let get = session.with_headers(Request::get("/mcp").header("accept", "text/event-stream"));
    let mut stream = Stream::open(&server, &get);
    expect_both(|| stream.next());
}

#[test]
fn a_request_that_listens_is_told_without_a_session() {
    let storage = Storage::new();
    let mut other = other(&storage);
    let server = HttpServer::start(storage.path());
    let post = Request::mcp(&listen(7))
        .header("mcp-protocol-version", WITHOUT_SESSIONS)
        .header("mcp-method", "subscriptions/listen");
    let mut stream = Stream::open(&server, &post);
    let accepted = stream.next();
    assert_eq!(
        accepted["method"],
        "notifications/subscriptions/acknowledged"
    );
    let accepted = &accepted["params"]["notifications"];
    assert_eq!(accepted["resourceSubscriptions"], json!([GARDEN]));
    assert_eq!(accepted["resourcesListChanged"], true);
    // What is acknowledged is followed in a moment; what changed until then is told at once.
    expect_both(|| stream.next());
    change(&mut other, "house");
    for message in expect_both(|| stream.next()) {
        let id = &message["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"];
        assert_eq!(*id, 7, "{message}");
    }
}

#[test]
fn a_connection_is_told_in_both_eras() {
    let storage = Storage::new();
    let mut other = other(&storage);
    let (mut old, _) = StdioServer::open(&mut StdioServer::command(storage.path()), "2025-11-25");
    old.request("resources/list", json!({}));
    old.request("resources/subscribe", json!({"uri": GARDEN}));
    change(&mut other, "house");
    expect_both(|| old.receive().unwrap());

    let mut new = StdioServer::spawn(&mut StdioServer::command(storage.path()));
    new.send(&listen(3));
    let accepted = new.receive().unwrap();
    assert_eq!(
        accepted["method"], "notifications/subscriptions/acknowledged",
        "{accepted}"
    );
    expect_both(|| new.receive().unwrap());
    change(&mut other, "shed");
    expect_both(|| new.receive().unwrap());
}

#[test]
fn an_unknown_resource_is_not_subscribed_to() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    let subscribe = request(5, "resources/subscribe", json!({"uri": GARDEN}));
    let refused = server.send(&session.post(&subscribe)).message();
    assert_eq!(refused["error"]["code"], -32002, "{refused}");
}

#[test]
fn whoever_listens_does_not_hold_up_the_end() {
    let storage = Storage::new();
    let server = HttpServer::over(storage.path())
        .args(["--shutdown-grace", "1h"])
        .start();
    let post = Request::mcp(&listen(7))
        .header("mcp-protocol-version", WITHOUT_SESSIONS)
        .header("mcp-method", "subscriptions/listen");
    let mut new = Stream::open(&server, &post);
    new.next();
    let session = server.session();
    let get = session.with_headers(Request::get("/mcp").header("accept", "text/event-stream"));
    let _old = Stream::open(&server, &get);
    session.request("resources/list", json!({}));
    assert_eq!(server.stop(), Some(0));

    let mut command = StdioServer::command(storage.path());
    command.args(["--shutdown-grace", "1h"]);
    let mut stdio = StdioServer::spawn(&mut command);
    stdio.send(&listen(3));
    stdio.receive().unwrap();
    stdio.close_input();
    assert!(stdio.process.wait().success());
}
