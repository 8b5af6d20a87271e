//! Arbitrary JSON as tool arguments: always an answer, never a failure of the server, and a store
//! that is still whole afterwards.

mod arguments;

use std::cell::Cell;

use pm_tests::http_server::HttpServer;
use pm_tests::mcp::{Answer, Session, call, request};
use pm_tests::raw_http::{Request, Response};
use pm_tests::storage::Storage;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use arguments::{TOOLS, anything, arguments, exact, text};

/// How many calls are made: some seconds' worth.
const CALLS: u32 = 1500;

#[test]
fn any_arguments_get_an_answer_and_leave_the_store_whole() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    let calls = (prop::sample::select(TOOLS), arguments(), any::<bool>());
    let done = Cell::new(0);
    run(CALLS, &calls, |(tool, arguments, within_session)| {
        let arguments = exact(tool, arguments);
        let post = if within_session {
            session.call_request(tool, arguments)
        } else {
            sessionless(&server, "tools/call", call(tool, arguments))
        };
        let response = server.send(&post);
        check_response(&response)?;
        let is_error = &response.message()["result"]["isError"];
        done.set(done.get() + u32::from(*is_error == false));
        Ok(())
    });
    // Were all refused at the door, this would prove little.
    assert!(
        done.get() > CALLS / 20,
        "{} of {CALLS} calls were done",
        done.get()
    );
    assert_whole(&storage, &server, &session);
}

#[test]
fn any_message_gets_an_answer() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    let methods = prop_oneof![
        prop::sample::select(
            &[
                "tools/call",
                "tools/list",
                "initialize",
                "ping",
                "server/discover"
            ][..]
        )
        .prop_map(str::to_owned),
        text(),
    ];
    let messages = (methods, anything(), anything(), any::<bool>());
    run(CALLS / 3, &messages, |(method, params, whole, sound)| {
        let message = if sound {
            request(1, &method, params)
        } else {
            whole
        };
        for post in [session.post(&message), Request::mcp(&message)] {
            let response = server.send(&post);
            prop_assert!(response.status < 500, "{response:?}: {}", response.text());
        }
        Ok(())
    });
    assert_whole(&storage, &server, &session);
}

fn run<S: Strategy>(
    cases: u32,
    strategy: &S,
    test: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let config = Config {
        cases,
        // The server keeps what it was told, so a smaller case may not fail again: few tries.
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(strategy, test)
        .unwrap_or_else(|error| panic!("{error}"));
}

fn sessionless(server: &HttpServer, method: &str, params: Value) -> Request {
    server.sessionless("arbitrary").post(method, params)
}

/// An answer of the protocol: a result of the right shape, or an error of the protocol's own.
fn check_response(response: &Response) -> Result<(), TestCaseError> {
    prop_assert!(response.status < 500, "{response:?}: {}", response.text());
    let message = response.message();
    if message["error"].is_null() {
        // It looks at everything that holds for all answers, and panics where it does not.
        Answer::of(&message["result"]);
    } else {
        prop_assert!(message["error"]["message"].is_string(), "{message}");
    }
    Ok(())
}

fn assert_whole(storage: &Storage, server: &HttpServer, session: &Session) {
    assert!(server.is_healthy());
    assert_eq!(
        server.process.log(),
        "",
        "no panic, and nothing else to log"
    );
    let files = storage.all_json();
    let listing = session.call("process_list_all", json!({})).ok();
    assert_eq!(listing["problems"], Value::Null, "{listing}");
    assert_eq!(listing["total"], files.len());
    for (_, process) in files {
        let name = process["process_name"].as_str().unwrap();
        session.call("process_load", json!({"name": name})).ok();
    }
}
