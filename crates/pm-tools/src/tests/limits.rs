//! How long a refusal may be, and which calls it may name.

use std::io;
use std::sync::Arc;

use pm_core::error::Unresolved;
use pm_core::store::{Unusable, UnusableKind};
use pm_core::{Error, StoreError};

use serde_json::json;

use super::Session;
use crate::caller::offer::Access;
use crate::caller::offer::Offer;
use crate::catalog::TOOLS;
use crate::options::ServerOptions;
use crate::refusal::Refusal;

#[test]
fn a_refusal_is_short_whatever_it_quotes() {
    let damaged = Unusable {
        file: "x".repeat(300),
        kind: UnusableKind::Damaged {
            line: 3,
            column: 9,
            reason: "unknown\tfield ".repeat(100_000),
        },
    };
    let long = |last: char| format!("{}{last}", "é".repeat(199));
    let ambiguous = Unresolved::Ambiguous {
        wanted: "w".repeat(100_000),
        candidates: ('a'..='z').map(|c| long(c).parse().unwrap()).collect(),
    };
    let ambiguous = Error::Task(long('p').parse().unwrap(), ambiguous);
    for error in [Error::Unusable(damaged), ambiguous] {
        let failure = error.into();
        let offer = Offer::of(ServerOptions::default());
        for tool in TOOLS.iter() {
            let refusal = Refusal::of(&failure, tool, &offer, None);
            for times in [1, 2, usize::MAX] {
                let said = format!("{} {}", refusal.error(times), refusal.next);
                assert!(said.chars().count() <= 1000, "{said}");
                assert!(said.starts_with(tool.nothing), "{said}");
                assert!(said.ends_with('.') && !said.contains('\t'), "{said}");
            }
        }
    }
}

/// What is said of a failure of the store.
fn over(error: StoreError, tool: &str) -> String {
    let tool = TOOLS.iter().find(|known| known.name == tool).unwrap();
    let failure = Error::from(error).into();
    let offer = Offer::of(ServerOptions::default());
    let refusal = Refusal::of(&failure, tool, &offer, None);
    [1, 2]
        .map(|times| format!("{} {}", refusal.error(times), refusal.next))
        .join("\n")
}

