//! Resources, prompts and completion over the real programs, in both eras of the protocol.

use pm_tests::http_server::HttpServer;
use pm_tests::mcp::request;
use pm_tests::raw_http::Request;
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::{Value, json};

const TASK: &str = "pm://process/Garden%20Planner/task/soil%20test";

/// Makes a process with a task that has two versions of code.
fn fill(call: &mut dyn FnMut(&str, Value)) {
    call("process_new", json!({"name": "Garden Planner"}));
    call(
        "task_new",
        json!({"task_name": "soil test", "task_description": "Find out"}),
    );
    let code = |content: &str| json!({"task_name": "soil test", "code_name": "src/main.rs", "code_content": content});
    call("task_code_add", code("fn main() {}\n"));
    call("task_code_add", code("fn main() { run() }\n"));
}

/// What a server says of all that is not a tool.
fn talk(ask: &mut dyn FnMut(&str, Value) -> Value) {
    let listed = ask("resources/list", json!({}));
    let listed = &listed["resources"][0];
    assert_eq!(listed["uri"], "pm://process/Garden%20Planner");
    assert_eq!(listed["title"], "Garden Planner");
    let templates = ask("resources/templates/list", json!({}));
    let templates = templates["resourceTemplates"].as_array().unwrap();
    assert_eq!(templates.len(), 4);
    assert!(
        templates
            .iter()
            .all(|template| template["title"].is_string())
    );
    // A client that fills in every variable of a template can read the last version, too.
    let template = &templates[2]["uriTemplate"];
    assert_eq!(template, "pm://process/{process}/task/{task}/code/{code}");

    let task = ask("resources/read", json!({"uri": TASK}));
    let contents = &task["contents"][0];
    assert_eq!(contents["mimeType"], "text/markdown");
    assert!(
        contents["text"]
            .as_str()
            .unwrap()
            .starts_with("# soil test\n")
    );
    let uri = format!("{TASK}/code/src%2Fmain.rs?version=1");
    let code = ask("resources/read", json!({"uri": uri}));
    let expected = json!({"uri": uri, "mimeType": "text/x-rust", "text": "fn main() {}\n"});
    assert_eq!(code["contents"][0], expected);

    let prompts = ask("prompts/list", json!({}));
    let prompts: Vec<_> = prompts["prompts"].as_array().unwrap().iter().collect();
    let names: Vec<_> = prompts.iter().map(|prompt| &prompt["name"]).collect();
    assert_eq!(names, ["plan", "work", "review", "resume", "self_test"]);
    let arguments = json!({"process": "garden planner", "task": "Soil Test"});
    let prompt = ask(
        "prompts/get",
        json!({"name": "review", "arguments": arguments}),
    );
    let text = prompt["messages"][0]["content"]["text"].as_str().unwrap();
    assert!(
        text.contains("\"soil test\"") && text.contains("task_details_get"),
        "{text}"
    );

    // llama.cpp's web UI tells nothing of the other variables.
    let alone = json!({
        "ref": {"type": "ref/resource", "uri": "pm://process/{process}/task/{task}"},
        "argument": {"name": "task", "value": "so"},
    });
    let completed = ask("completion/complete", alone);
    assert_eq!(completed["completion"]["values"], json!(["soil test"]));

    let begun = json!({
        "ref": {"type": "ref/prompt", "name": "review"},
        "argument": {"name": "task", "value": "so"},
        "context": {"arguments": {"process": "Garden Planner"}},
    });
    let completed = ask("completion/complete", begun);
    assert_eq!(completed["completion"]["values"], json!(["soil test"]));
}

#[test]
fn resources_prompts_and_completion_work_over_both_transports_in_both_eras() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    fill(&mut |tool, arguments| drop(session.call(tool, arguments).ok()));
    talk(&mut |method, params| session.request(method, params));
    let sessionless = server.sessionless("pm-tests");
    talk(&mut |method, params| sessionless.request(method, params));

    // The same files, at the same time.
    let (mut stdio, _) = StdioServer::open(&mut StdioServer::command(storage.path()), "2025-11-25");
    talk(&mut |method, params| stdio.request(method, params));
}

#[test]
fn what_is_not_there_is_an_error_of_the_era_that_names_what_comes_near() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    fill(&mut |tool, arguments| drop(session.call(tool, arguments).ok()));
    let read = json!({"uri": "pm://process/Garden"});
    let message = request(99, "resources/read", read.clone());
    let old = server.send(&session.post(&message)).message();
    assert_eq!(old["error"]["code"], -32002, "{old}");
    let new = server.sessionless("pm-tests").post("resources/read", read);
    let new = server.send(&new).message();
    assert_eq!(new["error"]["code"], -32602, "{new}");
    for error in [&old["error"], &new["error"]] {
        assert_eq!(
            error["data"]["near"],
            json!(["pm://process/Garden%20Planner"])
        );
    }
    assert!(server.is_healthy());
}

#[test]
fn a_server_for_reading_only_offers_what_changes_nothing() {
    let storage = Storage::new();
    let server = HttpServer::over(storage.path())
        .args(["--read-only"])
        .start();
    let prompts = server.session().request("prompts/list", json!({}));
    let prompts = prompts["prompts"].as_array().unwrap().iter();
    let names: Vec<_> = prompts.map(|prompt| prompt["name"].clone()).collect();
    assert_eq!(names, ["review", "resume"]);
}

#[test]
fn a_browser_still_gets_no_stream() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    session.request("resources/list", json!({}));
    let stream = session.with_headers(Request::get("/mcp"));
    let stream = stream
        .header("accept", "text/event-stream")
        .header("origin", "http://localhost:8080");
    assert_eq!(server.send(&stream).status, 405);
    assert!(server.is_healthy());
}
