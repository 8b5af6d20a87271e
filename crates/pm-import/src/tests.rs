//! Every format, from a file as its program writes it to the process.

mod exact;
mod odd;
mod own;
mod places;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{Format, Imported, Options, Report, read};
use pm_core::markdown::process_markdown;
use pm_core::{Clock as _, Process, SystemClock};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

/// What is made of a file, as a person would read it.
#[track_caller]
fn shown(path: &Path) -> String {
    let import = read(path, Options::default()).unwrap();
    let now = SystemClock.now().into();
    let mut text = format!("format: {}\n", import[0].format);
    for imported in import {
        let process = &imported.process;
        writeln!(
            text,
            "\n{}",
            process_markdown(process, pm_core::markdown::CodeShown::Latest, &now)
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
        text += &told(&imported.file, &imported.report);
    }
    without_times(&text)
}

/// What is said of what was not imported as it stands.
fn told(file: &Path, report: &Report) -> String {
    let file = file.file_name().map_or(file, Path::new);
    let mut text = String::new();
    for item in &report.left_out {
        writeln!(text, "left out: {}: {}", item.place(file), item.reason).unwrap();
    }
    for lost in &report.not_carried_over {
        writeln!(text, "not carried over: {lost}").unwrap();
    }
    for taken in &report.taken {
        writeln!(text, "taken: {taken}").unwrap();
    }
    text
}

/// Imports a text as the file of this name.
#[track_caller]
fn imported(name: &str, content: &str) -> Vec<Imported> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, content).unwrap();
    read(&file, Options::default()).unwrap_or_else(|error| panic!("{error}"))
}

/// A file read from its bytes is what it is as a file, but for the folder that names a project.
#[test]
fn bytes_are_read_as_the_file_that_they_stand_in() {
    for name in [
        "plan.md",
        "flat.md",
        "kanban.json",
        "kanban-export.json",
        "beads/.beads/issues.jsonl",
        "taskmaster/.taskmaster/tasks/tasks.json",
    ] {
        let path = data(name);
        let file = path.file_name().unwrap().to_str().unwrap();
        let mut of_file = read(&path, Options::default()).unwrap();
        let bytes = fs::read(&path).unwrap();
        let of_bytes = crate::read_bytes(file, bytes, Options::default()).unwrap();
        assert_eq!(of_file.len(), of_bytes.len(), "{name}");
        for (file, bytes) in of_file.iter_mut().zip(&of_bytes) {
            file.process.name = bytes.process.name.clone();
            file.process.created_at = bytes.process.created_at.clone();
            assert_eq!(file.format, bytes.format, "{name}");
            assert_eq!(file.report, bytes.report, "{name}");
            let tasks = |process: &Process| {
                let all = process.tasks.iter();
                let all = all.map(|(name, task)| {
                    let jobs = task.jobs.values().map(|job| job.name.clone());
                    let jobs: Vec<_> = jobs.collect();
                    (
                        name.clone(),
                        task.description.clone(),
                        task.depends_on(),
                        jobs,
                    )
                });
                all.collect::<Vec<_>>()
            };
            assert_eq!(tasks(&file.process), tasks(&bytes.process), "{name}");
        }
    }
    let named = crate::read_bytes(
        "tasks.json",
        fs::read(data("taskmaster/.taskmaster/tasks/tasks.json")).unwrap(),
        Options::default(),
    );
    assert_eq!(named.unwrap()[0].process.name.as_str(), "tasks");
}

