//! What is read is written back: unknown fields, order, and the reference's own files.

use super::*;
use crate::model::Claimant;
use crate::model::DEFAULT_LEASE;
use crate::{Priority, Progress, Status, TaskName, TaskUpdate};

fn missing() -> Defaults {
    Defaults {
        name: "stem".to_owned(),
        created_at: Timestamp::stored("2026-01-01T00:00:00Z"),
        has_journal: true,
    }
}

fn round_trip(text: &str) -> String {
    let process = read_process(text.as_bytes(), &missing()).unwrap();
    String::from_utf8(write_process(&process).unwrap()).unwrap()
}

fn damage(text: &str) -> UnusableKind {
    read_process(text.as_bytes(), &missing()).unwrap_err()
}

const REFERENCE: &str = r#"{
  "process_name": "gärten",
  "description": "Grüße 🌱",
  "created_at": "2026-11-22T11:05:57.485808",
  "tasks": {
    "土": {
      "description": "d",
      "created_at": "2026-11-22T11:05:57.486221",
      "jobs": {},
      "code": {
        "ß.py_2026-11-22T11:05:57.486312": {
          "name": "ß.py",
          "content": "print('🌱')\r\n",
          "created_at": "2026-11-22T11:05:57.486315"
        }
      }
    }
  }
}"#;

#[test]
fn a_file_of_the_reference_gains_only_a_revision() {
    let expected = REFERENCE.replace(
        "  \"tasks\": {\n    \"土\"",
        "  \"revision\": 0,\n  \"tasks\": {\n    \"土\"",
    );
    assert_eq!(round_trip(REFERENCE), expected + "\n");
}

#[test]
fn unknown_fields_keep_their_place_and_their_letters() {
    let text = r#"{
  "x": [1, 1e400, 123456789012345678901234567890, {"a": 1, "a": 2}],
  "tasks": {
    "t": {
      "owner": "Ann",
      "jobs": {
        "j": {
          "done": null,
          "name": "j",
          "description": "",
          "created_at": "then",
          "z": "\u00e9"
        }
      },
      "description": "",
      "created_at": "then",
      "code": {}
    }
  },
  "process_name": "p",
  "description": "",
  "created_at": "then",
  "revision": 7,
  "last": true
}
"#;
    assert_eq!(round_trip(text), text);
    let process = read_process(text.as_bytes(), &missing()).unwrap();
    assert_eq!(process.revision, 7);
    let unknown: Vec<_> = process
        .file_fields
        .unknown()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(unknown, ["x", "last"]);
}

/// A process that uses every field of the plan, as it is written.
const PLANNED: &str = r#"{
  "process_name": "garden",
  "description": "",
  "created_at": "then",
  "revision": 9,
  "tasks": {
    "beds": {
      "description": "",
      "created_at": "then",
      "status": "in_progress",
      "status_note": "frost: wait",
      "status_at": "2026-11-22T12:00:00.000000Z",
      "status_by": "agent",
      "priority": "high",
      "depends_on": ["soil test","Gärten"],
      "claim": {"by":"agent #k3f9x2","until":"2026-11-22T14:00:00.000000Z"},
      "jobs": {
        "dig_then": {
          "name": "dig",
          "description": "",
          "created_at": "then",
          "status": "done",
          "status_at": "2026-11-22T12:00:00.000000Z",
          "status_by": "agent"
        }
      },
      "code": {}
    },
    "soil test": {
      "description": "",
      "created_at": "then",
      "jobs": {},
      "code": {}
    }
  }
}
"#;

#[test]
fn the_fields_of_the_plan_are_kept_where_they_stand() {
    assert_eq!(round_trip(PLANNED), PLANNED);
    let process = read_process(PLANNED.as_bytes(), &missing()).unwrap();
    let outline = read_outline(PLANNED.as_bytes()).unwrap();
    let progress = outline.counts.progress;
    assert_eq!(progress, Progress::of_tasks(&process));
    assert_eq!((progress.in_progress, progress.todo), (1, 1));
}

