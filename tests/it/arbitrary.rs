//! Arbitrary JSON as tool arguments: always an answer, never a failure of the server, and a store
//! that is still whole afterwards.

use pm_tests::http_server::HttpServer;
use pm_tests::mcp::{Answer, Session, call, request};
use pm_tests::raw_http::{Request, Response};
use pm_tests::storage::Storage;
use proptest::collection::{hash_map, vec};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Number, Value, json};

/// How many calls are made: some seconds' worth.
const CALLS: u32 = 1500;

const TOOLS: &[&str] = &[
    "process_new",
    "process_load",
    "process_list_all",
    "process_save",
    "process_delete",
    "task_new",
    "task_list",
    "task_details_get",
    "task_update_description",
    "task_name_change",
    "task_delete",
    "task_job_add",
    "task_job_get",
    "task_jobs_list",
    "task_code_add",
    "task_code_get",
    "task_code_update",
    "task_code_delete",
    "no_such_tool",
];

const PARAMETERS: &[&str] = &[
    "name",
    "description",
    "process",
    "task_name",
    "task_description",
    "new_description",
    "old_task_name",
    "new_task_name",
    "job_name",
    "job_description",
    "code_name",
    "code_content",
    "new_content",
];

/// Names that meet each other often enough for calls to get somewhere.
const NAMES: &[&str] = &[
    "garden",
    "Garden",
    "gar den",
    "g",
    "töten",
    "..",
    ".",
    "/",
    "../up",
    "con",
    "nul.json",
    "a/b",
    "null",
    "",
    " ",
    "\u{0}",
    "a\nb",
    "🌱",
    "\u{202e}x",
    "{}",
    "-",
    "_",
    "x.json",
    ".pm",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(NAMES).prop_map(str::to_owned),
        2 => any::<String>(),
        1 => (1_usize..5000).prop_map(|length| "x".repeat(length)),
    ]
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => text().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(|f| Number::from_f64(f).map_or(Value::Null, Value::Number)),
    ]
}

fn anything() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            hash_map(text(), inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Mostly the parameters that there are, with mostly scalar values; sometimes anything at all,
/// and sometimes the text of it.
fn arguments() -> impl Strategy<Value = Value> {
    let value = prop_oneof![9 => scalar(), 1 => anything()];
    let object = hash_map(prop::sample::select(PARAMETERS), value, 0..6).prop_map(|map| {
        let fields = map
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        Value::Object(fields.collect::<Map<String, Value>>())
    });
    prop_oneof![
        8 => object.clone(),
        1 => object.prop_map(|object| Value::from(object.to_string())),
        2 => anything(),
    ]
}

#[test]
fn any_arguments_get_an_answer_and_leave_the_store_whole() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    let calls = (prop::sample::select(TOOLS), arguments(), any::<bool>());
    run(CALLS, &calls, |(tool, arguments, within_session)| {
        let arguments = exact(tool, arguments);
        let post = if within_session {
            session.call_request(tool, arguments)
        } else {
            sessionless(&server, "tools/call", call(tool, arguments))
        };
        check_response(&server.send(&post))
    });
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

/// Takes away what the tool does not know, most of the time that there is something to know, so
/// that not every call ends at its first unknown argument.
fn exact(tool: &str, arguments: Value) -> Value {
    let Value::Object(mut fields) = arguments else {
        return arguments;
    };
    if fields.len() < 6 {
        fields.retain(|name, _| takes(tool, name));
        for name in PARAMETERS.iter().filter(|name| requires(tool, name)) {
            fields.entry(*name).or_insert_with(|| json!("garden"));
        }
    }
    Value::Object(fields)
}

fn takes(tool: &str, parameter: &str) -> bool {
    requires(tool, parameter)
        || match parameter {
            "process" => tool.starts_with("task_") || tool == "process_save",
            "description" => tool == "process_new",
            "name" => tool == "process_save",
            "task_name" => tool == "task_jobs_list",
            "task_description" => tool == "task_new",
            "new_description" => tool == "task_update_description",
            "job_description" => tool == "task_job_add",
            _ => false,
        }
}

fn requires(tool: &str, parameter: &str) -> bool {
    match parameter {
        "name" => matches!(tool, "process_new" | "process_load" | "process_delete"),
        "task_name" => {
            tool.starts_with("task_")
                && !matches!(tool, "task_list" | "task_jobs_list" | "task_name_change")
        }
        "old_task_name" | "new_task_name" => tool == "task_name_change",
        "job_name" => matches!(tool, "task_job_add" | "task_job_get"),
        "code_name" => tool.starts_with("task_code_"),
        "code_content" => tool == "task_code_add",
        "new_content" => tool == "task_code_update",
        _ => false,
    }
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
