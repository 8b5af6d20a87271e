//! Taking back what was done last, whichever process it concerns.

use std::sync::Arc;
use std::time::Duration;

use pm_core::{ManualClock, MemoryStore, ProcessManager};
use serde_json::{Value, json};
use time::macros::datetime;

use super::Session;
use super::history::named;

/// A garden with a task, which is open, and a shed with one.
fn two_processes() -> Session {
    let session = named(&Session::new(), "ui");
    for (process, task) in [("shed", "paint"), ("garden", "beds")] {
        session.ok("process_new", json!({"name": process}));
        session.ok("task_new", json!({"task_name": task}));
    }
    session
}

fn undo(session: &Session) -> String {
    message(&session.ok("process_undo", json!({})))
}

fn message(answer: &Value) -> String {
    answer["message"].as_str().unwrap().to_owned()
}

/// The processes, each with its tasks.
fn stored(session: &Session) -> String {
    let names = session.manager.process_names().unwrap();
    let told = names.iter().map(|name| {
        let process = session.manager.process(name.as_str()).unwrap();
        let tasks: Vec<&str> = process
            .tasks
            .keys()
            .map(pm_core::TaskName::as_str)
            .collect();
        format!("{name}({})", tasks.join(" "))
    });
    told.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_deletion_is_taken_back_and_no_older_change_of_another_process() {
    let session = two_processes();
    session.ok("process_delete", json!({"name": "shed"}));
    insta::assert_snapshot!(undo(&session), @r#"Restored the process "shed"."#);
    assert_eq!(stored(&session), "garden(beds) shed(paint)");
    assert_eq!(session.ok("task_list", json!({}))["process_name"], "garden");
    // What came before the deletion, now that it is taken back.
    insta::assert_snapshot!(undo(&session), @r#"Took back revision 2: added the task "beds"."#);
}

#[test]
fn all_that_was_done_is_taken_back_step_by_step() {
    let session = two_processes();
    session.ok("process_save", json!({"name": "park"}));
    session.ok("process_delete", json!({"name": "park"}));
    session.ok("process_restore", json!({"name": "park"}));
    session.ok("task_new", json!({"task_name": "shelf", "process": "shed"}));
    let mut told = Vec::new();
    for _ in 0..8 {
        told.push(format!("{}\n  {}", undo(&session), stored(&session)));
    }
    insta::assert_snapshot!(told.join("\n"), @r#"
Took back revision 3: added the task "shelf". This was in the process "shed".
  park(beds) shed(paint)
Deleted the restored process "park" again. Undo with process_restore and name "park".
  shed(paint)
Restored the process "park".
  park(beds) shed(paint)
Took back revision 3: renamed the process "garden" to "park".
  garden(beds) shed(paint)
Took back revision 2: added the task "beds".
  garden() shed(paint)
Took back the new process "garden": deleted it. Undo with process_restore and name "garden".
  shed(paint)
Took back revision 2: added the task "paint".
  shed()
Took back the new process "shed": deleted it. Undo with process_restore and name "shed".
"#);
    insta::assert_snapshot!(session.refused("process_undo", json!({})), @"Nothing was taken back: there is no process yet. Call process_new only if the user wants a new process.");
}

#[test]
fn what_others_have_changed_since_is_not_deleted() {
    let session = named(&Session::new(), "ui");
    session.ok("process_new", json!({"name": "garden"}));
    let other = named(&session, "agent");
    other.ok(
        "task_new",
        json!({"task_name": "water", "process": "garden"}),
    );
    insta::assert_snapshot!(session.refused("process_undo", json!({})), @r#"Nothing was taken back: the process "garden" was created and changed since by revision 2 of agent: added the task "water". Ask the user whether revision 2 is to be taken back first."#);
    assert_eq!(stored(&session), "garden(water)");
    // Once that is taken back, it can be.
    other.ok("process_undo", json!({}));
    insta::assert_snapshot!(undo(&session), @r#"Took back the new process "garden": deleted it. Undo with process_restore and name "garden"."#);
    assert_eq!(stored(&session), "");
}

#[test]
fn a_process_that_is_gone_is_said_to_be() {
    let session = two_processes();
    named(&session, "agent").ok("process_delete", json!({"name": "garden"}));
    insta::assert_snapshot!(session.refused("process_undo", json!({})), @r#"Nothing was taken back: the process "garden" was deleted. Call process_restore with name "garden" to get it back."#);
    assert_eq!(stored(&session), "shed(paint)");
}

#[test]
fn a_deletion_that_is_for_ever_is_said_to_be() {
    let clock = Arc::new(ManualClock::new(datetime!(2026-11-22 12:00 UTC)));
    let manager = ProcessManager::new(MemoryStore::with_clock(clock.clone()));
    let session = Session {
        manager,
        ..Session::new()
    };
    session.ok("process_new", json!({"name": "garden"}));
    session.ok("process_new", json!({"name": "shed"}));
    session.ok("process_delete", json!({"name": "garden"}));
    clock.advance(Duration::from_secs(1));
    session.manager.purge_trash(Duration::ZERO).unwrap();
    insta::assert_snapshot!(session.refused("process_undo", json!({})), @r#"Nothing was taken back: no process "garden" was deleted lately. Call process_list_all to see what there is."#);
    assert_eq!(stored(&session), "shed()");
}

#[test]
fn a_change_that_is_in_the_way_is_told_with_its_process() {
    let session = two_processes();
    let other = named(&session, "agent");
    let shelf = json!({"task_name": "shelf", "process": "shed"});
    session.ok("task_new", shelf.clone());
    other.ok("task_delete", shelf);
    insta::assert_snapshot!(session.refused("process_undo", json!({})), @r#"Nothing was taken back: what revision 3 of the process "shed" changed was changed again by revision 4 of agent: deleted the task "shelf" (jobs: 0, code versions: 0). Ask the user whether revision 4 is to be taken back first."#);
    assert_eq!(stored(&session), "garden(beds) shed(paint)");
}

#[test]
fn a_new_session_asks_which_of_a_deletion_and_a_change_is_meant() {
    let session = two_processes();
    session.ok("process_delete", json!({"name": "shed"}));
    let later = named(&session, "ui");
    drop(session);
    insta::assert_snapshot!(later.refused("process_undo", json!({})), @r#"Nothing was taken back: you have done nothing in this session, and before it the process "shed" was deleted. Call process_undo again with process "shed" to get that back, or process "garden" for the last change there."#);
    assert_eq!(stored(&later), "garden(beds)");
    later.ok("process_undo", json!({"process": "shed"}));
    assert_eq!(stored(&later), "garden(beds) shed(paint)");
    let deleted = named(&Session::new(), "ui");
    deleted.ok("process_new", json!({"name": "only"}));
    deleted.ok("process_delete", json!({"name": "only"}));
    let later = named(&deleted, "ui");
    drop(deleted);
    insta::assert_snapshot!(later.refused("process_undo", json!({})), @r#"Nothing was taken back: you have done nothing in this session, and before it the process "only" was deleted. Call process_undo again with process "only" to get that back."#);
}