#[test]
fn the_fields_of_the_plan_come_in_front_of_what_a_task_holds_and_only_when_they_are_set() {
    let text = r#"{"process_name": "garden", "created_at": "then", "revision": 9, "tasks": {
        "beds": {"x": 1, "description": "", "created_at": "then", "jobs": {}, "code": {}},
        "soil test": {"description": "", "created_at": "then", "owner": "Ann"}
    }}"#;
    let mut process = read_process(text.as_bytes(), &missing()).unwrap();
    let before = write_process(&process).unwrap();
    let claimant = Claimant {
        by: "agent".into(),
        owner: "agent #k3f9x2".into(),
        lease: DEFAULT_LEASE,
    };
    let now = Timestamp::stored("2026-11-22T12:00:00.000000Z");
    let usual = TaskUpdate {
        status: Some(Status::Todo),
        priority: Some(Priority::Normal),
        depends_on: Some(Vec::new()),
        position: Some(1),
        ..TaskUpdate::default()
    };
    process
        .update_task("beds", &usual, &claimant, &now)
        .unwrap();
    assert_eq!(write_process(&process).unwrap(), before);

    let priority = TaskUpdate {
        priority: Some(Priority::High),
        ..TaskUpdate::default()
    };
    process
        .update_task("beds", &priority, &claimant, &now)
        .unwrap();
    let begun = TaskUpdate {
        status: Some(Status::InProgress),
        note: Some("frost: wait".to_owned()),
        depends_on: Some(vec!["soil test".to_owned()]),
        ..TaskUpdate::default()
    };
    process
        .update_task("beds", &begun, &claimant, &now)
        .unwrap();
    let done = TaskUpdate {
        status: Some(Status::Done),
        ..TaskUpdate::default()
    };
    process
        .update_task("soil test", &done, &claimant, &now)
        .unwrap();
    let written = String::from_utf8(write_process(&process).unwrap()).unwrap();
    insta::assert_snapshot!(written, @r#"
{
  "process_name": "garden",
  "description": "",
  "created_at": "then",
  "revision": 9,
  "tasks": {
    "beds": {
      "x": 1,
      "description": "",
      "created_at": "then",
      "status": "in_progress",
      "status_note": "frost: wait",
      "status_at": "2026-11-22T12:00:00.000000Z",
      "status_by": "agent",
      "priority": "high",
      "depends_on": ["soil test"],
      "claim": {"by":"agent #k3f9x2","until":"2026-11-22T14:00:00.000000Z"},
      "jobs": {},
      "code": {}
    },
    "soil test": {
      "description": "",
      "created_at": "then",
      "status": "done",
      "status_at": "2026-11-22T12:00:00.000000Z",
      "status_by": "agent",
      "owner": "Ann",
      "jobs": {},
      "code": {}
    }
  }
}
"#);
}

#[test]
fn a_status_that_cannot_be_read_is_in_the_outline_what_it_is_in_the_process() {
    for status in [
        "null",
        "7",
        "[]",
        r#""""#,
        r#""half""#,
        r#""DONE""#,
        r#""d\u006fne""#,
        r#"{"done": 1}"#,
    ] {
        let text = format!(r#"{{"tasks": {{"a": {{"code": {{}}, "status": {status}}}}}}}"#);
        let process = read_process(text.as_bytes(), &missing()).unwrap();
        let outline = read_outline(text.as_bytes()).unwrap();
        let progress = Progress::of_tasks(&process);
        assert_eq!(outline.counts.progress, progress, "{status}");
    }
}

#[test]
fn a_file_made_by_hand_needs_no_fields() {
    let process = read_process(b"\xEF\xBB\xBF{}", &missing()).unwrap();
    assert_eq!(process.name.as_str(), "stem");
    assert_eq!(process.created_at.as_str(), "2026-01-01T00:00:00Z");
    let text = r#"{"tasks": {"a": {"jobs": {"j": {}}}}}"#;
    let process = read_process(text.as_bytes(), &missing()).unwrap();
    let (_, task) = process.task("a").unwrap();
    assert_eq!(task.jobs_matching("j").len(), 1);
    assert_eq!(task.created_at.as_str(), "2026-01-01T00:00:00Z");
}

#[test]
fn null_is_as_good_as_nothing() {
    let text = r#"{"process_name": null, "description": null, "created_at": null, "revision": null,
        "tasks": {"a": {"description": null, "created_at": null, "status": null, "jobs": null,
        "code": {"main.rs": null, "k": {"name": null, "content": null}}}, "b": null,
        "c": {"jobs": {"j": {"name": "j", "description": null, "created_at": null}}, "code": null}}}"#;
    let process = read_process(text.as_bytes(), &missing()).unwrap();
    assert_eq!(process.name.as_str(), "stem");
    assert_eq!((process.description.as_str(), process.revision), ("", 0));
    let names: Vec<_> = process.tasks.keys().map(TaskName::as_str).collect();
    assert_eq!(names, ["a", "b", "c"]);
    let (_, task) = process.task("a").unwrap();
    assert_eq!((task.code.len(), task.jobs.len()), (2, 0));
    assert_eq!(task.status(), Status::Todo);
    let outline = read_outline(text.as_bytes()).unwrap();
    let counts = outline.counts;
    assert_eq!((counts.tasks, counts.jobs, counts.code), (3, 1, 2));
    // Each field by itself, at every level.
    for text in [
        r#"{"tasks": null, "process_name": "p"}"#,
        r#"{"tasks": {}, "description": null}"#,
        r#"{"tasks": {"t": {"code": {"c": {"content": null}}}}}"#,
    ] {
        read_process(text.as_bytes(), &missing()).unwrap();
        assert!(read_outline(text.as_bytes()).unwrap().is_process());
    }
}

