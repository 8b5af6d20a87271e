//! Stopping: calls that run are answered, nothing new begins, and a second request is obeyed.

use std::fs::File;
use std::net::TcpStream;

use pm_tests::eventually;
use pm_tests::http_server::HttpServer;
use pm_tests::mcp::Answer;
use pm_tests::raw_http::Connection;
use pm_tests::running::Signal;
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::json;

/// A server with a call that runs for as long as the test holds the lock of its process.
struct LongCall {
    storage: Storage,
    server: HttpServer,
    connection: Connection,
    lock: Option<File>,
}

impl LongCall {
    fn start(arguments: &[&str]) -> Self {
        let storage = Storage::of_files("the lock on a file is held");
        let server = HttpServer::over(storage.path()).args(arguments).start();
        let session = server.session();
        session.call("process_new", json!({"name": "garden"})).ok();
        let lock = storage.lock("garden.json");
        let call = session.call_request("task_new", json!({"task_name": "soil"}));
        let mut connection = Connection::open(server.address());
        connection.write(&call.bytes(server.address()));
        // The head of the answer is sent once the call is in hand.
        assert_eq!(connection.head().status, 200);
        Self {
            storage,
            server,
            connection,
            lock: Some(lock),
        }
    }

    /// Asks the server to stop, and returns once it takes no new connections.
    fn ask_to_stop(&self) {
        self.server.process.signal(Signal::TERM);
        let address = self.server.address();
        eventually("nothing listens any more", || {
            TcpStream::connect(address).is_err()
        });
    }

    fn has_task(&self) -> bool {
        self.storage.json("garden.json")["tasks"]["soil"].is_object()
    }
}

#[test]
fn a_running_call_is_answered_before_the_server_ends() {
    let mut scene = LongCall::start(&[]);
    scene.ask_to_stop();
    assert!(scene.server.process.is_running());
    assert!(!scene.has_task());
    scene.lock = None;
    let mut body = Vec::new();
    loop {
        let chunk = scene.connection.chunk();
        if chunk.is_empty() {
            break;
        }
        body.extend(chunk);
    }
    let text = String::from_utf8(body).unwrap();
    let message = text
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .find(|line| line.starts_with('{'))
        .unwrap_or_else(|| panic!("no answer in {text:?}"));
    let message: serde_json::Value = serde_json::from_str(message).unwrap();
    let added = Answer::of(&message["result"]).ok();
    assert_eq!(added["process_name"], "garden");
    assert_eq!(scene.server.process.wait().code(), Some(0));
    assert!(scene.has_task());
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let mut scene = LongCall::start(&["--shutdown-grace", "1h"]);
    scene.ask_to_stop();
    assert!(scene.server.process.is_running());
    scene.server.process.signal(Signal::INT);
    assert_eq!(scene.server.process.wait().code(), Some(130));
    assert!(
        !scene.has_task(),
        "the file is whole and without the change"
    );
}

#[test]
fn a_call_that_outlasts_the_grace_does_not_hold_the_server_up() {
    let mut scene = LongCall::start(&["--shutdown-grace", "50ms"]);
    scene.ask_to_stop();
    assert_eq!(scene.server.process.wait().code(), Some(0));
    let log = scene.server.process.log();
    assert!(log.contains("got no answer"), "{log}");
}

#[test]
fn idle_connections_and_open_streams_do_not_hold_the_server_up() {
    let storage = Storage::new();
    let server = HttpServer::over(storage.path())
        .args(["--shutdown-grace", "1h"])
        .start();
    let session = server.session();
    let _idle = Connection::open(server.address());
    let get = pm_tests::raw_http::Request::get("/mcp").header("accept", "text/event-stream");
    let mut stream = Connection::open(server.address());
    stream.write(&session.with_headers(get).bytes(server.address()));
    assert_eq!(stream.head().status, 200);
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn both_signals_stop_an_idle_server() {
    for signal in [Signal::TERM, Signal::INT] {
        let storage = Storage::new();
        let mut server = HttpServer::start(storage.path());
        server.process.signal(signal);
        assert_eq!(server.process.wait().code(), Some(0));
        assert_eq!(server.process.log(), "", "nothing to say");
        let mut server = StdioServer::start(storage.path());
        server.process.signal(signal);
        assert_eq!(server.process.wait().code(), Some(0));
    }
}

/// A stdio server with a call that runs for as long as the lock is held.
fn stdio_with_a_long_call() -> (Storage, StdioServer, File) {
    let storage = Storage::of_files("the lock on a file is held");
    let mut server = StdioServer::start(storage.path());
    server.call("process_new", json!({"name": "garden"})).ok();
    let lock = storage.lock("garden.json");
    server.send_call("task_new", json!({"task_name": "soil"}));
    // Messages are taken in order: once this is answered, the call before it is in hand.
    server.request("ping", json!({}));
    (storage, server, lock)
}

#[track_caller]
fn assert_answered_and_ended(mut server: StdioServer) {
    let message = server.receive().expect("the call is answered");
    Answer::of(&message["result"]).ok();
    assert_eq!(server.receive(), None);
    assert_eq!(server.process.wait().code(), Some(0));
}

#[test]
fn stdio_answers_a_running_call_after_a_signal() {
    let (storage, server, lock) = stdio_with_a_long_call();
    server.process.signal(Signal::TERM);
    drop(lock);
    assert_answered_and_ended(server);
    assert!(storage.json("garden.json")["tasks"]["soil"].is_object());
}

#[test]
fn stdio_answers_a_running_call_after_the_client_hung_up() {
    let (storage, mut server, lock) = stdio_with_a_long_call();
    server.close_input();
    drop(lock);
    assert_answered_and_ended(server);
    assert!(storage.json("garden.json")["tasks"]["soil"].is_object());
}

#[test]
fn stdio_ends_when_the_client_hangs_up_even_before_a_word() {
    let storage = Storage::new();
    let mut server = StdioServer::spawn(&mut StdioServer::command(storage.path()));
    server.close_input();
    assert_eq!(server.process.wait().code(), Some(0));
    let mut server = StdioServer::start(storage.path());
    server.close_input();
    assert_eq!(server.process.wait().code(), Some(0));
}
