//! Lists that are longer than an answer: a caller that makes the calls that are named reads every
//! entry once, of any plan and within any budget.

use std::collections::VecDeque;

use pm_core::{FileStore, Status};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::Session;
use crate::MIN_ANSWER_LIMIT;
use crate::options::ServerOptions;

/// What reads the entries out of an answer.
type Entries = fn(&Value) -> Vec<String>;

/// A server over a directory with these files, each a process.
fn over(processes: &[Value], tools: &str, answer_limit: usize) -> (Session, TempDir) {
    let dir = tempfile::tempdir().unwrap();
    for (number, process) in processes.iter().enumerate() {
        let file = dir.path().join(format!("p{number}.json"));
        std::fs::write(file, process.to_string()).unwrap();
    }
    let session = Session::over(FileStore::open(dir.path()).unwrap());
    let options = ServerOptions {
        tools: tools.parse().unwrap(),
        answer_limit,
        ..ServerOptions::default()
    };
    (session.with_options(options), dir)
}

/// The arguments that an answer names for the calls that read on, as a model takes them from it.
fn named_calls(answer: &Value) -> Vec<Value> {
    let told = ["left_out", "message"].map(|field| answer[field].as_str().unwrap_or_default());
    let call = told.iter().find_map(|told| told.split_once(" again with "));
    let Some((_, arguments)) = call else {
        return Vec::new();
    };
    let argument = |part: &str, name: &str| {
        let (_, value) = part.split_once(name)?;
        let text = value
            .strip_prefix('"')
            .and_then(|text| text.split_once('"'));
        let number = || value.split(['.', ' ']).next().unwrap().parse::<u64>().ok();
        text.map(|(text, _)| json!(text))
            .or_else(|| number().map(Value::from))
    };
    let parts = arguments.split(", and with ");
    let call = |part: &str| {
        let named = ["after", "status"].map(|name| {
            let value = argument(part, &format!("{name} "));
            value.map(|value| (name.to_owned(), value))
        });
        named.into_iter().flatten().collect::<Map<_, _>>().into()
    };
    parts.map(call).collect()
}

/// All entries of a list, read by making every call that is named.
fn read_all(session: &Session, tool: &str, sent: Value, entries: Entries) -> Vec<String> {
    let limit = session.options.answer_limit.max(MIN_ANSWER_LIMIT);
    let mut calls = VecDeque::from([sent]);
    let mut read = Vec::new();
    while let Some(sent) = calls.pop_front() {
        let got = session.send(tool, sent.clone());
        assert!(!got.failed, "{tool} {sent}: {}", got.text);
        assert!(
            got.text.len() <= limit,
            "{} bytes: {}",
            got.text.len(),
            got.text
        );
        let found = entries(&got.object);
        let more = named_calls(&got.object);
        assert!(!found.is_empty() || more.is_empty(), "{}", got.text);
        read.extend(found);
        for more in more {
            let mut sent = sent.clone();
            sent.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            calls.push_back(sent);
        }
    }
    read
}

fn keys(list: &Value) -> Vec<String> {
    let entries = list.as_object().into_iter().flatten();
    entries.map(|(name, _)| name.clone()).collect()
}

fn fields(list: &Value, field: &str) -> Vec<String> {
    let entries = list.as_array().into_iter().flatten();
    let text = |entry: &Value| match &entry[field] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    entries.map(text).collect()
}

