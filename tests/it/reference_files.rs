//! Files that the Python reference wrote: they open, are listed under their real names, are
//! changed, and keep what they had. And a file from here has the shape that it reads.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use pm_tests::http_server::HttpServer;
use pm_tests::mcp::Answer;
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::{Value, json};

use crate::parity::disagreements;

/// The fields that we add to a process; the reference passes over them.
const OURS: &[&str] = &["revision", "updated_at"];

/// The tools of the Python process manager, with its answers.
const REFERENCE: [&str; 2] = ["--tools", "reference"];

#[test]
fn they_are_changed_over_http_and_keep_what_they_had() {
    let storage = with_all_files();
    // Its answers say all of a process; those of other profiles leave out what is usual.
    let server = HttpServer::over(storage.path()).args(REFERENCE).start();
    let session = server.session();
    change_every_file(&storage, |tool, arguments| session.call(tool, arguments));
}

#[test]
fn they_are_changed_over_stdio_and_keep_what_they_had() {
    let storage = with_all_files();
    let mut command = StdioServer::command(storage.path());
    let (mut server, _) = StdioServer::open(command.args(REFERENCE), "2024-11-05");
    change_every_file(&storage, |tool, arguments| server.call(tool, arguments));
}

/// The files, by name, with what they hold.
fn originals() -> Vec<(String, String)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("parity/files");
    let mut files: Vec<PathBuf> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    files.into_iter().map(read).collect()
}

fn with_all_files() -> Storage {
    let storage = Storage::new();
    for (file, text) in originals() {
        storage.write(&file, text);
    }
    storage
}

fn change_every_file(storage: &Storage, mut call: impl FnMut(&str, Value) -> Answer) {
    let originals: Vec<(String, String, Value)> = originals()
        .into_iter()
        .map(|(file, text)| {
            let value = serde_json::from_str(&text).unwrap();
            (file, text, value)
        })
        .collect();
    assert_eq!(originals.len(), 5);
    let real_names: BTreeSet<&str> = originals
        .iter()
        .map(|(_, _, original)| original["process_name"].as_str().unwrap())
        .collect();
    let listing = call("process_list_all", json!({})).ok();
    let listed: BTreeSet<&str> = listing["process_list"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["process"].as_str().unwrap())
        .collect();
    assert_eq!(listed, real_names);
    assert_eq!(listing["problems"], Value::Null, "{listing}");

    for (file, text, original) in &originals {
        let name = original["process_name"].as_str().unwrap();
        let loaded = call("process_load", json!({"name": name})).ok();
        assert_eq!(disagreements(original, &loaded["process_data"]), [""; 0]);
        assert_eq!(&storage.read(file), text, "opening changes nothing");

        let task = json!({"task_name": "Added here", "task_description": "d"});
        call("task_new", task).ok();
        let mut stored = storage.json(file);
        let added = stored["tasks"]
            .as_object_mut()
            .unwrap()
            .shift_remove("Added here");
        assert_eq!(added.unwrap()["description"], "d", "{file}");
        for field in OURS {
            stored.as_object_mut().unwrap().shift_remove(*field);
        }
        // As text, since the order of what people read counts, too.
        assert_eq!(stored.to_string(), original.to_string(), "{file}");
    }
    let files: Vec<&str> = originals.iter().map(|(file, _, _)| file.as_str()).collect();
    assert_eq!(storage.names(), files, "each file keeps its name");
}

#[test]
fn a_file_from_here_has_the_shape_of_the_reference() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    let ok = |tool: &str, arguments: Value| session.call(tool, arguments).ok();
    ok(
        "process_new",
        json!({"name": "My Web App", "description": "A web app"}),
    );
    ok(
        "task_new",
        json!({"task_name": "design", "task_description": "Draw it"}),
    );
    let job = json!({"task_name": "design", "job_name": "sketch", "job_description": "On paper"});
    ok("task_job_add", job);
    let code = json!({"task_name": "design", "code_name": "logo", "code_content": "<svg/>"});
    ok("task_code_add", code);
    let code = json!({"task_name": "design", "code_name": "logo", "new_content": "<svg></svg>"});
    ok("task_code_update", code);

    let (file, text) = originals().remove(0);
    assert_eq!(storage.names(), [file.as_str()]);
    let original = keyless(serde_json::from_str(&text).unwrap());
    let stored = keyless(storage.json(&file));
    assert_eq!(disagreements(&masked(original), &stored), [""; 0]);
    let stored = storage.read(&file);
    let first_lines = |text: &str| text.lines().take(3).collect::<Vec<_>>().join("\n");
    assert_eq!(
        first_lines(&stored),
        first_lines(&text),
        "two spaces, as people read it"
    );
}

/// Makes lists of the jobs and the code, whose keys hold times: `<name>_<time>`.
fn keyless(mut process: Value) -> Value {
    for task in process["tasks"].as_object_mut().unwrap().values_mut() {
        for collection in ["jobs", "code"] {
            let entries = task[collection].take();
            let entries = entries.as_object().unwrap().iter().map(|(key, entry)| {
                let start = format!("{}_20", entry["name"].as_str().unwrap());
                assert!(key.starts_with(&start), "{key}");
                entry.clone()
            });
            task[collection] = entries.collect();
        }
    }
    process
}

/// Puts the mask of the transcripts in the place of the reference's times, which have no zone.
fn masked(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                *field = match name.as_str() {
                    "created_at" => "<time>".into(),
                    _ => masked(field.take()),
                };
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| *item = masked(item.take())),
        _ => {}
    }
    value
}
