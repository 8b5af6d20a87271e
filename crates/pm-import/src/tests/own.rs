//! Our own files and exports come back as they went.

use std::sync::Arc;
use std::time::Duration;

use pm_core::markdown::{CodeShown, process_markdown};
use pm_core::model::TaskUpdate;
use pm_core::{FileStore, MemoryStore, Priority, Process, ProcessManager, ProcessName, Status};

use super::{imported, only};

/// A process with all that Markdown could trip over.
fn process(manager: &ProcessManager) -> Arc<Process> {
    let name: ProcessName = "Haus & *Hof*".parse().unwrap();
    let plan = "# no heading\n\n- [ ] no item\n> quote";
    manager.create_process(name.clone(), plan).unwrap();
    for (task, text) in [
        ("dig_deep, **now** [x]", "one\n\n\ttwo"),
        ("sow", ""),
        ("a · b, c", "x"),
    ] {
        manager
            .add_task(&name, task.parse().unwrap(), text)
            .unwrap();
    }
    let update = TaskUpdate {
        status: Some(Status::Blocked),
        note: Some("waits (for) rain, perhaps".to_owned()),
        priority: Some(Priority::High),
        labels: Some(vec!["needs water".parse().unwrap(), "a_b".parse().unwrap()]),
        comment: Some("**too** wet: see\n\n- the log\n## no heading".to_owned()),
        depends_on: Some(vec![
            "dig_deep, **now** [x]".to_owned(),
            "a · b, c".to_owned(),
        ]),
        ..TaskUpdate::default()
    };
    manager.update_task(&name, "sow", update).unwrap();
    for (job, text) in [("**buy** (2)", "seeds: many\n\n- of them"), ("plain", "")] {
        let job = job.parse().unwrap();
        let added = manager.add_job(&name, "sow", job, text).unwrap();
        let update = pm_core::model::JobUpdate {
            status: Some(Status::Done),
            note: Some("at (the) market, cheap".to_owned()),
            ..pm_core::model::JobUpdate::default()
        };
        manager
            .update_job(&name, "sow", &added.value.1.key, update)
            .unwrap();
    }
    let code = "fn main() {}\n```\n### no heading\n";
    manager
        .add_snippet(&name, "sow", "main.rs".parse().unwrap(), code)
        .unwrap();
    manager.process(name.as_str()).unwrap()
}

fn manager() -> ProcessManager {
    ProcessManager::new(MemoryStore::new()).with_lease(Duration::ZERO)
}

/// What both ways have to carry.
fn content(process: &Process) -> Vec<String> {
    let mut content = vec![process.name.to_string(), process.description.clone()];
    for (name, task) in &process.tasks {
        content.push(format!(
            "{name} {:?} {} {} {:?} {:?} {:?} {:?}",
            task.description,
            task.status(),
            task.priority(),
            task.depends_on(),
            task.status_details().note,
            task.labels(),
            task.comments()
                .into_iter()
                .map(|it| (it.by, it.text))
                .collect::<Vec<_>>(),
        ));
        content.extend(task.jobs.values().map(|job| {
            format!(
                "{} {:?} {} {:?}",
                job.name,
                job.description,
                job.status(),
                job.status_details().note
            )
        }));
        let code = task.code.values();
        content.extend(code.map(|version| format!("{} {:?}", version.name, version.content)));
    }
    content
}

#[test]
fn markdown_comes_back() {
    let manager = manager();
    let process = process(&manager);
    let text = process_markdown(&process, CodeShown::Latest, &manager.now());
    let (back, report) = only(imported("export.md", &text));
    assert_eq!(content(&back), content(&process), "{text}");
    assert_eq!(
        report.not_carried_over,
        ["the history: the process begins anew at revision 1"]
    );
    let names = process_markdown(&process, CodeShown::Names, &manager.now());
    let (_, report) = only(imported("export.md", &names));
    let what = "the code \"main.rs\", which the export left out".to_owned();
    assert!(report.not_carried_over.contains(&what), "{report:?}");
}

#[test]
fn the_file_comes_back_with_all_that_it_holds() {
    let dir = tempfile::tempdir().unwrap();
    let manager = ProcessManager::new(FileStore::open(dir.path()).unwrap());
    let process = process(&manager);
    manager.flush().unwrap();
    let files = std::fs::read_dir(dir.path())
        .unwrap()
        .filter_map(Result::ok);
    let file = files
        .map(|entry| entry.path())
        .find(|path| path.is_file())
        .unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let (back, _) = only(imported("any name.json", &text));
    assert_eq!(content(&back), content(&process));
    assert_eq!(back.created_at, process.created_at);
    let (by_hand, _) = only(imported("by hand.json", r#"{"tasks": {"a": {}}}"#));
    assert_eq!(by_hand.name.as_str(), "by hand");
    // As the JSON of process_export has it.
    let answer =
        format!("{{\"success\":true,\n\"process_name\":\"Haus\",\"process_data\":{text}}}");
    let (back, _) = only(imported("answer.json", &answer));
    assert_eq!(content(&back), content(&process));
}
