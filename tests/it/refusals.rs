//! Every kind of refusal, word for word, as a model reads it from the real server.

use std::fmt::Write as _;

use pm_tests::http_server::HttpServer;
use pm_tests::mcp::{Session, call, request};
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::{Value, json};

use crate::check::check;

/// The refusals of one scene: what was asked, and the sentence.
#[derive(Default)]
struct Refusals(String);

impl Refusals {
    #[track_caller]
    fn add(&mut self, session: &Session, tool: &str, arguments: Value) {
        let shown = shortened(&arguments.to_string());
        let sentence = session.call(tool, arguments).refused();
        writeln!(self.0, "{tool} {shown}\n  {sentence}").unwrap();
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() < 120 {
        return text.to_owned();
    }
    text.chars().take(60).chain("…".chars()).collect()
}

/// A process file as the reference would have written it, with tasks of these names.
fn file(name: &str, tasks: &[&str]) -> String {
    let task = json!({"description": "", "created_at": "", "jobs": {}, "code": {}});
    let tasks: serde_json::Map<String, Value> = tasks
        .iter()
        .map(|name| ((*name).to_owned(), task.clone()))
        .collect();
    json!({"process_name": name, "description": "", "created_at": "", "tasks": tasks}).to_string()
}

#[test]
fn what_is_missing_or_taken() {
    let storage = Storage::of_files("files are written by hand");
    let server = HttpServer::start(storage.path());
    let session = server.session();
    let mut refusals = Refusals::default();
    let mut add = |tool: &str, arguments: Value| refusals.add(&session, tool, arguments);

    add("task_new", json!({"task_name": "soil"}));
    add("task_list", json!({}));
    add("process_load", json!({"name": "garden"}));

    storage.write("garden.json", file("garden", &["soil", "shared"]));
    storage.write("kitchen.json", file("Kitchen", &["shared"]));
    // Two that only a person's hand could make: each fits the other's name.
    storage.write("twin_a.json", file("twin-a", &["Sub Task", "sub_task"]));
    storage.write("twin_a_2.json", file("twin_a", &[]));

    add("task_list", json!({}));
    add("task_details_get", json!({"task_name": "shared"}));
    add("process_load", json!({"name": "gardn"}));
    add("process_load", json!({"name": "Twin A"}));
    add("process_delete", json!({"name": "gardn"}));
    add("process_new", json!({"name": "KITCHEN"}));
    session.call("process_load", json!({"name": "garden"})).ok();
    add("process_save", json!({"name": "kitchen"}));
    add("task_new", json!({"task_name": "Soil!"}));
    add("task_details_get", json!({"task_name": "soill"}));
    add("task_details_get", json!({"task_name": "weather"}));
    add("task_delete", json!({"task_name": "soill"}));
    add(
        "task_details_get",
        json!({"task_name": "SUB TASK", "process": "twin-a"}),
    );
    let rename = json!({"old_task_name": "soil", "new_task_name": "Shared"});
    add("task_name_change", rename);
    let code = json!({"task_name": "soil", "code_name": "main", "code_content": "x"});
    session.call("task_code_add", code).ok();
    let delete = |name: &str| json!({"task_name": "soil", "code_name": name});
    add("task_code_delete", delete("mian"));
    add("task_code_delete", delete("zzz"));

    session.call("process_load", json!({"name": "twin-a"})).ok();
    add("task_details_get", json!({"task_name": "soil"}));
    let other = server.session();
    other.call("process_delete", json!({"name": "twin-a"})).ok();
    add("task_list", json!({}));

    storage.write("broken.json", "{\n  \"process_name\": \"broken\",,\n");
    add("process_load", json!({"name": "broken"}));
    check("refusals_missing_or_taken", &refusals.0);
}

#[test]
fn what_is_no_name_and_no_argument() {
    let storage = Storage::of_files("the files are listed");
    let server = HttpServer::start(storage.path());
    let session = server.session();
    let mut refusals = Refusals::default();
    let mut add = |tool: &str, arguments: Value| refusals.add(&session, tool, arguments);
    add("process_new", json!({"name": "  "}));
    add("process_new", json!({"name": "two\nlines"}));
    add("process_new", json!({"name": "x".repeat(201)}));
    add("process_new", json!({}));
    add("process_new", json!({"name": null}));
    add("process_new", json!({"name": ["a"]}));
    add("process_new", json!({"name": {"a": 1}}));
    add("process_new", json!({"nam": "garden"}));
    add("process_new", json!({"name": "garden", "colour": "red"}));
    add("process_new", json!(["garden"]));
    add("process_new", json!("garden"));
    add("process_new", json!(7));
    session.call("process_new", json!({"name": "garden"})).ok();
    add("task_new", json!({"task_name": ""}));
    session.call("task_new", json!({"task_name": "soil"})).ok();
    let job = |name: &str| json!({"task_name": "soil", "job_name": name});
    add("task_job_add", job(" "));
    add("task_job_add", job("a\tb"));
    let code = json!({"task_name": "soil", "code_name": "", "code_content": ""});
    add("task_code_add", code);
    add("task_details_get", json!({"task_name": " "}));
    add("process_load", json!({"name": " "}));
    let rename = json!({"old_task_name": "soil", "new_task_name": "y".repeat(300)});
    add("task_name_change", rename);
    check("refusals_names_and_arguments", &refusals.0);
    assert_eq!(storage.names(), ["garden.json"]);
}

#[test]
fn what_the_server_does_not_offer() {
    let storage = Storage::of_files("a file is written by hand");
    storage.write("garden.json", file("garden", &[]));
    let mut refusals = Refusals::default();
    let read_only = HttpServer::over(storage.path())
        .args(["--read-only"])
        .start();
    refusals.add(&read_only.session(), "task_new", json!({"task_name": "t"}));
    let few = HttpServer::over(storage.path())
        .args(["--tools", "task_list"])
        .start();
    refusals.add(&few.session(), "process_list_all", json!({}));

    // A tool that does not exist is an error of the protocol's own.
    for (id, name) in [(1, "task_lst"), (2, "make_coffee")] {
        let session = few.session();
        let call = request(id, "tools/call", call(name, json!({})));
        let message = few.send(&session.post(&call)).message();
        let error = &message["error"];
        writeln!(
            refusals.0,
            "{name}\n  {} {}",
            error["code"], error["message"]
        )
        .unwrap();
    }
    check("refusals_not_offered", &refusals.0);
}

#[test]
fn the_same_failing_call_is_worded_differently_each_time() {
    let storage = Storage::new();
    let mut server = StdioServer::start(storage.path());
    let mut sentences = String::new();
    let mut seen = Vec::new();
    for _ in 0..4 {
        let sentence = server
            .call("process_load", json!({"name": "nope"}))
            .refused();
        assert!(!seen.contains(&sentence), "{sentence}");
        writeln!(sentences, "{sentence}").unwrap();
        seen.push(sentence);
    }
    // Another call in between, and it is known all the same.
    server.call("process_list_all", json!({})).ok();
    let again = server
        .call("process_load", json!({"name": "nope"}))
        .refused();
    assert!(
        again.starts_with("Nothing was opened, now 5 times, "),
        "{again}"
    );
    check("refusals_repeated", &sentences);
}
