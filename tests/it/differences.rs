//! Where we differ from the Python reference on purpose, one test each. A difference that is no
//! longer one fails here.

use pm_tests::http_server::HttpServer;
use pm_tests::mcp::Session;
use pm_tests::storage::Storage;
use serde_json::{Value, json};

/// A server over an empty directory, with one caller.
struct Scene {
    storage: Storage,
    server: HttpServer,
    session: Session,
}

impl Scene {
    fn new() -> Self {
        Self::over(Storage::new())
    }

    fn over(storage: Storage) -> Self {
        let server = HttpServer::start(storage.path());
        let session = server.session();
        Self {
            storage,
            server,
            session,
        }
    }

    fn ok(&self, tool: &str, arguments: Value) -> Value {
        self.session.call(tool, arguments).ok()
    }

    fn refused(&self, tool: &str, arguments: Value) -> String {
        self.session.call(tool, arguments).refused()
    }
}

/// Reference: two tasks. Models mix the two up, and then keep half of their notes in each.
#[test]
fn names_that_differ_only_in_case_or_punctuation_are_one_name() {
    let scene = Scene::new();
    scene.ok("process_new", json!({"name": "garden"}));
    scene.ok("task_new", json!({"task_name": "Soil Test"}));
    let sentence = scene.refused("task_new", json!({"task_name": "soil_test"}));
    assert!(sentence.contains("\"Soil Test\""), "{sentence}");
    let found = scene.ok("task_details_get", json!({"task_name": "soil-test"}));
    assert_eq!(found["task_name"], "Soil Test");
    let sentence = scene.refused("process_new", json!({"name": "GARDEN!"}));
    assert!(sentence.contains("\"garden\""), "{sentence}");
}

/// Reference: always refused. A small model repeats the refused call until it is stopped.
#[test]
fn without_an_open_process_the_only_one_is_used() {
    let scene = Scene::new();
    scene.ok("process_new", json!({"name": "garden"}));
    let other = scene.server.session();
    let added = other.call("task_new", json!({"task_name": "soil"})).ok();
    assert_eq!(added["process_name"], "garden");
    scene.ok("process_new", json!({"name": "kitchen"}));
    let other = scene.server.session();
    let details = json!({"task_name": "soil"});
    let found = other.call("task_details_get", details).ok();
    assert_eq!(found["process_name"], "garden", "no other has the task");
    let new = json!({"task_name": "paint"});
    let sentence = other.call("task_new", new).refused();
    for name in ["\"garden\"", "\"kitchen\"", "process_load"] {
        assert!(sentence.contains(name), "{sentence}");
    }
}

/// Reference: cut to 150 characters without a word, so that two names may become one.
#[test]
fn a_long_name_is_kept_whole_or_refused() {
    let scene = Scene::over(Storage::of_files("the files are counted"));
    let name = "ä".repeat(200);
    let made = scene.ok("process_new", json!({"name": name}));
    assert_eq!(made["process_name"], name);
    let sentence = scene.refused("process_new", json!({"name": "x".repeat(201)}));
    assert!(
        sentence.contains("201") && sentence.contains("200"),
        "{sentence}"
    );
    assert_eq!(scene.storage.names().len(), 1);
}

/// Reference: file names, from which the name cannot be read back.
#[test]
fn processes_are_listed_under_their_real_names_with_a_summary() {
    let scene = Scene::new();
    scene.ok(
        "process_new",
        json!({"name": "Ein Garten: Ä?", "description": "d"}),
    );
    scene.ok("task_new", json!({"task_name": "soil"}));
    let listing = scene.ok("process_list_all", json!({}));
    let entry = &listing["process_list"][0];
    assert_eq!(entry["process"], "Ein Garten: Ä?");
    assert_eq!(entry["description"], "d");
    assert_eq!(entry["task_count"], 1);
}

/// Reference: leaves the old file, and overwrites another process of that name.
#[test]
fn process_save_with_a_name_is_a_true_rename() {
    let scene = Scene::over(Storage::of_files("a file is read"));
    scene.ok(
        "process_new",
        json!({"name": "taken", "description": "keep me"}),
    );
    scene.ok("process_new", json!({"name": "old"}));
    scene.refused("process_save", json!({"name": "taken"}));
    assert_eq!(scene.storage.json("taken.json")["description"], "keep me");
    let saved = scene.ok("process_save", json!({"name": "new"}));
    assert_eq!(saved["process_name"], "new");
    let names: Vec<Value> = scene
        .storage
        .all_json()
        .into_iter()
        .map(|(_, process)| process["process_name"].clone())
        .collect();
    assert_eq!(names, ["new", "taken"], "nothing is called old any more");
    // It is still the open one.
    let added = scene.ok("task_new", json!({"task_name": "soil"}));
    assert_eq!(added["process_name"], "new");
}

