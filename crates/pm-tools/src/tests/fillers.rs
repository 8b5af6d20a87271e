//! What models fill in if they have nothing to say is as good as absent, for every optional
//! parameter of every tool.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Session;
use crate::catalog::{TOOLS, find};
use crate::input::schema::Schema;
use crate::options::ServerOptions;

/// What is sent in place of nothing.
fn fillers() -> [Value; 11] {
    [
        json!("0"),
        json!("false"),
        json!("N/A"),
        json!(""),
        json!(" "),
        json!("none"),
        json!("None"),
        json!("null"),
        json!(0),
        json!(false),
        Value::Null,
    ]
}

/// What is sent for the process that is open, or for none in particular.
const NO_PROCESS: [&str; 6] = ["all", "any", "current", "default", "main", "active"];

/// What each tool has to do in the world of [`world`], so that each parameter that may be left out is
/// left out once.
fn bases(tool: &str) -> Vec<Value> {
    let another = match tool {
        "process_save" | "process_restore" => json!({}),
        "task_update" => json!({"task_name": "soil", "priority": "high", "comment": "wet"}),
        "task_job_update" => json!({"task_name": "soil", "job_name": "dig", "new_name": "rake"}),
        "task_code_update" => json!({"task_name": "soil", "code_name": "ph", "from_version": 1}),
        _ => return vec![arguments(tool)],
    };
    vec![arguments(tool), another]
}

/// Arguments with which each tool has something to do.
fn arguments(tool: &str) -> Value {
    let task = "soil";
    match tool {
        "process_new" => json!({"name": "attic"}),
        "process_load" | "process_delete" => json!({"name": "garden"}),
        "process_save" => json!({"name": "orchard"}),
        "process_restore" => json!({"name": "shed"}),
        "process_update" => json!({"description": "flowers"}),
        "plan_new" => json!({"process": "attic", "tasks": ["sweep: the floor"]}),
        "task_new" => json!({"task_name": "seeds"}),
        "task_details_get" | "task_delete" => json!({"task_name": task}),
        "task_update_description" => json!({"task_name": task, "new_description": "pH"}),
        "task_name_change" => json!({"old_task_name": task, "new_task_name": "earth"}),
        "task_update" => json!({"task_name": task, "status": "done"}),
        "task_job_add" => json!({"task_name": task, "job_name": "rake"}),
        "task_job_get" | "task_job_delete" => json!({"task_name": task, "job_name": "dig"}),
        "task_job_update" => json!({"task_name": task, "job_name": "dig", "status": "done"}),
        "task_code_add" => json!({"task_name": task, "code_name": "new", "code_content": "1"}),
        "task_code_update" => json!({"task_name": task, "code_name": "ph", "new_content": "3"}),
        "task_code_restore" => json!({"task_name": task, "code_name": "ph", "version": 1}),
        "task_code_get" | "task_code_delete" | "task_code_version" | "task_code_diff" => {
            json!({"task_name": task, "code_name": "ph"})
        }
        "search" => json!({"query": "soil"}),
        "process_list_all" | "process_history" | "process_undo" | "process_export"
        | "task_list" | "task_jobs_list" | "task_next" | "code_export" => json!({}),
        other => panic!("what does {other} take?"),
    }
}

/// A session in an open process beside another one, and with one in the trash.
fn world(dir: &std::path::Path) -> Session {
    let session = Session::new().with_options(ServerOptions {
        export: Some(pm_core::export::ExportRoot::open(dir).unwrap()),
        ..ServerOptions::default()
    });
    for name in ["shed", "house", "garden"] {
        session.ok("process_new", json!({"name": name, "description": "about"}));
        session.ok(
            "task_new",
            json!({"task_name": "soil", "task_description": "of the beds"}),
        );
    }
    session.ok("process_delete", json!({"name": "shed"}));
    session.ok(
        "task_job_add",
        json!({"task_name": "soil", "job_name": "dig"}),
    );
    for content in ["1", "2"] {
        let code = json!({"task_name": "soil", "code_name": "ph", "code_content": content});
        session.ok("task_code_add", code);
    }
    session
}