#[test]
fn what_may_have_been_kept_is_looked_at_first() {
    let uncertain = || StoreError::Uncertain {
        action: "keep the change",
        source: Arc::new(io::Error::other("the disk is gone")),
    };
    insta::assert_snapshot!(over(uncertain(), "process_new"), @"
It is not certain that this was kept: could not keep the change: the disk is gone. Call process_list_all to see before trying again.
It is not certain that this was kept, and the same call may do it twice: could not keep the change: the disk is gone. Call process_list_all to see before trying again.
");
    insta::assert_snapshot!(over(uncertain(), "task_delete"), @"
It is not certain that this was kept: could not keep the change: the disk is gone. Call task_list to see before trying again.
It is not certain that this was kept, and the same call may do it twice: could not keep the change: the disk is gone. Call task_list to see before trying again.
");
    insta::assert_snapshot!(over(uncertain(), "task_code_add"), @"
It is not certain that this was kept: could not keep the change: the disk is gone. Call task_details_get to see before trying again.
It is not certain that this was kept, and the same call may do it twice: could not keep the change: the disk is gone. Call task_details_get to see before trying again.
");
    let large = StoreError::TooLarge { limit: 1000 };
    insta::assert_snapshot!(over(large, "task_code_add"), @"
Nothing was added: the process would have more than 1000 bytes, and the store reads no larger one. Call task_code_add again with less text.
Nothing was added, and the same call will go on failing: the process would have more than 1000 bytes, and the store reads no larger one. Call task_code_add again with less text.
");
}

#[test]
fn no_tool_is_suggested_that_is_not_offered() {
    let only = |tool: &str, access| ServerOptions {
        access,
        tools: tool.parse().unwrap(),
        ..ServerOptions::default()
    };
    let alone = |session: &Session, tool: &str, sent| {
        let other = session.other_caller();
        let said = other
            .with_options(only(tool, Access::ReadWrite))
            .refused(tool, sent);
        let named = |other: &&crate::tool::Tool| other.name != tool && said.contains(other.name);
        assert_eq!(
            TOOLS.iter().find(named).map(|tool| tool.name),
            None,
            "{said}"
        );
        said
    };
    let empty = Session::new();
    insta::assert_snapshot!(alone(&empty, "task_new", json!({"task_name": "t"})), @"Nothing was added: there is no process yet. Tell the user that there is no process yet.");
    insta::assert_snapshot!(empty.other_caller().with_options(only("full", Access::ReadOnly)).refused("task_list", json!({})), @"Nothing was listed: there is no process yet. Tell the user that there is no process yet.");
    let session = Session::new();
    session.ok("process_new", json!({"name": "house"}));
    session.ok("task_new", json!({"task_name": "paint"}));
    let code = json!({"task_name": "paint", "code_name": "colours", "code_content": "x"});
    session.ok("task_code_add", code);
    insta::assert_snapshot!(alone(&session, "process_new", json!({"name": "House"})), @r#"Nothing was created: the process "house" already exists. Tell the user that there is such a process already."#);
    insta::assert_snapshot!(alone(&session, "process_load", json!({"name": "zzz"})), @r#"Nothing was opened: there is no process "zzz". Tell the user that there is no such process."#);
    insta::assert_snapshot!(alone(&session, "task_details_get", json!({"task_name": "zzz"})), @r#"Nothing was read: the process "house" has no task "zzz", only "paint". Call task_details_get again with this name."#);
    insta::assert_snapshot!(alone(&session, "task_new", json!({"task_name": "Paint"})), @r#"Nothing was added: the process "house" already has a task "paint" (todo; jobs: 0, code: 1). Tell the user that there is such a task already."#);
    let code = json!({"task_name": "paint", "code_name": "Colours", "code_content": "x"});
    insta::assert_snapshot!(alone(&session, "task_code_add", code), @r#"Nothing was added: the task "paint" already has code "colours". Call task_code_add again with code_name "colours" to add a version of it."#);
    let code = json!({"task_name": "paint", "code_name": "zzz"});
    insta::assert_snapshot!(alone(&session, "task_code_delete", code), @r#"Nothing was deleted: the task "paint" has no code "zzz", only "colours". Ask the user whether it is meant."#);
    for number in 0..6 {
        session.ok("process_new", json!({"name": format!("p{number}")}));
    }
    insta::assert_snapshot!(alone(&session, "task_list", json!({})), @"Nothing was listed: no process is open. Tell the user to name the process that is meant.");
    let gone = session
        .other_caller()
        .with_options(only("task_list", Access::ReadWrite));
    gone.caller.activate("gone".parse().unwrap());
    insta::assert_snapshot!(gone.refused("task_list", json!({})), @r#"Nothing was listed: the open process "gone" is gone, because someone deleted or renamed it. Tell the user that the open process is gone."#);
}

#[test]
fn of_very_many_jobs_all_are_counted() {
    let session = Session::new().with_options(ServerOptions {
        answer_limit: 8 * 1024,
        ..ServerOptions::default()
    });
    session.ok("process_new", json!({"name": "house"}));
    session.ok("task_new", json!({"task_name": "roof"}));
    for number in 0..600 {
        let job = json!({"task_name": "roof", "job_name": format!("tile {number}"), "job_description": "lay it"});
        session.ok("task_job_add", job);
    }
    for tool in ["task_jobs_list", "task_details_get"] {
        let got = session.ok(tool, json!({"task_name": "roof"}));
        assert_eq!(got["job_count"], 600, "{tool}");
        let shown = got["jobs"].as_array().unwrap().len();
        assert!(shown > 50, "{tool} shows {shown}");
        assert_eq!(got["jobs_left_out"], 600 - shown, "{tool}");
        let told = format!("all but the names of {shown} jobs, {} jobs.", 600 - shown);
        assert!(
            got["left_out"].as_str().unwrap().contains(&told),
            "{tool}: {}",
            got["left_out"]
        );
    }
}

#[test]
fn what_else_stands_in_very_many_jobs_goes_before_their_names() {
    let note = format!(r#""status_note":"{}""#, "n".repeat(3000));
    let tags = format!(r#""tags":[{}1]"#, "1,".repeat(39));
    for (field, limit) in [(note, 4096), (tags, 1024)] {
        let job = |n| format!(r#""job {n}_x":{{"name":"job {n}","description":"d",{field}}}"#);
        let jobs: Vec<String> = (0..600).map(job).collect();
        let process = r#"{"process_name":"p","tasks":{"t":{"jobs":{"#;
        let file = format!("{process}{}}}}}}}}}", jobs.join(","));
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("p.json"), file).unwrap();
        let options = ServerOptions {
            answer_limit: limit,
            ..ServerOptions::default()
        };
        let store = pm_core::FileStore::open(dir.path()).unwrap();
        let session = Session::over(store).with_options(options);
        for tool in ["task_jobs_list", "task_details_get"] {
            let got = session.ok(tool, json!({"task_name": "t", "process": "p"}));
            let jobs = got["jobs"].as_array().unwrap();
            assert!(jobs.len() > 5, "{tool}: {got}");
            assert_eq!(jobs[0], json!({"name": "job 0"}));
            let told = format!("all but the names of {} jobs", jobs.len());
            let left_out = got["left_out"].as_str().unwrap();
            assert!(left_out.contains(&told), "{tool}: {left_out}");
        }
    }
}

#[test]
fn what_is_left_out_is_read_with_tools_that_are_offered() {
    let session = Session::new();
    session.ok("process_new", json!({"name": "house"}));
    for number in 0..100 {
        session.ok("task_new", json!({"task_name": format!("t{number}")}));
    }
    let notice = |tools: &str| {
        let options = ServerOptions {
            tools: tools.parse().unwrap(),
            answer_limit: crate::MIN_ANSWER_LIMIT,
            ..ServerOptions::default()
        };
        let caller = session.other_caller().with_options(options);
        let got = caller.ok("process_load", json!({"name": "house"}));
        got["left_out"].as_str().unwrap().to_owned()
    };
    let all = notice("process_load,task_list,task_details_get");
    let with_list = "task_details_get for one task, with its task_name.";
    assert!(all.ends_with(with_list), "{all}");
    let next = notice("process_load,task_details_get");
    let with_next = "Call task_details_get for one task, with its task_name.";
    assert!(next.ends_with(with_next), "{next}");
    let one = notice("process_load");
    assert!(
        one.ends_with(" Tell the user that this is not all."),
        "{one}"
    );
}