/// Reference: a part of a name also matches the time inside the key, so that "1" matches all.
#[test]
fn a_partial_match_looks_at_names_only() {
    let scene = Scene::new();
    scene.ok("process_new", json!({"name": "garden"}));
    scene.ok("task_new", json!({"task_name": "soil"}));
    let job = json!({"task_name": "soil", "job_name": "sample"});
    scene.ok("task_job_add", job);
    for part in ["2", "-", ":", "T", "Z"] {
        let found = scene.ok(
            "task_job_get",
            json!({"task_name": "soil", "job_name": part}),
        );
        assert_eq!(found["jobs"], json!([]), "{part}");
    }
}

/// Reference: `main` is read and deleted with all whose names hold it, and a part takes every one.
#[test]
fn an_exact_name_of_code_means_it_alone_and_a_part_is_deleted_only_where_it_fits_one() {
    let scene = Scene::new();
    scene.ok("process_new", json!({"name": "garden"}));
    scene.ok("task_new", json!({"task_name": "t"}));
    for name in ["main", "main_test", "domain"] {
        let code = json!({"task_name": "t", "code_name": name, "code_content": name});
        scene.ok("task_code_add", code);
    }
    let delete = |name: &str| json!({"task_name": "t", "code_name": name});
    scene.refused("task_code_delete", delete(" "));
    let sentence = scene.refused("task_code_delete", delete("mai"));
    for name in ["\"main\"", "\"main_test\"", "\"domain\""] {
        assert!(sentence.contains(name), "{sentence}");
    }
    let read = |name: &str| {
        let found = scene.ok("task_code_get", delete(name));
        found["codes"].as_array().unwrap().len()
    };
    assert_eq!((read("main"), read("MAIN"), read("mai")), (1, 1, 3));
    let deleted = scene.ok("task_code_delete", delete("main"));
    assert_eq!(deleted["deleted_count"], 1);
    assert_eq!(deleted["deleted_codes"][0]["name"], "main");
    // Sent again, since the answer was lost, it takes no other for a part of its name.
    scene.ok("task_code_delete", delete("domain"));
    let deleted = scene.ok("task_code_delete", delete("main"));
    assert_eq!(deleted["deleted_count"], 0);
    // Where no name is exactly that, a part of just one will do, as in the reference.
    let deleted = scene.ok("task_code_delete", delete("test"));
    assert_eq!(deleted["deleted_codes"][0]["name"], "main_test");
}

/// Reference: "not found", and a new process of that name overwrites the file.
#[test]
fn a_damaged_file_is_named_with_the_place_and_left_alone() {
    let scene = Scene::over(Storage::of_files("a file is damaged"));
    let damaged = "{\n  \"process_name\": \"garden\",\n  \"tasks\": {oops}\n}\n";
    scene.storage.write("garden.json", damaged);
    scene.ok("process_new", json!({"name": "kitchen"}));
    let sentence = scene.refused("process_load", json!({"name": "garden"}));
    for part in ["garden.json", "line 3", "column"] {
        assert!(sentence.contains(part), "{sentence}");
    }
    scene.refused("process_new", json!({"name": "garden"}));
    assert_eq!(scene.storage.read("garden.json"), damaged);
    let listing = scene.ok("process_list_all", json!({}));
    assert_eq!(listing["total"], 1);
    assert_eq!(listing["problems"][0]["file"], "garden.json");
}

/// Reference: local time without a zone.
#[test]
fn times_are_utc_and_old_ones_stay_as_they_are() {
    let scene = Scene::over(Storage::of_files("a file of another program is read"));
    let old = "2026-11-22T11:05:57.484412";
    let file = json!({"process_name": "old", "description": "", "created_at": old, "tasks": {}});
    scene.storage.write("old.json", file.to_string());
    scene.ok("process_load", json!({"name": "old"}));
    scene.ok("task_new", json!({"task_name": "t"}));
    let added = scene.ok("task_details_get", json!({"task_name": "t"}));
    let time = added["created_at"].as_str().unwrap();
    assert!(time.ends_with('Z'), "{time}");
    assert_eq!(scene.storage.json("old.json")["created_at"], old);
}

