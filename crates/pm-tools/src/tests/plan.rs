//! Working the plan: the next task, how far it is, and who has it.

mod next;
mod refused;

use std::sync::Arc;
use std::time::Duration;

use pm_core::{Actor, ManualClock, MemoryStore, ProcessManager};
use serde_json::{Value, json};
use time::macros::datetime;

use super::Session;
use crate::caller::Caller;
use crate::options::ServerOptions;

/// Callers of one server, and its clock.
pub(super) struct Garden {
    pub(super) session: Session,
    pub(super) clock: Arc<ManualClock>,
}

impl Garden {
    /// A process "garden" with tasks of these names.
    pub(super) fn with_tasks(names: &[&str]) -> Self {
        let clock = Arc::new(ManualClock::new(datetime!(2026-11-22 12:00 UTC)));
        let manager = ProcessManager::new(MemoryStore::with_clock(clock.clone()));
        let session = Session {
            manager,
            options: ServerOptions::default(),
            caller: Arc::default(),
        };
        let garden = Self {
            session: caller_of(&session, "ui", "ui #aaaaaa"),
            clock,
        };
        garden.session.ok("process_new", json!({"name": "garden"}));
        for name in names {
            garden.session.ok("task_new", json!({"task_name": name}));
        }
        garden
    }

    /// Another caller, by the name of its client and the one under which it claims.
    pub(super) fn caller(&self, client: &str, owner: &str) -> Session {
        caller_of(&self.session, client, owner)
    }
}

fn caller_of(session: &Session, client: &str, owner: &str) -> Session {
    let actor = Actor::Client {
        client: client.into(),
        principal: None,
    };
    let manager = session.manager.clone().acting_as(actor);
    Session {
        manager: manager.claiming_as(owner),
        options: session.options.clone(),
        caller: Arc::new(Caller::default()),
    }
}

