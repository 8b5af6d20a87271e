//! Tests of what is left out, in which order, and that the limit always holds.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::text::json_size::{fits, size};

fn object(value: Value) -> JsonObject {
    match value {
        Value::Object(object) => object,
        other => panic!("no object: {other}"),
    }
}

fn bound(answer: Value, limit: usize) -> Value {
    asked(answer, limit, None)
}

fn asked(answer: Value, limit: usize, asked: Option<&str>) -> Value {
    let bounds = Bounds {
        limit,
        rest: &|| "Call it again.".to_owned(),
        asked,
        pages: Vec::new(),
        reads_on: None,
    };
    bounded(object(answer), bounds).0
}

fn code(name: &str, bytes: usize) -> Value {
    json!({"name": name, "content": "x".repeat(bytes), "created_at": "then"})
}

#[test]
fn an_answer_fits_from_its_size_on() {
    let answer = json!({"text": "a \"quoted\" line\n", "numbers": [1, 2.5, null, true]});
    let text = answer.to_string();
    assert_eq!(size(&answer), text.len());
    assert!(fits(&answer, text.len()) && !fits(&answer, text.len() - 1));
    assert_eq!(text_within(&answer, text.len()), Some(text.clone()));
    assert_eq!(text_within(&answer, text.len() - 1), None);
}

#[test]
fn what_fits_is_left_alone() {
    let answer = json!({"success": true, "codes": [code("main", 900)]});
    assert_eq!(bound(answer.clone(), MIN_ANSWER_LIMIT), answer);
}

