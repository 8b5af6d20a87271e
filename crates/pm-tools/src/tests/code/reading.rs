//! Reading on: page by page, a version that is longer than an answer is read to its last byte.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{about, get, with_versions};
use crate::options::ServerOptions;
use crate::tests::Session;

/// All of the last version, each time from the position that the answer before names.
fn followed(session: &Session, limit: usize) -> String {
    let (mut read, mut from) = (String::new(), json!({"from_line": 1}));
    for _ in 0..200 {
        let got = session.send("task_code_get", about(&from));
        assert!(got.text.len() <= limit, "{} of {limit}", got.text.len());
        let code = &got.object["codes"][0];
        assert_eq!((&code["version"], &code["of"]), (&json!(2), &json!(2)));
        read += code["content"].as_str().unwrap();
        let goes_on = !code["next_line"].is_null();
        assert_eq!(goes_on, got.text.contains("next_line as from_line"));
        if !goes_on {
            return read;
        }
        from = json!({"from_line": code["next_line"]});
    }
    panic!("it never ends: {from}");
}

fn with_limit(answer_limit: usize) -> ServerOptions {
    ServerOptions {
        answer_limit,
        ..ServerOptions::default()
    }
}

/// A caller that follows `next_line` has read all of it.
#[test]
fn a_version_that_is_longer_than_an_answer_can_be_read_on() {
    let lines = (1..=900).map(|n| format!("let x{n} = \"{n}\";\n"));
    let long: String = lines.collect();
    let session = with_versions(&["short", &long]).with_options(with_limit(4096));
    assert_eq!(followed(&session, 4096), long);
    let got = get(&session, &json!({"from_line": 901}));
    assert_eq!(got["codes"][0]["content"], "");
    assert_eq!(
        got["message"],
        "Version 2 of the code \"src/main.rs\" ends before this line."
    );
    let got = get(&session, &json!({"from_line": "2:100"}));
    assert_eq!(got["codes"][0]["content"], "");
    assert_eq!(
        got["message"],
        "Version 2 of the code \"src/main.rs\" has no such place."
    );
    // Of all versions at once, the number that was not shown is told right.
    let got = get(&session, &json!({"version": 2}));
    assert_eq!(got["codes"][0]["version"], 2);
    assert_eq!(
        (&got["codes"][0]["lines"], &got["codes"][0]["bytes"]),
        (&json!(900), &json!(long.len()))
    );
    assert!(
        got["left_out"]
            .as_str()
            .unwrap()
            .contains("code content of 1 versions")
    );
}

#[test]
fn a_line_that_is_longer_than_an_answer_can_be_read_to_its_end() {
    let long_line = format!("[\n{}\n]\n", "\"é\",".repeat(2_000));
    for long in [&long_line, &"x".repeat(9_000), &"🌱\u{1}".repeat(500)] {
        for limit in [crate::MIN_ANSWER_LIMIT, 4096] {
            let session = with_versions(&["short", long]).with_options(with_limit(limit));
            assert_eq!(&followed(&session, limit), long);
        }
    }
}

#[test]
fn what_a_person_wrote_beside_a_version_is_not_in_the_way_of_reading_on() {
    let dir = tempfile::tempdir().unwrap();
    let long = "x".repeat(9_000);
    let code =
        |content: &str| json!({"name": "src/main.rs", "content": content, "created_at": "then"});
    let mut last = code(&long);
    last["review"] = "y".repeat(9_000).into();
    last["next_line"] = 7.into();
    let code = json!({"a_then": code("short"), "b_then": last});
    let file = json!({"process_name": "app", "tasks": {"main loop": {"code": code}}});
    std::fs::write(dir.path().join("app.json"), file.to_string()).unwrap();
    let store = pm_core::FileStore::open(dir.path()).unwrap();
    let session = Session::over(store).with_options(with_limit(4096));
    assert_eq!(followed(&session, 4096), long);
    let got = get(&session, &json!({"version": 2}));
    let shown = got["codes"][0]["content"].as_str().unwrap();
    assert!(long.starts_with(shown), "{shown}");
    let next = format!("1:{}", shown.len() + 1);
    assert_eq!(got["codes"][0]["next_line"], next);
}

/// A store with one version of code in a file as a person may have written it.
struct Written {
    session: Session,
    task: String,
    code: String,
    _dir: tempfile::TempDir,
}

impl Written {
    fn new([process, task, code]: [&str; 3], content: &str, more: &Value) -> Self {
        let mut version = json!({"name": code, "content": content, "created_at": "then"});
        let more = more.as_object().unwrap().clone();
        version.as_object_mut().unwrap().extend(more);
        let tasks = json!({task: {"code": {"c": version}}});
        let dir = tempfile::tempdir().unwrap();
        let file = json!({"process_name": process, "tasks": tasks});
        std::fs::write(dir.path().join("p.json"), file.to_string()).unwrap();
        Self {
            session: Session::over(pm_core::FileStore::open(dir.path()).unwrap()),
            task: task.to_owned(),
            code: code.to_owned(),
            _dir: dir,
        }
    }

