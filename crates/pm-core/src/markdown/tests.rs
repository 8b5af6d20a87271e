//! Tests of the Markdown, also of texts that are meant to break it.

use super::*;
use crate::{MemoryStore, ProcessManager, ProcessName};

/// The process with the times masked.
fn shown(manager: &ProcessManager, code: CodeShown) -> String {
    let process = manager.process("garden").unwrap();
    process_markdown(&process, code).replace(process.created_at.as_str(), "<time>")
}

fn garden() -> (ProcessManager, ProcessName) {
    let manager = ProcessManager::new(MemoryStore::new());
    let name: ProcessName = "garden".parse().unwrap();
    let description = "Plan the garden.\n\nIt is *small*.";
    manager.create_process(name.clone(), description).unwrap();
    (manager, name)
}

#[test]
fn a_process_reads_as_a_text() {
    let (manager, name) = garden();
    let task = |task: &str, text: &str| {
        manager
            .add_task(&name, task.parse().unwrap(), text)
            .unwrap();
    };
    task("soil test", "Find out what grows here");
    let job = |job: &str, text: &str| {
        let job = job.parse().unwrap();
        manager.add_job(&name, "soil test", job, text).unwrap();
    };
    job("sample", "Take five samples\nfrom\n\ndifferent beds");
    job("send", "");
    for content in ["print(1)", "print(2)\n"] {
        let code = "src/soil.py".parse().unwrap();
        manager
            .add_snippet(&name, "soil test", code, content)
            .unwrap();
    }
    let code = "notes".parse().unwrap();
    manager.add_snippet(&name, "soil test", code, "").unwrap();
    task("beds", "");
    insta::assert_snapshot!(shown(&manager, CodeShown::Latest));
    insta::assert_snapshot!(shown(&manager, CodeShown::Names));
}

#[test]
fn no_text_breaks_out_of_its_place() {
    let (manager, name) = garden();
    let sly = "```\n# not a heading\r- not a job\r\n<details>";
    let task = "`a` *b* _c_ snake_case [d](e) <f> #".parse().unwrap();
    manager.add_task(&name, task, sly).unwrap();
    let wanted = "a b c snakecase d e f";
    let job = "# 1. & &amp; ~x~".parse().unwrap();
    manager.add_job(&name, wanted, job, sly).unwrap();
    let code = "readme.md".parse().unwrap();
    manager
        .add_snippet(&name, wanted, code, "````\n# code\n````")
        .unwrap();
    insta::assert_snapshot!(shown(&manager, CodeShown::Latest));
}

#[test]
fn fields_that_the_model_does_not_know_are_shown() {
    let dir = tempfile::tempdir().unwrap();
    let file = r#"{"process_name": "garden", "owner": {"name": "Ann"}, "created_at": "then",
        "tasks": {"soil": {"status": "done", "jobs": {"j_then": {"name": "j", "priority": 1}},
        "code": {"c_then": {"name": "c", "content": "x", "reviewed": "two\nlines"}}}}}"#;
    std::fs::write(dir.path().join("garden.json"), file).unwrap();
    let manager = ProcessManager::new(crate::FileStore::open(dir.path()).unwrap());
    insta::assert_snapshot!(shown(&manager, CodeShown::Latest));
    let process = manager.process("garden").unwrap();
    let (name, task) = process.task("soil").unwrap();
    insta::assert_snapshot!(task_markdown(name, task, CodeShown::Names));
}