#[test]
fn older_versions_go_before_the_newest_and_the_largest_first() {
    let codes = [
        code("a", 900),
        code("b", 500),
        code("a", 700),
        code("a", 600),
        code("b", 400),
    ];
    let got = bound(json!({"success": true, "codes": codes}), 2700);
    let kept: Vec<_> = got["codes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|code| code["content"].as_str().map(str::len))
        .collect();
    // The newest of both stay, and b's older version would go after a's older ones.
    assert_eq!(kept, [None, Some(500), None, Some(600), Some(400)]);
    assert_eq!(
        got["codes"][2],
        json!({"name": "a", "created_at": "then", "version": 2, "bytes": 700, "content_left_out_bytes": 700})
    );
    assert_eq!(
        got["left_out"],
        "Left out, as an answer takes at most 2700 bytes: code content of 2 versions. Call it again."
    );
}

#[test]
fn the_beginning_of_the_only_snippet_stays() {
    let got = bound(
        json!({"success": true, "codes": [code("a", 9000), code("a", 8000)]}),
        4096,
    );
    assert_eq!(got["codes"][0].get("content"), None);
    let newest = &got["codes"][1];
    let shown = newest["content"].as_str().unwrap().len();
    assert!(shown > 3000, "{shown}");
    assert_eq!(newest["content_left_out_bytes"], 8000 - shown);
    assert_eq!(newest["version"], 2);
}

#[test]
fn the_code_that_was_asked_for_loses_its_content_last() {
    let codes = [
        code("main", 900),
        code("main", 700),
        code("main_test", 800),
        code("main_test", 600),
    ];
    let kept = |limit| -> Vec<Option<usize>> {
        let got = asked(
            json!({"success": true, "codes": codes}),
            limit,
            Some("main"),
        );
        let codes = got["codes"].as_array().unwrap();
        let kept = |code: &Value| code["content"].as_str().map(str::len);
        codes.iter().map(kept).collect()
    };
    assert_eq!(kept(3200), [Some(900), Some(700), None, Some(600)]);
    assert_eq!(kept(2700), [Some(900), Some(700), None, None]);
    assert_eq!(kept(2100), [None, Some(700), None, None]);
    let [None, Some(beginning), None, None] = kept(1300)[..] else {
        panic!("the beginning of the newest stays: {:?}", kept(1300));
    };
    assert!((200..700).contains(&beginning), "{beginning}");
}

#[test]
fn the_code_that_was_asked_for_outlives_the_names_of_others() {
    let mut codes: Vec<Value> = (0..400).map(|_| code("main_test", 300)).collect();
    codes.push(code("main", 200));
    codes.push(code("main", 50_000));
    codes.extend((0..400).map(|_| code("test_main", 300)));
    let got = asked(
        json!({"success": true, "codes": codes}),
        16384,
        Some("main"),
    );
    let left = got["codes"].as_array().unwrap();
    assert!(left.len() > 50, "{}", left.len());
    assert_eq!(got["codes_left_out"], 802 - left.len());
    let newest = left.last().unwrap();
    assert_eq!(newest["name"], "main");
    assert_eq!(newest["version"], 2);
    let shown = newest["content"].as_str().unwrap();
    assert!(shown.len() > 3000 && shown.ends_with('x'), "{shown}");
}

#[test]
fn lists_are_cut_from_the_end_with_a_count_the_innermost_first() {
    let job = |n: usize| {
        (
            format!("j{n}"),
            json!({"name": "job", "description": "d".repeat(40)}),
        )
    };
    let task = |n: usize| {
        let jobs: JsonObject = (0..10).map(job).collect();
        (format!("t{n}"), json!({"description": "d", "jobs": jobs}))
    };
    let tasks: JsonObject = (0..20).map(task).collect();
    let got = bound(json!({"success": true, "tasks": tasks}), 4096);
    let tasks = got["tasks"].as_object().unwrap();
    assert_eq!(tasks.len(), 20, "the jobs make room for all tasks");
    for (_, task) in tasks {
        let jobs = task["jobs"].as_object().unwrap();
        assert!(
            jobs.keys()
                .enumerate()
                .all(|(n, key)| *key == format!("j{n}"))
        );
        assert_eq!(task["jobs_left_out"], 10 - jobs.len());
    }
    let got = bound(
        json!({"success": true, "tasks": (0..500).map(task).collect::<JsonObject>()}),
        4096,
    );
    let left = got["tasks"].as_object().unwrap().len();
    assert!(left > 10, "{left}");
    assert_eq!(got["tasks_left_out"], 500 - left);
}

#[test]
fn descriptions_in_lists_go_before_any_name() {
    let entry = |n: usize| json!({"process": format!("p{n}"), "description": "é".repeat(200)});
    let list = |length: usize| (0..length).map(entry).collect::<Vec<_>>();
    let got = bound(json!({"success": true, "process_list": list(90)}), 16384);
    assert_eq!(got["process_list"].as_array().unwrap().len(), 90);
    assert_eq!(
        got["process_list"][89]["description"],
        "é".repeat(40) + "…",
        "as much as fits of all"
    );
    let notice = got["left_out"].as_str().unwrap();
    assert!(
        notice.contains(": the ends of 90 descriptions. "),
        "{notice}"
    );
    let got = bound(json!({"success": true, "process_list": list(900)}), 16384);
    let left = got["process_list"].as_array().unwrap().len();
    assert!(left > 300, "{left}");
    assert_eq!(got["process_list_left_out"], 900 - left);
    assert_eq!(got["process_list"][0]["description"], "…");
}

#[test]
fn a_giant_text_does_not_cost_the_lists() {
    let jobs = [
        json!({"description": "é".repeat(50_000)}),
        json!({"description": "b"}),
    ];
    let got = bound(json!({"success": true, "jobs": jobs}), 4096);
    assert_eq!(got["jobs"].as_array().unwrap().len(), 2);
    let text = got["jobs"][0]["description"].as_str().unwrap();
    assert!(
        text.starts_with("éé") && text.ends_with(" more bytes)"),
        "{text}"
    );
}

#[test]
fn what_nothing_else_helps_loses_fields() {
    let mut answer = json!({"success": true, "process_name": "garden"});
    answer["x".repeat(9000)] = json!(1);
    let got = bound(answer, MIN_ANSWER_LIMIT);
    assert_eq!(got["process_name"], "garden");
    assert!(got["left_out"].as_str().unwrap().contains("1 fields"));
}

/// Any JSON, with the names that answers use among its keys.
fn any_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        Just("main".to_owned()),
        "\\PC{0,40}",
        "[\\x00-\\x1f\"\\\\é🌱]{0,100}",
        "x{0,900}"
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    let key = prop_oneof![
        Just("tasks".to_owned()),
        Just("jobs".to_owned()),
        Just("code".to_owned()),
        Just("codes".to_owned()),
        Just("name".to_owned()),
        Just("content".to_owned()),
        Just("description".to_owned()),
        Just("created_at".to_owned()),
        Just("left_out".to_owned()),
        "\\PC{0,200}",
    ];
    leaf.prop_recursive(5, 100, 12, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..12).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..12)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

