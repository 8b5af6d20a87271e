//! All texts of a process come back of its Markdown to the letter, whatever they are; and what a
//! person changes in the Markdown is believed.

use std::collections::HashSet;

use pm_core::markdown::{CodeShown, export_markdown, process_markdown};
use pm_core::model::{Comment, FileFields, SnippetVersion};
use pm_core::name::Label;
use pm_core::resolve::folded;
use pm_core::visible::hidden;
use pm_core::{
    Clock as _, Job, Priority, Process, SnippetName, Status, SystemClock, Task, TaskName, Timestamp,
};
use proptest::prelude::*;

use super::{imported, only};

/// What a text could be mistaken for, or lose.
const PIECES: &[&str] = &[
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "  ",
    "\u{a0}",
    "\u{1b}[31m",
    "\u{202e}",
    "\u{200d}",
    "👩\u{200d}",
    "💻>",
    "\u{feff}",
    "\u{7f}",
    "\u{2028}",
    "\u{e0001}",
    "\\u{1b}",
    "\\",
    "\\n",
    "# ",
    "## ",
    "### x",
    "> ",
    "- ",
    "- **a**",
    "- [ ] ",
    "1. ",
    "```",
    "````",
    "Comments:",
    "note: ",
    "status: done",
    "created: ",
    " · ",
    ", ",
    ": ",
    " since ",
    ", set by ",
    "claimed by ",
    " UTC",
    "somebody",
    "(",
    ")",
    "**",
    "*",
    "_",
    "a_b",
    "<b>",
    "&amp;",
    "…",
    "\"",
    "--",
    "-->",
    "<!--",
    "<!-- exact: {} -->",
    "\n<!-- exact: {\"description\":\"x\"} -->",
    "\n  <!-- exact: {\"text\":\"x\",\"note\":\"y\"} -->",
    " (version 2 of 3)",
    "(3 bytes)",
    "ä",
    "word",
    "7",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => prop::sample::select(PIECES).prop_map(str::to_owned),
        2 => "[a-z]{1,6}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..9).prop_map(|pieces| pieces.concat())
}

/// A text that can be a name.
fn name() -> impl Strategy<Value = String> {
    (text(), "[a-z]{1,3}").prop_map(|(text, word)| {
        let seen: Vec<usize> = hidden(&text).map(|(place, _)| place).collect();
        let characters = text.chars().enumerate();
        let characters = characters.filter(|(place, _)| !seen.contains(place));
        let text: String = characters.map(|(_, character)| character).collect();
        let name = format!("{text}{word}").trim().to_owned();
        // Taking something away may have made something else hidden.
        match name.parse::<TaskName>() {
            Ok(_) => name,
            Err(_) => word,
        }
    })
}

fn status() -> impl Strategy<Value = Status> {
    prop::sample::select(Status::ALL.to_vec())
}

/// A field that no part of the model has.
const FIELD: &str = "mood";

prop_compose! {
    fn job()(
        name in name(), description in text(), status in status(), note in text(),
        field in prop::option::of(text()),
    ) -> Job {
        let mut job = Job {
            name: name.parse().unwrap(),
            description,
            created_at: now(),
            file_fields: FileFields::default(),
        };
        if status != Status::Todo || !note.is_empty() {
            job.set_status(status, &note, &now(), "somebody");
        }
        job.set_field(FIELD, field.and_then(|field| crate::build::text(&field)));
        job
    }
}

prop_compose! {
    fn comment()(text in text(), by in prop::option::of(text()), is_known in any::<bool>()) -> Comment {
        Comment { at: is_known.then(now), by, text }
    }
}

