//! What is found in the folders of projects.

use std::fs;
use std::path::Path;

use crate::{Format, Imported, Options, read};

fn write(dir: &Path, name: &str, content: &str) {
    let file = dir.join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, content).unwrap();
}

const TASKS: &str = r#"{"master": {"tasks": [{"id": 1, "title": "A"}]}}"#;
const ISSUES: &str = "{\"id\": \"bd-1\", \"title\": \"B\"}\n";
const TASK: &str = "---\nid: task-1\ntitle: C\n---\n";

fn found(path: &Path) -> Vec<(String, Format)> {
    let imported = read(path, Options::default()).unwrap();
    let found = |one: &Imported| (one.process.name.to_string(), one.format);
    imported.iter().map(found).collect()
}

#[test]
fn a_project_and_each_of_its_folders_is_recognised() {
    let dir = tempfile::tempdir().unwrap();
    let project = dir.path().join("shed");
    let named = |format, name: &str| vec![(name.to_owned(), format)];
    write(&project, ".taskmaster/tasks/tasks.json", TASKS);
    for place in [
        "",
        ".taskmaster",
        ".taskmaster/tasks",
        ".taskmaster/tasks/tasks.json",
    ] {
        assert_eq!(
            found(&project.join(place)),
            named(Format::TaskMaster, "shed"),
            "{place}"
        );
    }
    write(&project, ".beads/deletions.jsonl", "{}");
    write(&project, ".beads/export.jsonl", ISSUES);
    assert_eq!(found(&project.join(".beads")), named(Format::Beads, "shed"));
    write(&project, ".backlog/tasks/task-1 - C.md", TASK);
    for place in [".backlog", ".backlog/tasks"] {
        assert_eq!(
            found(&project.join(place)),
            named(Format::Backlog, "shed"),
            "{place}"
        );
    }
    assert_eq!(
        found(&project),
        [
            ("shed".to_owned(), Format::TaskMaster),
            ("shed (beads)".to_owned(), Format::Beads),
            ("shed (backlog)".to_owned(), Format::Backlog)
        ]
    );
    write(
        &project,
        ".vscode/tasks.json",
        r#"{"version": "2.0.0", "tasks": "none"}"#,
    );
    assert!(read(&project.join("nothing"), Options::default()).is_err());
}

#[test]
fn text_of_windows_is_text() {
    let dir = tempfile::tempdir().unwrap();
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend(
        "# Gärten\r\n\r\n- [x] säen\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes),
    );
    fs::write(dir.path().join("plan.md"), bytes).unwrap();
    let imported = read(&dir.path().join("plan.md"), Options::default()).unwrap();
    assert_eq!(imported[0].process.name.as_str(), "Gärten");
    assert!(
        imported[0]
            .process
            .task("säen")
            .unwrap()
            .1
            .status()
            .is_over()
    );
}