    fn with_limit(self, limit: usize) -> Self {
        let session = self.session.with_options(with_limit(limit));
        Self { session, ..self }
    }

    /// The versions as each answer shows them, from the first to the one that is not to be
    /// read on.
    fn pages(&self) -> Vec<Value> {
        let mut sent = json!({"task_name": self.task, "code_name": self.code, "version": 1});
        let mut pages: Vec<Value> = Vec::new();
        loop {
            let got = self.session.send("task_code_get", sent.clone());
            let limit = self.session.options.answer_limit;
            assert!(got.text.len() <= limit, "{} of {limit}", got.text.len());
            let [page] = got.object["codes"].as_array().unwrap().as_slice() else {
                panic!("no version: {}", got.text);
            };
            let next = page.get("next_line").cloned();
            pages.push(page.clone());
            let Some(next) = next else { return pages };
            assert_ne!(page["content"], "", "it never ends: {}", got.text);
            sent["from_line"] = next;
        }
    }
}

fn joined(pages: &[Value]) -> String {
    let contents = pages.iter().map(|page| page["content"].as_str().unwrap());
    contents.collect()
}

#[test]
fn long_names_do_not_cost_the_code() {
    let (process, code) = ("p".repeat(100), "c".repeat(100));
    let content = "0123456789\n".repeat(300);
    let written = Written::new([&process, "t", &code], &content, &json!({}));
    let pages = written.with_limit(crate::MIN_ANSWER_LIMIT).pages();
    assert_eq!(joined(&pages), content);
    let (_, before_the_last) = pages.split_last().unwrap();
    for page in before_the_last {
        assert!(page["content"].as_str().unwrap().len() >= 132, "{page}");
        assert_eq!(page["name"].as_str().unwrap().get(..20), code.get(..20));
    }
}

#[test]
fn no_count_stands_in_code_that_fits() {
    let process = "🌱".repeat(200);
    for length in 140..180 {
        let content = "x".repeat(length);
        let written = Written::new([&process, "t", "c"], &content, &json!({}));
        let pages = written.with_limit(crate::MIN_ANSWER_LIMIT).pages();
        assert_eq!(pages.len(), 1);
        assert_eq!(joined(&pages), content);
    }
}

#[test]
fn long_fields_by_hand_do_not_cost_the_code() {
    let content = "0123456789\n".repeat(900);
    let field = || "y".repeat(10_000);
    let more = json!({"a": field(), "b": field(), "c": field(), "d": field()});
    let pages = Written::new(["p", "t", "c"], &content, &more).pages();
    assert_eq!(joined(&pages), content);
    let beginning = pages[0]["a"].as_str().unwrap();
    assert!(beginning.ends_with(" more bytes)"), "{beginning}");
}

#[test]
fn fields_by_hand_that_cannot_be_shortened_do_not_cost_the_names() {
    let content = "0123456789\n".repeat(300);
    let fields = (0..300).map(|n| (format!("field {n}"), n.into()));
    let more = Value::Object(fields.collect());
    let written = Written::new(["p", "t", "c"], &content, &more).with_limit(4096);
    let sent = json!({"task_name": "t", "code_name": "c", "version": 1});
    let got = written.session.ok("task_code_get", sent);
    assert_eq!(
        (&got["process_name"], &got["task_name"]),
        (&json!("p"), &json!("t"))
    );
    assert_eq!(got["codes"][0]["field 9"], 9);
    let left_out = got["left_out"].as_str().unwrap();
    assert!(left_out.contains(" fields. "), "{left_out}");
    assert_eq!(joined(&written.pages()), content);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]
    #[test]
    fn whatever_the_limit_and_the_names_all_is_read(
        limit in prop_oneof![Just(crate::MIN_ANSWER_LIMIT), 1024_usize..5000],
        names in prop::array::uniform3("(p|é|🌱|\"|\\\\){1,200}|[a-z]{1,200}"),
        content in prop_oneof![
            "(a|é|🌱|\n|\"|\x01|line of code;\n|\\\\|\t|\r\n){0,900}",
            "(z|\"){0,900}(\n|z{0,400}){0,9}",
            "[\n\x01]{0,400}",
        ],
        more in prop::collection::vec(("[a-z]{2,9}", prop_oneof![
            "y{0,3000}".prop_map(Value::from),
            prop::collection::vec(0..9, 0..600).prop_map(Value::from),
            prop::collection::hash_map("[a-z]{1,99}", 0..9, 0..40).prop_map(|map| json!(map)),
        ]), 0..5),
    ) {
        let known = ["name", "content"];
        let more = more.into_iter().filter(|(name, _)| !known.contains(&name.as_str()));
        let more = Value::Object(more.collect());
        let [process, task, code] = &names;
        let written = Written::new([process, task, code], &content, &more).with_limit(limit);
        prop_assert_eq!(joined(&written.pages()), content);
    }
}