/// The headings of the tasks in a text.
fn headings(answer: &Value) -> Vec<String> {
    let lines = answer["markdown"].as_str().unwrap_or_default().lines();
    let headings = lines.filter_map(|line| line.strip_prefix("## "));
    headings.map(str::to_owned).collect()
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

/// What stands in a list: a name, a description and how far it is.
type Item = (String, String, Status);

fn items(most: usize) -> impl Strategy<Value = Vec<Item>> {
    let name = prop_oneof!["[a-zäß]{1,12}", "[a-z🌱]{30,45}"];
    let description = prop_oneof![Just(String::new()), "[ -~]{0,90}", "[é\n\"x]{0,1500}"];
    let status = prop::sample::select(Status::WORDS);
    let item = (name, description, status);
    // Short plans are as good as long ones, and quicker.
    let items = prop_oneof![
        prop::collection::vec(item.clone(), 0..12),
        prop::collection::vec(item, 0..most),
    ];
    items.prop_map(|items| {
        let numbered = items.into_iter().enumerate();
        let item = |(number, (name, text, status)): (usize, (String, String, &str))| {
            (format!("{name} {number}"), text, status.parse().unwrap())
        };
        numbered.map(item).collect()
    })
}

fn tasks(items: &[Item]) -> Value {
    let task = |(name, text, status): &Item| {
        let body = json!({
            "description": text, "created_at": "then", "status": status.as_str(),
            "jobs": {}, "code": {"c_then": {"name": "c", "content": text, "created_at": "then"}},
        });
        (name.clone(), body)
    };
    Value::Object(items.iter().map(task).collect())
}

fn names(items: &[Item], fits: impl Fn(Status) -> bool) -> Vec<String> {
    let items = items.iter().filter(|(.., status)| fits(*status));
    items.map(|(name, ..)| name.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 12,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_task_is_read_once(items in items(160), limit in 1024_usize..9000) {
        let process = json!({"process_name": "plan", "created_at": "then", "tasks": tasks(&items)});
        let (session, _dir) = over(&[process], "full", limit);
        let all = sorted(names(&items, |_| true));
        for tool in ["task_list", "task_jobs_list"] {
            let read = read_all(&session, tool, json!({}), |got| keys(&got["tasks"]));
            prop_assert_eq!(sorted(read), all.clone());
        }
        let wanted = [("open", false), ("closed", true)];
        for (word, is_over) in wanted {
            let sent = json!({"status": word});
            let read = read_all(&session, "task_list", sent, |got| keys(&got["tasks"]));
            prop_assert_eq!(read, names(&items, |status| status.is_over() == is_over));
        }
        let read = read_all(&session, "task_list", json!({"status": "blocked"}), |got| keys(&got["tasks"]));
        prop_assert_eq!(read, names(&items, |status| status == Status::Blocked));
        let json = json!({"format": "json"});
        let read = read_all(&session, "process_export", json, |got| keys(&got["process_data"]["tasks"]));
        prop_assert_eq!(read, names(&items, |_| true));
        // A heading and a call with a long name take more than the shortest answer has.
        let options = ServerOptions { answer_limit: limit.max(2048), ..session.options.clone() };
        let session = session.with_options(options);
        let read = read_all(&session, "process_export", json!({}), headings);
        prop_assert_eq!(read, names(&items, |_| true));
    }

    #[test]
    fn every_job_is_read_once(items in items(140), limit in 1024_usize..9000) {
        // Some of them have the same name.
        let name = |number: usize, name: &str| match number % 7 {
            0 => "dig".to_owned(),
            _ => name.to_owned(),
        };
        let job = |(number, (called, text, status)): (usize, &Item)| {
            let job = json!({
                "name": name(number, called), "description": text, "created_at": "then",
                "status": status.as_str(),
            });
            (format!("job_{number}"), job)
        };
        let jobs: Map<String, Value> = items.iter().enumerate().map(job).collect();
        let task = json!({"created_at": "then", "jobs": jobs, "code": {}});
        let process = json!({"process_name": "plan", "created_at": "then", "tasks": {"beds": task}});
        let (session, _dir) = over(&[process], "full", limit);
        let all = items.iter().enumerate().map(|(number, (called, ..))| name(number, called));
        let read = read_all(&session, "task_jobs_list", json!({"task_name": "beds"}), |got| {
            fields(&got["jobs"], "name")
        });
        prop_assert_eq!(sorted(read), sorted(all.collect()));
        // What a task as a whole does not show of its jobs is read on from there.
        let got = session.ok("task_details_get", json!({"task_name": "beds"}));
        let shown = fields(&got["jobs"], "name");
        let missing = got["jobs_left_out"].as_u64().unwrap_or_default();
        prop_assert_eq!(shown.len() as u64 + missing, items.len() as u64);
        let told = got["left_out"].as_str().unwrap_or_default();
        let call = "Call task_jobs_list with task_name \"beds\" and ";
        prop_assert_eq!(missing > 0, told.contains(call), "{}", told);
    }

    #[test]
    fn every_version_of_code_is_read_once(items in items(160), limit in 1024_usize..9000) {
        // Some snippets have several versions, and others stand between these.
        let name = |number: usize| format!("part {}", number % 97);
        let code = |(number, (_, text, _)): (usize, &Item)| {
            let version = json!({"name": name(number), "content": text, "created_at": "then"});
            (format!("part_{number}"), version)
        };
        let code: Map<String, Value> = items.iter().enumerate().map(code).collect();
        let job = |(number, (called, text, _)): (usize, &Item)| {
            let job = json!({"name": called, "description": text, "created_at": "then"});
            (format!("job_{number}"), job)
        };
        let jobs: Map<String, Value> = items.iter().take(3).enumerate().map(job).collect();
        let task = json!({"created_at": "then", "jobs": jobs, "code": code});
        let process = json!({"process_name": "plan", "created_at": "then", "tasks": {"beds": task}});
        let (session, _dir) = over(&[process], "full", limit);
        let read = read_all(&session, "task_details_get", json!({"task_name": "beds"}), |got| {
            fields(&got["codes"], "name")
        });
        let all: Vec<String> = (0..items.len()).map(name).collect();
        prop_assert_eq!(read, all);
    }

    #[test]
    fn every_process_is_read_once(items in items(90), limit in 1024_usize..9000) {
        let process = |(name, text, _): &Item| {
            json!({"process_name": name, "description": text, "created_at": "then", "tasks": {}})
        };
        let files: Vec<Value> = items.iter().map(process).collect();
        let (session, _dir) = over(&files, "full", limit);
        let read = read_all(&session, "process_list_all", json!({}), |got| {
            fields(&got["process_list"], "process")
        });
        let sorted_here = sorted(read.clone());
        prop_assert_eq!(sorted_here, sorted(names(&items, |_| true)));
    }
}

#[test]
fn the_whole_history_is_read_on_with_revisions() {
    let session = Session::new().with_options(ServerOptions {
        answer_limit: 4096,
        ..ServerOptions::default()
    });
    session.ok("process_new", json!({"name": "garden"}));
    for number in 0..260 {
        session.ok("task_new", json!({"task_name": format!("bed {number}")}));
    }
    let revisions: Vec<String> = (2..=261)
        .rev()
        .map(|revision| revision.to_string())
        .collect();
    for sent in [json!({}), json!({"limit": 200}), json!({"limit": 7})] {
        let read = read_all(&session, "process_history", sent, |got| {
            fields(&got["changes"], "revision")
        });
        assert_eq!(read, revisions);
    }
    let got = session.ok("process_history", json!({"after": 2}));
    insta::assert_snapshot!(got["message"].as_str().unwrap(), @"No change before revision 2 is kept.");
}

#[test]
fn every_deleted_process_is_read_once() {
    let session = Session::new().with_options(ServerOptions {
        answer_limit: 2048,
        ..ServerOptions::default()
    });
    // Some names were deleted several times, and none goes missing for that.
    let mut deleted: Vec<String> = (0..90)
        .map(|number| format!("bed {}", number % 60))
        .collect();
    for name in &deleted {
        session.ok("process_new", json!({"name": name}));
        session.ok("process_delete", json!({"name": name}));
    }
    let read = read_all(&session, "process_restore", json!({}), |got| {
        fields(&got["trash"], "name")
    });
    deleted.sort();
    assert_eq!(sorted(read), deleted);
    let got = session.ok("process_restore", json!({"after": "bed 3"}));
    let told = got["message"].as_str().unwrap().to_owned();
    let refused = session.refused("process_restore", json!({"after": "zebra"}));
    let got = session.ok("process_restore", json!({}));
    let left_out = got["left_out"].as_str().unwrap().to_owned();
    insta::assert_snapshot!([told, refused, left_out].join("\n"), @r#"
Only the deleted processes behind "bed 3": 63 of 90.
Nothing was restored: the list has no "zebra" to read on behind. Call process_restore again without after, for the beginning.
Left out, as an answer takes at most 2048 bytes: 74 deleted processes. Call process_restore again with after "bed 14" to read on.
"#);
}

#[test]
fn a_task_names_the_calls_that_read_its_jobs_and_code_on() {
    let entry = |number: usize| {
        let name = format!("number {number}");
        (
            format!("{name}_then"),
            json!({"name": name, "content": "x", "description": "y", "created_at": "then"}),
        )
    };
    let entries: Map<String, Value> = (0..90).map(entry).collect();
    let task = json!({"created_at": "then", "jobs": entries, "code": entries});
    let process = json!({"process_name": "plan", "created_at": "then", "tasks": {"beds": task}});
    let (session, _dir) = over(&[process], "full", 3000);
    let told = |tools: &str| {
        let session = session.other_caller().with_options(ServerOptions {
            tools: tools.parse().unwrap(),
            ..session.options.clone()
        });
        let got = session.ok("task_details_get", json!({"task_name": "beds"}));
        got["left_out"].as_str().unwrap().to_owned()
    };
    insta::assert_snapshot!(["full", "work", "tiny"].map(told).join("\n"), @r#"
    Left out, as an answer takes at most 3000 bytes: 68 code versions, all but the names of 22 jobs, 68 jobs, the ends of 90 descriptions. Call task_details_get again with after "number 21" to read on. Call task_jobs_list with task_name "beds" and after "number 21" to read on.
    Left out, as an answer takes at most 3000 bytes: 68 code versions, all but the names of 22 jobs, 68 jobs, the ends of 90 descriptions. Call task_code_get with a code_name or task_job_get with a job_name for one of them.
    Left out, as an answer takes at most 3000 bytes: 68 code versions, all but the names of 22 jobs, 68 jobs, the ends of 90 descriptions. Call task_code_get with a code_name for one of them.
    "#);
    let got = session.ok(
        "task_details_get",
        json!({"task_name": "beds", "after": "Number 88"}),
    );
    assert_eq!(fields(&got["codes"], "name"), ["number 89"]);
    insta::assert_snapshot!(got["message"].as_str().unwrap(), @r#"Only the code versions behind "number 88": 1 of 90."#);
    let refused = session.refused(
        "task_details_get",
        json!({"task_name": "beds", "after": "zebra"}),
    );
    insta::assert_snapshot!(refused, @r#"Nothing was read: the list has no "zebra" to read on behind. Call task_details_get again without after, for the beginning."#);
}

/// Five hundred tasks, the first four hundred done.
fn mostly_done() -> Value {
    let task = |number: usize| {
        let status = if number < 400 { "done" } else { "todo" };
        (
            format!("task number {number:04}"),
            "what to do".to_owned(),
            status.parse().unwrap(),
        )
    };
    let items: Vec<Item> = (0..500).map(task).collect();
    json!({"process_name": "Big", "created_at": "then", "tasks": tasks(&items)})
}

#[test]
fn what_is_done_goes_before_what_is_open() {
    let open = |got: &Value| {
        let tasks = got.pointer("/tasks").or(got.pointer("/process_data/tasks"));
        let tasks = tasks.unwrap().as_object().unwrap().values();
        tasks.filter(|task| task["status"] != "done").count()
    };
    for (tools, limit) in [
        ("full", 32 << 10),
        ("full", 8 << 10),
        ("reference", 32 << 10),
        ("reference", 8 << 10),
    ] {
        let (session, _dir) = over(&[mostly_done()], tools, limit);
        let got = session.ok("task_list", json!({}));
        assert_eq!(open(&got), 100, "{tools} {limit}: {got}");
        let got = session.ok("process_load", json!({"name": "Big"}));
        assert_eq!(open(&got), 100, "{tools} {limit}: {got}");
    }
    // By their names, all of them fit.
    let (session, _dir) = over(&[mostly_done()], "full", 32 << 10);
    let got = session.ok("task_list", json!({}));
    assert_eq!(keys(&got["tasks"]).len(), 500);
    assert_eq!(got["tasks"]["task number 0007"], json!({"status": "done"}));
    assert_eq!(
        got["tasks"]["task number 0407"]["description"],
        "what to do"
    );
}

#[test]
fn a_part_of_a_list_says_that_it_is_one() {
    let (session, _dir) = over(&[mostly_done()], "full", 32 << 10);
    let message = |sent: Value| {
        let got = session.ok("task_list", sent);
        assert_eq!(got["task_count"], 500);
        got["message"].as_str().unwrap_or_default().to_owned()
    };
    insta::assert_snapshot!(message(json!({"status": "open"})), @"Only the tasks with status open: 100 of 500.");
    insta::assert_snapshot!(message(json!({"status": "In Progress", "after": ""})), @"Only the tasks with status in_progress: 0 of 500.");
    insta::assert_snapshot!(message(json!({"status": "done", "after": "Task Number 0397"})), @r#"Only the tasks with status done behind "task number 0397": 2 of 500."#);
    insta::assert_snapshot!(message(json!({"after": "0", "status": "all"})), @"");
    let refused = [
        json!({"after": "task number 39"}),
        json!({"after": "zebra"}),
        json!({"status": "half"}),
    ];
    let refused = refused.map(|sent| session.refused("task_list", sent));
    insta::assert_snapshot!(refused.join("\n"), @r#"
Nothing was listed: the list has no "task number 39" to read on behind. Call task_list again with after "task number 0039".
Nothing was listed: the list has no "zebra" to read on behind. Call task_list again without after, for the beginning.
Nothing was listed: status cannot be "half". Call task_list again with status "open", "closed", "todo", "in_progress" or "blocked".
"#);
}

#[test]
fn a_short_list_of_tools_names_only_calls_that_it_has() {
    let (session, _dir) = over(&[mostly_done()], "full", 3 << 10);
    let with = |tools: &str| {
        let session = session.other_caller().with_options(ServerOptions {
            tools: tools.parse().unwrap(),
            ..session.options.clone()
        });
        let got = session.ok("process_load", json!({"name": "Big"}));
        (session, got["left_out"].as_str().unwrap().to_owned())
    };
    let told = |session: &Session| {
        let got = session.ok("task_list", json!({}));
        got["left_out"].as_str().unwrap().to_owned()
    };
    let (full, (tiny, loaded)) = (with("full").0, with("tiny"));
    assert!(!tiny.options.tools.offers("task_list"));
    let (reference, _) = with("reference");
    // A caller that sends them all the same is understood.
    let more = json!({"status": "closed", "after": "task number 0398"});
    let got = reference.ok("task_list", more);
    assert_eq!(keys(&got["tasks"]), ["task number 0399"]);
    let (full, reference, tiny) = (told(&full), told(&reference), loaded);
    insta::assert_snapshot!([full, reference, tiny].join("\n"), @r#"
Left out, as an answer takes at most 3072 bytes: all but the names of 100 tasks, 400 tasks that are done or cancelled. Call task_list again with status "closed" for what is done or cancelled.
Left out, as an answer takes at most 3072 bytes: all but the names of 100 tasks, 400 tasks that are done or cancelled. Every task, shown or not, can be read: call task_details_get with its task_name.
Left out, as an answer takes at most 3072 bytes: the ends of 500 descriptions, all but the names of 63 tasks, 400 tasks that are done or cancelled, 500 code versions, 37 tasks. Call task_code_get for one task, with its task_name.
"#);
}
