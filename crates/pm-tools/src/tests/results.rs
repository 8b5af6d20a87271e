//! What the answers of calls that were done say beyond those of the reference.

use pm_core::store::{Unusable, UnusableKind};
use serde_json::{Value, json};

use super::Session;
use crate::answer::ProblemBody;
use crate::caller::offer::Access;
use crate::options::ServerOptions;

fn with_code() -> Session {
    let session = Session::new();
    session.ok(
        "process_new",
        json!({"name": "app", "description": "An app"}),
    );
    session.ok("task_new", json!({"task_name": "main loop"}));
    for name in ["server", "server_test"] {
        let code = json!({"task_name": "main loop", "code_name": name, "code_content": "v1"});
        session.ok("task_code_add", code);
    }
    session
}

#[test]
fn a_loose_name_is_answered_with_the_real_one() {
    let session = with_code();
    let got = session.ok(
        "task_code_update",
        json!({
            "task_name": "Main_Loop", "code_name": "Server", "new_content": "v2", "process": "APP",
        }),
    );
    assert_eq!(
        got,
        json!({
            "success": true,
            "message": "Added version 2 of the code \"server\" to the task \"main loop\".",
            "task_name": "main loop",
            "code_name": "server",
            "new_version_created": true,
            "version": 2,
            "process_name": "app",
            "revision": 5,
        })
    );
}

#[test]
fn code_that_only_an_update_knows_is_created_and_said_to_be() {
    let got = with_code().ok(
        "task_code_update",
        json!({
            "task_name": "main loop", "code_name": "servers", "new_content": "x",
        }),
    );
    assert_eq!(got["created"], true);
    assert_eq!(got["version"], 1);
    assert_eq!(got["similar_names"], json!(["server", "server_test"]));
    assert_eq!(
        got["message"],
        "There was no code \"servers\" in the task \"main loop\"; created it."
    );
}

