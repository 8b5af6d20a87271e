//! Plans that are longer than an answer, over the real servers: what is open is seen, and everything
//! can be read to its end with the calls that the answers name.

use pm_tests::http_server::HttpServer;
use pm_tests::mcp::Session;
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::{Map, Value, json};

/// Two thousand tasks, of which the first 1,600 are done.
fn write_plan(storage: &Storage) {
    let task = |number: usize| {
        let status = if number < 1_600 { "done" } else { "todo" };
        let task = json!({"description": "what to do", "status": status});
        (format!("task number {number:04}"), task)
    };
    let tasks: Map<String, Value> = (0..2_000).map(task).collect();
    let plan = json!({"process_name": "Big", "tasks": tasks});
    storage.write("Big.json", plan.to_string());
}

fn names(answer: &Value) -> Vec<String> {
    answer["tasks"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect()
}

#[test]
fn a_plan_is_read_to_its_end_with_the_calls_that_are_named() {
    let storage = Storage::of_files("a long plan is written as a file");
    write_plan(&storage);
    let server = HttpServer::start(storage.path());
    let session = server.session();
    let list = |sent: Value| session.call("task_list", sent).ok();
    let first = list(json!({"process": "Big"}));
    let open = names(&first);
    assert_eq!(open.len(), 400);
    assert_eq!(open[0], "task number 1600");
    let told = first["left_out"].as_str().unwrap();
    let call = "Call task_list again with status \"closed\" for what is done or cancelled.";
    assert!(told.ends_with(call), "{told}");

    let mut read = Vec::new();
    let mut after = None;
    loop {
        let page = list(json!({"process": "Big", "status": "closed", "after": after}));
        let shown = names(&page);
        assert!(!shown.is_empty(), "{page}");
        let latest = shown.last().cloned();
        read.extend(shown);
        let Some(told) = page["left_out"].as_str() else {
            break;
        };
        if page.get("tasks_left_out").is_none() {
            break;
        }
        let call = format!(
            "Call task_list again with after {:?} to read on.",
            latest.as_ref().unwrap()
        );
        assert!(told.ends_with(&call), "{told}");
        after = latest;
    }
    let all: Vec<String> = (0..1_600)
        .map(|number| format!("task number {number:04}"))
        .collect();
    assert_eq!(read, all);
}

/// A model that is shown few parameters is sent to nothing else, and sees what is open.
#[test]
fn a_short_list_of_tools_reads_on_without_more_parameters() {
    let storage = Storage::of_files("a long plan is written as a file");
    write_plan(&storage);
    for (profile, tool) in [("reference", "task_list"), ("tiny", "process_load")] {
        let mut command = StdioServer::command(storage.path());
        command.env("PM_TOOLS", profile);
        let (mut server, _) = StdioServer::open(&mut command, "2025-11-25");
        let loaded = server.call("process_load", json!({"name": "Big"})).ok();
        let answer = match tool {
            "process_load" => loaded,
            other => server.call(other, json!({})).ok(),
        };
        let told = answer["left_out"].as_str().unwrap();
        assert!(
            !told.contains("after") && !told.contains("status \""),
            "{told}"
        );
        let listed = server.request("tools/list", json!({}));
        let tools = listed["tools"].as_array().unwrap();
        let words = told.split(|c: char| !c.is_ascii_lowercase() && c != '_');
        let named: Vec<&str> = words
            .filter(|word| word.contains('_') && *word != "task_name")
            .collect();
        assert!(!named.is_empty(), "{profile}: {told}");
        for name in named {
            assert!(
                tools.iter().any(|tool| tool["name"] == name),
                "{profile}: {told}"
            );
        }
        assert!(answer.to_string().contains("task number 1999"), "{profile}");
        for tool in tools {
            let schema = tool["inputSchema"].to_string();
            assert!(!schema.contains("\"after\""), "{profile}: {schema}");
        }
    }
}

#[test]
fn the_history_is_read_to_its_end() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    let call = |session: &Session, tool: &str, sent: Value| session.call(tool, sent).ok();
    call(&session, "process_new", json!({"name": "garden"}));
    for number in 0..45 {
        call(
            &session,
            "task_new",
            json!({"task_name": format!("bed {number}")}),
        );
    }
    let mut read = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = call(&session, "process_history", json!({"after": after}));
        let changes = page["changes"].as_array().unwrap();
        read.extend(
            changes
                .iter()
                .map(|change| change["revision"].as_u64().unwrap()),
        );
        after = changes.last().unwrap()["revision"].clone();
        let Some(message) = page["message"].as_str() else {
            break;
        };
        let next =
            format!("There are older changes: call process_history again with after {after}.");
        assert_eq!(message, next);
    }
    let all: Vec<u64> = (2..=46).rev().collect();
    assert_eq!(read, all);
}