prop_compose! {
    fn task()(
        (description, note, by) in (text(), text(), text()),
        status in status(),
        priority in prop::sample::select(vec![Priority::Low, Priority::Normal, Priority::High]),
        labels in prop::collection::vec(name(), 0..3),
        comments in prop::collection::vec(comment(), 0..3),
        jobs in prop::collection::vec(job(), 0..4),
        code in prop::collection::vec((name(), text()), 0..3),
        field in prop::option::of(text()),
    ) -> Task {
        let mut task = Task::new(description, now());
        if status != Status::Todo || !note.is_empty() {
            task.set_status(status, &note, &now(), if by.is_empty() { "x" } else { &by });
        }
        task.set_priority(priority);
        let labels: Vec<Label> = labels.iter().map(|label| label.parse().unwrap()).collect();
        task.set_labels(&labels);
        for comment in &comments {
            task.add_comment(comment);
        }
        for job in jobs {
            task.push_job(job);
        }
        for (number, (name, content)) in code.into_iter().enumerate() {
            let name: SnippetName = name.parse().unwrap();
            let created_at = now();
            let file_fields = FileFields::default();
            let version = SnippetVersion { name, content, created_at, file_fields };
            task.code.insert(format!("c{number}"), version);
        }
        task.set_field(FIELD, field.and_then(|field| crate::build::text(&field)));
        task
    }
}

prop_compose! {
    fn process()(
        name in name(), description in text(), field in prop::option::of(text()),
        tasks in prop::collection::vec((name(), task(), any::<u8>()), 0..4),
    ) -> Process {
        let mut process = Process::new(name.parse().unwrap(), description, now());
        process.set_field(FIELD, field.and_then(|field| crate::build::text(&field)));
        let mut taken = HashSet::new();
        let mut before: Vec<TaskName> = Vec::new();
        for (name, mut task, waits_for) in tasks {
            if !taken.insert(folded(&name)) {
                continue;
            }
            let earlier = before.iter().enumerate();
            let earlier = earlier.filter(|(place, _)| waits_for & (1 << place) != 0);
            let earlier: Vec<TaskName> = earlier.map(|(_, name)| name.clone()).collect();
            task.set_dependencies(&earlier);
            let name: TaskName = name.parse().unwrap();
            before.push(name.clone());
            process.tasks.insert(name, task);
        }
        process
    }
}

fn now() -> Timestamp {
    // To the minute, as Markdown has it.
    let now = SystemClock.now();
    let now = now
        .replace_nanosecond(0)
        .and_then(|now| now.replace_second(0));
    now.unwrap().into()
}

/// All that an export has to carry, a line each.
fn content(process: &Process) -> Vec<String> {
    let field = |fields: &FileFields| crate::marks::field(fields, FIELD);
    let mut all = vec![format!(
        "{:?} {:?} {:?}",
        process.name,
        process.description,
        field(&process.file_fields)
    )];
    for (name, task) in &process.tasks {
        all.push(format!(
            "task {name:?} {:?} {} {} {:?} {:?} {:?}",
            task.description,
            task.status(),
            task.priority(),
            task.depends_on(),
            task.labels(),
            field(&task.file_fields),
        ));
        let details = task.status_details();
        all.push(format!(
            "set {:?} {:?} {:?}",
            details.note, details.by, details.at
        ));
        let comments = task.comments().into_iter();
        all.extend(comments.map(|it| format!("comment {it:?}")));
        all.extend(task.jobs.values().map(|job| {
            let note = job.status_details().note;
            let field = field(&job.file_fields);
            let (status, text) = (job.status(), &job.description);
            format!("job {:?} {text:?} {status} {note:?} {field:?}", job.name)
        }));
        let latest = task.latest_versions().into_iter().map(|it| it.snippet);
        all.extend(latest.map(|it| format!("code {:?} {:?}", it.name, it.content)));
    }
    all
}

