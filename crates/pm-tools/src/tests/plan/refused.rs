//! What cannot be done to the plan, word for word.

use super::*;
use crate::caller::offer::Access;

fn garden() -> Session {
    let garden = Garden::with_tasks(&["beds", "soil test", "water"]);
    let session = garden.session;
    for job in ["dig up", "Dig-Up", "rake"] {
        session.ok(
            "task_job_add",
            json!({"task_name": "beds", "job_name": job}),
        );
    }
    session.ok(
        "task_update",
        json!({"task_name": "water", "depends_on": ["soil test"]}),
    );
    session
}

fn refused(tool: &str, sent: Value) -> String {
    garden().refused(tool, sent)
}

#[test]
fn dependencies_that_cannot_be() {
    let on = |task: &str, on: Value| json!({"task_name": task, "depends_on": on});
    insta::assert_snapshot!(refused("task_update", on("soil test", json!(["beds", "Water"]))), @r#"Nothing was changed: these tasks would wait for each other: "soil test" → "water" → "soil test". Call task_update again with depends_on without "water"."#);
    insta::assert_snapshot!(refused("task_update", on("beds", json!("beds"))), @r#"Nothing was changed: these tasks would wait for each other: "beds" → "beds". Call task_update again with other tasks in depends_on."#);
    insta::assert_snapshot!(refused("task_update", on("beds", json!(["soil"]))), @r#"Nothing was changed: depends_on has "soil", and the process "garden" has no such task. Call task_update again with depends_on "soil test"."#);
    insta::assert_snapshot!(refused("task_update", on("beds", json!(["zzz"]))), @r#"Nothing was changed: depends_on has "zzz", and the process "garden" has no such task. Call task_list to see what there is."#);
    insta::assert_snapshot!(refused("task_update", on("beds", json!("water, zzz"))), @r#"Nothing was changed: depends_on has "zzz", and the process "garden" has no such task. Call task_list to see what there is."#);
    insta::assert_snapshot!(refused("task_update", on("beds", json!([["water"]]))), @"Nothing was changed: depends_on must be a list of names and came as a list. Call task_update again with depends_on as a list of names.");
    insta::assert_snapshot!(refused("task_update", on("beds", json!({"on": "water"}))), @"Nothing was changed: depends_on must be a list of names and came as an object. Call task_update again with depends_on as a list of names.");
    let other = garden().other_caller();
    let mut elsewhere = on("beds", json!(["zzz"]));
    elsewhere["process"] = "garden".into();
    insta::assert_snapshot!(other.refused("task_update", elsewhere), @r#"Nothing was changed: depends_on has "zzz", and the process "garden" has no such task. Call task_list with process "garden" to see what there is."#);
}

#[test]
fn words_that_are_none() {
    let beds = |name: &str, value: Value| json!({"task_name": "beds", name: value});
    insta::assert_snapshot!(refused("task_update", beds("status", json!("half done"))), @r#"Nothing was changed: status cannot be "half done". Call task_update again with status "todo", "in_progress", "blocked", "done" or "cancelled"."#);
    insta::assert_snapshot!(refused("task_update", beds("priority", json!(1))), @r#"Nothing was changed: priority cannot be "1". Call task_update again with priority "low", "normal" or "high"."#);
    insta::assert_snapshot!(refused("task_update", beds("take_over", json!("maybe"))), @"Nothing was changed: take_over must be true or false and came as other text. Call task_update again with take_over as true or false.");
    insta::assert_snapshot!(refused("task_update", beds("position", json!("first"))), @"Nothing was changed: position must be a whole number and came as text. Call task_update again with position as a whole number.");
    let job = json!({"task_name": "beds", "job_name": "rake", "status": "half"});
    insta::assert_snapshot!(refused("task_job_update", job), @r#"Nothing was changed: status cannot be "half". Call task_job_update again with status "todo", "in_progress", "blocked", "done" or "cancelled"."#);
    insta::assert_snapshot!(refused("task_next", json!({"peek": "maybe"})), @"Nothing was claimed: peek must be true or false and came as other text. Call task_next again with peek as true or false.");
}

#[test]
fn nothing_to_change() {
    insta::assert_snapshot!(refused("task_update", json!({"task_name": "beds", "status": "", "note": " ", "position": 0, "take_over": false})), @"Nothing was changed: nothing to change was given. Call task_update again with one of status, note, priority, depends_on, position, labels, comment.");
    insta::assert_snapshot!(refused("task_update", json!({"task_name": "bed"})), @r#"Nothing was changed: the process "garden" has no task "bed". Call task_update again with task_name "beds"."#);
    insta::assert_snapshot!(refused("task_job_update", json!({"task_name": "beds", "job_name": "rake"})), @"Nothing was changed: nothing to change was given. Call task_job_update again with one of status, description, new_name.");
    insta::assert_snapshot!(refused("process_update", json!({})), @"Nothing was changed: description is missing. Call process_update again with a description.");
}

#[test]
fn a_task_that_is_somebody_elses() {
    let garden = Garden::with_tasks(&["beds"]);
    garden.session.ok("task_next", json!({}));
    let other = garden.caller("agent", "agent #bbbbbb");
    let done = json!({"task_name": "beds", "status": "done", "process": "garden"});
    insta::assert_snapshot!(other.refused("task_update", done), @r#"Nothing was changed: the task "beds" is claimed by "ui #aaaaaa" until 2026-11-22T14:00:00.000000Z. Call task_next for another task, or task_update again with take_over true only where the user wants that."#);
}

#[test]
fn jobs_that_are_not_there() {
    let job = |tool: &str, name: &str| {
        let mut sent = json!({"task_name": "beds", "job_name": name});
        if tool == "task_job_update" {
            sent["status"] = "done".into();
        }
        refused(tool, sent)
    };
    insta::assert_snapshot!(job("task_job_update", "rak"), @r#"Nothing was changed: the task "beds" has no job "rak". Call task_job_update again with job_name "rake"."#);
    insta::assert_snapshot!(job("task_job_update", "zzz"), @r#"Nothing was changed: the task "beds" has no job "zzz". Call task_jobs_list with task_name "beds" to see what there is."#);
    insta::assert_snapshot!(job("task_job_update", "dig_up"), @r#"Nothing was changed: "dig_up" may mean "dig up" or "Dig-Up". Call task_job_update again with job_name "dig up" or "Dig-Up"."#);
    insta::assert_snapshot!(job("task_job_update", ""), @"Nothing was changed: job_name is blank. Call task_job_update again with a job_name.");
    insta::assert_snapshot!(job("task_job_delete", "rak"), @r#"Nothing was deleted: the task "beds" has no job "rak", only "rake". Ask the user whether it is meant."#);
    insta::assert_snapshot!(job("task_job_delete", "zzz"), @r#"Nothing was deleted: the task "beds" has no job "zzz", only "dig up", "Dig-Up" and "rake". Ask the user which one is meant."#);
    insta::assert_snapshot!(job("task_job_delete", "DIG UP"), @r#"Nothing was deleted: "DIG UP" may mean "dig up" or "Dig-Up". Ask the user which one is meant."#);
    let rename = json!({"task_name": "beds", "job_name": "rake", "new_name": "x".repeat(201)});
    insta::assert_snapshot!(refused("task_job_update", rename), @"Nothing was changed: new_name has 201 characters, and 200 are the most. Call task_job_update again with a shorter new_name.");
    insta::assert_snapshot!(refused("task_job_update", json!({"task_name": "zzz", "job_name": "rake", "status": "done"})), @r#"Nothing was changed: the process "garden" has no task "zzz". Call task_list to see what there is."#);
}

#[test]
fn where_nothing_may_be_changed() {
    let reader = garden().with_options(ServerOptions {
        access: Access::ReadOnly,
        ..ServerOptions::default()
    });
    insta::assert_snapshot!(reader.refused("task_update", json!({"task_name": "beds", "status": "done"})), @"Nothing was changed: this server is for reading only. Tell the user that nothing can be changed here.");
    // The next task can be seen, and is nobody's.
    let revision = reader.manager.process("garden").unwrap().revision;
    for sent in [json!({}), json!({"peek": true}), json!({"peek": false})] {
        let got = reader.ok("task_next", sent);
        assert_eq!(got["message"], "This task is next; nothing was claimed.");
        assert_eq!(
            (&got["task_name"], &got["revision"]),
            (&json!("beds"), &json!(revision))
        );
    }
    let other = garden().other_caller();
    other.ok("process_new", json!({"name": "house"}));
    let nobody = other.other_caller();
    insta::assert_snapshot!(nobody.refused("process_update", json!({"description": "x"})), @r#"Nothing was changed: no process is open. Call process_load with name "garden" or "house" first."#);
}
