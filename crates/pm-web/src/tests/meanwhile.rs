//! A person edits on a page while a model writes: whatever the order, both texts are kept, and
//! whatever is sent, no answer is a fault of ours and what is kept stays whole.

use pm_core::model::{TextChecksum, TextEdit};
use pm_core::{ProcessManager, ProcessName};

use super::support::browser::{Browser, Site};
use super::support::{from_json, nothing, pages};

const PLAN: &str = r#"{
    "process_name": "plan",
    "description": "p0",
    "tasks": {
        "dig": {
            "description": "t0",
            "jobs": {"j1": {"name": "sample", "description": "j0"}},
            "code": {"c1": {"name": "a.rs", "content": "c0"}}
        }
    }
}"#;

/// The texts that are edited as a whole: where the form is sent, and its field.
const TEXTS: [(&str, &str); 4] = [
    ("/p/plan/describe", "description"),
    ("/p/plan/t/dig/describe", "description"),
    ("/p/plan/t/dig/j/j1/update", "description"),
    ("/p/plan/t/dig/c/a.rs/save", "content"),
];

fn plan() -> ProcessName {
    "plan".parse().unwrap()
}

/// The texts as they stand in a state of the plan, in the order of [`TEXTS`].
fn texts(process: &pm_core::Process) -> [String; 4] {
    let (_, task) = process.task("dig").unwrap();
    let code = task.latest_versions();
    [
        process.description.clone(),
        task.description.clone(),
        task.jobs.get("j1").unwrap().description.clone(),
        code.first().unwrap().snippet.content.clone(),
    ]
}

/// A model writes a text without a look at what is there.
fn write(manager: &ProcessManager, which: usize, text: &str) {
    let edit = TextEdit::from(text);
    match which {
        0 => drop(manager.describe_process(&plan(), edit).unwrap()),
        1 => drop(manager.describe_task(&plan(), "dig", edit).unwrap()),
        2 => {
            let update = pm_core::model::JobUpdate {
                description: Some(edit),
                ..pm_core::model::JobUpdate::default()
            };
            drop(manager.update_job(&plan(), "dig", "j1", update).unwrap());
        }
        _ => {
            let name = "a.rs".parse().unwrap();
            drop(manager.update_snippet(&plan(), "dig", name, edit).unwrap());
        }
    }
}

#[tokio::test]
async fn both_texts_are_kept_in_whatever_order_they_come() {
    let mut random = fastrand::Rng::with_seed(7);
    let (mut taken, mut refused) = (0, 0);
    for round in 0..100 {
        let manager = nothing();
        manager.create_whole(from_json(PLAN)).unwrap();
        let site = Site::new(pages(manager.clone()));
        let mut browser = Browser::default();
        // What each form showed when it was opened, and all that was ever written.
        let mut shown = texts(&manager.process("plan").unwrap());
        let mut written: Vec<(usize, String)> = Vec::new();
        for step in 0..12 {
            let which = random.usize(..TEXTS.len());
            match random.u8(..3) {
                0 => shown = texts(&manager.process("plan").unwrap()),
                1 => {
                    let text = format!("model {round}.{step}");
                    write(&manager, which, &text);
                    written.push((which, text));
                }
                _ => {
                    let text = format!("person {round}.{step}");
                    let (path, field) = TEXTS[which];
                    let was = TextChecksum::of(&shown[which]).to_string();
                    let was_field = format!("was-{field}");
                    let form = [(field, text.as_str()), (was_field.as_str(), was.as_str())];
                    let before = texts(&manager.process("plan").unwrap());
                    let answer = browser.submit(&site, path, &form).await;
                    let after = texts(&manager.process("plan").unwrap());
                    if before[which] == shown[which] {
                        assert_eq!(answer.status, 303, "{}", answer.body);
                        assert_eq!(after[which], text);
                        written.push((which, text));
                        taken += 1;
                    } else {
                        assert_eq!(answer.status, 409, "{}", answer.body);
                        assert_eq!(after, before);
                        // Mine and theirs stand on the page.
                        assert!(
                            answer.body.contains(&text) && answer.body.contains(&before[which])
                        );
                        refused += 1;
                        continue;
                    }
                    shown[which].clone_from(&after[which]);
                }
            }
        }
        // Every text that was ever taken stands in some state that can still be looked at.
        let last = manager.process("plan").unwrap().revision;
        let states = (1..=last).map(|revision| manager.process_at(&plan(), revision).unwrap());
        let states: Vec<[String; 4]> = states.map(|state| texts(&state)).collect();
        for (which, text) in written {
            assert!(states.iter().any(|state| state[which] == text), "{text}");
        }
    }
    assert!(taken > 100 && refused > 50, "{taken} {refused}");
}

