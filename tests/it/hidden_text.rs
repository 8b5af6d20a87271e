//! What nobody sees in a text, or what steers a terminal: refused in names, and shown as its number
//! wherever a text goes to a terminal or into Markdown.

use std::fs;

use pm_tests::binaries;
use pm_tests::running::{command, finish};
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::json;

/// A name that a file of somebody has: it colours, goes up a line and runs backwards.
const NAME: &str = "Garden\u{1b}[31m\u{202e}nedrag\u{2028}";

fn with_such_a_process() -> Storage {
    let storage = Storage::new();
    let text = json!({
        "process_name": NAME,
        "description": "one\u{1b}[2J\ntwo \u{202e}owt",
        "tasks": {"soil\u{9b}1m": {"description": "\u{2066}x", "status": "\u{1b}[5m"}},
    });
    storage.write("garden\u{1b}[31m.json", text.to_string());
    storage
}

/// That nothing in a text is hidden, or steers what shows it.
#[track_caller]
fn is_plain(text: &str) {
    let plain = |c: char| {
        (c == '\n' || !c.is_control())
            && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(text.chars().all(plain), "{text:?}");
}

/// What the program prints for these arguments, all of it.
fn printed(storage: &Storage, arguments: &[&str]) -> String {
    let mut command = command(binaries::http());
    let finished = finish(command.args(arguments).arg("--dir").arg(storage.path()));
    format!("{}{}", finished.stdout, finished.stderr)
}

#[test]
fn a_name_with_a_character_that_nobody_sees_is_refused() {
    let storage = Storage::new();
    let mut server = StdioServer::start(storage.path());
    server.call("process_new", json!({"name": "Garden"})).ok();
    for (name, expected) in [
        ("\u{200b}\u{200b}", "character 1 of task_name is U+200B"),
        ("\u{3164}", "character 1 of task_name is U+3164"),
        ("soil\u{202e}tset", "character 5 of task_name is U+202E"),
        ("soil\u{2028}test", "character 5 of task_name is U+2028"),
        ("\u{2800}\u{2800}", "character 1 of task_name is U+2800"),
        ("\u{fe0f}", "task_name is blank"),
    ] {
        let refused = server
            .call("task_new", json!({"task_name": name}))
            .refused();
        assert!(refused.contains(expected), "{refused}");
        is_plain(&refused);
    }
    for name in ["می\u{200c}خواهم", "👩\u{200d}💻", "Gärten 土"] {
        server.call("task_new", json!({"task_name": name})).ok();
    }
    let listed = server.call("task_list", json!({})).ok();
    assert_eq!(listed["task_count"], 3, "{listed}");
}

#[test]
fn a_file_that_has_such_a_name_opens_and_no_raw_character_of_it_is_printed() {
    let storage = with_such_a_process();
    let mut server = StdioServer::start(storage.path());
    server.call("process_load", json!({"name": NAME})).ok();
    server.call("task_new", json!({"task_name": "beds"})).ok();
    let markdown = server.call("process_export", json!({})).ok();
    let markdown = markdown["markdown"].as_str().unwrap();
    is_plain(markdown);
    assert!(
        markdown.contains("\\u{202e}") && markdown.contains("one\\u{1b}"),
        "{markdown}"
    );
    drop(server);

    let doctor = printed(&storage, &["doctor"]);
    is_plain(&doctor);
    assert!(doctor.contains("garden\\u{1b}[31m.json"), "{doctor}");

    let mut server = StdioServer::start(storage.path());
    server.call("process_delete", json!({"name": NAME})).ok();
    drop(server);
    let trash = printed(&storage, &["trash"]);
    is_plain(&trash);
    assert!(trash.contains("\\u{202e}nedrag"), "{trash}");
    is_plain(&printed(
        &storage,
        &["trash", "--restore", NAME, "--as", "Garden"],
    ));
}

#[test]
fn an_import_prints_no_raw_character_of_a_file_or_its_name() {
    let storage = Storage::new();
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("plan\u{1b}[31m\u{202e}.md");
    fs::write(
        &path,
        "# Pl\u{202e}an\u{1b}[2J\n\n- [ ] so\u{ad}il\n- [x] \u{200b}\n",
    )
    .unwrap();
    let said = printed(&storage, &["import", path.to_str().unwrap()]);
    is_plain(&said);
    assert!(said.contains("\\u{202e}"), "{said}");
}