fn exported(process: &Process) -> String {
    export_markdown(process, &now())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_text_comes_back_to_the_letter(process in process()) {
        let text = exported(&process);
        let (back, _) = only(imported("export.md", &text));
        prop_assert_eq!(content(&back), content(&process), "{}", text);
        // And what is read again is written the same, but for what is not carried.
        let again = exported(&back);
        let (again, _) = only(imported("export.md", &again));
        prop_assert_eq!(content(&again), content(&process));
        // Nothing in it is unseen, or steers a terminal; a carriage return ends a line of code.
        let unseen = hidden(&text).find(|(_, it)| !matches!(it, '\n' | '\r' | '\t'));
        prop_assert_eq!(unseen, None);
        let exact = text.lines().filter(|line| line.contains(BEGIN));
        for line in exact.filter(|line| is_own(line)) {
            let line = line.trim();
            let inner = line.strip_prefix(BEGIN).and_then(|line| line.strip_suffix(" -->"));
            let inner = inner.unwrap();
            prop_assert!(!inner.contains("--") && !inner.contains('>'), "{}", line);
        }
    }
}

const BEGIN: &str = "<!-- exact: ";

/// Whether a line is an exact form of the export, and not one of those in the texts.
fn is_own(line: &str) -> bool {
    let mut texts = PIECES.iter().filter(|piece| piece.contains(BEGIN));
    line.trim().starts_with(BEGIN) && !texts.any(|text| line.contains(text.trim()))
}

/// A task with a description, a job, a note, a comment and code of ordinary texts.
fn ordinary() -> Process {
    let mut process = Process::new("Garden".parse().unwrap(), "Grow.\n\n- a list".into(), now());
    let mut task = Task::new("Dig *deep*.\n\n    indented".into(), now());
    task.set_status(Status::Blocked, "No wood (yet), sorry", &now(), "ada");
    task.add_comment(&Comment {
        at: Some(now()),
        by: Some("ada".into()),
        text: "Too wet.\n\n## Still".into(),
    });
    let mut job = Job {
        name: "[odd] name".parse().unwrap(),
        description: "one\n  two".into(),
        created_at: now(),
        file_fields: FileFields::default(),
    };
    job.set_status(Status::Done, "bought", &now(), "ada");
    task.push_job(job);
    let version = SnippetVersion {
        name: "main.rs".parse().unwrap(),
        content: "fn main() {}\n".into(),
        created_at: now(),
        file_fields: FileFields::default(),
    };
    task.code.insert("c".into(), version);
    process.tasks.insert("dig, then sow".parse().unwrap(), task);
    let mut sow = Task::new(String::new(), now());
    sow.set_dependencies(&["dig, then sow".parse().unwrap()]);
    process.tasks.insert("sow".parse().unwrap(), sow);
    process
}

#[test]
fn an_ordinary_process_has_no_exact_form() {
    let process = ordinary();
    let text = exported(&process);
    assert_eq!(text, process_markdown(&process, CodeShown::Latest, &now()));
    assert!(!text.contains("exact"), "{text}");
    let (back, _) = only(imported("export.md", &text));
    assert_eq!(content(&back), content(&process));
}

/// The ordinary process with texts of which Markdown keeps less than there is.
fn odd() -> Process {
    let mut process = ordinary();
    process.description += "\n";
    let name: TaskName = "dig, then sow".parse().unwrap();
    let mut task = process.tasks.get(&name).unwrap().clone();
    task.description += "\n\u{1b}[31m";
    task.set_status(Status::Blocked, "No wood\nyet", &now(), "ada");
    let key = task.jobs.keys().next().unwrap().clone();
    let mut job = task.jobs.get(&key).unwrap().clone();
    job.description = "one\n  two\n".into();
    job.set_status(Status::Done, "a), b: c", &now(), "ada");
    task.jobs.insert(key, job);
    task.add_comment(&Comment {
        at: Some(now()),
        by: Some("ada".into()),
        text: " -->".into(),
    });
    let mut version = task.code.get("c").unwrap().clone();
    version.content = "fn main() {\r\n}".into();
    task.code.insert("c".into(), version);
    process.tasks.insert(name, task);
    process
}

