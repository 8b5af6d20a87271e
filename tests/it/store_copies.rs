//! `copy`: all that one store keeps is in another one afterwards, to the letter, and nothing of the
//! one that is read has changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use pm_postgres::testing::Cluster;
use pm_tests::binaries;
use pm_tests::http_server::HttpServer;
use pm_tests::running::{Finished, Lines, Running, command, finish};
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::json;

/// More changes than one journal has.
const CHANGES: usize = 270;

fn copy_command(from: &str, to: &str) -> Command {
    let mut command = command(binaries::http());
    command.args(["copy", "--from", from, "--to", to]);
    command
}

fn copy(from: &str, to: &str, arguments: &[&str]) -> Finished {
    finish(copy_command(from, to).args(arguments))
}

/// What it says, where all is copied.
#[track_caller]
fn copied(from: &str, to: &str) -> String {
    let finished = copy(from, to, &[]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert_eq!(finished.stderr, "");
    finished.stdout
}

fn named(storage: &Storage) -> String {
    storage.path().to_str().unwrap().to_owned()
}

/// A directory with processes of every kind: long history, none, written by other programs, in the
/// trash.
fn with_everything() -> Storage {
    let storage = Storage::new();
    let reference = concat!(env!("CARGO_MANIFEST_DIR"), "/parity/files");
    for file in ["My_Web_App.json", "g_rten.json"] {
        fs::copy(Path::new(reference).join(file), storage.file(file)).unwrap();
    }
    let by_hand = "{\"process_name\": \"By hand\", \"created_at\": \"2020-02-02\",\n\n\
                   \"tasks\": {}, \"mine\": 1.50, \"revision\": 7}\n";
    storage.write("By_hand.json", by_hand);
    let mut server = StdioServer::start(storage.path());
    server.call("process_new", json!({"name": "Garden"})).ok();
    server.call("task_new", json!({"task_name": "soil"})).ok();
    for change in 0..CHANGES {
        let job = json!({"task_name": "soil", "job_name": format!("job {change}")});
        server.call("task_job_add", job).ok();
    }
    server.call("process_new", json!({"name": "Empty"})).ok();
    for round in 0..2 {
        server.call("process_new", json!({"name": "Shed"})).ok();
        let task = json!({"task_name": format!("task {round}")});
        server.call("task_new", task).ok();
        server.call("process_delete", json!({"name": "Shed"})).ok();
    }
    server.close_input();
    server.process.wait();
    storage
}

/// Every file below a directory, with its content.
fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.display().to_string();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(name, fs::read(path).unwrap());
        }
    }
    found
}

/// The files of processes in a directory, with their content.
fn processes(storage: &Storage) -> BTreeMap<String, String> {
    let names = storage.names().into_iter();
    let names = names.map(|name| name.into_string().unwrap());
    names
        .map(|name| (name.clone(), storage.read(&name)))
        .collect()
}

#[track_caller]
fn assert_sound(storage: &Storage) {
    let mut doctor = command(binaries::http());
    let doctor = doctor.args(["doctor", "--dir"]).arg(storage.path());
    let finished = finish(doctor);
    assert_eq!(finished.code, Some(0), "{finished:?}");
}

