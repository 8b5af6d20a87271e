//! Texts of one's own for models to read: printed, changed, and listed in the place of ours.

use pm_tests::http_server::HttpServer;
use pm_tests::running::{Finished, command, finish};
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use pm_tests::{binaries, mcp};
use serde_json::{Value, json};

use crate::check::check;

fn tools(arguments: &[&str]) -> Finished {
    finish(command(binaries::http()).arg("tools").args(arguments))
}

#[test]
fn the_printed_list_says_what_it_costs() {
    let selected = ["--tools", "process_list_all,task_list"];
    let toml = tools(&selected);
    let json = tools(&[&selected[..], &["--format", "json"]].concat());
    assert_eq!((toml.code, json.code), (Some(0), Some(0)));
    assert_eq!(toml.stderr, "");
    check(
        "tools_command",
        &format!("{}\n\n{}\n\n{}", toml.stdout, json.stderr, json.stdout),
    );
    // The array is what the size is about.
    let functions: Value = serde_json::from_str(&json.stdout).unwrap();
    let bytes = functions.to_string().len();
    assert!(toml.stdout.contains(&format!("2 tools: {bytes} bytes")));
}

#[test]
fn a_changed_text_is_what_clients_list_over_both_transports() {
    let storage = Storage::new();
    let printed = tools(&["--tools", "reference"]).stdout;
    let ours = "description = \"List all tasks of the process.\"";
    assert!(printed.contains(ours), "{printed}");
    storage.write(
        "texts.toml",
        printed.replace(ours, "description = \"What is the plan?\""),
    );
    let file = storage.file("texts.toml");
    let server = HttpServer::over(storage.path())
        .env("PM_DESCRIPTIONS", &file)
        .start();
    let http = server.session().request("tools/list", json!({}));
    let mut command = StdioServer::command(storage.path());
    command.arg("--descriptions").arg(&file);
    let (mut stdio, _) = StdioServer::open(&mut command, mcp::WITH_SESSIONS);
    let stdio = stdio.request("tools/list", json!({}));
    assert_eq!(http["tools"], stdio["tools"]);
    let tools = http["tools"].as_array().unwrap();
    let task_list = tools.iter().find(|tool| tool["name"] == "task_list");
    assert_eq!(task_list.unwrap()["description"], "What is the plan?");
}
