//! Calls that a client sends together take effect in the order in which they were sent, and each
//! gets its own answer.

use pm_tests::http_server::HttpServer;
use pm_tests::mcp::{self, Answer, Session, Sessionless};
use pm_tests::raw_http::{Connection, Request};
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::{Value, json};

/// How many bursts are sent over each way.
const BURSTS: usize = 100;
/// The tasks of a burst, in an order that no sorting makes.
const TASKS: [&str; 4] = ["dig", "sow", "harvest", "eat"];

/// The calls of a burst: a process is opened, and tasks are added to the open one.
fn burst(number: usize) -> Vec<(&'static str, Value)> {
    let new = (
        "process_new",
        json!({"name": process(number), "description": "a season"}),
    );
    let tasks = TASKS.iter().map(|task| {
        let arguments = json!({"task_name": task, "task_description": "in the garden"});
        ("task_new", arguments)
    });
    std::iter::once(new).chain(tasks).collect()
}

fn process(number: usize) -> String {
    format!("season {number}")
}

/// That each burst's tasks are in its own process, in their order.
#[track_caller]
fn assert_in_order(mut list: impl FnMut(&str) -> Answer) {
    for number in 0..BURSTS {
        let process = process(number);
        let listed = list(&process).ok();
        let tasks = listed.get("tasks").and_then(Value::as_object);
        let names: Vec<&String> = tasks.into_iter().flat_map(|tasks| tasks.keys()).collect();
        assert_eq!(names, TASKS, "{process}: {listed}");
    }
}

/// Which connections a burst is sent on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum On {
    /// Those that the burst before it was sent on.
    Used,
    /// New ones, that the server may not even have accepted.
    New,
}

/// Sends all requests of all bursts on connections of their own, one after the other and without
/// waiting for an answer within a burst.
#[track_caller]
fn send_bursts(server: &HttpServer, on: On, mut call: impl FnMut(&str, Value) -> Request) {
    let open = || -> Vec<Connection> {
        (0..=TASKS.len())
            .map(|_| Connection::open(server.address()))
            .collect()
    };
    let mut connections = open();
    for number in 0..BURSTS {
        if on == On::New {
            connections = open();
        }
        let requests: Vec<Vec<u8>> = burst(number)
            .into_iter()
            .map(|(tool, arguments)| call(tool, arguments).bytes(server.address()))
            .collect();
        for (connection, request) in connections.iter_mut().zip(&requests) {
            connection.write(request);
        }
        for connection in &mut connections {
            let response = connection.response();
            Answer::of(&mcp::result(&response)).ok();
        }
    }
}

#[test]
fn a_burst_over_stdio() {
    let storage = Storage::new();
    let mut server = StdioServer::start(storage.path());
    for number in 0..BURSTS {
        let mut sent: Vec<u64> = Vec::new();
        for (tool, arguments) in burst(number) {
            sent.push(server.send_call(tool, arguments));
        }
        let mut answered: Vec<u64> = Vec::new();
        for _ in &sent {
            let message = server.receive().unwrap();
            Answer::of(&message["result"]).ok();
            answered.push(message["id"].as_u64().unwrap());
        }
        answered.sort_unstable();
        assert_eq!(answered, sent);
    }
    assert_in_order(|process| server.call("task_list", json!({"process": process})));
}

#[test]
fn a_burst_in_an_http_session() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session: Session = server.session();
    send_bursts(&server, On::Used, |tool, arguments| {
        session.call_request(tool, arguments)
    });
    assert_in_order(|process| session.call("task_list", json!({"process": process})));
}

#[test]
fn a_burst_on_new_connections() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session: Session = server.session();
    send_bursts(&server, On::New, |tool, arguments| {
        session.call_request(tool, arguments)
    });
    assert_in_order(|process| session.call("task_list", json!({"process": process})));
}

#[test]
fn a_burst_without_a_session() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let caller: Sessionless = server.sessionless("gardener");
    send_bursts(&server, On::Used, |tool, arguments| {
        caller.post("tools/call", mcp::call(tool, arguments))
    });
    assert_in_order(|process| caller.call("task_list", json!({"process": process})));
}

/// How many requests in flight bear one id.
const ALIKE: usize = 50;

/// A call of its own for each number, and what its answer must hold.
fn numbered(number: usize) -> (&'static str, Value, String) {
    let name = format!("task {number}");
    ("task_new", json!({"task_name": name}), name)
}

#[test]
fn requests_in_flight_with_one_id_in_a_session_get_their_own_answers() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    session.call("process_new", json!({"name": "garden"})).ok();
    let mut sent = Vec::new();
    for number in 0..ALIKE {
        let (tool, arguments, name) = numbered(number);
        let request = session.post(&mcp::request(1, "tools/call", mcp::call(tool, arguments)));
        let mut connection = Connection::open(server.address());
        connection.write(&request.bytes(server.address()));
        sent.push((connection, name));
    }
    for (mut connection, name) in sent {
        let response = connection.response();
        assert_eq!(response.message()["id"], 1);
        let answer = Answer::of(&mcp::result(&response)).ok();
        let message = answer["message"].as_str().unwrap();
        assert!(message.contains(&format!("\"{name}\"")), "{answer}");
    }
}

#[test]
fn requests_in_flight_with_one_id_over_stdio_get_an_answer_each() {
    let storage = Storage::new();
    let mut server = StdioServer::start(storage.path());
    server.call("process_new", json!({"name": "garden"})).ok();
    for number in 0..ALIKE {
        let (tool, arguments, _) = numbered(number);
        server.send(&mcp::request(1, "tools/call", mcp::call(tool, arguments)));
    }
    let mut messages = Vec::new();
    for _ in 0..ALIKE {
        let message = server.receive().unwrap();
        assert_eq!(message["id"], 1);
        let answer = Answer::of(&message["result"]).ok();
        messages.push(answer["message"].as_str().unwrap().to_owned());
    }
    for number in 0..ALIKE {
        let (.., name) = numbered(number);
        let quoted = format!("\"{name}\"");
        let own = messages.iter().filter(|message| message.contains(&quoted));
        assert_eq!(own.count(), 1, "{name}: {messages:?}");
    }
}