/// The answer as a person reads it.
pub(super) fn told(answer: &Value) -> String {
    serde_json::to_string_pretty(answer).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn a_task_is_shown_with_its_part_in_the_plan_wherever_it_is_shown() {
    let garden = Garden::with_tasks(&["beds", "water"]);
    let session = &garden.session;
    // Of a task that nobody has begun, nothing is said but that it exists.
    let untouched = session.ok("task_list", json!({}));
    assert_eq!(untouched.get("progress"), None);
    assert_eq!(untouched["tasks"], json!({"beds": {}, "water": {}}));

    session.ok("task_next", json!({}));
    let update = json!({
        "task_name": "Water", "status": "blocked", "note": "no hose", "priority": "low",
        "depends_on": ["BEDS"],
    });
    session.ok("task_update", update);
    let list = session.ok("task_list", json!({}));
    insta::assert_snapshot!(told(&list), @r#"
{
  "success": true,
  "process_name": "garden",
  "revision": 5,
  "task_count": 2,
  "progress": {
    "done": 0,
    "of": 2,
    "open": 1,
    "blocked": 1
  },
  "tasks": {
    "beds": {
      "status": "in_progress",
      "claim": {
        "by": "ui #aaaaaa",
        "until": "2026-11-22T14:00:00Z"
      }
    },
    "water": {
      "status": "blocked",
      "status_note": "no hose",
      "priority": "low",
      "depends_on": [
        "beds"
      ]
    }
  }
}
"#);
    let details = session.ok("task_details_get", json!({"task_name": "water"}));
    insta::assert_snapshot!(told(&details), @r#"
{
  "success": true,
  "process_name": "garden",
  "revision": 5,
  "task_name": "water",
  "created_at": "2026-11-22T12:00:00Z",
  "status": "blocked",
  "status_note": "no hose",
  "status_at": "2026-11-22T12:00:00Z",
  "status_by": "ui",
  "priority": "low",
  "depends_on": [
    "beds"
  ]
}
"#);
}

#[test]
fn a_claim_is_shown_wherever_its_task_is_until_it_is_over() {
    let garden = Garden::with_tasks(&["beds", "water"]);
    let session = &garden.session;
    session.ok("task_next", json!({}));
    let blocked = json!({"task_name": "water", "status": "blocked"});
    session.ok("task_update", blocked);
    let beds = |tool: &str, sent: Value, path: &str| {
        let got = session.ok(tool, sent);
        got.pointer(path).cloned().unwrap_or_default()
    };
    let claim = json!({"by": "ui #aaaaaa", "until": "2026-11-22T14:00:00Z"});
    let load = || json!({"name": "garden"});
    assert_eq!(
        beds("process_load", load(), "/process_data/tasks/beds/claim"),
        claim
    );
    assert_eq!(
        beds("task_details_get", json!({"task_name": "beds"}), "/claim"),
        claim
    );
    assert_eq!(beds("task_list", json!({}), "/tasks/beds/claim"), claim);
    let progress = json!({"done": 0, "of": 2, "open": 1, "blocked": 1});
    assert_eq!(beds("process_load", load(), "/progress"), progress);
    assert_eq!(
        beds("process_list_all", json!({}), "/process_list/0/progress"),
        progress
    );

    // A claim whose time is over is nobody's.
    garden.clock.advance(Duration::from_secs(3 * 60 * 60));
    let other = garden.caller("agent", "agent #bbbbbb");
    let list = other.ok("task_list", json!({"process": "garden"}));
    assert_eq!(list["tasks"]["beds"].get("claim"), None);
    assert_eq!(list["tasks"]["beds"]["status"], "in_progress");
    let details = other.ok(
        "task_details_get",
        json!({"task_name": "beds", "process": "garden"}),
    );
    assert_eq!(details.get("claim"), None);
}

#[test]
fn what_was_written_by_hand_and_cannot_be_read_is_shown_as_it_stands() {
    let dir = tempfile::tempdir().unwrap();
    let file = r#"{"tasks": {"beds": {"status": "half", "priority": 3, "claim": "ann"}}}"#;
    std::fs::write(dir.path().join("garden.json"), file).unwrap();
    let store = pm_core::FileStore::open(dir.path()).unwrap();
    let session = Session {
        manager: ProcessManager::new(store),
        options: ServerOptions::default(),
        caller: Arc::default(),
    };
    let got = session.ok("task_details_get", json!({"task_name": "beds"}));
    assert_eq!(
        (&got["status"], &got["priority"]),
        (&json!("half"), &json!(3))
    );
    let got = session.ok("task_next", json!({}));
    assert_eq!(got["task_name"], "beds");
}

#[test]
fn a_read_of_ones_own_task_renews_the_claim() {
    let garden = Garden::with_tasks(&["beds"]);
    let session = &garden.session;
    session.ok("task_next", json!({}));
    garden.clock.advance(Duration::from_secs(60 * 60));
    let other = garden.caller("ui", "ui #bbbbbb");
    let read = json!({"task_name": "beds", "process": "garden"});
    let got = other.ok("task_details_get", read.clone());
    assert_eq!(got["claim"]["until"], "2026-11-22T14:00:00Z");
    let got = session.ok("task_details_get", read.clone());
    assert_eq!(got["claim"]["until"], "2026-11-22T15:00:00Z");
    assert_eq!(got["revision"], 4);
    // If nothing may be changed, reading changes nothing.
    garden.clock.advance(Duration::from_secs(60 * 60));
    let reader = garden
        .caller("ui", "ui #aaaaaa")
        .with_options(ServerOptions {
            access: crate::caller::offer::Access::ReadOnly,
            ..ServerOptions::default()
        });
    assert_eq!(reader.ok("task_details_get", read)["revision"], 4);
}

#[test]
fn a_change_that_comes_to_nothing_renews_the_claim() {
    let garden = Garden::with_tasks(&["beds"]);
    let session = &garden.session;
    session.ok("task_next", json!({}));
    let until = || {
        let read = json!({"task_name": "beds", "process": "garden"});
        let got = garden
            .caller("ui", "ui #bbbbbb")
            .ok("task_details_get", read);
        text(&got["claim"]["until"]).to_owned()
    };
    assert_eq!(until(), "2026-11-22T14:00:00Z");
    garden.clock.advance(Duration::from_secs(60 * 60));
    let missing = json!({"task_name": "beds", "job_name": "dig", "status": "done"});
    session.refused("task_job_update", missing);
    assert_eq!(until(), "2026-11-22T15:00:00Z");
}

#[test]
fn a_task_is_updated_and_the_answer_says_how_it_goes_on() {
    let garden = Garden::with_tasks(&["beds", "soil test", "water"]);
    let session = &garden.session;
    session.ok(
        "task_job_add",
        json!({"task_name": "beds", "job_name": "dig"}),
    );
    let message = |sent: Value| text(&session.ok("task_update", sent)["message"]).to_owned();
    insta::assert_snapshot!(message(json!({"task_name": "water", "depends_on": ["beds", "soil test"], "status": "in progress"})), @r#"The task "water" is now in_progress. It waits for "beds" and "soil test"."#);
    insta::assert_snapshot!(message(json!({"task_name": "BEDS", "status": "Done"})), @r#"The task "beds" is now done. Progress: 1 of 3 done. Jobs of it that are not done: 1."#);
    insta::assert_snapshot!(message(json!({"task_name": "water", "status": "blocked", "note": "no hose"})), @r#"The task "water" is now blocked."#);
    insta::assert_snapshot!(message(json!({"task_name": "water", "priority": "HIGH", "note": ""})), @r#"Updated the task "water"."#);
    let moved = session.ok(
        "task_update",
        json!({"task_name": "water", "position": "1"}),
    );
    insta::assert_snapshot!(told(&moved), @r#"
{
  "success": true,
  "message": "Updated the task \"water\".",
  "task_name": "water",
  "status": "blocked",
  "status_note": "no hose",
  "priority": "high",
  "depends_on": [
    "beds",
    "soil test"
  ],
  "position": 1,
  "progress": {
    "done": 1,
    "of": 3,
    "open": 1,
    "blocked": 1
  },
  "process_name": "garden",
  "revision": 10
}
"#);
    let order: Vec<String> = session.ok("task_list", json!({}))["tasks"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(order, ["water", "beds", "soil test"]);
}

#[test]
fn dependencies_come_in_the_ways_in_which_models_write_lists() {
    let garden = Garden::with_tasks(&["beds", "soil test", "water, then wait", "seeds"]);
    let session = &garden.session;
    let depends_on = |sent: Value| {
        let sent = json!({"task_name": "seeds", "status": "todo", "depends_on": sent});
        let got = session.ok("task_update", sent);
        got.get("depends_on").cloned().unwrap_or_default()
    };
    let both = json!(["beds", "soil test"]);
    assert_eq!(depends_on(json!(["beds", "soil test"])), both);
    assert_eq!(depends_on(json!("beds, Soil_Test,")), both);
    assert_eq!(depends_on(json!("[\"beds\", \"soil test\"]")), both);
    assert_eq!(
        depends_on(json!("water, then wait")),
        json!(["water, then wait"])
    );
    // An empty value was not meant, unless it is all that was sent.
    for empty in [json!(""), json!("null"), json!([]), json!([""])] {
        assert_eq!(depends_on(empty), json!(["water, then wait"]));
    }
    let alone = session.ok(
        "task_update",
        json!({"task_name": "seeds", "depends_on": []}),
    );
    assert_eq!(alone.get("depends_on"), None);
}

#[test]
fn an_empty_value_that_is_sent_alone_clears_and_place_0_is_the_first() {
    let garden = Garden::with_tasks(&["beds", "soil test", "water"]);
    let session = &garden.session;
    let update = |more: Value| {
        let mut sent = json!({"task_name": "water"});
        sent.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        session.ok("task_update", sent)
    };
    let blocked = json!({"status": "blocked", "note": "no hose", "depends_on": ["beds"]});
    let full = update(blocked);
    // Beside other values, an empty one is what models fill in.
    let filled = json!({"priority": "high", "note": "", "depends_on": "", "position": 0});
    let filled = update(filled);
    assert_eq!(filled["status_note"], full["status_note"]);
    assert_eq!(filled["depends_on"], json!(["beds"]));
    assert_eq!(filled["position"], Value::Null);
    assert_eq!(update(json!({"note": " "}))["status_note"], Value::Null);
    assert_eq!(update(json!({"depends_on": ""}))["depends_on"], Value::Null);
    assert_eq!(update(json!({"position": 0}))["position"], 1);
    let job = |more: Value| {
        let mut sent = json!({"task_name": "water", "job_name": "hose"});
        sent.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        session.ok("task_job_update", sent)["job"].clone()
    };
    let hose = json!({"task_name": "water", "job_name": "hose", "job_description": "buy one"});
    session.ok("task_job_add", hose);
    let done = json!({"status": "done", "description": ""});
    assert_eq!(job(done)["description"], "buy one");
    assert_eq!(job(json!({"description": ""}))["description"], Value::Null);
}

#[test]
fn words_of_other_programs_are_taken() {
    let garden = Garden::with_tasks(&["beds"]);
    let session = &garden.session;
    let update = |name: &str, word: &str| {
        let sent = json!({"task_name": "beds", name: word});
        session.ok("task_update", sent)
    };
    let got = update("status", "Review");
    insta::assert_snapshot!(text(&got["message"]), @r#"The task "beds" is now in_progress; "Review" is its note."#);
    assert_eq!(
        (&got["status"], &got["status_note"]),
        (&json!("in_progress"), &json!("Review"))
    );
    assert_eq!(update("status", "postponed")["status"], "blocked");
    assert_eq!(update("priority", "critical")["priority"], "high");
    assert_eq!(update("priority", "trivial")["priority"], "low");
    session.ok(
        "task_job_add",
        json!({"task_name": "beds", "job_name": "dig"}),
    );
    let job = json!({"task_name": "beds", "job_name": "dig", "status": "in review"});
    let job = session.ok("task_job_update", job);
    assert_eq!(job["job"]["status"], "in_progress");
}

#[test]
fn what_is_done_before_what_it_depends_on_is_said_to_be() {
    let garden = Garden::with_tasks(&["beds", "water"]);
    let session = &garden.session;
    let on = json!({"task_name": "water", "depends_on": ["beds"]});
    session.ok("task_update", on);
    let done = json!({"task_name": "water", "status": "done"});
    let got = session.ok("task_update", done);
    insta::assert_snapshot!(text(&got["message"]), @r#"The task "water" is now done. Progress: 1 of 2 done. It depends on "beds", not done yet."#);
}

#[test]
fn jobs_are_worked_off_one_by_one() {
    let garden = Garden::with_tasks(&["beds"]);
    let session = &garden.session;
    for description in ["left", "right"] {
        let job = json!({"task_name": "beds", "job_name": "dig", "job_description": description});
        session.ok("task_job_add", job);
        garden.clock.advance(Duration::from_secs(1));
    }
    let job = |more: Value| {
        let mut sent = json!({"task_name": "beds", "job_name": "Dig"});
        sent.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        sent
    };
    let got = session.ok("task_job_update", job(json!({"status": "done"})));
    insta::assert_snapshot!(told(&got), @r#"
{
  "success": true,
  "message": "Updated the job \"dig\" of the task \"beds\": done. There were 2 of this name; this was the newest open one.",
  "task_name": "beds",
  "job_key": "dig_2026-11-22T12:00:01.000000Z",
  "job": {
    "name": "dig",
    "description": "right",
    "created_at": "2026-11-22T12:00:01Z",
    "status": "done",
    "status_at": "2026-11-22T12:00:02.000000Z",
    "status_by": "ui"
  },
  "open_jobs": 1,
  "process_name": "garden",
  "revision": 5
}
"#);
    let got = session.ok("task_job_update", job(json!({"status": "completed"})));
    insta::assert_snapshot!(text(&got["message"]), @r#"Updated the job "dig" of the task "beds": done. There were 2 of this name; this was the newest open one. No job of the task is open."#);
    let got = session.ok(
        "task_job_update",
        job(json!({"description": "deep", "new_name": "dig deep", "status": ""})),
    );
    insta::assert_snapshot!(text(&got["message"]), @r#"Updated the job "dig deep", before "dig", of the task "beds". There were 2 of this name, none of them open; this was the newest."#);
    assert_eq!(
        (&got["job"]["name"], &got["job"]["description"]),
        (&json!("dig deep"), &json!("deep"))
    );

    let key = got["job_key"].clone();
    let got = session.ok(
        "task_job_delete",
        json!({"task_name": "beds", "job_name": key}),
    );
    insta::assert_snapshot!(told(&got), @r#"
{
  "success": true,
  "message": "Deleted the job \"dig deep\" of the task \"beds\". Undo with process_undo.",
  "task_name": "beds",
  "job_name": "dig deep",
  "job_key": "dig_2026-11-22T12:00:01.000000Z",
  "process_name": "garden",
  "revision": 8
}
"#);
    let undone = session.ok("process_undo", json!({}));
    insta::assert_snapshot!(text(&undone["message"]), @r#"Took back revision 8: deleted the job "dig deep" from the task "beds"."#);
    let jobs = session.ok("task_jobs_list", json!({"task_name": "beds"}));
    assert_eq!(jobs["job_count"], 2);
    assert_eq!(jobs["jobs"][0]["status"], "done");
}

#[test]
fn a_process_is_described_anew() {
    let garden = Garden::with_tasks(&[]);
    let session = &garden.session;
    let got = session.ok("process_update", json!({"description": "all of it"}));
    insta::assert_snapshot!(told(&got), @r#"
{
  "success": true,
  "message": "Changed the description of the process \"garden\".",
  "old_description": "",
  "description": "all of it",
  "process_name": "garden",
  "revision": 2
}
"#);
    let loaded = session.ok("process_load", json!({"name": "garden"}));
    assert_eq!(loaded["process_data"]["description"], "all of it");
    session.ok("process_undo", json!({}));
    let loaded = session.ok("process_load", json!({"name": "garden"}));
    assert_eq!(loaded["process_data"].get("description"), None);
}