#[test]
fn of_a_whole_process_what_is_over_goes_first_and_then_all_but_names() {
    let task = |n: usize| {
        let status = if n < 40 { "done" } else { "blocked" };
        let task = json!({"description": "d".repeat(60), "status": status, "created_at": "then"});
        (format!("t{n}"), task)
    };
    let load = |tasks: usize, limit: usize| {
        let tasks: JsonObject = (0..tasks).map(task).collect();
        bound(
            json!({"success": true, "process_data": {"tasks": tasks}}),
            limit,
        )
    };
    let got = load(50, 3_400);
    let tasks = &got["process_data"]["tasks"];
    assert_eq!(tasks["t39"], json!({"status": "done"}));
    assert_eq!(
        tasks["t40"],
        json!({"description": "…", "status": "blocked", "created_at": "then"})
    );
    let left_out = got["left_out"].as_str().unwrap();
    assert!(
        left_out.ends_with(
            "bytes: the ends of 50 descriptions, all but the names of 40 tasks. Call it again."
        ),
        "{left_out}"
    );
    let got = load(80, 3_000);
    assert_eq!(
        got["process_data"]["tasks"]["t79"],
        json!({"status": "blocked"})
    );
    assert_eq!(
        got["process_data"]["tasks"]["t0"],
        json!({"status": "done"})
    );
    let got = load(80, 2_000);
    assert_eq!(got["process_data"]["tasks"].as_object().unwrap().len(), 40);
    assert_eq!(got["process_data"]["tasks_left_out"], 40);
    let got = load(80, 1_200);
    let names = got["process_data"]["tasks"].as_object().unwrap();
    assert_eq!(names.keys().next().unwrap(), "t40");
    assert_eq!(got["process_data"]["tasks_left_out"], 80 - names.len());
    let left_out = got["left_out"].as_str().unwrap();
    assert!(
        left_out.contains("40 tasks that are done or cancelled"),
        "{left_out}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]
    #[test]
    fn the_limit_holds_whatever_the_answer(
        fields in prop::collection::vec(("[a-z]{1,9}|tasks|jobs|codes", any_json()), 0..8),
        version in prop::option::of(prop::collection::vec(("[a-z]{1,9}|code|name|from_line", any_json()), 0..8)),
        limit in 0_usize..8000,
        asked in any::<bool>(),
    ) {
        let mut answer: JsonObject = fields.into_iter().collect();
        answer.shift_insert(0, "success".into(), true.into());
        let content = "let x = 1;\n".repeat(1 + limit / 9);
        let reads_on = version.is_some();
        if let Some(version) = version {
            let mut version: JsonObject = version.into_iter().collect();
            version.insert("lines".into(), 9.into());
            version.insert("content".into(), content.as_str().into());
            answer.insert("codes".into(), json!([version]));
        }
        let before = Value::Object(answer.clone());
        let limit = limit.max(MIN_ANSWER_LIMIT);
        let rest = crate::catalog::TOOLS.iter().map(|tool| tool.rest).max_by_key(|r| r.len()).unwrap();
        let bounds = Bounds { limit, rest: &|| rest.to_owned(), asked: asked.then_some("main"), pages: Vec::new(), reads_on: None };
        let (after, text) = bounded(answer, bounds);
        prop_assert!(text.len() <= limit, "{} > {limit}: {text}", text.len());
        prop_assert_eq!(&serde_json::from_str::<Value>(&text).unwrap(), &after);
        prop_assert_eq!(&after["success"], &Value::Bool(true));
        if before.to_string().len() <= limit {
            prop_assert_eq!(after, before);
        } else {
            let notice = after["left_out"].as_str().unwrap();
            prop_assert!(notice.ends_with(rest));
            prop_assert!(notice.len() + 16 <= NOTICE_BYTES, "{} bytes", notice.len());
            if reads_on {
                let version = &after["codes"][0];
                let shown = version["content"].as_str().unwrap();
                prop_assert!(shown.len() >= 11 && content.starts_with(shown), "{shown}");
                prop_assert_eq!(version.get("next_line").is_some(), shown.len() < content.len());
            }
        }
    }
}
