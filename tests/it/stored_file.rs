//! A stored file, as a person finds it.

use pm_tests::http_server::HttpServer;
use pm_tests::storage::Storage;
use serde_json::json;

use crate::check::check;

#[test]
fn it_is_the_snapshot() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    let design = |rest: serde_json::Value| {
        let mut arguments = json!({"task_name": "design"});
        arguments
            .as_object_mut()
            .unwrap()
            .extend(rest.as_object().unwrap().clone());
        arguments
    };
    let new = json!({"name": "My Wéb App", "description": "Grüße 🌱, \"quotes\" and\nlines"});
    session.call("process_new", new).ok();
    for (tool, arguments) in [
        ("task_new", design(json!({"task_description": "Draw it"}))),
        (
            "task_job_add",
            design(json!({"job_name": "sketch", "job_description": "On paper"})),
        ),
        (
            "task_code_add",
            design(json!({"code_name": "logo", "code_content": "<svg/>"})),
        ),
        (
            "task_code_update",
            design(json!({"code_name": "logo", "new_content": "<svg></svg>"})),
        ),
        ("task_new", json!({"task_name": "build"})),
    ] {
        session.call(tool, arguments).ok();
    }
    let names = storage.names();
    let [file] = names.as_slice() else {
        panic!("one process, one file: {names:?}")
    };
    let file = file.to_str().unwrap();
    check("stored_file", &format!("{file}\n{}", storage.read(file)));
}
