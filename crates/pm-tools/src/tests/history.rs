//! What was changed, and taking it back.

use pm_core::{Action, Actor, FileStore, ProcessManager};
use serde_json::{Value, json};

use super::Session;
use crate::caller::offer::Access;
use crate::options::ServerOptions;

/// A caller by the name of a client.
pub(super) fn named(session: &Session, client: &str) -> Session {
    let other = session.other_caller();
    let actor = Actor::Client {
        client: client.into(),
        principal: None,
    };
    Session {
        manager: other.manager.clone().acting_as(actor),
        ..other
    }
}

/// A garden with two tasks, one of them described anew by another client.
fn garden() -> (Session, Session) {
    let session = named(&Session::new(), "ui");
    session.ok("process_new", json!({"name": "garden"}));
    session.ok("task_new", json!({"task_name": "beds"}));
    session.ok("task_new", json!({"task_name": "water"}));
    let other = named(&session, "agent");
    other.ok(
        "task_update_description",
        json!({"task_name": "beds", "new_description": "raised"}),
    );
    (session, other)
}

fn tasks(session: &Session) -> Vec<String> {
    let got = session.ok("task_list", json!({}));
    got["tasks"].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn the_history_says_what_was_changed_and_by_whom() {
    let (session, _) = garden();
    let got = session.ok("process_history", json!({}));
    insta::assert_snapshot!(serde_json::to_string_pretty(&got).unwrap(), @r#"
{
  "success": true,
  "process_name": "garden",
  "revision": 4,
  "changes": [
    {
      "revision": 4,
      "change": "described the task \"beds\" anew",
      "by": "agent",
      "at": "2026-11-22T12:00:00Z"
    },
    {
      "revision": 3,
      "change": "added the task \"water\"",
      "by": "you",
      "at": "2026-11-22T12:00:00Z"
    },
    {
      "revision": 2,
      "change": "added the task \"beds\"",
      "by": "you",
      "at": "2026-11-22T12:00:00Z"
    }
  ]
}
"#);
}

#[test]
fn the_history_of_a_task_is_asked_for_by_its_name() {
    let (session, _) = garden();
    session.ok("task_delete", json!({"task_name": "beds"}));
    let revisions = |sent: Value| -> Vec<u64> {
        let got = session.ok("process_history", sent);
        let changes = got["changes"].as_array().unwrap().iter();
        changes
            .map(|change| change["revision"].as_u64().unwrap())
            .collect()
    };
    // Also if it is gone.
    assert_eq!(revisions(json!({"task_name": "Beds"})), [5, 4, 2]);
    assert_eq!(revisions(json!({"task_name": "", "limit": "2"})), [5, 4]);
    assert_eq!(revisions(json!({"limit": 1.0, "process": "Garden"})), [5]);
    assert_eq!(revisions(json!({"limit": "null"})), [5, 4, 3, 2]);
    insta::assert_snapshot!(session.refused("process_history", json!({"task_name": "shed"})), @r#"Nothing was listed: the process "garden" has no task "shed", only "water". Call process_history again with this name."#);
    insta::assert_snapshot!(session.refused("process_history", json!({"limit": "all"})), @"Nothing was listed: limit must be a whole number and came as text. Call process_history again with limit as a whole number.");
    insta::assert_snapshot!(session.refused("process_history", json!({"limit": -1})), @"Nothing was listed: limit must be a whole number and came as another number. Call process_history again with limit as a whole number.");
    insta::assert_snapshot!(session.refused("process_history", json!({"limit": true})), @"Nothing was listed: limit must be a whole number and came as a boolean. Call process_history again with limit as a whole number.");
}

#[test]
fn a_history_that_is_not_whole_says_so() {
    let (session, _) = garden();
    let got = session.ok("process_history", json!({"limit": 2}));
    assert_eq!(got["changes"].as_array().unwrap().len(), 2);
    insta::assert_snapshot!(got["message"].as_str().unwrap(), @"There are older changes: call process_history again with after 3.");
    session.ok("process_new", json!({"name": "house"}));
    let got = session.ok("process_history", json!({}));
    insta::assert_snapshot!(got["message"].as_str().unwrap(), @"No change is kept.");
}

#[test]
fn the_own_last_change_is_taken_back() {
    let (session, other) = garden();
    let got = session.ok("process_undo", json!({}));
    insta::assert_snapshot!(serde_json::to_string_pretty(&got).unwrap(), @r#"
{
  "success": true,
  "message": "Took back revision 3: added the task \"water\".",
  "process_name": "garden",
  "revision": 5,
  "undone_revisions": [
    3
  ]
}
"#);
    assert_eq!(tasks(&session), ["beds"]);
    let got = other.ok("process_undo", json!({"revision": ""}));
    assert_eq!(got["undone_revisions"], json!([4]));
    // The one before, now that nothing of the other is in the way.
    let got = session.ok("process_undo", json!({}));
    assert_eq!(got["undone_revisions"], json!([2]));
    let garden = json!({"process": "garden"});
    insta::assert_snapshot!(session.refused("process_undo", garden), @r#"Nothing was taken back: you have made no change of the process "garden" that is left to be taken back. Call process_history to see what there is to take back."#);
    // Made again: the tasks come in their old order, since none was in between.
    session.ok("process_undo", json!({"revision": 7}));
    let got = session.ok("process_undo", json!({"revision": "5"}));
    insta::assert_snapshot!(got["message"].as_str().unwrap(), @r#"Made revision 3 again: added the task "water"."#);
    assert_eq!(tasks(&session), ["beds", "water"]);
    let history = session.ok("process_history", json!({"limit": 3}));
    assert_eq!(history["changes"][2]["undone_by_revision"], json!(8));
}

#[test]
fn what_cannot_be_taken_back_is_refused_with_its_reason() {
    let (session, other) = garden();
    let refused = |revision: u64| session.refused("process_undo", json!({"revision": revision}));
    insta::assert_snapshot!(refused(2), @r#"Nothing was taken back: what revision 2 changed was changed again by revision 4 of agent: described the task "beds" anew. Ask the user whether revision 4 is to be taken back first."#);
    other.ok(
        "task_job_add",
        json!({"task_name": "beds", "job_name": "dig"}),
    );
    insta::assert_snapshot!(refused(2), @r#"Nothing was taken back, and the same call will go on failing: what revision 2 changed was changed again by revision 4 of agent: described the task "beds" anew; revision 5 of agent: added the job "dig" to the task "beds". Ask the user whether all of these are to be taken back first."#);
    insta::assert_snapshot!(refused(1), @r#"Nothing was taken back: the history of the process "garden" has no revision 1, only 2 to 5. Call process_history to see what there is to take back."#);
    other.ok("process_undo", json!({"revision": 5}));
    insta::assert_snapshot!(refused(5), @r#"Nothing was taken back: revision 5 of the process "garden" was taken back already, by revision 6. Call process_history to see what there is to take back."#);
    let garden = "garden".parse().unwrap();
    let said = || Action::new("update_task", "said that nothing is new");
    let nothing = other.manager.revise(&garden, move |_, _| Ok(((), said())));
    nothing.unwrap();
    insta::assert_snapshot!(refused(7), @r#"Nothing was taken back: revision 7 of the process "garden" changed nothing. Call process_history to see what there is to take back."#);
    session.ok("process_new", json!({"name": "house"}));
    insta::assert_snapshot!(refused(2), @r#"Nothing was taken back, now 3 times, so stop repeating this call: nothing is known of earlier changes of the process "house". Tell the user that there is nothing to take back."#);
    let in_garden = json!({"revision": 99, "process": "garden"});
    insta::assert_snapshot!(session.refused("process_undo", in_garden), @r#"Nothing was taken back: the history of the process "garden" has no revision 99, only 2 to 7. Call process_history with process "garden" to see what there is to take back."#);
    insta::assert_snapshot!(session.refused("process_undo", json!({"process": "gardem"})), @r#"Nothing was taken back: there is no process "gardem". Call process_undo again with process "garden"."#);
}

#[test]
fn what_has_the_name_by_now_is_in_the_way() {
    let (session, _) = garden();
    let code = |name: &str| json!({"task_name": "beds", "code_name": name, "code_content": "x"});
    session.ok("task_code_add", code("main.py"));
    session.ok(
        "task_code_delete",
        json!({"task_name": "beds", "code_name": "main.py"}),
    );
    session.ok("task_code_add", code("Main Py"));
    insta::assert_snapshot!(session.refused("process_undo", json!({"revision": 6})), @r#"Nothing was taken back: there is code "Main Py" by now, in the place of what would come back. Ask the user what is to become of "Main Py"."#);
}

#[test]
fn a_process_gets_its_old_name_back_and_stays_open() {
    let (session, _) = garden();
    session.ok("process_save", json!({"name": "park"}));
    named(&session, "agent").ok("process_new", json!({"name": "Garden"}));
    insta::assert_snapshot!(session.refused("process_undo", json!({})), @r#"Nothing was taken back: there is a process "Garden" by now, in the place of what would come back. Ask the user what is to become of "Garden"."#);
    session.ok("process_delete", json!({"name": "Garden"}));
    let got = session.ok("process_undo", json!({"process": "park"}));
    assert_eq!(got["process_name"], "garden");
    assert_eq!(tasks(&session), ["beds", "water"]);
}

#[test]
fn what_destroys_says_how_to_take_it_back_where_that_is_offered() {
    let told = |tools: &str| {
        let dir = tempfile::tempdir().unwrap();
        let store = FileStore::open(dir.path()).unwrap();
        let session = Session {
            manager: ProcessManager::new(store),
            options: ServerOptions {
                tools: tools.parse().unwrap(),
                ..ServerOptions::default()
            },
            ..Session::new()
        };
        session.ok("process_new", json!({"name": "garden"}));
        session.ok("task_new", json!({"task_name": "beds"}));
        let code = json!({"task_name": "beds", "code_name": "x", "code_content": ""});
        session.ok("task_code_add", code);
        let calls = [
            (
                "task_update_description",
                json!({"task_name": "beds", "new_description": "d"}),
            ),
            (
                "task_code_delete",
                json!({"task_name": "beds", "code_name": "x"}),
            ),
            ("task_delete", json!({"task_name": "beds"})),
            ("process_delete", json!({"name": "garden"})),
        ];
        let told = calls.map(|(tool, sent)| {
            let got = session.ok(tool, sent);
            got["message"].as_str().unwrap().to_owned()
        });
        if tools == "full" {
            let got = session.ok("process_undo", json!({"process": "Garden"}));
            assert_eq!(got["message"], "Restored the process \"garden\".");
            let got = session.ok("process_undo", json!({}));
            assert_eq!(got["undone_revisions"], json!([6]));
            assert_eq!(tasks(&session), ["beds"]);
        }
        told.join("\n")
    };
    insta::assert_snapshot!(told("full"), @r#"
Changed the description of the task "beds".
Deleted the code "x" from the task "beds" (code versions: 1). Undo with process_undo.
Deleted the task "beds" (jobs: 0, code versions: 0). Undo with process_undo.
Deleted the process "garden". Undo with process_restore and name "garden".
"#);
    insta::assert_snapshot!(told("reference"), @r#"
Changed the description of the task "beds".
Deleted the code "x" from the task "beds" (code versions: 1).
Deleted the task "beds" (jobs: 0, code versions: 0).
Deleted the process "garden".
"#);
}

#[test]
fn a_server_for_reading_only_shows_what_was_and_takes_nothing_back() {
    let (session, _) = garden();
    let session = session.with_options(ServerOptions {
        access: Access::ReadOnly,
        ..ServerOptions::default()
    });
    session.ok("process_history", json!({}));
    insta::assert_snapshot!(session.refused("process_undo", json!({})), @"Nothing was taken back: this server is for reading only. Tell the user that nothing can be changed here.");
}

#[test]
fn a_long_history_says_how_to_get_at_the_rest() {
    let (session, _) = garden();
    for n in 0..200 {
        let job = json!({"task_name": "beds", "job_name": format!("{n} {}", "x".repeat(150))});
        session.ok("task_job_add", job);
    }
    let got = session.ok("process_history", json!({"limit": 200}));
    insta::assert_snapshot!(got["left_out"].as_str().unwrap(), @"Left out, as an answer takes at most 32768 bytes: 77 changes. Call process_history again with after 82 to read on.");
}

/// Two sessions of one client, in a garden that the first has made.
fn two_sessions() -> (Session, Session) {
    let one = named(&Session::new(), "ui");
    one.ok("process_new", json!({"name": "garden"}));
    one.ok("task_new", json!({"task_name": "mine"}));
    let other = named(&one, "ui");
    other.ok("process_load", json!({"name": "garden"}));
    (one, other)
}

#[test]
fn a_session_takes_back_its_own_changes_however_much_it_did_elsewhere() {
    let (one, other) = two_sessions();
    one.ok("process_new", json!({"name": "shed"}));
    for number in 0..300 {
        one.ok("task_new", json!({"task_name": format!("t{number}")}));
    }
    other.ok("task_new", json!({"task_name": "theirs"}));
    let undone = one.ok("process_undo", json!({"process": "garden"}));
    assert_eq!(undone["undone_revisions"], json!([2]));
    assert_eq!(tasks(&other), ["theirs"]);
}

#[test]
fn a_new_session_takes_back_what_a_former_one_did_and_not_what_one_at_work_does() {
    let (one, other) = two_sessions();
    let refused = other.refused("process_undo", json!({}));
    assert!(refused.starts_with("Nothing was taken back"), "{refused}");
    drop(one);
    let undone = other.ok("process_undo", json!({}));
    assert_eq!(undone["undone_revisions"], json!([2]));
    let mine = other.ok("process_history", json!({}));
    let by: Vec<_> = mine["changes"].as_array().unwrap().iter().collect();
    assert_eq!(by[0]["by"], "you", "{mine}");
    assert!(
        by[0]["change"].as_str().unwrap().contains("took back"),
        "{mine}"
    );
}