/// Reference: success as far as the protocol goes, and JSON for the model to take apart.
#[test]
fn a_failed_call_is_an_error_with_a_sentence() {
    let scene = Scene::new();
    // That it is no JSON, and that the object says `success: false`, is checked for every answer.
    let answer = scene.session.call("task_list", json!({}));
    assert!(answer.is_error);
    assert!(answer.object["hint"].is_string());
    assert!(answer.text.ends_with('.'), "{}", answer.text);
}

/// Reference: created without a word.
#[test]
fn updating_code_that_is_not_there_says_that_it_was_created() {
    let scene = Scene::new();
    scene.ok("process_new", json!({"name": "garden"}));
    scene.ok("task_new", json!({"task_name": "t"}));
    let code = |tool: &str, key: &str, name: &str| {
        let arguments = json!({"task_name": "t", "code_name": name, key: "x"});
        scene.ok(tool, arguments)
    };
    code("task_code_add", "code_content", "server");
    let updated = code("task_code_update", "new_content", "servers");
    assert_eq!(updated["created"], true);
    assert_eq!(updated["similar_names"], json!(["server"]));
    let updated = code("task_code_update", "new_content", "server");
    assert_eq!(updated["created"], Value::Null);
}

/// Reference: a new version each time. A model that writes the same again has forgotten that it
/// did, and a history of equal versions tells nobody anything.
#[test]
fn the_same_code_once_more_makes_no_version() {
    let scene = Scene::new();
    scene.ok("process_new", json!({"name": "garden"}));
    scene.ok("task_new", json!({"task_name": "t"}));
    let code = |tool: &str, key: &str| {
        let arguments = json!({"task_name": "t", "code_name": "server", key: "x"});
        scene.ok(tool, arguments)
    };
    code("task_code_add", "code_content");
    let updated = code("task_code_update", "new_content");
    assert_eq!(updated["new_version_created"], false);
    let added = code("task_code_add", "code_content");
    assert_eq!(added["version"], 1);
    assert!(added["message"].as_str().unwrap().contains("the same"));
    let read = json!({"task_name": "t", "code_name": "server"});
    let found = scene.ok("task_code_get", read);
    assert_eq!(found["codes"].as_array().unwrap().len(), 1);
}

/// Reference: everything each time, also what the caller has just sent. That is a quarter of what a
/// model reads in a session, and what it reads it no longer has room to think with. Clients of the
/// reference get it with `--tools reference`.
#[test]
fn answers_hold_nothing_that_is_empty_or_was_just_sent() {
    let scene = Scene::new();
    let made = scene.ok("process_new", json!({"name": "garden"}));
    assert_eq!(made.get("process"), None, "{made}");
    let code = "fn main() {}\n".repeat(3_000);
    scene.ok("task_new", json!({"task_name": "t"}));
    let add = json!({"task_name": "t", "code_name": "main", "code_content": code});
    scene.ok("task_code_add", add);
    let listed = scene.ok("task_list", json!({}));
    assert_eq!(listed["tasks"], json!({"t": {"code_count": 1}}));
    let delete = json!({"task_name": "t", "code_name": "main"});
    let deleted = scene.ok("task_code_delete", delete.clone());
    let main = json!({"name": "main", "versions": 1, "lines": 3_000, "bytes": 39_000});
    assert_eq!(deleted["deleted_codes"], json!([main]));
    let message = deleted["message"].as_str().unwrap();
    assert!(message.ends_with("Undo with process_undo."), "{message}");
    scene.ok("process_undo", json!({}));

    let server = HttpServer::over(scene.storage.path())
        .args(["--tools", "reference"])
        .start();
    let session = server.session();
    session.call("process_load", json!({"name": "garden"})).ok();
    let listed = session.call("task_list", json!({})).ok();
    let task = listed["tasks"]["t"].as_object().unwrap();
    let fields: Vec<&str> = task.keys().map(String::as_str).collect();
    let all = ["description", "created_at", "job_count", "code_count"];
    assert_eq!(fields, all);
    let deleted = session.call("task_code_delete", delete).ok();
    assert!(deleted["deleted_codes"][0]["content"].is_string());
}
