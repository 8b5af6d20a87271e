//! Every format, from a file as its program writes it to the process.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{Format, read};
use pm_core::{Clock as _, SystemClock, process_markdown};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

/// What is made of a file, as a person would read it.
#[track_caller]
fn shown(path: &Path) -> String {
    let import = read(path, None).unwrap();
    let now = SystemClock.now().into();
    let mut text = format!("format: {}\n", import.format);
    for imported in import.processes {
        let process = &imported.process;
        writeln!(
            text,
            "\n{}",
            process_markdown(process, pm_core::CodeShown::Latest, &now)
        )
        .unwrap();
        for (name, task) in &process.tasks {
            let details = task.status_details();
            writeln!(
                text,
                "[{name}] {} {} {:?} waits for {:?}",
                task.status(),
                task.priority(),
                details.note,
                task.depends_on()
            )
            .unwrap();
            for job in task.jobs.values() {
                writeln!(text, "  [{}] {}", job.name, job.status()).unwrap();
            }
        }
        for lost in &imported.lost {
            writeln!(text, "not carried over: {lost}").unwrap();
        }
    }
    without_times(&text)
}

/// Times of now differ from run to run: the only ones with so many digits, and those for people.
fn without_times(text: &str) -> String {
    let has = |text: &str, marks: &[(usize, char)]| {
        let mut marks = marks.iter();
        marks.all(|&(place, mark)| text.get(place..).is_some_and(|t| t.starts_with(mark)))
    };
    let mut rest = text;
    let mut masked = String::new();
    while let Some(c) = rest.chars().next() {
        let exact = rest.get(..27);
        let exact = exact.filter(|time| has(time, &[(10, 'T'), (19, '.'), (26, 'Z')]));
        let for_people = rest.get(..20);
        let for_people = for_people
            .filter(|time| time.ends_with(" UTC") && has(time, &[(4, '-'), (10, ' '), (13, ':')]));
        let time = exact.or(for_people);
        let (shown, length) = match time {
            Some(time) => ("<time>", time.len()),
            None => (&rest[..c.len_utf8()], c.len_utf8()),
        };
        masked += shown;
        rest = &rest[length..];
    }
    masked
}

#[test]
fn task_master() {
    insta::assert_snapshot!(shown(&data("taskmaster/.taskmaster/tasks/tasks.json")));
}

#[test]
fn beads() {
    insta::assert_snapshot!(shown(&data("beads/.beads/issues.jsonl")));
}

#[test]
fn kanban() {
    insta::assert_snapshot!(shown(&data("kanban.json")));
    insta::assert_snapshot!("kanban_export", shown(&data("kanban-export.json")));
}

#[test]
fn backlog() {
    let project = shown(&data("backlog"));
    assert_eq!(shown(&data("backlog/backlog")), project);
    assert_eq!(shown(&data("backlog/backlog/tasks")), project);
    insta::assert_snapshot!(project);
}

#[test]
fn markdown() {
    insta::assert_snapshot!(shown(&data("plan.md")));
    insta::assert_snapshot!("markdown_flat", shown(&data("flat.md")));
}

#[test]
fn what_is_bad_is_said_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let mut lines = Vec::new();
    for (name, content) in [
        ("tasks.json", r#"{"tasks": [{"title": "no id"}]}"#),
        ("tag.json", r#"{"master": {"tasks": 5}}"#),
        ("broken.json", "{\n  \"tasks\": [,]\n}"),
        ("other.json", r#"{"name": "package"}"#),
        ("empty.json", r#"{"tasks": []}"#),
        (
            "issues.jsonl",
            "{\"id\":\"a\",\"title\":\"A\"}\n{\"id\":\"b\"}",
        ),
        (
            "twice.jsonl",
            "{\"id\":\"a\",\"title\":\"A\"}\n{\"id\":\"a\",\"title\":\"B\"}",
        ),
        ("board.json", r#"{"boards": [{"board": {"id": "b"}}]}"#),
        ("prose.md", "# Title\n\nOnly text."),
        ("notes.txt", "- [ ] which format is that"),
    ] {
        let file = dir.path().join(name);
        fs::write(&file, content).unwrap();
        let error = read(&file, None).unwrap_err();
        lines.push(format!("{name}: {}", error.problem));
    }
    fs::write(dir.path().join("binary.md"), [0xff, 0xfe]).unwrap();
    let problem = |name: &str, format| read(&dir.path().join(name), format).unwrap_err().problem;
    lines.push(format!("binary.md: {}", problem("binary.md", None)));
    lines.push(format!("missing.md: {}", problem("missing.md", None)));
    lines.push(format!(
        "prose.md: {}",
        problem("prose.md", Some(Format::Backlog))
    ));
    fs::create_dir(dir.path().join("tasks")).unwrap();
    fs::write(dir.path().join("tasks/task-1.md"), "# no head").unwrap();
    lines.push(format!("folder: {}", problem("", None)));
    fs::write(dir.path().join("tasks/task-1.md"), "---\nid: [\n---\n").unwrap();
    lines.push(format!("folder: {}", problem("tasks", None)));
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_format_that_is_named_wins() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("notes.txt");
    fs::write(&file, "- [ ] dig").unwrap();
    let import = read(&file, Some("markdown".parse().unwrap())).unwrap();
    assert_eq!(import.processes.len(), 1);
    assert_eq!(import.processes[0].process.name.as_str(), "notes");
    for word in Format::WORDS {
        assert_eq!(word.parse::<Format>().unwrap().as_str(), *word);
    }
    assert!(
        "trello"
            .parse::<Format>()
            .unwrap_err()
            .to_string()
            .contains("task-master")
    );
}
