//! Searching: what is answered, and what is refused.

use serde_json::{Value, json};

use super::Session;
use crate::options::ServerOptions;

fn session() -> Session {
    let session = Session::new();
    session.ok(
        "process_new",
        json!({"name": "garden", "description": "Plan the beds"}),
    );
    session.ok("task_new", json!({"task_name": "Soil test"}));
    let job =
        json!({"task_name": "soil test", "job_name": "sample", "job_description": "Of the soil"});
    session.ok("task_job_add", job);
    for content in ["soil = 1\n", "# new\nsoil = 2\n"] {
        let code =
            json!({"task_name": "soil test", "code_name": "main.py", "code_content": content});
        session.ok("task_code_add", code);
    }
    session.ok(
        "process_new",
        json!({"name": "kitchen", "description": "No soil here"}),
    );
    session
}

#[test]
fn each_hit_says_where_it_is_and_how_to_read_it() {
    let session = session();
    let got = session.ok("search", json!({"query": "SOIL"}));
    insta::assert_json_snapshot!(got);
    let code = &got["hits"].as_array().unwrap()[3];
    let read = json!({
        "process": code["process"], "task_name": code["task_name"],
        "code_name": code["code_name"], "version": code["version"], "from_line": code["line"],
    });
    let read = session.ok("task_code_get", read);
    assert_eq!(read["codes"][0]["content"], "soil = 2\n");
}

#[test]
fn one_process_can_be_looked_through() {
    let session = session();
    let got = session.ok("search", json!({"query": "soil", "process": "Garden!"}));
    assert_eq!(
        (&got["total"], &got["process_name"]),
        (&json!(3), &json!("garden"))
    );
    // The open one is not meant if none is named.
    for process in [Value::Null, json!(""), json!("null")] {
        let got = session.ok("search", json!({"query": "soil", "process": process}));
        assert_eq!(
            (&got["total"], &got["process_name"]),
            (&json!(4), &Value::Null)
        );
    }
}

#[test]
fn nothing_and_much_are_said_to_be_so() {
    let session = session();
    let got = session.ok("search", json!({"query": "tractor"}));
    assert_eq!((&got["hits"], &got["total"]), (&json!([]), &json!(0)));
    assert_eq!(
        got["message"],
        "Nothing holds all of these words. Parts of words count, too."
    );
    for number in 0..30 {
        let job = json!({"task_name": "soil test", "process": "garden", "job_name": format!("tractor {number}")});
        session.ok("task_job_add", job);
    }
    let got = session.ok("search", json!({"query": "tractor"}));
    assert_eq!(
        (got["hits"].as_array().unwrap().len(), &got["total"]),
        (20, &json!(30))
    );
    assert_eq!(got["message"], "30 were found; these are the best 20.");
    let narrow = session.other_caller().with_options(ServerOptions {
        answer_limit: 1024,
        ..ServerOptions::default()
    });
    let got = narrow.send("search", json!({"query": "tractor"}));
    assert!(got.text.len() <= 1024, "{}", got.text);
    assert!(
        got.text
            .contains(" hits. Call search with more words to find fewer."),
        "{}",
        got.text
    );
}

#[test]
fn what_cannot_be_looked_for_is_refused() {
    let session = session();
    let refused = |arguments: Value| session.refused("search", arguments);
    insta::assert_snapshot!(refused(json!({"query": " "})), @"Nothing was searched: query is blank. Call search again with a query.");
    insta::assert_snapshot!(refused(json!({})), @"Nothing was searched: query is missing. Call search again with a query.");
    insta::assert_snapshot!(refused(json!({"query": "x".repeat(301)})), @"Nothing was searched: query has 301 characters, and 300 are the most. Call search again with a shorter query.");
    insta::assert_snapshot!(refused(json!({"query": "x", "process": "gardn"})), @r#"Nothing was searched: there is no process "gardn". Call search again with process "garden"."#);
}
