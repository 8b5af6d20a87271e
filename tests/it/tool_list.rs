//! The list of tools, as it goes over the wire.

use pm_tests::http_server::HttpServer;
use pm_tests::mcp::Session;
use pm_tests::sdk::{Client, Era};
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::{Value, json};

use crate::check::{check, pretty};

/// The most bytes that the reference's 18 tools may take as a function array: 1,450 tokens of
/// o200k at 4.2 bytes a token.
const BUDGET: usize = 6_100;

fn listed(session: &Session) -> Value {
    session.request("tools/list", json!({}))
}

fn names(listed: &Value) -> Vec<&str> {
    let tools = listed["tools"].as_array().unwrap().iter();
    tools.map(|tool| tool["name"].as_str().unwrap()).collect()
}

#[test]
fn it_is_the_snapshot_and_never_paginated() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let listed = listed(&server.session());
    assert_eq!(listed["nextCursor"], Value::Null);
    check("tools", &pretty(&listed["tools"]));
}

#[test]
fn the_reference_tools_stay_within_their_budget() {
    let storage = Storage::new();
    let server = HttpServer::over(storage.path())
        .args(["--tools", "reference"])
        .start();
    let listed = listed(&server.session());
    assert_eq!(names(&listed).len(), 18);
    // What llama.cpp makes of the list for the model.
    let functions: Vec<Value> = listed["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| {
            json!({"type": "function", "function": {
                "name": tool["name"],
                "description": tool["description"],
                "parameters": tool["inputSchema"],
            }})
        })
        .collect();
    let bytes = serde_json::to_string(&functions).unwrap().len();
    assert!(bytes <= BUDGET, "{bytes} bytes, and {BUDGET} are the most");
}

#[tokio::test]
async fn it_is_the_same_in_every_session_era_and_transport() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let first = listed(&server.session())["tools"].to_string();
    assert_eq!(listed(&server.session())["tools"].to_string(), first);
    let sessionless = server.sessionless("pm-tests");
    let modern = sessionless.request("tools/list", json!({}));
    assert_eq!(modern["tools"].to_string(), first);
    let mut stdio = StdioServer::start(storage.path());
    let old = stdio.request("tools/list", json!({}));
    assert_eq!(old["tools"].to_string(), first);
    for era in [Era::Sessions, Era::Sessionless] {
        let client = Client::over_stdio(storage.path(), era).await;
        let tools = serde_json::to_value(client.tools().await).unwrap();
        assert_eq!(tools, serde_json::from_str::<Value>(&first).unwrap());
        client.close().await;
    }
}

#[test]
fn a_selection_is_listed_in_the_fixed_order_and_the_rest_is_refused() {
    let storage = Storage::new();
    let server = HttpServer::over(storage.path())
        .args(["--tools", "task_list, process_new"])
        .start();
    let session = server.session();
    assert_eq!(names(&listed(&session)), ["process_new", "task_list"]);
    session.call("process_new", json!({"name": "garden"})).ok();
    session.call("process_list_all", json!({})).refused();

    let mut command = StdioServer::command(storage.path());
    command.env("PM_TOOLS", "task_list");
    let (mut stdio, _) = StdioServer::open(&mut command, "2024-11-05");
    assert_eq!(
        names(&stdio.request("tools/list", json!({}))),
        ["task_list"]
    );
}

#[test]
fn read_only_lists_and_runs_only_what_changes_nothing() {
    let storage = Storage::new();
    let file = json!({"process_name": "garden", "description": "", "created_at": "", "tasks": {}});
    storage.write("garden.json", file.to_string());
    let before = storage.read("garden.json");

    let server = HttpServer::over(storage.path())
        .args(["--read-only"])
        .start();
    let session = server.session();
    let mut command = StdioServer::command(storage.path());
    command.env("PM_READ_ONLY", "true");
    let (mut stdio, _) = StdioServer::open(&mut command, "2024-11-05");

    let over_http = listed(&session);
    let over_stdio = stdio.request("tools/list", json!({}));
    assert_eq!(over_http["tools"], over_stdio["tools"]);
    for tool in over_http["tools"].as_array().unwrap() {
        assert_eq!(tool["annotations"]["readOnlyHint"], true, "{tool}");
    }
    assert!(names(&over_http).contains(&"process_load"));
    let new = json!({"task_name": "soil", "process": "garden"});
    session.call("process_load", json!({"name": "garden"})).ok();
    session.call("task_new", new.clone()).refused();
    stdio.call("task_new", new).refused();
    assert_eq!(storage.read("garden.json"), before);
}