#[test]
fn an_exact_name_is_deleted_alone_and_a_part_only_where_it_fits_one() {
    let session = with_code();
    let delete = |name: &str| json!({"task_name": "main loop", "code_name": name});
    insta::assert_snapshot!(session.refused("task_code_delete", delete("serv")), @r#"Nothing was deleted: "serv" may mean "server" or "server_test". Ask the user which one is meant."#);
    let got = session.ok("task_code_delete", delete("server"));
    assert_eq!(got["deleted_count"], 1);
    let server = json!({"name": "server", "versions": 1, "lines": 1, "bytes": 2});
    assert_eq!(got["deleted_codes"], json!([server]));
    let got = session.ok("task_code_delete", delete("serv"));
    assert_eq!(got["deleted_codes"][0]["name"], "server_test");
}

#[test]
fn an_exact_name_is_read_alone() {
    let session = with_code();
    let names = |tool: &str, list: &str, sent: Value| -> Vec<String> {
        let got = session.ok(tool, sent);
        let found = got[list].as_array().unwrap().iter();
        found
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let code = |name: &str| {
        let sent = json!({"task_name": "main loop", "code_name": name});
        names("task_code_get", "codes", sent)
    };
    assert_eq!(code("server"), ["server"]);
    assert_eq!(code("Server Test"), ["server_test"]);
    assert_eq!(code("serv"), ["server", "server_test"]);
    for job in ["dig", "dig deeper"] {
        session.ok(
            "task_job_add",
            json!({"task_name": "main loop", "job_name": job}),
        );
    }
    let job = |name: &str| {
        let sent = json!({"task_name": "main loop", "job_name": name});
        names("task_job_get", "jobs", sent)
    };
    assert_eq!(job("dig"), ["dig"]);
    assert_eq!(job("DIG"), ["dig"]);
    assert_eq!(job("di"), ["dig", "dig deeper"]);
}

#[test]
fn reading_what_is_not_there_says_what_is() {
    let session = with_code();
    let got = session.ok(
        "task_code_get",
        json!({"task_name": "main loop", "code_name": "zzz"}),
    );
    assert_eq!(got["codes"], json!([]));
    assert_eq!(
        got["message"],
        "The task \"main loop\" has no code \"zzz\"; it has \"server\" and \"server_test\"."
    );
    let job = json!({"task_name": "main loop", "job_name": "zzz"});
    assert_eq!(
        session.ok("task_job_get", job.clone())["message"],
        "The task \"main loop\" has no job at all."
    );
    for number in 0..8 {
        let job = json!({"task_name": "main loop", "job_name": format!("job {number}")});
        session.ok("task_job_add", job);
    }
    assert_eq!(
        session.ok("task_job_get", job)["message"],
        "The task \"main loop\" has no job \"zzz\"; it has \"job 0\", \"job 1\", \"job 2\", \
         \"job 3\", \"job 4\" and 3 more."
    );
}

#[test]
fn the_jobs_of_a_task_are_listed_where_it_is_named() {
    let session = with_code();
    session.ok(
        "task_job_add",
        json!({"task_name": "main loop", "job_name": "draw"}),
    );
    let got = session.ok("task_jobs_list", json!({"task_name": "MAIN LOOP"}));
    assert_eq!(got["task_name"], "main loop");
    assert_eq!(got["job_count"], 1);
    assert_eq!(got["jobs"][0]["name"], "draw");
}

#[test]
fn the_list_of_processes_has_a_summary_of_each() {
    let session = with_code();
    let got = session.ok("process_list_all", json!({}));
    assert_eq!(
        got,
        json!({
            "success": true,
            "process_list": [{
                "process": "app",
                "description": "An app",
                "task_count": 1,
                "code_count": 2,
                "updated_at": "2026-11-22T12:00:00Z",
            }],
            "total": 1,
        })
    );
}

#[test]
fn a_damaged_file_is_listed_with_its_place() {
    let problem = Unusable {
        file: "app.json".into(),
        kind: UnusableKind::Damaged {
            line: 3,
            column: 9,
            reason: "expected a comma".into(),
        },
    };
    assert_eq!(
        serde_json::to_value(ProblemBody::from(&problem)).unwrap(),
        json!({
            "file": "app.json",
            "problem": "the file app.json is damaged at line 3, column 9: expected a comma",
        })
    );
}

/// What a person wrote into the file by hand, beside what we know.
#[test]
fn fields_that_the_model_does_not_know_reach_the_reader() {
    let dir = tempfile::tempdir().unwrap();
    let file = r#"{
        "process_name": "app", "owner": {"name": "Ann"}, "description": "", "created_at": "then",
        "tasks": {"main": {
            "description": "", "created_at": "then", "priority": 1, "task_name": "not this",
            "jobs": {"j_then": {"name": "j", "description": "", "created_at": "then", "done": true}},
            "code": {"c_then": {"name": "c", "content": "x", "created_at": "then", "lang": "rust"}}
        }}
    }"#;
    std::fs::write(dir.path().join("app.json"), file).unwrap();
    let store = pm_core::FileStore::open(dir.path()).unwrap();
    let session = Session {
        manager: pm_core::ProcessManager::new(store),
        ..Session::new()
    };
    let got = session.ok("process_load", json!({"name": "app"}));
    assert_eq!(got["process_data"]["owner"]["name"], "Ann");
    assert_eq!(got["process_data"]["tasks"]["main"]["priority"], 1);
    let got = session.ok("task_details_get", json!({"task_name": "main"}));
    assert_eq!(got["priority"], 1);
    assert_eq!(got["task_name"], "main");
    assert_eq!(got["jobs"][0]["done"], true);
    assert_eq!(got["codes"][0]["lang"], "rust");
}

#[test]
fn a_long_answer_says_what_it_left_out() {
    let session = with_code();
    for version in 0..3 {
        session.ok(
            "task_code_update",
            json!({
                "task_name": "main loop",
                "code_name": "server",
                "new_content": format!("{version}").repeat(20_000),
            }),
        );
    }
    let got = session.send("process_load", json!({"name": "app"}));
    assert!(got.text.len() <= crate::DEFAULT_ANSWER_LIMIT);
    assert_eq!(
        got.object["left_out"],
        "Left out, as an answer takes at most 32768 bytes: code content of 2 versions. Call \
         task_list for the tasks and task_details_get for one task, with its task_name."
    );
    let code = got.object["process_data"]["tasks"]["main loop"]["code"]
        .as_object()
        .unwrap();
    let newest = code.values().next_back().unwrap();
    assert_eq!(newest["content"].as_str().unwrap().len(), 20_000);
}

#[test]
fn a_server_for_reading_only_changes_nothing() {
    let options = ServerOptions {
        access: Access::ReadOnly,
        ..ServerOptions::default()
    };
    let session = with_code().with_options(options);
    session.ok("process_load", json!({"name": "app"}));
    session.ok("task_list", json!({}));
    let refusal = session.refused("task_new", json!({"task_name": "x"}));
    insta::assert_snapshot!(refusal, @"Nothing was added: this server is for reading only. Tell the user that nothing can be changed here.");
    let options = ServerOptions {
        tools: "task_list".parse().unwrap(),
        ..ServerOptions::default()
    };
    let refusal = session
        .with_options(options)
        .refused("task_delete", json!({}));
    insta::assert_snapshot!(refusal, @"Nothing was deleted: this server does not offer task_delete. Use one of the tools that are listed.");
}
