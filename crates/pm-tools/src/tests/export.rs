//! Code as files, and a process as one text.

use std::fs;

use pm_core::export::ExportRoot;
use serde_json::{Value, json};

use super::Session;
use crate::caller::offer::Access;
use crate::caller::offer::Offer;
use crate::options::ServerOptions;

/// A session with two tasks, whose server may write below a directory.
struct Scene {
    session: Session,
    dir: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = ExportRoot::open(dir.path()).unwrap();
        let session = Session::new().with_options(ServerOptions {
            export: Some(root),
            ..ServerOptions::default()
        });
        session.ok(
            "process_new",
            json!({"name": "app", "description": "An app"}),
        );
        for task in ["server", "client"] {
            session.ok("task_new", json!({"task_name": task}));
        }
        let scene = Self { session, dir };
        scene.add("server", "src/main.rs", "fn main() {}\n");
        scene.add("server", "src/main.rs", "fn main() { run() }\n");
        scene.add("client", "client.py", "print(1)\n");
        scene
    }

    fn add(&self, task: &str, name: &str, content: &str) {
        let code = json!({"task_name": task, "code_name": name, "code_content": content});
        self.session.ok("task_code_add", code);
    }

    fn export(&self, arguments: Value) -> Value {
        self.session.ok("code_export", arguments)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.dir.path().join(path)).unwrap()
    }
}

#[test]
fn the_newest_code_becomes_files() {
    let scene = Scene::new();
    let got = scene.export(json!({}));
    insta::assert_json_snapshot!(got);
    assert_eq!(scene.read("src/main.rs"), "fn main() { run() }\n");
    assert_eq!(scene.read("client.py"), "print(1)\n");
    assert_eq!(fs::read_dir(scene.dir.path()).unwrap().count(), 2);
    let again = scene.export(json!({}));
    assert_eq!(again["message"], "Files unchanged: 2.");
}

#[test]
fn files_that_differ_are_named_and_left_unless_they_are_to_be_replaced() {
    let scene = Scene::new();
    scene.export(json!({}));
    fs::write(scene.dir.path().join("client.py"), "mine").unwrap();
    let got = scene.export(json!({"overwrite": false}));
    insta::assert_json_snapshot!(got);
    assert_eq!(scene.read("client.py"), "mine");
    let got = scene.export(json!({"overwrite": "true"}));
    assert_eq!(got["replaced"], json!(["client.py"]));
    assert_eq!(got["message"], "Files replaced: 1, unchanged: 1.");
    assert_eq!(scene.read("client.py"), "print(1)\n");
}

#[test]
fn one_task_can_be_written_to_a_directory_of_its_own() {
    let scene = Scene::new();
    let task = json!({"task_name": "Server", "directory": "v1/server/"});
    assert_eq!(
        scene.export(task)["written"],
        json!(["v1/server/src/main.rs"])
    );
    for here in ["", ".", "./", "null", " "] {
        let task = json!({"task_name": "client", "directory": here});
        let got = scene.export(task);
        assert!(got["written"] == json!(["client.py"]) || got["unchanged"] == json!(["client.py"]));
    }
    let got = scene.export(json!({"task_name": "", "directory": "all"}));
    assert_eq!(got["written"], json!(["all/src/main.rs", "all/client.py"]));
}

#[test]
fn what_cannot_be_a_file_is_named() {
    let scene = Scene::new();
    scene.add("server", "../../etc/passwd", "x");
    scene.add("client", "/etc/passwd", "x");
    scene.add("server", "NUL", "x");
    scene.add("client", "SRC/main.rs", "other");
    fs::create_dir(scene.dir.path().join("client.py")).unwrap();
    insta::assert_json_snapshot!(scene.export(json!({"overwrite": true})));
    assert_eq!(fs::read_dir(scene.dir.path()).unwrap().count(), 1);
}