/// What a call comes to: its answer, and everything that is stored, in the trash and written then.
fn outcome(tool: &str, sent: Value) -> (String, Vec<Value>) {
    outcome_in(true, tool, sent)
}

/// The same with a process open, or none.
fn outcome_in(is_open: bool, tool: &str, sent: Value) -> (String, Vec<Value>) {
    let dir = tempfile::tempdir().unwrap();
    let session = world(dir.path());
    let got = if is_open {
        session.send(tool, sent)
    } else {
        session.other_caller().send(tool, sent)
    };
    let names = session.ok("process_list_all", json!({}));
    let names = names["process_list"].as_array().unwrap().iter();
    let stored = names.map(|entry| {
        let export = json!({"process": entry["process"], "format": "json"});
        session.ok("process_export", export)
    });
    let trash = session.ok("process_restore", json!({}));
    let files = walked(dir.path());
    (got.text, stored.chain([trash, files]).collect())
}

/// The files below a directory, each with what is in it.
fn walked(dir: &std::path::Path) -> Value {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let what = if path.is_dir() {
            walked(&path)
        } else {
            std::fs::read_to_string(&path).unwrap().into()
        };
        (name, what)
    });
    Value::Object(entries.collect())
}

#[test]
fn a_filler_is_as_good_as_nothing() {
    for tool in TOOLS.iter() {
        let optional = tool
            .schema
            .names()
            .filter(|name| !tool.schema.requires(name));
        let mut untried: BTreeSet<&str> = optional.collect();
        for base in bases(tool.name) {
            let plain = outcome(tool.name, base.clone());
            let absent = untried
                .iter()
                .copied()
                .filter(|name| base.get(name).is_none());
            for parameter in absent.collect::<Vec<_>>() {
                untried.remove(parameter);
                // Code may be anything.
                let fillers = fillers().into_iter().filter(|_| parameter != "new_content");
                for filler in fillers {
                    let mut sent = base.clone();
                    sent[parameter] = filler.clone();
                    let filled = outcome(tool.name, sent);
                    assert_eq!(filled, plain, "{} with {parameter} {filler}", tool.name);
                }
            }
        }
        assert_eq!(untried, BTreeSet::new(), "{}", tool.name);
    }
}

#[test]
fn a_word_for_the_open_process_is_as_good_as_nothing() {
    let takes = |schema: &Schema| schema.takes("process") && !schema.requires("process");
    for tool in TOOLS.iter().filter(|tool| takes(&tool.schema)) {
        for is_open in [true, false] {
            let base = arguments(tool.name);
            let plain = outcome_in(is_open, tool.name, base.clone());
            for word in NO_PROCESS {
                let mut sent = base.clone();
                sent["process"] = word.into();
                let filled = outcome_in(is_open, tool.name, sent);
                assert_eq!(filled, plain, "{} with {word}, open: {is_open}", tool.name);
            }
        }
    }
}

#[test]
fn a_plan_for_the_current_process_makes_none_of_that_name() {
    let session = Session::new();
    let plan = |process: &str| json!({"process": process, "tasks": ["sweep: the floor"]});
    session.refused("plan_new", plan("current"));
    session.ok("process_new", json!({"name": "house"}));
    for word in NO_PROCESS {
        let planned = session.ok("plan_new", plan(word));
        assert_eq!(planned["process_name"], "house", "{word}");
    }
    let listed = session.ok("process_list_all", json!({}));
    assert_eq!(listed["process_list"].as_array().unwrap().len(), 1);
}