#[test]
fn only_a_file_that_says_so_is_a_process() {
    let alone = Defaults {
        has_journal: false,
        ..missing()
    };
    for (text, says) in [
        ("{\"process_name\": \"p\"}", true),
        ("{\"tasks\": {}}", true),
        ("{}", false),
        (
            "{\"name\": \"left-pad\", \"version\": \"1.3.0\", \"description\": \"\"}",
            false,
        ),
        ("{\"process_name\": null, \"tasks\": null}", false),
    ] {
        let process = read_process(text.as_bytes(), &alone);
        assert_eq!(read_outline(text.as_bytes()).unwrap().is_process(), says);
        match process {
            Ok(_) => assert!(says, "{text}"),
            Err(kind) => assert_eq!((says, kind), (false, UnusableKind::NotAProcess)),
        }
        // Whatever its file has come to say, a process with a journal is one.
        read_process(text.as_bytes(), &missing()).unwrap();
    }
}

#[test]
fn what_cannot_be_read_claims_to_be_a_process_or_not() {
    let utf16: Vec<u8> = format!("\u{feff}{REFERENCE}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for text in [
        REFERENCE.as_bytes().get(..90).unwrap(),
        b"{\"process_name\": 5}",
        b"{\"process_name\": \"p\", \"tasks\": []}",
        b"<<<<<<< HEAD\n{\"process_name\": \"p\"",
        b"{\"tasks\" : { \"a\": {\"description\": \"never clo",
        b"",
        &[0; 40],
        &utf16,
    ] {
        assert!(
            claims_to_be_process(text),
            "{:?}",
            String::from_utf8_lossy(text)
        );
    }
    for text in [
        "{\n  // Comments are allowed here.\n  \"compilerOptions\": {}\n}",
        "{\"tasks\": [{\"id\": 1}]}",
        "{\"tasks\": {\"dev\": \"deno run main.ts\"}}",
        "[\"process_name\"]",
        "nonsense",
        "{\"process_name\": null, \"tasks\": 5}",
    ] {
        assert!(!claims_to_be_process(text.as_bytes()), "{text}");
    }
}

#[test]
fn what_happened_to_a_file_is_told() {
    let told = |bytes: &[u8]| {
        let kind = read_process(bytes, &missing()).unwrap_err();
        let file = "p.json".to_owned();
        crate::store::Unusable { file, kind }.to_string()
    };
    let wide = |text: &str| {
        text.encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect::<Vec<u8>>()
    };
    insta::assert_snapshot!(told(&wide("\u{feff}{}")), @"the file p.json is UTF-16 text, and a process is JSON text in UTF-8");
    insta::assert_snapshot!(told(&wide("{}")), @"the file p.json is UTF-16 text, and a process is JSON text in UTF-8");
    insta::assert_snapshot!(told(b"{\"process_name\": \"g\xe4rten\"}"), @"the file p.json is damaged at line 1, column 20: this is not UTF-8");
    insta::assert_snapshot!(told(&[0; 8]), @"the file p.json is nothing but zero bytes, and a process is JSON text in UTF-8");
    let conflicted = "{\n  \"process_name\": \"p\",\n<<<<<<< HEAD\n  \"revision\": 4,\n=======\n  \"revision\": 5,\n>>>>>>> theirs\n  \"tasks\": {}\n}\n";
    insta::assert_snapshot!(told(conflicted.as_bytes()), @"the file p.json has marks of a merge conflict from line 3 on; keep one of the versions and take out the marks");
    insta::assert_snapshot!(told(conflicted.replace('\n', "\r\n").as_bytes()), @"the file p.json has marks of a merge conflict from line 3 on; keep one of the versions and take out the marks");
    // Cut off in the middle of a character, it is short.
    insta::assert_snapshot!(told("{\"process_name\": \"gä".as_bytes().get(..20).unwrap()), @"the file p.json is damaged at line 1, column 20: it ends within a string");
}

