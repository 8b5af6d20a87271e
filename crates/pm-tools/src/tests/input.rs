//! Lenient input, exact effect.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::Session;
use crate::catalog::TOOLS;
use crate::options::ServerOptions;

fn garden() -> Session {
    let session = Session::new();
    session.ok("process_new", json!({"name": "garden"}));
    session.ok("task_new", json!({"task_name": "beds"}));
    session
}

#[test]
fn numbers_and_booleans_are_taken_as_text() {
    let session = garden();
    let job = json!({"task_name": "beds", "job_name": 7, "job_description": true});
    session.ok("task_job_add", job);
    let got = session.ok(
        "task_job_get",
        json!({"task_name": "beds", "job_name": "7"}),
    );
    assert_eq!(got["jobs"][0]["name"], "7");
    assert_eq!(got["jobs"][0]["description"], "true");
    let code = json!({"task_name": "beds", "code_name": "pi", "code_content": 3.5});
    session.ok("task_code_add", code);
    let got = session.ok(
        "task_code_get",
        json!({"task_name": "beds", "code_name": "pi"}),
    );
    assert_eq!(got["codes"][0]["content"], "3.5");
}

#[test]
fn arguments_may_come_as_json_text_or_not_at_all() {
    let session = garden();
    let got = session.ok("task_details_get", json!(r#"{"task_name": "beds"}"#));
    assert_eq!(got["task_name"], "beds");
    for nothing in [
        json!(null),
        json!(""),
        json!("null"),
        json!("{}"),
        json!([]),
    ] {
        assert_eq!(session.ok("task_list", nothing)["task_count"], 1);
    }
}

#[test]
fn every_description_may_be_left_out() {
    let session = garden();
    let got = session.ok("task_details_get", json!({"task_name": "beds"}));
    assert_eq!(got.get("task_description"), None);
    session.ok(
        "task_job_add",
        json!({"task_name": "beds", "job_name": "j", "job_description": null}),
    );
}

#[test]
fn a_description_is_emptied_only_where_that_is_said() {
    let session = garden();
    let describe = |new: Value| json!({"task_name": "beds", "new_description": new});
    session.ok("task_update_description", describe(json!("two beds")));
    session.refused("task_update_description", json!({"task_name": "beds"}));
    session.refused("task_update_description", describe(json!(null)));
    let got = session.ok("task_details_get", json!({"task_name": "beds"}));
    assert_eq!(got["task_description"], "two beds");
    session.ok("task_update_description", describe(json!("")));
    let got = session.ok("task_details_get", json!({"task_name": "beds"}));
    assert_eq!(got.get("task_description"), None);
}

#[test]
fn an_optional_name_that_says_nothing_is_absent() {
    let session = garden();
    for nothing in [json!(null), json!(""), json!(" "), json!("null")] {
        let sent = json!({"task_name": nothing, "process": nothing});
        assert_eq!(session.ok("task_jobs_list", sent)["task_count"], 1);
        assert_eq!(
            session.ok("process_save", json!({"name": nothing}))["process_name"],
            "garden"
        );
    }
    session.ok("task_new", json!({"task_name": "null"}));
    session.ok("process_new", json!({"name": "null"}));
    session.ok("process_load", json!({"name": "garden"}));
    let got = session.ok("task_jobs_list", json!({"task_name": "null"}));
    assert_eq!(got["task_name"], "null");
    let got = session.ok("task_list", json!({"process": "null"}));
    assert_eq!(got["process_name"], "null");
}

#[test]
fn names_are_trimmed() {
    let session = Session::new();
    let got = session.ok("process_new", json!({"name": "  garden \n"}));
    assert_eq!(got["process_name"], "garden");
}

/// Mostly the tool's own arguments with odd values, sometimes anything at all.
fn any_arguments() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        Just("garden".to_owned()),
        Just("beds".to_owned()),
        Just("null".to_owned()),
        "\\PC{0,12}",
        "[\\x00-\\x1f\"\\\\]{0,6}",
        Just("n".repeat(300)),
    ];
    let scalar = prop_oneof![
        4 => text.prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
    ];
    let value = scalar.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::hash_map("\\PC{0,5}", inner, 0..3)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    });
    let names: Vec<String> = TOOLS
        .iter()
        .flat_map(|tool| tool.schema.names().map(str::to_owned))
        .collect();
    let name = prop_oneof![20 => prop::sample::select(names), 1 => "\\PC{0,8}"];
    let object = prop::collection::vec((name, value.clone()), 0..4)
        .prop_map(|fields| Value::Object(fields.into_iter().collect()));
    prop_oneof![
        6 => object.clone(),
        1 => object.prop_map(|object| object.to_string().into()),
        1 => value,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]
    #[test]
    fn any_input_is_answered_within_the_limit(
        calls in prop::collection::vec((0..TOOLS.len(), any_arguments()), 1..20),
    ) {
        let limit = crate::MIN_ANSWER_LIMIT;
        let session = garden().with_options(ServerOptions {
            answer_limit: limit,
            ..ServerOptions::default()
        });
        for (tool, arguments) in calls {
            // The session itself checks what holds for every answer.
            let got = session.send(TOOLS[tool].name, arguments);
            prop_assert!(!got.text.contains("made a mistake"), "{}", got.text);
            prop_assert!(got.text.len() <= limit, "{}", got.text);
            prop_assert!(!got.text.trim().is_empty());
        }
        session.ok("process_list_all", json!({}));
    }
}

#[test]
fn a_name_of_megabytes_is_compared_with_none() {
    let near = |more: usize| {
        let wanted = "task_list".to_owned() + &"x".repeat(more);
        crate::text::near_names(&wanted, ["task_list"])
    };
    assert_eq!(near(91), ["task_list"]);
    assert!(near(92).is_empty() && near(8_000_000).is_empty());
    let mut sent = json!({});
    sent["process".repeat(100_000)] = json!("x");
    let refusal = garden().refused("task_list", sent);
    assert!(refusal.ends_with("Call task_list again without it."));
}

#[test]
fn what_another_tool_sets_is_sent_there_and_not_dropped() {
    let session = garden();
    let new = json!({"task_name": "water", "depends_on": ["beds"]});
    insta::assert_snapshot!(session.refused("task_new", new.clone()), @r#"Nothing was added: task_new has no argument "depends_on", which task_update sets. Call task_new again without it, then task_update with that task_name and depends_on."#);
    let new = json!({"task_name": "water", "status": "done", "Dependencies": "beds"});
    insta::assert_snapshot!(session.refused("task_new", new.clone()), @r#"Nothing was added: task_new has no arguments "status" or "Dependencies", which task_update sets. Call task_new again without them, then task_update with that task_name and status and depends_on."#);
    let job = json!({"task_name": "beds", "job_name": "dig", "status": "done"});
    insta::assert_snapshot!(session.refused("task_job_add", job), @r#"Nothing was added: task_job_add has no argument "status", which task_job_update sets. Call task_job_add again without it, then task_job_update with that task_name and job_name and status."#);
    assert_eq!(session.ok("task_list", json!({}))["task_count"], 1);
    // If that tool is not offered there is nowhere to send it.
    let reference = Session {
        manager: session.manager.clone(),
        ..Session::new()
    };
    let reference = reference.with_options(ServerOptions {
        tools: "reference".parse().unwrap(),
        ..ServerOptions::default()
    });
    let refused = reference.refused("task_new", new);
    assert!(
        refused.ends_with("Call task_new again without it."),
        "{refused}"
    );
}