#[test]
fn a_placeholder_for_a_task_means_all_of_them() {
    let session = Session::new();
    session.ok("process_new", json!({"name": "house"}));
    session.ok("task_new", json!({"task_name": "paint"}));
    let all = session.ok("task_jobs_list", json!({}));
    for placeholder in ["task1", "Task 2", "task", "all tasks", "each"] {
        let sent = json!({"task_name": placeholder});
        assert_eq!(session.ok("task_jobs_list", sent), all, "{placeholder}");
    }
    session.refused("task_jobs_list", json!({"task_name": "task force"}));
    session.ok("task_new", json!({"task_name": "task 1"}));
    let jobs = session.ok("task_jobs_list", json!({"task_name": "task1"}));
    assert_eq!(jobs["task_name"], "task 1");
}

#[test]
fn a_placeholder_for_a_task_lists_the_tasks_if_no_other_tool_does() {
    let session = Session::new();
    session.ok("process_new", json!({"name": "house"}));
    session.ok("task_new", json!({"task_name": "paint"}));
    let all = session.ok("task_list", json!({}));
    let main = || json!({"task_name": "main"});
    session.refused("task_details_get", main());
    let tiny = session.with_options(ServerOptions {
        tools: "tiny".parse().unwrap(),
        ..ServerOptions::default()
    });
    for placeholder in ["main", "task1", "all", "current_process"] {
        let sent = json!({"task_name": placeholder});
        assert_eq!(tiny.ok("task_details_get", sent), all, "{placeholder}");
    }
    tiny.ok("task_new", main());
    assert_eq!(tiny.ok("task_details_get", main())["task_name"], "main");
}

#[test]
fn what_is_no_code_is_read_as_the_task_if_no_other_tool_reads_tasks() {
    let session = Session::new();
    session.ok("process_new", json!({"name": "house"}));
    session.ok("task_new", json!({"task_name": "paint"}));
    let job = json!({"task_name": "paint", "job_name": "primer", "job_description": "grey"});
    session.ok("task_job_add", job);
    let code = json!({"task_name": "paint", "code_name": "call.sh", "code_content": "echo"});
    session.ok("task_code_add", code);
    // Elsewhere there are other tools for that.
    let none = json!({"task_name": "paint", "code_name": "primer"});
    let none = session.ok("task_code_get", none);
    assert_eq!(none["codes"], json!([]), "{none}");
    let tiny = session.with_options(ServerOptions {
        tools: "tiny".parse().unwrap(),
        ..ServerOptions::default()
    });
    let read = |task: &str, code: &str| {
        let sent = json!({"task_name": task, "code_name": code});
        tiny.ok("task_code_get", sent)
    };
    let whole = tiny.ok("task_details_get", json!({"task_name": "paint"}));
    for no_code in ["all", "", "jobs", "primer", "none"] {
        assert_eq!(read("paint", no_code), whole, "{no_code:?}");
    }
    assert_eq!(read("main", "all")["tasks"]["paint"]["job_count"], 1);
    for code in ["call.sh", "call"] {
        let got = read("paint", code);
        assert_eq!(got["codes"][0]["content"], "echo", "{got}");
        assert_eq!(got["jobs"], Value::Null);
    }
}

/// Names of what there is are no fillers.
#[test]
fn what_is_called_like_a_filler_can_be_named() {
    let session = Session::new();
    for name in ["none", "house"] {
        session.ok("process_new", json!({"name": name}));
    }
    let added = session.ok("task_new", json!({"task_name": "0", "process": "none"}));
    assert_eq!(added["process_name"], "none");
    session.ok("task_new", json!({"task_name": "soil", "process": "none"}));
    let waits =
        json!({"task_name": "soil", "depends_on": ["0"], "priority": "high", "process": "none"});
    assert_eq!(session.ok("task_update", waits)["depends_on"], json!(["0"]));
    for code in ["0", "none", "false", ""] {
        let added =
            json!({"task_name": "soil", "code_name": "x", "new_content": code, "process": "none"});
        session.ok("task_code_update", added);
        let about = json!({"task_name": "soil", "code_name": "x", "process": "none"});
        let got = session.ok("task_code_get", about);
        assert_eq!(
            got["codes"].as_array().unwrap().last().unwrap()["content"],
            code
        );
    }
    assert!(find("task_update").unwrap().schema.takes("depends_on"));
}
