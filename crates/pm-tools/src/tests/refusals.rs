//! Every kind of refusal, word for word.

use std::fmt::Debug;
use std::io;
use std::str::FromStr;
use std::sync::Arc;

use pm_core::error::{InTask, Unresolved};
use pm_core::store::{
    Change, Listing, Requester, StoreHealth, Unusable, UnusableKind, WholeProcess,
};
use pm_core::{
    Action, Error, HistoryEntry, Process, ProcessManager, ProcessName, Store, StoreError,
    Subscription,
};
use serde_json::{Value, json};

use super::Session;
use crate::caller::offer::Offer;
use crate::catalog::TOOLS;
use crate::options::ServerOptions;
use crate::refusal::Refusal;

/// A caller with a process open that holds something, beside another process.
fn garden() -> Session {
    let session = Session::new();
    session.ok("process_new", json!({"name": "House"}));
    session.ok("task_new", json!({"task_name": "paint"}));
    session.ok("process_new", json!({"name": "Garden Planner"}));
    for task in ["soil test", "beds"] {
        session.ok("task_new", json!({"task_name": task}));
    }
    let code = json!({"task_name": "beds", "code_name": "layout", "code_content": "x"});
    session.ok("task_code_add", code);
    session
}

fn refused(tool: &str, sent: Value) -> String {
    garden().refused(tool, sent)
}

