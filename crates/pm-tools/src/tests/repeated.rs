//! Calls that a client sends again because it got no answer.

use serde_json::{Value, json};

use super::Session;

fn garden() -> Session {
    let session = Session::new();
    session.ok("process_new", json!({"name": "garden"}));
    session.ok("task_new", json!({"task_name": "beds"}));
    session
}

fn jobs(session: &Session) -> usize {
    let got = session.ok("task_jobs_list", json!({"task_name": "beds"}));
    got["jobs"].as_array().unwrap().len()
}

fn dig() -> Value {
    json!({"task_name": "beds", "job_name": "dig", "job_description": "two spades deep"})
}

#[test]
fn a_job_that_is_added_again_is_there_once() {
    let session = garden();
    let added = session.ok("task_job_add", dig());
    let again = session.ok("task_job_add", dig());
    insta::assert_snapshot!(again["message"].as_str().unwrap(), @r#"You added the job "dig" to the task "beds" already, in revision 3; it was not added twice. Another one needs another name or description."#);
    assert_eq!(again["already_added"], true);
    assert_eq!(added["already_added"], Value::Null);
    assert_eq!(again["revision"], added["revision"]);
    assert_eq!(jobs(&session), 1);
    // With other calls in between, as if several were sent together.
    session.ok("task_new", json!({"task_name": "water"}));
    session.ok("task_job_add", dig());
    assert_eq!(jobs(&session), 1);
}

#[test]
fn a_job_that_differs_or_is_another_callers_is_added() {
    let session = garden();
    session.ok("task_job_add", dig());
    let mut other = dig();
    other["job_description"] = "again".into();
    session.ok("task_job_add", other);
    assert_eq!(jobs(&session), 2);
    session.other_caller().ok("task_job_add", dig());
    assert_eq!(jobs(&session), 3);
}

#[test]
fn a_job_that_is_done_or_was_deleted_is_added_again() {
    let session = garden();
    session.ok("task_job_add", dig());
    let done = json!({"task_name": "beds", "job_name": "dig", "status": "done"});
    session.ok("task_job_update", done);
    session.ok("task_job_add", dig());
    assert_eq!(jobs(&session), 2);
    session.ok(
        "task_job_delete",
        json!({"task_name": "beds", "job_name": "dig"}),
    );
    session.ok("task_job_add", dig());
    assert_eq!(jobs(&session), 2);
    session.ok("process_undo", json!({}));
    session.ok("task_job_add", dig());
    assert_eq!(jobs(&session), 2);
}

#[test]
fn what_was_added_long_ago_is_no_repetition() {
    let session = garden();
    session.ok("task_job_add", dig());
    for number in 0..20 {
        let code = json!({"task_name": "beds", "code_name": "c", "code_content": number});
        session.ok("task_code_add", code);
    }
    session.ok("task_job_add", dig());
    assert_eq!(jobs(&session), 2);
}

#[test]
fn code_that_is_deleted_again_takes_no_other_with_it() {
    let session = garden();
    for name in ["main", "main_test"] {
        let code = json!({"task_name": "beds", "code_name": name, "code_content": name});
        session.ok("task_code_add", code);
    }
    let delete = json!({"task_name": "beds", "code_name": "main"});
    session.ok("task_code_delete", delete.clone());
    let again = session.ok("task_code_delete", delete.clone());
    insta::assert_snapshot!(again["message"].as_str().unwrap(), @r#"You deleted the code "main" from the task "beds" already, in revision 5; nothing more was deleted."#);
    assert_eq!(again["deleted_count"], 0);
    let details = session.ok("task_details_get", json!({"task_name": "beds"}));
    assert_eq!(details["code_count"], 1);
    // Taken back, it is deleted as before.
    session.ok("process_undo", json!({}));
    assert_eq!(session.ok("task_code_delete", delete)["deleted_count"], 1);
}
