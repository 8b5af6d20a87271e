//! Code as versions: what is read of them, compared, restored, and not kept twice.

mod reading;

use serde_json::{Value, json};

use super::Session;

/// A session with a process and the versions of a snippet in a task.
fn with_versions(contents: &[&str]) -> Session {
    let session = Session::new();
    session.ok("process_new", json!({"name": "app"}));
    session.ok("task_new", json!({"task_name": "main loop"}));
    for content in contents {
        add(&session, "src/main.rs", content);
    }
    session
}

fn add(session: &Session, name: &str, content: &str) -> Value {
    let code = json!({"task_name": "main loop", "code_name": name, "code_content": content});
    session.ok("task_code_add", code)
}

/// The arguments for the snippet, and more.
fn about(more: &Value) -> Value {
    let mut arguments = json!({"task_name": "Main Loop", "code_name": "src/main.rs"});
    let more = more.as_object().unwrap().clone();
    arguments.as_object_mut().unwrap().extend(more);
    arguments
}

fn get(session: &Session, more: &Value) -> Value {
    session.ok("task_code_get", about(more))
}

#[test]
fn each_version_says_which_it_is() {
    let session = with_versions(&["fn main() {}\n", "fn main() {\n}"]);
    let got = get(&session, &json!({}));
    insta::assert_json_snapshot!(got);
    let notes = add(&session, "notes", "");
    assert_eq!(notes["version"], 1);
    let got = session.ok(
        "task_code_get",
        json!({"task_name": "main loop", "code_name": "notes"}),
    );
    assert_eq!(got["codes"][0]["language"], Value::Null);
    assert_eq!(got["codes"][0]["lines"], 0);
}

