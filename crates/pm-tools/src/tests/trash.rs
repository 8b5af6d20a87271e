//! What was deleted, and getting it back.

use serde_json::{Value, json};

use super::Session;
use crate::caller::offer::Access;
use crate::options::ServerOptions;

/// A caller of a server on which the process `garden`, with a task, was deleted.
fn deleted() -> Session {
    let session = Session::new();
    session.ok("process_new", json!({"name": "garden"}));
    session.ok("task_new", json!({"task_name": "beds"}));
    session.ok("process_delete", json!({"name": "garden"}));
    session
}

#[test]
fn a_deleted_process_comes_back_and_is_open() {
    let session = deleted();
    let got = session.ok("process_restore", json!({"name": "Garden"}));
    insta::assert_snapshot!(got, @r#"{"success":true,"message":"Restored the process \"garden\".","process_name":"garden","revision":3}"#);
    assert_eq!(session.ok("task_list", json!({}))["task_count"], 1);
    // Another one that is open stays so.
    session.ok("process_new", json!({"name": "shed"}));
    session.ok("process_delete", json!({"name": "garden"}));
    session.ok("process_restore", json!({"name": "garden"}));
    assert_eq!(session.ok("task_list", json!({}))["process_name"], "shed");
}

#[test]
fn without_a_name_the_trash_is_listed() {
    let session = deleted();
    for sent in [json!({}), json!({"name": " "}), json!({"name": "null"})] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(session.ok("process_restore", sent), @r#"{"success":true,"message":"Nothing was restored, as no name was given. These can be restored by their names.","trash":[{"name":"garden","deleted_at":"2026-11-22T12:00:00.000000Z","deleted_by":"a program"}],"total":1}"#);
        }
    }
    let got = Session::new().ok("process_restore", json!({}));
    insta::assert_snapshot!(got, @r#"{"success":true,"message":"Nothing was deleted lately.","trash":[],"total":0}"#);
}

#[test]
fn what_was_not_deleted_is_refused_with_what_was() {
    let session = deleted();
    let refused = |name: &str| session.refused("process_restore", json!({"name": name}));
    insta::assert_snapshot!(refused("gardem"), @r#"Nothing was restored: no process "gardem" was deleted lately. Call process_restore again with name "garden"."#);
    insta::assert_snapshot!(refused("house"), @r#"Nothing was restored: no process "house" was deleted lately. Call process_restore without a name to see what was."#);
    let nothing = Session::new();
    insta::assert_snapshot!(nothing.refused("process_restore", json!({"name": "house"})), @r#"Nothing was restored: no process "house" was deleted lately, nor another. Tell the user that there is nothing to restore."#);
}

#[test]
fn a_name_that_is_taken_is_refused_with_one_that_is_free() {
    let session = deleted();
    session.ok("process_new", json!({"name": "Garden"}));
    session.ok("process_new", json!({"name": "garden_2"}));
    let refused = |sent: Value| session.refused("process_restore", sent);
    insta::assert_snapshot!(refused(json!({"name": "garden"})), @r#"Nothing was restored: there is a process "Garden" by now. Call process_restore again with name "garden" and new_name "Garden 3"."#);
    insta::assert_snapshot!(refused(json!({"name": "garden", "new_name": "garden 2"})), @r#"Nothing was restored: there is a process "garden_2" by now. Call process_restore again with name "garden" and new_name "garden_2 2"."#);
    let sent = json!({"name": "garden", "new_name": "Garden 3"});
    let got = session.ok("process_restore", sent);
    assert_eq!(got["process_name"], "Garden 3");
}

#[test]
fn a_server_for_reading_only_restores_nothing() {
    let session = deleted().with_options(ServerOptions {
        access: Access::ReadOnly,
        ..ServerOptions::default()
    });
    insta::assert_snapshot!(session.refused("process_restore", json!({"name": "garden"})), @"Nothing was restored: this server is for reading only. Tell the user that nothing can be changed here.");
}