#[test]
fn bytes_that_are_no_file_of_ours_are_refused_as_files_are() {
    let refusal = |name: &str, bytes: &[u8]| {
        let read = crate::read_bytes(name, bytes.to_vec(), Options::default());
        read.unwrap_err().to_string()
    };
    let objects = "{},".repeat(150_000);
    let many = format!("{{\"process_name\": \"a\", \"more\": [{objects}{{}}]}}");
    let read = [
        refusal("many.json", many.as_bytes()),
        refusal("a.json", b"{\"tasks\": "),
        refusal("a.md", b"\xff\xfe\x00\xd8"),
        refusal("a.md", b"one\n\xff"),
        refusal("a.md", b"nothing"),
        refusal("a.txt", b"nothing"),
        refusal("backlog", b""),
    ];
    insta::assert_snapshot!(read.join("\n"), @"
    many.json: it holds more parts than 50000 tasks and jobs have; split it
    a.json: line 1, column 10: the JSON ends too early, as in a file that was cut off
    a.md: line 1 is not UTF-8 text; save the file as UTF-8
    a.md: line 2 is not UTF-8 text; save the file as UTF-8
    a.md: there is no task in it, read as markdown: a line such as `- [ ] dig` is one, or a job of the task that the heading above names; with --bullets a plain `- dig` counts as well
    a.txt: it is in no format that is known here; name one with --format if it is one of task-master, backlog, beads, kanban, markdown, process
    backlog: it is in no format that is known here; name one with --format if it is one of task-master, backlog, beads, kanban, markdown, process
    ");
}

/// The only process of an import.
#[track_caller]
fn only(imported: Vec<Imported>) -> (Process, Report) {
    let mut imported = imported;
    assert_eq!(imported.len(), 1);
    let one = imported.remove(0);
    (one.process, one.report)
}

/// The tasks with how far they are.
fn statuses(process: &Process) -> Vec<(String, &'static str)> {
    let tasks = process.tasks.iter();
    tasks
        .map(|(name, task)| (name.to_string(), task.status().as_str()))
        .collect()
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
fn what_is_bad_is_said_with_its_place_and_without_words_of_a_library() {
    let dir = tempfile::tempdir().unwrap();
    let mut lines = Vec::new();
    let mut refused = |name: &str, format: Option<&str>| {
        let options = Options {
            format: format.map(|word| word.parse().unwrap()),
            ..Options::default()
        };
        let error = read(&dir.path().join(name), options).unwrap_err();
        lines.push(format!("{name}: {}", error.problem));
        let left_out = error.report.left_out.iter();
        lines.extend(
            left_out.map(|item| format!("  {}: {}", item.place(Path::new(name)), item.reason)),
        );
    };
    for (name, content) in [
        ("tag.json", r#"{"master": {"tasks": 5}}"#),
        ("broken.json", "{\n  \"tasks\": [,]\n}"),
        ("cut.json", "{\"tasks\": [\n {\"id\": 1, \"title\": \"A\"},"),
        ("no.json", "tasks: none"),
        ("other.json", r#"{"name": "package"}"#),
        ("empty.json", r#"{"tasks": []}"#),
        (
            "issues.jsonl",
            "{\"a\": 1}\nno\n\n<<<<<<< HEAD\n{\"_type\": \"wisp\"}",
        ),
        ("board.json", r#"{"boards": 5}"#),
        (
            "process.json",
            "{\"process_name\": \"a\",\n \"tasks\": {\"b\": 5}}",
        ),
        ("prose.md", "# Title\n\nOnly text."),
        ("notes.txt", "- [ ] which format is that"),
    ] {
        fs::write(dir.path().join(name), content).unwrap();
        refused(name, None);
    }
    fs::write(dir.path().join("binary.md"), [b'a', b'\n', 0xff]).unwrap();
    refused("binary.md", None);
    refused("missing.md", None);
    refused("prose.md", Some("backlog"));
    refused("prose.md", Some("beads"));
    refused("", None);
    refused("", Some("markdown"));
    fs::create_dir(dir.path().join("tasks")).unwrap();
    fs::write(dir.path().join("tasks/task-1.md"), "# no head").unwrap();
    refused("tasks", None);
    fs::create_dir(dir.path().join(".beads")).unwrap();
    refused(".beads", None);
    let text = lines.join("\n");
    for word in ["os error", "expected", "untagged", "invalid type"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_format_that_is_named_wins() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("notes.txt");
    fs::write(&file, "- [ ] dig").unwrap();
    let options = Options {
        format: Some(Format::Checklist),
        ..Options::default()
    };
    let (process, _) = only(read(&file, options).unwrap());
    assert_eq!(process.name.as_str(), "notes");
    for (format, word) in Format::ALL.iter().zip(Format::WORDS) {
        assert_eq!(word.parse::<Format>().as_ref(), Ok(format));
        assert_eq!(format.as_str(), *word);
    }
    let refusal = "trello".parse::<Format>().unwrap_err().to_string();
    assert!(refusal.contains("task-master"));
}