/// Every address that takes a form, with names that are there.
const PATHS: &[&str] = &[
    "/new",
    "/p/plan/rename",
    "/p/plan/describe",
    "/p/plan/delete",
    "/p/plan/copy",
    "/p/plan/undo",
    "/p/plan/add",
    "/p/plan/tasks",
    "/p/plan/t/dig/rename",
    "/p/plan/t/dig/describe",
    "/p/plan/t/dig/update",
    "/p/plan/t/dig/release",
    "/p/plan/t/dig/move",
    "/p/plan/t/dig/delete",
    "/p/plan/t/dig/add-job",
    "/p/plan/t/dig/add-code",
    "/p/plan/t/dig/j/j1/update",
    "/p/plan/t/dig/j/j1/move",
    "/p/plan/t/dig/j/j1/delete",
    "/p/plan/t/dig/c/a.rs/save",
    "/p/plan/t/dig/c/a.rs/rename",
    "/p/plan/t/dig/c/a.rs/restore",
    "/p/plan/t/dig/c/a.rs/delete",
    "/trash/plan/restore",
    "/trash/plan/purge",
    "/p/none/t/none/update",
    "/p/%FF/rename",
];

const FIELDS: &[&str] = &[
    "name",
    "description",
    "status",
    "note",
    "priority",
    "depends_on",
    "labels",
    "comment",
    "to",
    "after",
    "task",
    "delete",
    "revision",
    "version",
    "content",
    "deleted_at",
    "take_over",
    "back",
    "was-description",
    "was-content",
    "was-note",
    "was-status",
    "",
];

const VALUES: &[&str] = &[
    "",
    " ",
    "dig",
    "DIG",
    "plan",
    "a.rs",
    "done",
    "in_progress",
    "todo",
    "high",
    "first",
    "after",
    "up",
    "0",
    "1",
    "2",
    "99999999999999999999",
    "-1",
    "\u{0}",
    "\u{202e}x",
    "a\r\nb",
    "../..",
    "//x",
    "<script>",
    "%2E%2E",
    "\u{1f331}",
    "0000000000000000",
    "\\",
    "yes",
];

#[tokio::test]
async fn whatever_is_sent_the_store_stays_whole() {
    let mut random = fastrand::Rng::with_seed(11);
    let manager = nothing();
    let site = Site::new(pages(manager.clone()));
    let mut browser = Browser::default();
    let (mut taken, mut refused) = (0, 0);
    for round in 0..3000 {
        if round % 20 == 0 && manager.process("plan").is_err() {
            // Whatever became of the last one.
            let _ = manager.create_whole(from_json(PLAN));
        }
        let path = PATHS[random.usize(..PATHS.len())];
        let long = "x".repeat(random.usize(..300));
        let fields: Vec<(&str, &str)> = (0..random.usize(..6))
            .map(|_| {
                let value = match random.u8(..10) {
                    0 => long.as_str(),
                    _ => VALUES[random.usize(..VALUES.len())],
                };
                (FIELDS[random.usize(..FIELDS.len())], value)
            })
            .collect();
        let answer = browser.submit(&site, path, &fields).await;
        let status = answer.status.as_u16();
        match status {
            303 => {
                taken += 1;
                let to = answer.header("location");
                assert!(
                    to.starts_with('/') && !to.starts_with("//"),
                    "{path} {fields:?}: {to}"
                );
            }
            400..500 => {
                refused += 1;
                assert!(answer.body.contains("id=\"reason\""), "{path} {fields:?}");
            }
            _ => panic!("{path} {fields:?}: {status} {}", answer.body),
        }
    }
    for name in manager.process_names().unwrap() {
        let process = manager.process(name.as_str()).unwrap();
        let text = pm_core::codec::write_process(&process).unwrap();
        assert_eq!(from_json(&text).tasks.len(), process.tasks.len());
    }
    assert!(taken > 200 && refused > 200, "{taken} {refused}");
}