#[test]
fn a_directory_has_all_that_another_one_has() {
    let (one, other) = (with_everything(), Storage::new());
    let before = files(one.path());
    let rehearsed = copy(&named(&one), &named(&other), &["--dry-run"]);
    assert_eq!(rehearsed.code, Some(0), "{rehearsed:?}");
    assert!(rehearsed.stdout.contains("Would copy \"Garden\": tasks 1"));
    assert!(other.names().is_empty());
    let told = copied(&named(&one), &named(&other));
    let garden = format!("Copied \"Garden\": tasks 1, changes {}", CHANGES + 1);
    assert!(told.contains(&garden), "{told}");
    assert!(told.contains("copied 7, there already 0"), "{told}");
    assert_eq!(processes(&other), processes(&one));
    assert!(files(one.path()) == before, "the source has changed");
    assert_sound(&other);
    // Once more there is nothing to do.
    let told = copied(&named(&one), &named(&other));
    assert!(told.contains("copied 0, there already 7"), "{told}");

    // A server goes on there: the history is there, and what was in the trash comes back.
    let server = HttpServer::start(other.path());
    let session = server.session();
    session.call("process_load", json!({"name": "Garden"})).ok();
    let undone = session.call("process_undo", json!({"revision": 5})).ok();
    assert_eq!(undone["undone_revisions"], json!([5]), "{undone}");
    let restored = session.call("process_restore", json!({"name": "Shed"}));
    assert_eq!(restored.ok()["process_name"], "Shed");
    let tasks = session.call("task_list", json!({"process": "Shed"})).ok();
    assert!(tasks["tasks"]["task 1"].is_object(), "{tasks}");
    assert_eq!(server.stop(), Some(0));
    assert_sound(&other);

    // What has changed by now is another process of that name.
    let refused = copy(&named(&one), &named(&other), &[]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    let why = "\"Garden\" is not copied: there is another process \"Garden\"";
    assert!(refused.stderr.contains(why), "{}", refused.stderr);
}

#[test]
fn a_round_trip_through_a_database_gives_the_same_bytes() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let database = cluster.database().unwrap().to_string();
    let (one, other) = (with_everything(), Storage::new());
    let before = files(one.path());
    let rehearsed = copy(&named(&one), &database, &["--dry-run"]);
    assert_eq!(rehearsed.code, Some(0), "{rehearsed:?}");
    let told = copied(&named(&one), &database);
    assert!(told.contains("copied 7, there already 0"), "{told}");
    assert!(files(one.path()) == before, "the source has changed");
    let told = copied(&database, &named(&other));
    assert!(told.contains("copied 7, there already 0"), "{told}");
    assert_eq!(processes(&other), processes(&one));
    // That history and trash are the same as well, a comparison of both directories says.
    let told = copied(&named(&one), &named(&other));
    assert!(told.contains("copied 0, there already 7"), "{told}");
    assert_sound(&other);
    let list = |storage: &Storage| {
        let mut server = StdioServer::start(storage.path());
        server.call("process_list_all", json!({})).ok()["process_list"].clone()
    };
    assert_eq!(list(&other), list(&one));

    // The program for a shell does the same.
    let mut pm = command(binaries::http().with_file_name("pm"));
    let told = finish(pm.args(["copy", "--from", &database, "--to", &named(&one)]));
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(told.stdout.contains("there already 7"), "{told:?}");
}

#[test]
fn a_copy_that_broke_off_goes_on() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let database = cluster.database().unwrap().to_string();
    let one = Storage::new();
    let mut server = StdioServer::start(one.path());
    for number in 0..40 {
        let name = json!({"name": format!("process {number}")});
        server.call("process_new", name).ok();
        server.call("task_new", json!({"task_name": "soil"})).ok();
    }
    server.close_input();
    server.process.wait();
    let other = Storage::new();
    for target in [database, named(&other)] {
        let mut command = copy_command(&named(&one), &target);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut running = Running::start(&mut command);
        let output = Lines::of(running.take_stdout());
        assert!(output.next().unwrap().starts_with("Copied"));
        running.kill();
        let told = copied(&named(&one), &target);
        assert!(told.contains("is there already"), "{told}");
    }
    assert_eq!(processes(&other), processes(&one));
    assert_sound(&other);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let storage = Storage::new();
    let here = named(&storage);
    let refused = copy(&here, &here, &[]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("the same store"), "{refused:?}");
    let refused = copy(&format!("{here}/nowhere"), &here, &[]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("there is no directory"));
    let refused = copy("postgres://pm:s3cret@localhost/pm", &here, &[]);
    assert_eq!(refused.code, Some(2));
    assert!(!refused.stderr.contains("s3cret"), "{refused:?}");
}