#[test]
fn one_version_or_the_newest_can_be_read() {
    let session = with_versions(&["one", "two", "three"]);
    add(&session, "src/main.rs.orig", "other");
    let contents = |more: Value| {
        let got = get(&session, &more);
        let codes = got["codes"].as_array().unwrap().iter();
        let shown = codes.map(|c| format!("{}/{} {}", c["version"], c["of"], c["content"]));
        shown.collect::<Vec<_>>().join(", ")
    };
    // An exact name is found, and so is one that differs in case and punctuation.
    let versions = r#"1/3 "one", 2/3 "two", 3/3 "three""#;
    assert_eq!(contents(json!({})), versions);
    assert_eq!(contents(json!({"code_name": "SRC main-rs"})), versions);
    assert_eq!(contents(json!({"latest_only": true})), r#"3/3 "three""#);
    assert_eq!(contents(json!({"latest_only": "yes"})), r#"3/3 "three""#);
    let part = |more: &str| json!({"code_name": "main.rs", "latest_only": more});
    let parts = r#"1/3 "one", 2/3 "two", 3/3 "three", 1/1 "other""#;
    assert_eq!(contents(part("")), parts);
    assert_eq!(contents(part("yes")), r#"3/3 "three", 1/1 "other""#);
    assert_eq!(contents(json!({"version": 2})), r#"2/3 "two""#);
    assert_eq!(
        contents(json!({"version": "2", "latest_only": true})),
        r#"2/3 "two""#
    );
    // What models send for what they leave out.
    for nothing in [json!(null), json!(""), json!(0), json!("null")] {
        let empty = json!({"version": 0, "latest_only": "", "from_line": nothing});
        assert_eq!(contents(empty), contents(json!({})));
    }
    for third in [json!("1:3"), json!(" 1 : 3 ")] {
        assert_eq!(contents(json!({"from_line": third})), r#"3/3 "ree""#);
    }
    for first in [json!(1), json!(1.0), json!("1"), json!("1:1")] {
        assert_eq!(contents(json!({"from_line": first})), r#"3/3 "three""#);
    }
}

#[test]
fn a_version_that_is_not_there_is_refused() {
    let session = with_versions(&["one", "two"]);
    let refused = |more: Value| session.refused("task_code_get", about(&more));
    insta::assert_snapshot!(refused(json!({"version": 3})), @r#"Nothing was read: the code "src/main.rs" has no version 3. Call task_code_get again with a version from 1 to 2."#);
    insta::assert_snapshot!(refused(json!({"latest_only": "maybe"})), @"Nothing was read: latest_only must be true or false and came as other text. Call task_code_get again with latest_only as true or false.");
    insta::assert_snapshot!(refused(json!({"version": 1, "code_name": "zzz"})), @r#"Nothing was read: the task "main loop" has no code "zzz". Call task_details_get with task_name "main loop" to see what there is."#);
    insta::assert_snapshot!(refused(json!({"from_line": "last"})), @"Nothing was read: from_line must be the number of a line and came as other text. Call task_code_get again with from_line as the number of a line.");
    insta::assert_snapshot!(refused(json!({"from_line": "3:x"})), @"Nothing was read: from_line must be the number of a line and came as other text. Call task_code_get again with from_line as the number of a line.");
    insta::assert_snapshot!(refused(json!({"version": -1})), @"Nothing was read: version must be a whole number and came as another number. Call task_code_get again with version as a whole number.");
    add(&session, "src/main.py", "x");
    insta::assert_snapshot!(refused(json!({"version": 1, "code_name": "main"})), @r#"Nothing was read: "main" may mean "src/main.rs" or "src/main.py". Call task_code_get again with code_name "src/main.rs" or "src/main.py"."#);
}

#[test]
fn the_last_version_is_compared_with_the_one_before() {
    let session = with_versions(&["a\nb\nc\n", "a\nB\nc\n", "a\nB\nc\nd"]);
    let diff = |more: Value| session.ok("task_code_diff", about(&more));
    insta::assert_json_snapshot!(diff(json!({})));
    let got = diff(json!({"from": 1}));
    assert_eq!((&got["from"], &got["to"]), (&json!(1), &json!(3)));
    assert_eq!(
        (&got["lines_added"], &got["lines_removed"]),
        (&json!(2), &json!(1))
    );
    let got = diff(json!({"to": 2, "code_name": "main.rs"}));
    assert_eq!((&got["from"], &got["to"]), (&json!(1), &json!(2)));
    assert_eq!(
        got["diff"],
        "--- src/main.rs\tversion 1\n+++ src/main.rs\tversion 2\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"
    );
    let got = diff(json!({"from": 2, "to": 2}));
    assert_eq!(got["diff"], "");
    assert_eq!(
        got["message"],
        "Versions 2 and 2 of the code \"src/main.rs\" are the same."
    );
    let got = diff(json!({"to": 1}));
    assert_eq!(got["from"], Value::Null);
    assert_eq!(
        got["message"],
        "Version 1 of the code \"src/main.rs\" is the first; there is none before it."
    );
    let refused = |more: Value| session.refused("task_code_diff", about(&more));
    insta::assert_snapshot!(refused(json!({"from": 7})), @r#"Nothing was compared: the code "src/main.rs" has no version 7. Call task_code_diff again with a version from 1 to 3."#);
    insta::assert_snapshot!(refused(json!({"code_name": "nothing"})), @r#"Nothing was compared: the task "main loop" has no code "nothing". Call task_details_get with task_name "main loop" to see what there is."#);
}

#[test]
fn a_long_diff_is_cut_and_says_so() {
    let lines = |word: &str| {
        let lines: Vec<String> = (0..2000).map(|n| format!("{word} {n}\n")).collect();
        lines.concat()
    };
    let session = with_versions(&[&lines("old"), &lines("new")]);
    let got = session.send("task_code_diff", about(&json!({})));
    let limit = crate::DEFAULT_ANSWER_LIMIT;
    assert!(
        got.text.len() <= limit && got.text.len() > limit - 1024,
        "{}",
        got.text.len()
    );
    assert_eq!(got.object["lines_added"], 2000);
    assert_eq!(
        got.object["left_out"],
        "Left out, as an answer takes at most 32768 bytes: the ends of 1 long texts. Call \
         task_code_get with a version to read all of it."
    );
}

#[test]
fn a_former_version_is_restored() {
    let session = with_versions(&["one", "two"]);
    let update = |more: Value| session.ok("task_code_update", about(&more));
    let got = update(json!({"from_version": 1}));
    insta::assert_json_snapshot!(got);
    assert_eq!(
        get(&session, &json!({"latest_only": true}))["codes"][0]["content"],
        "one"
    );
    // What models fill in if they mean to leave something out.
    let got = update(json!({"from_version": 2, "new_content": ""}));
    assert_eq!(
        (&got["version"], &got["new_version_created"]),
        (&json!(4), &json!(true))
    );
    let got = update(json!({"from_version": 0, "new_content": "five"}));
    assert_eq!(got["version"], 5);
    let got = update(json!({"from_version": 5}));
    assert_eq!(got["new_version_created"], false);
    let refused = |more: Value| session.refused("task_code_update", about(&more));
    insta::assert_snapshot!(refused(json!({"from_version": 9})), @r#"Nothing was changed: the code "src/main.rs" has no version 9. Call task_code_update again with a version from 1 to 5."#);
    insta::assert_snapshot!(refused(json!({"from_version": 1, "new_content": "x"})), @"Nothing was changed: new_content and from_version are both given. Call task_code_update again with just one of them.");
    insta::assert_snapshot!(refused(json!({"code_content": "x"})), @r#"Nothing was changed: task_code_update has no argument "code_content". Call task_code_update again with new_content in its place."#);
    insta::assert_snapshot!(refused(json!({"code": "x"})), @r#"Nothing was changed: task_code_update has no argument "code". Call task_code_update again with new_content in its place."#);
    insta::assert_snapshot!(refused(json!({})), @"Nothing was changed: new_content is missing. Call task_code_update again with a new_content.");
    insta::assert_snapshot!(refused(json!({"from_version": 1, "code_name": "main"})), @r#"Nothing was changed: the task "main loop" has no code "main". Call task_code_update again with code_name "src/main.rs"."#);
}

#[test]
fn the_same_content_makes_no_version_and_says_so() {
    let session = with_versions(&["one"]);
    let got = add(&session, "src/main.rs", "one");
    insta::assert_json_snapshot!(got);
    let got = session.ok("task_code_update", about(&json!({"new_content": "one"})));
    assert_eq!(got["new_version_created"], false);
    assert_eq!((&got["version"], &got["revision"]), (&json!(1), &json!(3)));
    assert_eq!(got["created"], Value::Null);
    assert_eq!(
        got["message"],
        "Version 1 of the code \"src/main.rs\" holds the same already; no version was added."
    );
    let got = session.ok("task_code_update", about(&json!({"new_content": ""})));
    assert_eq!(
        (&got["version"], &got["new_version_created"]),
        (&json!(2), &json!(true))
    );
}
