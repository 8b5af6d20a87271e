//! Code from its first version to files, and searching, over the real programs.

use std::fs;
use std::path::Path;

use pm_tests::http_server::HttpServer;
use pm_tests::mcp::Session;
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::{Value, json};

/// The files below a directory with their contents, in order.
fn files(dir: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(dir).unwrap().to_str().unwrap();
                files.push((name.to_owned(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

fn names(session: &Session) -> Vec<String> {
    let listed = session.request("tools/list", json!({}));
    let tools = listed["tools"].as_array().unwrap().iter();
    tools
        .map(|tool| tool["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn code_is_written_revised_compared_and_exported() {
    let storage = Storage::new();
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("out");
    let server = HttpServer::over(storage.path())
        .args(["--export-dir".as_ref(), out.as_os_str()])
        .start();
    let session = server.session();
    let ok = |tool: &str, arguments: Value| session.call(tool, arguments).ok();
    ok("process_new", json!({"name": "app"}));
    ok("task_new", json!({"task_name": "server"}));
    let code = |content: &str| json!({"task_name": "server", "code_name": "src/main.rs", "code_content": content});
    ok("task_code_add", code("fn main() {}\n"));
    ok("task_code_add", code("fn main() { serve() }\n"));
    let also =
        json!({"task_name": "server", "code_name": "Cargo.toml", "code_content": "[package]\n"});
    ok("task_code_add", also);
    let about = json!({"task_name": "server", "code_name": "src/main.rs"});
    let diff = ok("task_code_diff", about.clone());
    assert!(
        diff["diff"]
            .as_str()
            .unwrap()
            .contains("-fn main() {}\n+fn main() { serve() }\n")
    );
    assert_eq!(
        ok("code_export", json!({}))["written"],
        json!(["src/main.rs", "Cargo.toml"])
    );
    let file = |name: &str, content: &str| (name.to_owned(), content.to_owned());
    let expected = [
        file("Cargo.toml", "[package]\n"),
        file("src/main.rs", "fn main() { serve() }\n"),
    ];
    assert_eq!(files(&out), expected);
    let restore = json!({"task_name": "server", "code_name": "src/main.rs", "from_version": 1});
    assert_eq!(ok("task_code_update", restore)["version"], 3);
    let again = ok("code_export", json!({"overwrite": true}));
    assert_eq!(
        (&again["replaced"], &again["unchanged"]),
        (&json!(["src/main.rs"]), &json!(["Cargo.toml"]))
    );
    assert_eq!(files(&out)[1], file("src/main.rs", "fn main() {}\n"));
    let shown = ok("process_export", json!({}));
    assert!(
        shown["markdown"]
            .as_str()
            .unwrap()
            .contains("### src/main.rs (version 3 of 3)")
    );
    let sentence = session
        .call("code_export", json!({"directory": "../elsewhere"}))
        .refused();
    assert!(sentence.contains("leads out"), "{sentence}");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}

#[test]
fn only_a_server_that_may_write_files_lists_the_tool() {
    let storage = Storage::new();
    let place = tempfile::tempdir().unwrap();
    let has = |server: &HttpServer| names(&server.session()).contains(&"code_export".to_owned());
    assert!(!has(&HttpServer::start(storage.path())));
    let with = || HttpServer::over(storage.path()).env("PM_EXPORT_DIR", place.path());
    assert!(has(&with().start()));
    assert!(!has(&with().args(["--read-only"]).start()));
}

#[test]
fn a_search_sees_what_another_server_has_just_changed() {
    let storage = Storage::new();
    let http = HttpServer::start(storage.path());
    let mut stdio = StdioServer::start(storage.path());
    let session = http.session();
    session.call("process_new", json!({"name": "garden"})).ok();
    for number in 0..10 {
        let task = json!({"task_name": format!("turnip {number}")});
        session.call("task_new", task).ok();
        let found = stdio
            .call("search", json!({"query": format!("TURNIP {number}")}))
            .ok();
        assert_eq!(found["hits"][0]["task_name"], format!("turnip {number}"));
        let gone = json!({"task_name": format!("turnip {number}")});
        session.call("task_delete", gone).ok();
        let found = stdio
            .call("search", json!({"query": format!("TURNIP {number}")}))
            .ok();
        assert_eq!(found["total"], 0);
    }
}

#[test]
fn a_file_with_a_hidden_name_is_written_only_where_the_server_was_told_so() {
    let storage = Storage::new();
    let place = tempfile::tempdir().unwrap();
    let over = || HttpServer::over(storage.path()).env("PM_EXPORT_DIR", place.path());
    let server = over().start();
    let session = server.session();
    session.call("process_new", json!({"name": "app"})).ok();
    session.call("task_new", json!({"task_name": "t"})).ok();
    for name in [".bashrc", "main.rs", "app/.vscode/tasks.json"] {
        let code = json!({"task_name": "t", "code_name": name, "code_content": "x\n"});
        session.call("task_code_add", code).ok();
    }
    let got = session.call("code_export", json!({})).ok();
    assert_eq!(got["written"], json!(["main.rs"]), "{got}");
    let refused = got["not_written"].as_array().unwrap();
    assert_eq!(refused.len(), 2, "{got}");
    for not in refused {
        let reason = not["reason"].as_str().unwrap();
        assert!(
            reason.contains("begins with a dot") && reason.contains("--export-hidden"),
            "{reason}"
        );
    }
    let got = session
        .call("code_export", json!({"directory": ".ssh"}))
        .ok();
    assert!(got["written"].as_array().unwrap().is_empty(), "{got}");
    assert_eq!(
        files(place.path()),
        [("main.rs".to_owned(), "x\n".to_owned())]
    );
    drop(server);

    let server = over().args(["--export-hidden"]).start();
    let session = server.session();
    let got = session.call("code_export", json!({"process": "app"})).ok();
    assert_eq!(
        got["written"],
        json!([".bashrc", "app/.vscode/tasks.json"]),
        "{got}"
    );
}