#[test]
fn what_leads_elsewhere_is_refused() {
    let scene = Scene::new();
    let refused = |arguments: Value| scene.session.refused("code_export", arguments);
    insta::assert_snapshot!(refused(json!({"directory": "../up"})), @r#"Nothing was written: the directory cannot be used: it leads out of the directory with "..". Call code_export again with a directory such as "src", or without one."#);
    insta::assert_snapshot!(refused(json!({"directory": "/tmp"})), @r#"Nothing was written: the directory cannot be used: it is not relative. Call code_export again with a directory such as "src", or without one."#);
    insta::assert_snapshot!(refused(json!({"directory": "/"})), @r#"Nothing was written: the directory cannot be used: it is not relative. Call code_export again with a directory such as "src", or without one."#);
    insta::assert_snapshot!(refused(json!({"task_name": "sever"})), @r#"Nothing was written: the process "app" has no task "sever". Call code_export again with task_name "server"."#);
    insta::assert_snapshot!(refused(json!({"process": "shop"})), @r#"Nothing was written: there is no process "shop", and the process "app" is open. Call code_export again without process."#);
    fs::remove_dir(scene.dir.path()).unwrap();
    insta::assert_snapshot!(refused(json!({})), @"Nothing was written: could not open the directory to export to: no such file or directory. Tell the user that the storage needs looking after.");
}

#[test]
fn without_a_directory_or_for_reading_only_it_is_not_offered() {
    let offered = |options: &ServerOptions| Offer::of(options.clone()).has("code_export");
    let scene = Scene::new();
    let with = &scene.session.options;
    assert!(offered(with));
    let read_only = ServerOptions {
        access: Access::ReadOnly,
        ..with.clone()
    };
    assert!(!offered(&read_only));
    let without = ServerOptions::default();
    assert!(!offered(&without));
    let session = scene.session.other_caller().with_options(without);
    insta::assert_snapshot!(session.refused("code_export", json!({})), @"Nothing was written: this server was started without a directory to write to. Tell the user to start it with --export-dir.");
}

#[test]
fn without_code_there_is_nothing_to_write() {
    let scene = Scene::new();
    scene.session.ok("process_new", json!({"name": "empty"}));
    let got = scene.export(json!({}));
    assert_eq!(
        (&got["message"], &got["written"]),
        (&json!("There is no code to write."), &json!([]))
    );
}

#[test]
fn many_files_are_written_and_counted_where_not_all_are_listed() {
    let scene = Scene::new();
    for number in 0..60 {
        let name = format!("{}{number}.txt", "long".repeat(30));
        scene.add("client", &name, &name);
    }
    let mut options = scene.session.options.clone();
    options.answer_limit = 2048;
    let session = scene.session.other_caller().with_options(options);
    let got = session.send("code_export", json!({}));
    assert!(got.text.len() <= 2048);
    assert_eq!(got.object["message"], "Files written: 62.");
    assert!(
        got.object["left_out"]
            .as_str()
            .unwrap()
            .contains(" files. "),
        "{}",
        got.text
    );
    assert_eq!(fs::read_dir(scene.dir.path()).unwrap().count(), 62);
}

#[test]
fn a_process_is_shown_as_one_text() {
    let scene = Scene::new();
    let markdown = scene.session.ok("process_export", json!({}));
    insta::assert_snapshot!(markdown["markdown"].as_str().unwrap());
    let also = scene.session.ok("process_export", json!({"format": "MD"}));
    assert_eq!(also, markdown);
    let got = scene
        .session
        .ok("process_export", json!({"format": "json"}));
    let tasks = got["process_data"]["tasks"].as_object().unwrap();
    assert_eq!(
        tasks["server"]["code"].as_object().unwrap().len(),
        2,
        "all versions"
    );
    assert_eq!(got["markdown"], Value::Null);
    let refused = scene
        .session
        .refused("process_export", json!({"format": "pdf"}));
    insta::assert_snapshot!(refused, @"Nothing was shown: format must be markdown or json and came as something else. Call process_export again with format as markdown or json.");
}

#[test]
fn a_task_that_is_too_long_is_shown_without_its_code() {
    let scene = Scene::new();
    scene.add("client", "big.txt", &"x".repeat(40_000));
    let got = scene.session.ok("process_export", json!({}));
    let text = got["markdown"].as_str().unwrap();
    assert!(text.contains("### big.txt\n\n(40000 bytes)"), "{text}");
    // The others have theirs.
    assert!(text.contains("fn main() { run() }"), "{text}");
    assert_eq!(
        got["message"],
        "Tasks longer than an answer, shown without their code: 1. Read them with task_details_get."
    );
    assert_eq!(got["left_out"], Value::Null);
    let job =
        json!({"task_name": "client", "job_name": "j", "job_description": "y".repeat(60_000)});
    scene.session.ok("task_job_add", job);
    let got = scene.session.send("process_export", json!({}));
    let limit = crate::DEFAULT_ANSWER_LIMIT;
    assert!(got.text.len() <= limit && got.text.len() > limit - 1024);
    let text = got.object["markdown"].as_str().unwrap();
    assert!(text.contains("## server") && text.contains("## client"));
    assert!(text.ends_with(" more bytes)"), "{text}");
    let got = scene
        .session
        .ok("process_export", json!({"after": "Server"}));
    let text = got["markdown"].as_str().unwrap();
    assert!(text.starts_with("## client"), "{text}");
    insta::assert_snapshot!(got["message"].as_str().unwrap(), @r#"Only the tasks behind "server": 1 of 2. Tasks longer than an answer, shown without their code: 1. Read them with task_details_get."#);
}
