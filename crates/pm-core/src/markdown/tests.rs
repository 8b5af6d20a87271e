//! Tests of the Markdown, also of texts that are meant to break it.

use super::*;
use std::sync::Arc;
use std::time::Duration;

use time::macros::datetime;

use crate::manager::Look;
use crate::{
    Actor, JobUpdate, ManualClock, MemoryStore, Priority, ProcessManager, ProcessName, Status,
    TaskUpdate,
};

fn shown(manager: &ProcessManager, code: CodeShown) -> String {
    let process = manager.process("garden").unwrap();
    process_markdown(&process, code, &manager.now())
}

fn garden() -> (ProcessManager, ProcessName) {
    let (manager, name, _) = garden_in_time();
    (manager, name)
}

fn garden_in_time() -> (ProcessManager, ProcessName, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(datetime!(2026-11-22 12:00 UTC)));
    let store = MemoryStore::with_clock(clock.clone());
    let manager = ProcessManager::new(store);
    let name: ProcessName = "garden".parse().unwrap();
    let description = "Plan the garden.\n\nIt is *small*.";
    manager.create_process(name.clone(), description).unwrap();
    (manager, name, clock)
}

#[test]
fn a_process_is_its_head_and_the_sections_of_its_tasks() {
    let (manager, name) = garden();
    for task in ["soil test", "beds"] {
        let code = "a.py".parse().unwrap();
        manager
            .add_task(&name, task.parse().unwrap(), "why")
            .unwrap();
        manager.add_snippet(&name, task, code, "x = 1\n\n").unwrap();
        let job = "dig".parse().unwrap();
        manager.add_job(&name, task, job, "deep").unwrap();
    }
    let process = manager.process("garden").unwrap();
    for code in [CodeShown::Latest, CodeShown::Names] {
        let tasks = process.tasks.iter();
        let sections =
            tasks.map(|(name, task)| task_section_markdown(name, task, code, &manager.now()));
        let parts: Vec<String> = [process_head_markdown(&process)]
            .into_iter()
            .chain(sections)
            .collect();
        assert_eq!(parts.join("\n"), shown(&manager, code));
    }
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
    insta::assert_snapshot!(task_markdown(name, task, CodeShown::Names, &manager.now()));
}

/// Who is at what, what is over, and what waits, as a person reads it.
#[test]
fn the_plan_is_told_in_words() {
    let (manager, name, clock) = garden_in_time();
    let manager = manager.acting_as(Actor::Client {
        client: "agent".into(),
        principal: Some("*ann*".into()),
    });
    for task in ["order", "beds", "fence", "shed", "pond"] {
        manager.add_task(&name, task.parse().unwrap(), "").unwrap();
    }
    let set = |task: &str, update: TaskUpdate| {
        manager.update_task(&name, task, update).unwrap();
    };
    let status = |status: Status, note: Option<&str>| TaskUpdate {
        status: Some(status),
        note: note.map(str::to_owned),
        ..TaskUpdate::default()
    };
    set("order", status(Status::Done, None));
    set(
        "fence",
        status(Status::Blocked, Some("No wood\n# until *Friday*")),
    );
    set("pond", status(Status::Cancelled, Some("too small")));
    set(
        "shed",
        TaskUpdate {
            priority: Some(Priority::High),
            depends_on: Some(vec!["beds".into(), "fence".into()]),
            ..TaskUpdate::default()
        },
    );
    for (job, done) in [
        ("dig", Some(Status::Done)),
        ("sow", None),
        ("rake", Some(Status::Blocked)),
    ] {
        manager
            .add_job(&name, "beds", job.parse().unwrap(), "")
            .unwrap();
        let update = JobUpdate {
            status: done,
            note: done.map(|_| "see *there*".to_owned()),
            ..JobUpdate::default()
        };
        if done.is_some() {
            manager.update_job(&name, "beds", job, update).unwrap();
        }
    }
    let other = manager.clone().claiming_as("other #k2");
    let other = other.with_lease(Duration::from_secs(60 * 60));
    assert_eq!(
        other
            .next_task(&name, Look::Claim)
            .unwrap()
            .value
            .unwrap()
            .task
            .as_str(),
        "beds"
    );
    insta::assert_snapshot!(shown(&manager, CodeShown::Names));
    // A claim that is over is nobody's.
    clock.advance(Duration::from_secs(60 * 60));
    assert!(!shown(&manager, CodeShown::Names).contains("claim"));
}

#[test]
fn labels_and_comments_are_told() {
    let (manager, name) = garden();
    manager
        .add_task(&name, "beds".parse().unwrap(), "")
        .unwrap();
    manager
        .add_job(&name, "beds", "dig".parse().unwrap(), "")
        .unwrap();
    let update = TaskUpdate {
        labels: Some(vec!["*spring*".parse().unwrap(), "tools".parse().unwrap()]),
        comment: Some("Too wet.\n\n## Still".to_owned()),
        ..TaskUpdate::default()
    };
    manager.update_task(&name, "beds", update).unwrap();
    let process = manager.process("garden").unwrap();
    let (task_name, task) = process.task("beds").unwrap();
    let text = task_markdown(task_name, task, CodeShown::Latest, &manager.now());
    insta::assert_snapshot!(text, @r#"
    # beds

    labels: \*spring\*, tools

    - **dig**

    Comments:

    - 2026-11-22 12:00 UTC, a program: Too wet.

      ## Still
    "#);
}

#[test]
fn what_cannot_be_read_of_the_plan_is_shown_as_it_stands() {
    let dir = tempfile::tempdir().unwrap();
    let file = r#"{"process_name": "garden", "created_at": "then", "tasks": {
        "soil": {"status": "half done", "priority": 1, "depends_on": "beds", "claim": {"by": "ann"}},
        "beds": {"status": "TO DO", "status_at": "2025-10-01T10:00:00", "priority": "medium",
            "depends_on": [], "claim": {"by": "ann", "until": "2026-11-22T12:00:00Z"}}}}"#;
    std::fs::write(dir.path().join("garden.json"), file).unwrap();
    let manager = ProcessManager::new(crate::FileStore::open(dir.path()).unwrap());
    insta::assert_snapshot!(shown(&manager, CodeShown::Latest));
}

#[test]
fn fields_beside_what_is_told_of_a_status_or_a_claim_are_shown() {
    let dir = tempfile::tempdir().unwrap();
    let file = r#"{"process_name": "garden", "created_at": "then", "tasks": {
        "soil": {"- list": 1, "+ list": 2, "status": "in_progress", "claim":
            {"by": "ann", "why": "*mine*", "until": "2126-11-22T12:00:00Z", "for": {"n": 1}},
            "jobs": {"j_then": {"name": "j", "status": "done",
                "status_at": 17, "status_by": {"who": "ann"}},
            "k_then": {"name": "k", "status": "done",
                "status_at": "2025-10-01T10:00:00", "status_by": "ann"}}},
        "beds": {"- list": 1, "claim": {"by": "ann", "until": "2026-11-22T12:00:00Z", "why": "x"}},
        "shed": {"12) list": 1, "- list": 2}, "pond": {"+\tlist": 1}, "path": {"-list": 1}}}"#;
    std::fs::write(dir.path().join("garden.json"), file).unwrap();
    let manager = ProcessManager::new(crate::FileStore::open(dir.path()).unwrap());
    insta::assert_snapshot!(shown(&manager, CodeShown::Latest));
}
