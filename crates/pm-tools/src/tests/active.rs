//! Which process a call is about: the one named, the open one, or the only one that can be
//! meant.

use serde_json::json;

use super::Session;
use crate::ServerOptions;

/// A caller who has opened nothing, of a server with two processes.
fn two_processes() -> Session {
    let owner = Session::new();
    owner.ok("process_new", json!({"name": "Garden Planner"}));
    owner.ok("task_new", json!({"task_name": "soil test"}));
    owner.ok("process_new", json!({"name": "House"}));
    owner.ok("task_new", json!({"task_name": "paint"}));
    owner.other_caller()
}

#[test]
fn the_open_process_is_the_callers_own() {
    let one = Session::new();
    one.ok("process_new", json!({"name": "one"}));
    let two = one.other_caller();
    two.ok("process_new", json!({"name": "two"}));
    assert_eq!(one.ok("task_list", json!({}))["process_name"], "one");
    assert_eq!(two.ok("task_list", json!({}))["process_name"], "two");
    two.ok("process_load", json!({"name": "ONE"}));
    assert_eq!(two.ok("task_list", json!({}))["process_name"], "one");
    let refusal = one.other_caller().refused("task_list", json!({}));
    insta::assert_snapshot!(refusal, @r#"Nothing was listed: no process is open. Call process_load with name "one" or "two" first."#);
}

#[test]
fn a_named_process_is_used_and_not_opened() {
    let session = two_processes();
    session.ok("process_load", json!({"name": "House"}));
    let answer = session.ok(
        "task_new",
        json!({"task_name": "beds", "process": "garden_planner"}),
    );
    assert_eq!(answer["process_name"], "Garden Planner");
    assert!(answer.get("note").is_none());
    assert_eq!(session.ok("task_list", json!({}))["process_name"], "House");
}

/// Two chats of one page share a session, and neither sees what the other opens.
#[test]
fn a_process_that_was_opened_long_before_is_told_once_others_were_used() {
    let session = two_processes();
    session.ok("process_load", json!({"name": "House"}));
    let note = |arguments| session.ok("task_list", arguments)["note"].clone();
    for _ in 0..10 {
        assert_eq!(note(json!({})), json!(null));
    }
    assert_eq!(note(json!({"process": "Garden Planner"})), json!(null));
    insta::assert_snapshot!(note(json!({})).as_str().unwrap(), @r#"This is the open process, opened some time ago; "Garden Planner" was used since."#);
    // Opened anew, it is the one that is meant.
    session.ok("process_load", json!({"name": "House"}));
    session.ok("task_list", json!({"process": "Garden Planner"}));
    assert_eq!(note(json!({})), json!(null));
}

#[test]
fn a_server_for_one_process_begins_with_that_open() {
    let project = two_processes().with_options(ServerOptions {
        process: Some("garden planner".into()),
        ..ServerOptions::default()
    });
    let answer = project.ok("task_list", json!({}));
    assert_eq!(answer["process_name"], "Garden Planner");
    assert_eq!(answer.get("note"), None);
    project.ok("process_load", json!({"name": "House"}));
    assert_eq!(project.ok("task_list", json!({}))["process_name"], "House");
    // It follows its new name as any open process does.
    let renaming = project.other_caller();
    renaming.ok("process_save", json!({"name": "Orchard"}));
    let answer = renaming.ok("task_list", json!({}));
    assert_eq!(answer["process_name"], "Orchard");
    // For those who come later there is none of the old name, until somebody makes one.
    let late = project.other_caller();
    let refusal = late.refused("task_list", json!({}));
    insta::assert_snapshot!(refusal, @r#"Nothing was listed: no process is open. Call process_load with name "House" or "Orchard" first."#);
    renaming.ok("process_save", json!({"name": "Garden Planner"}));
    late.ok("task_list", json!({}));
    // Once it is deleted, nothing is opened in its place, nor again.
    late.ok("process_delete", json!({"name": "Garden Planner"}));
    renaming.ok("process_new", json!({"name": "Garden Planner"}));
    late.refused("task_list", json!({}));
}

#[test]
fn the_only_process_needs_no_opening() {
    let owner = Session::new();
    owner.ok("process_new", json!({"name": "garden"}));
    let session = owner.other_caller();
    let answer = session.ok("task_new", json!({"task_name": "beds"}));
    assert_eq!(answer["process_name"], "garden");
    assert_eq!(
        answer["note"],
        "No process is open; this one was used because it is the only one."
    );
    assert!(owner.ok("task_list", json!({})).get("note").is_none());
}

#[test]
fn the_only_process_with_the_task_needs_no_opening() {
    let session = two_processes();
    let job = json!({"task_name": "Soil_Test", "job_name": "sample"});
    let answer = session.ok("task_job_add", job);
    assert_eq!(answer["process_name"], "Garden Planner");
    assert_eq!(answer["task_name"], "soil test");
    assert_eq!(
        answer["note"],
        "No process is open; this one was used because no other has such a task."
    );
    // It is no longer open.
    session.refused("task_new", json!({"task_name": "beds"}));
}

#[test]
fn what_is_ambiguous_is_refused() {
    let session = two_processes();
    session.ok(
        "task_new",
        json!({"task_name": "SOIL TEST", "process": "House"}),
    );
    let refusal = session.refused("task_delete", json!({"task_name": "soil test"}));
    insta::assert_snapshot!(refusal, @r#"Nothing was deleted: no process is open, and "Garden Planner" and "House" have such a task. Call task_delete again with process "Garden Planner" or "House"."#);
    let refusal = session.refused("task_new", json!({"task_name": "beds"}));
    insta::assert_snapshot!(refusal, @r#"Nothing was added: no process is open. Call process_load with name "Garden Planner" or "House" first."#);
}

#[test]
fn too_many_processes_are_not_searched() {
    let owner = Session::new();
    for number in 0..=super::super::call::SEARCHED_PROCESSES_MAX {
        owner.ok("process_new", json!({"name": format!("process {number}")}));
    }
    owner.ok("task_new", json!({"task_name": "beds"}));
    let session = owner.other_caller();
    let refusal = session.refused("task_details_get", json!({"task_name": "beds"}));
    insta::assert_snapshot!(refusal, @"Nothing was read: no process is open. Call process_list_all first, to see which one is meant.");
}

#[test]
fn an_open_process_that_is_gone_is_never_replaced_by_a_guess() {
    let session = two_processes();
    session.ok("process_load", json!({"name": "House"}));
    let other = session.other_caller();
    other.ok("process_delete", json!({"name": "House"}));
    // One is left, and it was not meant.
    let refusal = session.refused("task_new", json!({"task_name": "roof"}));
    insta::assert_snapshot!(refusal, @r#"Nothing was added: the open process "House" is gone, because someone deleted or renamed it. Call process_list_all to see which processes there are."#);
    other.ok("process_new", json!({"name": "house!"}));
    session.refused("task_list", json!({}));
    session.ok("process_load", json!({"name": "house"}));
    assert_eq!(session.ok("task_list", json!({}))["process_name"], "house!");
}

#[test]
fn deleting_the_open_process_closes_it() {
    let session = two_processes();
    session.ok("process_load", json!({"name": "House"}));
    session.ok("process_delete", json!({"name": "garden planner"}));
    assert_eq!(session.ok("task_list", json!({}))["process_name"], "House");
    session.ok("process_new", json!({"name": "third"}));
    session.ok("process_delete", json!({"name": "third"}));
    let answer = session.ok("task_list", json!({}));
    assert!(answer["note"].is_string(), "the only one left");
}

#[test]
fn the_open_process_follows_its_new_name() {
    let session = two_processes();
    session.ok("process_load", json!({"name": "House"}));
    let answer = session.ok("process_save", json!({"name": "Villa"}));
    assert_eq!(
        (&answer["process_name"], &answer["old_name"]),
        (&json!("Villa"), &json!("House"))
    );
    assert_eq!(session.ok("task_list", json!({}))["process_name"], "Villa");
    let names = session.ok("process_list_all", json!({}));
    assert_eq!(names["process_list"][1]["process"], "Villa");
    assert_eq!(names["total"], 2);
    // Another spelling is a new name; the same one, or none, changes nothing.
    let revision = session.ok("process_save", json!({"name": "VILLA"}))["revision"].clone();
    assert_eq!(
        session.ok("process_save", json!({"name": "VILLA"}))["revision"],
        revision
    );
    assert_eq!(session.ok("process_save", json!({}))["revision"], revision);
    // A process that is not open is renamed if it is named, and the open one stays.
    session.ok(
        "process_save",
        json!({"name": "Yard", "process": "garden planner"}),
    );
    assert_eq!(session.ok("task_list", json!({}))["process_name"], "VILLA");
}

#[test]
fn nothing_is_renamed_that_nobody_pointed_at() {
    let owner = Session::new();
    owner.ok("process_new", json!({"name": "garden"}));
    let session = owner.other_caller();
    let refusal = session.refused("process_save", json!({"name": "New project"}));
    insta::assert_snapshot!(refusal, @r#"Nothing was saved: no process is open. Call process_load with name "garden" first."#);
    assert_eq!(
        session.ok("process_save", json!({}))["process_name"],
        "garden"
    );
}