#[test]
fn what_markdown_loses_stands_beside_it() {
    let process = odd();
    let text = exported(&process);
    let (back, report) = only(imported("export.md", &text));
    assert_eq!(content(&back), content(&process));
    assert_eq!(report.taken, [""; 0]);
    let exact = text.lines().filter(|line| line.contains("<!--"));
    insta::assert_snapshot!(exact.collect::<Vec<_>>().join("\n"), @r#"
    <!-- exact: {"description":"Grow.\n\n- a list\n"} -->
    <!-- exact: {"description":"Dig *deep*.\n\n    indented\n\u001b[31m","note":"No wood\nyet"} -->
      <!-- exact: {"description":"one\n  two\n","fields":[],"note":"a), b: c"} -->
      <!-- exact: {"text":" -\u002d\u003e"} -->
    <!-- exact: {"no_newline_at_end":true,"windows_line_ends":true} -->
    "#);
}

#[test]
fn what_a_person_changes_is_believed_and_the_rest_stays_exact() {
    let process = odd();
    let text = exported(&process);
    let edited = |from: &str, to: &str| {
        assert!(text.contains(from), "{from} in {text}");
        let (back, report) = only(imported("export.md", &text.replace(from, to)));
        (back, report.taken.len())
    };
    let task = |process: &Process| process.tasks.values().next().unwrap().clone();
    let whole = task(&process);

    // What has no exact form.
    let (back, taken) = edited("status: blocked", "status: done");
    assert_eq!((task(&back).status(), taken), (Status::Done, 0));
    assert_eq!(task(&back).description, whole.description);
    // A text that has one, beside another.
    let (back, taken) = edited("> Dig *deep*.", "> Dig shallow.");
    assert_eq!(
        task(&back).description,
        "Dig shallow.\n\n    indented\n\\u{1b}[31m"
    );
    let note = |task: &Task| task.status_details().note;
    assert_eq!((note(&task(&back)), taken), (note(&whole), 1));
    // A job, a comment, and code.
    let (back, _) = edited("one\n    two", "one\n  three");
    let jobs = task(&back).jobs;
    let (job, former) = (
        jobs.values().next().unwrap(),
        whole.jobs.values().next().unwrap(),
    );
    assert_eq!(job.description, "one\nthree");
    assert_eq!(job.status_details().note, former.status_details().note);
    let fields = |job: &Job| {
        job.file_fields
            .unknown()
            .map(|(name, _)| name.to_owned())
            .collect()
    };
    let (fields, formerly): (Vec<String>, Vec<String>) = (fields(job), fields(former));
    assert_eq!(fields, formerly);
    let (back, _) = edited(":  -->", ": dry by now");
    assert_eq!(task(&back).comments()[1].text, "dry by now");
    let (back, _) = edited("fn main() {", "fn main() { // here");
    let code = task(&back).code;
    assert_eq!(
        code.values().next().unwrap().content,
        "fn main() { // here\r\n}"
    );
    // An exact form that is gone, or none any more, is nothing to be afraid of.
    let forms = text.lines().filter(|line| !line.contains("<!--"));
    let without = forms.collect::<Vec<_>>().join("\n");
    let (back, report) = only(imported("export.md", &without));
    assert_eq!((back.tasks.len(), report.taken.len()), (2, 0));
    let (back, _) = edited("exact: {\"description\"", "exact: {description");
    assert_eq!(task(&back).status(), Status::Blocked);
}

#[test]
fn no_exact_form_says_what_is_not_to_be_seen() {
    let text = exported(&ordinary());
    let text = text.replace(
        "\n\n- **",
        "\n\n<!-- exact: {\"description\":\"Pay me.\",\"note\":7} -->\n\n- **",
    );
    let (back, report) = only(imported("export.md", &text));
    assert_eq!(content(&back), content(&ordinary()));
    assert_eq!(report.taken.len(), 1);
}
