//! `import`: files of other task managers become processes, all of them or none.

use std::path::Path;

use pm_tests::binaries;
use pm_tests::running::{Finished, command, finish};
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::json;

use crate::check::check;

const PLAN: &str = "# Garden\n\n## Soil\n\n- [x] dig\n- [ ] test it\n\n## Beds\n\n- [x] build\n";
const TASKS: &str = r#"{"tasks": [
    {"id": 1, "title": "Buy a spade", "status": "done", "priority": "high"},
    {"id": 2, "title": "Dig", "dependencies": [1, 7], "subtasks": [{"id": 1, "title": "Deep"}]}
]}"#;

/// Imports files that stand in a directory of their own.
fn import(storage: &Storage, files: &Storage, arguments: &[&str]) -> Finished {
    let mut command = command(binaries::http());
    command.args(["import", "--dir"]).arg(storage.path());
    finish(command.args(arguments).current_dir(files.path()))
}

fn files() -> Storage {
    let files = Storage::new();
    files.write("plan.md", PLAN);
    std::fs::create_dir_all(files.file("shed/.taskmaster/tasks")).unwrap();
    files.write("shed/.taskmaster/tasks/tasks.json", TASKS);
    files.write("broken.jsonl", "{\"id\": 1}");
    files
}

#[test]
fn what_is_imported_can_be_worked_on_at_once() {
    let (storage, files) = (Storage::new(), files());
    let mut server = StdioServer::start(storage.path());
    let all = ["plan.md", "shed/.taskmaster/tasks/tasks.json"];
    let tried = import(&storage, &files, &[&all[..], &["--dry-run"]].concat());
    assert_eq!(
        (tried.code, storage.names().len()),
        (Some(0), 0),
        "{tried:?}"
    );
    let done = import(&storage, &files, &all);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(
        tried.stdout.replace("Would import", "Imported"),
        done.stdout
    );
    check("import", &done.stdout);
    let task = json!({"process": "shed", "task_name": "dig"});
    let task = server.call("task_details_get", task).ok();
    assert_eq!(task["job_count"], 1, "{task}");
    server
        .call(
            "task_job_add",
            json!({"process": "garden", "task_name": "soil", "job_name": "sow"}),
        )
        .ok();
}

#[test]
fn one_bad_file_keeps_all_out() {
    let (storage, files) = (Storage::new(), files());
    let mut said = String::new();
    let mut refused = |arguments: &[&str]| {
        let finished = import(&storage, &files, arguments);
        assert_eq!(
            (finished.code, finished.stdout.as_str()),
            (Some(1), ""),
            "{finished:?}"
        );
        said += &finished.stderr;
        said.push('\n');
    };
    refused(&["plan.md", "broken.jsonl", "missing.md"]);
    refused(&["plan.md", "./plan.md"]);
    refused(&["plan.md", "--name", " "]);
    refused(&["plan.md", "--format", "beads"]);
    assert!(storage.names().is_empty());
    let first = import(&storage, &files, &["plan.md"]);
    assert_eq!(first.code, Some(0), "{first:?}");
    refused(&["plan.md"]);
    check("import_refusals", &said);
    let renamed = import(&storage, &files, &["plan.md", "--name", "Garden 2"]);
    assert_eq!(renamed.code, Some(0), "{renamed:?}");
    assert_eq!(storage.names(), ["Garden.json", "Garden_2.json"]);
}

#[test]
fn bad_arguments_are_one_line() {
    let (storage, files) = (Storage::new(), files());
    for arguments in [&[][..], &["plan.md", "--format", "trello"]] {
        let finished = import(&storage, &files, arguments);
        assert_eq!(finished.code, Some(2), "{finished:?}");
        assert_eq!(finished.stderr.lines().count(), 1, "{finished:?}");
    }
    let file = files.file("plan.md");
    let finished = import(&Storage::new(), &files, &["plan.md", "--dir", path(&file)]);
    assert_eq!(finished.code, Some(2), "{finished:?}");
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}