#[test]
fn a_key_that_stands_twice_is_refused_with_its_place() {
    let kind = damage("{\"tasks\": {\n  \"a\": {},\n  \"a\": {}\n}}");
    let UnusableKind::Damaged {
        line: 3, reason, ..
    } = &kind
    else {
        panic!("{kind:?}")
    };
    assert_eq!(reason, "\"a\" stands here twice");
    let kind = damage("{\"description\": \"\", \"description\": \"\"}");
    assert!(
        matches!(&kind, UnusableKind::Damaged { line: 1, .. }),
        "{kind:?}"
    );
}

#[test]
fn damage_is_located() {
    let cases = [
        ("{\n  \"process_name\": \"p\",\n  \"tasks\": [\n", 3),
        ("{\n  \"description\": 5\n}", 2),
        ("{\n  \"revision\": -1\n}", 2),
        ("[]", 1),
        ("{} {}", 1),
        ("nonsense", 1),
    ];
    for (text, expected) in cases {
        let kind = damage(text);
        let UnusableKind::Damaged { line, reason, .. } = &kind else {
            panic!("{kind:?}")
        };
        assert_eq!(*line, expected, "{text}: {reason}");
        assert!(!reason.contains("at line"), "{reason}");
    }
    assert_eq!(damage(" \n"), UnusableKind::Empty);
    assert_eq!(damage(""), UnusableKind::Empty);
}

#[test]
fn deep_nesting_is_an_answer_and_not_a_crash() {
    let deep = format!("{{\"x\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    // Kept to the letter or refused; both are answers.
    if let Ok(process) = read_process(deep.as_bytes(), &missing()) {
        assert_eq!(process.file_fields.unknown().count(), 1);
    }
}

#[test]
fn an_outline_counts_what_the_process_holds() {
    let outline = read_outline(REFERENCE.as_bytes()).unwrap();
    assert_eq!(outline.process_name.as_deref(), Some("gärten"));
    assert_eq!(outline.description, "Grüße 🌱");
    assert_eq!(
        (
            outline.counts.tasks,
            outline.counts.jobs,
            outline.counts.code
        ),
        (1, 0, 1)
    );
}

#[test]
fn what_is_not_of_a_processs_shape_has_no_outline() {
    for text in ["[]", "5", "{\"tasks\": []}", "{\"tasks\": {\"a\": []}}"] {
        assert!(read_outline(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn the_name_is_found_in_the_head() {
    let head = REFERENCE.as_bytes().get(..60).unwrap();
    assert_eq!(name_in_head(head).as_deref(), Some("gärten"));
    assert_eq!(name_in_head(b"{\"tasks\": {\"a\": "), None);
    assert_eq!(name_in_head(b"nonsense"), None);
}

/// Any JSON, with the field names of a process as likely as others.
fn any_json() -> impl proptest::strategy::Strategy<Value = serde_json::Value> {
    use proptest::prelude::*;
    use serde_json::Value;
    let key = prop_oneof![
        prop::sample::select(vec![
            "process_name",
            "description",
            "created_at",
            "revision",
            "tasks",
            "jobs",
            "code",
            "name",
            "content",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Whether everything that `before` says is still said by `after`, which may say more.
fn holds(after: &serde_json::Value, before: &serde_json::Value) -> bool {
    match (after, before) {
        (serde_json::Value::Object(after), serde_json::Value::Object(before)) => before
            .iter()
            .all(|(key, before)| after.get(key).is_some_and(|a| holds(a, before))),
        // What is null counts as missing, and is filled in.
        (after, before) => after == before || before.is_null(),
    }
}

proptest::proptest! {
    #[test]
    fn whatever_can_be_read_is_written_whole(mut before in any_json()) {
        let text = serde_json::to_vec_pretty(&before).unwrap();
        // There is a largest revision, and a larger one counts as that.
        if let Some(revision) = before.get_mut("revision")
            && let Some(number) = revision.as_u64()
        {
            *revision = number.min(super::defaults::MOST_REVISION).into();
        }
        if let Ok(process) = read_process(&text, &missing()) {
            let written = write_process(&process).unwrap();
            let after: serde_json::Value = serde_json::from_slice(&written).unwrap();
            let blank = before["process_name"].as_str().is_some_and(|name| name.trim().is_empty());
            proptest::prop_assert!(blank || holds(&after, &before), "{before}\n{after}");
            // Once written, it stays as it is.
            let again = write_process(&read_process(&written, &missing()).unwrap()).unwrap();
            proptest::prop_assert_eq!(again, written);
        }
    }

    #[test]
    fn whatever_a_file_holds_reading_it_is_an_answer(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let outline = read_outline(&bytes).is_ok();
        let process = read_process(&bytes, &missing()).is_ok();
        // A list never hides what can be opened.
        proptest::prop_assert!(outline || !process);
        name_in_head(&bytes);
    }
}