#[test]
fn no_process() {
    let session = Session::new();
    insta::assert_snapshot!(session.refused("task_new", json!({"task_name": "t"})), @r#"Nothing was added: there is no process yet. Create one first: call process_new with its name, then task_new again with task_name "t"."#);
    insta::assert_snapshot!(session.refused("task_delete", json!({"task_name": "t"})), @"Nothing was deleted: there is no process yet. Call process_new only if the user wants a new process.");
    let other = garden().other_caller();
    insta::assert_snapshot!(other.refused("task_new", json!({"task_name": "t"})), @r#"Nothing was added: no process is open. Call process_load with name "Garden Planner" or "House" first."#);
}

#[test]
fn a_process_that_is_not_there() {
    insta::assert_snapshot!(refused("process_load", json!({"name": "gardn planner"})), @r#"Nothing was opened: there is no process "gardn planner". Call process_load again with name "Garden Planner"."#);
    insta::assert_snapshot!(refused("process_load", json!({"name": "zzz"})), @r#"Nothing was opened: there is no process "zzz". Call process_list_all to see what there is."#);
    insta::assert_snapshot!(refused("process_load", json!({"name": " "})), @"Nothing was opened: name is blank. Call process_load again with a name.");
    insta::assert_snapshot!(refused("process_delete", json!({"name": "garden"})), @r#"Nothing was deleted: there is no process "garden", only "Garden Planner". Ask the user whether it is meant."#);
    insta::assert_snapshot!(refused("task_new", json!({"task_name": "x", "process": "Garden"})), @r#"Nothing was added: there is no process "Garden". Call task_new again with process "Garden Planner"."#);
    let long = "x\n".repeat(5_000);
    insta::assert_snapshot!(refused("process_load", json!({"name": long})), @r#"Nothing was opened: there is no process "x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x …". Call process_list_all to see what there is."#);
}

#[test]
fn a_name_that_is_taken() {
    insta::assert_snapshot!(refused("process_new", json!({"name": "garden_planner"})), @r#"Nothing was created: the process "Garden Planner" already exists. Call process_load with name "Garden Planner" to open it."#);
    insta::assert_snapshot!(refused("process_save", json!({"name": "house"})), @r#"Nothing was saved: the process "House" already exists. Call process_save again with another name."#);
    insta::assert_snapshot!(refused("task_new", json!({"task_name": "Soil Test"})), @r#"Nothing was added: the process "Garden Planner" already has a task "soil test" (todo; jobs: 0, code: 0). Tell the user that there is such a task already."#);
    let rename = json!({"old_task_name": "beds", "new_task_name": "soil-test"});
    insta::assert_snapshot!(refused("task_name_change", rename), @r#"Nothing was renamed: the process "Garden Planner" already has a task "soil test" (todo; jobs: 0, code: 0). Call task_name_change again with another new_task_name."#);
    let code = json!({"task_name": "beds", "code_name": "Layout", "code_content": "x"});
    insta::assert_snapshot!(refused("task_code_add", code), @r#"Nothing was added: the task "beds" already has code "layout". Call task_code_update with code_name "layout" to add a version of it."#);
}

#[test]
fn a_name_that_cannot_be_one() {
    insta::assert_snapshot!(refused("process_new", json!({"name": ""})), @"Nothing was created: name is blank. Call process_new again with a name.");
    insta::assert_snapshot!(refused("task_new", json!({"task_name": "a\nb"})), @"Nothing was added: character 2 of task_name is a line break or another control character. Call task_new again with a task_name on one line.");
    let rename = json!({"old_task_name": "beds", "new_task_name": "x".repeat(201)});
    insta::assert_snapshot!(refused("task_name_change", rename), @"Nothing was renamed: new_task_name has 201 characters, and 200 are the most. Call task_name_change again with a shorter new_task_name.");
    insta::assert_snapshot!(refused("task_code_delete", json!({"task_name": "beds", "code_name": " "})), @"Nothing was deleted: code_name is blank. Call task_code_delete again with a code_name.");
}

#[test]
fn a_task_that_is_not_there_is_never_to_be_created() {
    let job = |task: &str| json!({"task_name": task, "job_name": "j"});
    insta::assert_snapshot!(refused("task_job_add", job("soil tst")), @r#"Nothing was added: the process "Garden Planner" has no task "soil tst". Call task_job_add again with task_name "soil test"."#);
    insta::assert_snapshot!(refused("task_job_add", job("zzz")), @r#"Nothing was added: the process "Garden Planner" has no task "zzz". Call task_list to see what there is."#);
    insta::assert_snapshot!(refused("task_job_add", job("Paint")), @r#"Nothing was added: the process "Garden Planner" has no task "paint", but the process "House" has. Call task_job_add again with process "House"."#);
    insta::assert_snapshot!(refused("task_delete", json!({"task_name": "Paint"})), @r#"Nothing was deleted: the process "Garden Planner" has no task "paint", but the process "House" has. Ask the user which one is meant."#);
    insta::assert_snapshot!(refused("task_delete", json!({"task_name": "soil"})), @r#"Nothing was deleted: the process "Garden Planner" has no task "soil", only "soil test". Ask the user whether it is meant."#);
    insta::assert_snapshot!(refused("task_details_get", json!({"task_name": ""})), @"Nothing was read: task_name is blank. Call task_details_get again with a task_name.");
    let rename = json!({"old_task_name": "bed", "new_task_name": "y"});
    insta::assert_snapshot!(refused("task_name_change", rename), @r#"Nothing was renamed: the process "Garden Planner" has no task "bed". Call task_name_change again with old_task_name "beds"."#);
}

#[test]
fn code_that_is_not_there() {
    let session = garden();
    let delete = |code: &str| json!({"task_name": "beds", "code_name": code});
    let got = session.send("task_code_delete", delete("zzz"));
    insta::assert_snapshot!(got.text, @r#"Nothing was deleted: the task "beds" has no code "zzz", only "layout". Ask the user whether it is meant."#);
    insta::assert_json_snapshot!(got.object, @r#"
    {
      "success": false,
      "error": "Nothing was deleted: the task \"beds\" has no code \"zzz\", only \"layout\".",
      "hint": "Ask the user whether it is meant.",
      "process_name": "Garden Planner",
      "message": "Nothing was deleted: the task \"beds\" has no code \"zzz\", only \"layout\".",
      "task_name": "beds",
      "code_name": "zzz"
    }
    "#);
    insta::assert_snapshot!(refused("task_code_delete", delete("layot")), @r#"Nothing was deleted: the task "beds" has no code "layot", only "layout". Ask the user whether it is meant."#);
}

#[test]
fn arguments_that_do_not_fit() {
    insta::assert_snapshot!(refused("task_new", json!({"name": "x"})), @r#"Nothing was added: task_new has no argument "name". Call task_new again with task_name in its place."#);
    insta::assert_snapshot!(refused("task_new", json!({"task_name": "x", "descripton": "y"})), @r#"Nothing was added: task_new has no argument "descripton". Call task_new again with task_description in its place."#);
    insta::assert_snapshot!(refused("process_list_all", json!({"filter": "x"})), @r#"Nothing was listed: process_list_all has no argument "filter". Call process_list_all again without it."#);
    insta::assert_snapshot!(refused("task_job_add", json!({"task_name": "beds"})), @"Nothing was added: job_name is missing. Call task_job_add again with a job_name.");
    insta::assert_snapshot!(refused("task_job_add", json!({"task_name": null, "job_name": "x"})), @"Nothing was added: task_name is missing. Call task_job_add again with a task_name.");
    insta::assert_snapshot!(refused("task_new", json!({"task_name": ["x"]})), @"Nothing was added: task_name must be text and came as a list. Call task_new again with task_name as text.");
    insta::assert_snapshot!(refused("task_new", json!("add a task")), @"Nothing was added: the arguments of task_new must be a JSON object and came as text that is not JSON. Call task_new again with an object of arguments.");
    insta::assert_snapshot!(refused("task_new", json!(7)), @"Nothing was added: the arguments of task_new must be a JSON object and came as a number. Call task_new again with an object of arguments.");
}

#[test]
fn the_same_failing_call_is_answered_in_other_words() {
    let session = garden();
    let call = || session.refused("process_load", json!({"name": "zzz"}));
    insta::assert_snapshot!([call(), call(), call(), call()].join("\n"), @r#"
Nothing was opened: there is no process "zzz". Call process_list_all to see what there is.
Nothing was opened, and the same call will go on failing: there is no process "zzz". Call process_list_all to see what there is.
Nothing was opened, now 3 times, so stop repeating this call: there is no process "zzz". Call process_list_all to see what there is.
Nothing was opened, now 4 times, so stop repeating this call: there is no process "zzz". Call process_list_all to see what there is.
"#);
    session.ok("task_list", json!({}));
    session.refused("process_load", json!({"name": "yyy"}));
    assert!(call().starts_with("Nothing was opened, now 5 times, "));
    session.ok("process_new", json!({"name": "zzz"}));
    session.ok("process_load", json!({"name": "zzz"}));
    session.ok("process_delete", json!({"name": "zzz"}));
    assert!(call().starts_with("Nothing was opened: "));
    assert!(
        session
            .other_caller()
            .refused("process_load", json!({"name": "zzz"}))
            .starts_with("Nothing was opened: ")
    );
}

#[test]
fn a_name_that_may_mean_several() {
    fn of<N: FromStr<Err: Debug>>() -> Unresolved<N> {
        Unresolved::Ambiguous {
            wanted: "A B".to_owned(),
            candidates: vec!["a-b".parse().unwrap(), "a_b".parse().unwrap()],
        }
    }
    let process = || "garden".parse().unwrap();
    let ambiguous = Error::Process(of());
    insta::assert_snapshot!(worded(ambiguous, "process_load"), @r#"Nothing was opened: "A B" may mean "a-b" or "a_b". Call process_load again with name "a-b" or "a_b"."#);
    let ambiguous = || Error::Task(process(), of());
    insta::assert_snapshot!(worded(ambiguous(), "task_name_change"), @r#"Nothing was renamed: "A B" may mean "a-b" or "a_b". Call task_name_change again with old_task_name "a-b" or "a_b"."#);
    insta::assert_snapshot!(worded(ambiguous(), "task_delete"), @r#"Nothing was deleted: "A B" may mean "a-b" or "a_b". Ask the user which one is meant."#);
    let within = InTask {
        process: process(),
        task: "beds".parse().unwrap(),
    };
    let ambiguous = Error::Snippet(within, of());
    insta::assert_snapshot!(worded(ambiguous, "task_code_update"), @r#"Nothing was changed: "A B" may mean "a-b" or "a_b". Call task_code_update again with code_name "a-b" or "a_b"."#);
}

#[test]
fn the_next_call_stays_in_the_process_that_was_named() {
    let session = garden();
    let named = |task: &str| json!({"task_name": task, "process": "House"});
    insta::assert_snapshot!(session.refused("task_details_get", named("zzz")), @r#"Nothing was read: the process "House" has no task "zzz", only "paint". Call task_details_get again with this name."#);
    insta::assert_snapshot!(session.refused("task_new", named("Paint")), @r#"Nothing was added: the process "House" already has a task "paint" (todo; jobs: 0, code: 0). Tell the user that there is such a task already."#);
    let mut code = named("paint");
    code["code_name"] = json!("zzz");
    insta::assert_snapshot!(session.refused("task_code_delete", code), @r#"Nothing was deleted: the task "paint" has no code "zzz". Call task_details_get with task_name "paint" and process "House" to see what there is."#);
}

/// The words for an error of the core that a store in memory cannot bring about.
fn worded(error: Error, tool: &str) -> String {
    let tool = TOOLS.iter().find(|known| known.name == tool).unwrap();
    let offer = Offer::of(ServerOptions::default());
    let refusal = Refusal::of(&error.into(), tool, &offer, None);
    format!("{} {}", refusal.error(1), refusal.next)
}

/// A store that always fails in one way.
struct Faulty(fn() -> Error);

impl Store for Faulty {
    fn names(&self) -> Result<Vec<ProcessName>, Error> {
        Err(self.0())
    }
    fn list(&self) -> Result<Listing, Error> {
        Err(self.0())
    }
    fn read(&self, _: &str) -> Result<Arc<Process>, Error> {
        Err(self.0())
    }
    fn create(&self, _: Process, _: &Requester) -> Result<Arc<Process>, Error> {
        Err(self.0())
    }
    fn update(&self, _: &ProcessName, _: &Requester, _: Change) -> Result<Arc<Process>, Error> {
        Err(self.0())
    }
    fn rename(
        &self,
        _: &ProcessName,
        _: &ProcessName,
        _: &Requester,
        _: Action,
    ) -> Result<Arc<Process>, Error> {
        Err(self.0())
    }
    fn history(&self, _: &str, _: u64) -> Result<Vec<Arc<HistoryEntry>>, Error> {
        Err(self.0())
    }
    fn delete(&self, _: &ProcessName, _: &Requester) -> Result<(), Error> {
        Err(self.0())
    }
    fn keep_whole(&self, _: &WholeProcess, _: &Requester) -> Result<(), Error> {
        Err(self.0())
    }
    fn subscribe(&self) -> Result<Subscription, Error> {
        Err(self.0())
    }
    fn health(&self) -> StoreHealth {
        StoreHealth {
            failure: None,
            ..StoreHealth::default()
        }
    }
}

fn over(fault: fn() -> Error, tool: &str) -> String {
    let session = Session {
        manager: ProcessManager::new(Faulty(fault)),
        ..Session::new()
    };
    session.refused(tool, json!({"name": "garden"}))
}

#[test]
fn a_store_that_fails() {
    let refused = || {
        let source = Arc::new(io::Error::other("deadlock detected"));
        StoreError::Backend {
            action: "keep the change",
            source,
        }
        .into()
    };
    insta::assert_snapshot!(over(refused, "process_new"), @"Nothing was created: could not keep the change: deadlock detected. Tell the user that the storage needs looking after.");
    let unreachable = || {
        let source = Arc::new(io::Error::other("connection refused"));
        StoreError::Unreachable { source }.into()
    };
    insta::assert_snapshot!(over(unreachable, "process_new"), @"Nothing was created: the storage cannot be reached: connection refused. Tell the user, then call process_new again once it is there.");
    let full = || StoreError::Full.into();
    insta::assert_snapshot!(over(full, "process_new"), @"Nothing was created: the disk is full. Ask the user to free some space, then call process_new again.");
    let contended = || StoreError::Contended.into();
    insta::assert_snapshot!(over(contended, "process_new"), @"Nothing was created: the file kept changing meanwhile. Call process_new again in a moment.");
    let denied = || {
        let source = Arc::new(io::Error::from_raw_os_error(13));
        StoreError::Io {
            action: "write the process",
            source,
        }
        .into()
    };
    insta::assert_snapshot!(over(denied, "process_new"), @"Nothing was created: could not write the process: permission denied. Tell the user that the storage needs looking after.");
    let held = || {
        let holder = Some(4_294_967_294);
        StoreError::Held {
            holder,
            seconds: 10,
        }
        .into()
    };
    insta::assert_snapshot!(over(held, "process_new"), @"Nothing was created: another program (pid 4294967294) has held the lock on it for more than 10 seconds. Tell the user to look after the program with the pid 4294967294, then call process_new again.");
    let held = || {
        StoreError::Held {
            holder: None,
            seconds: 10,
        }
        .into()
    };
    insta::assert_snapshot!(over(held, "process_new"), @"Nothing was created: another program has held the lock on it for more than 10 seconds. Tell the user to look after the programs that use the storage, then call process_new again.");
    let cancelled = || StoreError::Cancelled.into();
    insta::assert_snapshot!(over(cancelled, "process_new"), @"Nothing was created: the call was cancelled before it was made. Call process_new again if it is still wanted.");
    let closed = || StoreError::FileReadOnly.into();
    insta::assert_snapshot!(over(closed, "process_new"), @"Nothing was created: the file is read-only. Ask the user to let the file be written, then call process_new again.");
    let read_only = || StoreError::ReadOnly.into();
    insta::assert_snapshot!(over(read_only, "process_new"), @"Nothing was created: the store is open for reading only. Tell the user that nothing can be changed here.");
    let damaged = || {
        Error::Unusable(Unusable {
            file: "garden.json".into(),
            kind: UnusableKind::Damaged {
                line: 3,
                column: 9,
                reason: "expected `,` or `}`".into(),
            },
        })
    };
    insta::assert_snapshot!(over(damaged, "process_load"), @"Nothing was opened: the file garden.json is damaged at line 3, column 9: expected `,` or `}`. Tell the user which file to mend; other processes go on working.");
}

#[test]
fn a_panic_is_answered() {
    insta::assert_snapshot!(over(|| panic!("a fault of the store"), "process_load"), @"Nothing was opened: the server itself made a mistake. Call process_list_all to see what is stored, and tell the user.");
}
