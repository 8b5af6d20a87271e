//! `doctor`: a directory is examined without a change, what can be repaired is where that is
//! asked for, and the exit code says how things stand.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use pm_tests::binaries;
use pm_tests::http_server::HttpServer;
use pm_tests::running::{Finished, command, finish};
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::json;

use crate::check::check;

fn doctor(directory: &Path, arguments: &[&str]) -> Finished {
    let mut command = command(binaries::http());
    finish(
        command
            .arg("doctor")
            .arg("--dir")
            .arg(directory)
            .args(arguments),
    )
}

/// A directory with a process `Garden` of one task and three jobs, as a server leaves it that
/// ends in peace.
fn with_garden() -> Storage {
    let storage = Storage::new();
    let mut server = StdioServer::start(storage.path());
    server.call("process_new", json!({"name": "Garden"})).ok();
    server.call("task_new", json!({"task_name": "soil"})).ok();
    for job in ["dig", "sow", "reap"] {
        let job = json!({"task_name": "soil", "job_name": job, "job_description": "x"});
        server.call("task_job_add", job).ok();
    }
    // Once the file is up to date nothing more is written.
    storage.read("Garden.json");
    drop(server);
    storage
}

/// Content and time of everything in a directory.
fn all(directory: &Path) -> BTreeMap<PathBuf, (SystemTime, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut left = vec![directory.to_owned()];
    while let Some(path) = left.pop() {
        let metadata = fs::symlink_metadata(&path).unwrap();
        let content = if metadata.is_dir() {
            left.extend(fs::read_dir(&path).unwrap().map(|it| it.unwrap().path()));
            Vec::new()
        } else {
            fs::read(&path).unwrap()
        };
        found.insert(path, (metadata.modified().unwrap(), content));
    }
    found
}

#[test]
fn a_sound_directory_is_said_to_be_sound() {
    let storage = with_garden();
    let before = all(storage.path());
    let finished = doctor(storage.path(), &[]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert_eq!(finished.stderr, "");
    assert!(all(storage.path()) == before, "something has changed");
    check("doctor_sound", &finished.stdout);
}

#[test]
fn what_is_damaged_is_said_and_repaired_where_that_is_asked_for() {
    let storage = with_garden();
    let journal = storage.file(".pm/journals/Garden.journal");
    let text = fs::read_to_string(&journal).unwrap();
    // The file is the one that the journal began with; the second change in it is damaged.
    fs::write(&journal, text.replacen("\"dig\"", "\"dog\"", 1)).unwrap();
    storage.write("Shed.json", "{\"process_name\": ");
    storage.write(".Garden.0123456789abcdef.pm-tmp", "half");
    storage.write(".pm/journals/Old.journal", &text);
    storage.write("Garden.conflict-3.txt", "by hand");
    let before = all(storage.path());

    let found = doctor(storage.path(), &[]);
    assert_eq!(found.code, Some(1), "{found:?}");
    assert!(all(storage.path()) == before, "something has changed");

    let repaired = doctor(storage.path(), &["--repair"]);
    assert_eq!(
        repaired.code,
        Some(1),
        "a person has to look at the rest: {repaired:?}"
    );
    check(
        "doctor_damaged",
        &format!("{}\n\n--repair\n{}", found.stdout, repaired.stdout),
    );
    // Every content is still there, under one name or another.
    let after = all(storage.path());
    for (path, (_, content)) in &before {
        let is_swept = path.to_string_lossy().ends_with(".pm-tmp");
        let is_kept = || after.values().any(|(_, kept)| kept == content);
        assert!(is_swept || is_kept(), "{}", path.display());
    }
    let mut server = StdioServer::start(storage.path());
    let jobs = json!({"process": "Garden", "task_name": "soil"});
    let jobs = server.call("task_jobs_list", jobs).ok();
    assert!(jobs.to_string().contains("reap"), "{jobs}");
}

#[test]
fn servers_may_run_meanwhile() {
    let storage = with_garden();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    for number in 0..5 {
        let job = json!({"process": "Garden", "task_name": "soil",
            "job_name": format!("job {number}")});
        session.call("task_job_add", job).ok();
        let finished = doctor(storage.path(), &[]);
        assert_eq!(finished.code, Some(0), "{finished:?}");
    }
    let finished = doctor(storage.path(), &["--repair"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let listed = session.call("task_list", json!({"process": "Garden"})).ok();
    assert_eq!(listed["tasks"]["soil"]["job_count"], 8, "{listed}");
}

#[test]
fn what_is_no_directory_cannot_be_examined() {
    let storage = Storage::new();
    let finished = doctor(&storage.file("missing"), &[]);
    assert_eq!((finished.code, finished.stdout.as_str()), (Some(2), ""));
    assert!(!storage.file("missing").exists());
    check("doctor_missing", &finished.stderr);
}

#[test]
fn a_lone_journal_stays_and_counts_again_once_its_file_is_back() {
    let storage = with_garden();
    let text = fs::read(storage.file("Garden.json")).unwrap();
    fs::remove_file(storage.file("Garden.json")).unwrap();
    let found = doctor(storage.path(), &["--repair"]);
    assert_eq!(found.code, Some(1), "{found:?}");
    assert!(
        found.stdout.contains("put the file back"),
        "{}",
        found.stdout
    );
    assert!(storage.file(".pm/journals/Garden.journal").exists());
    fs::write(storage.file("Garden.json"), text).unwrap();
    assert_eq!(doctor(storage.path(), &[]).code, Some(0));
    let mut server = StdioServer::start(storage.path());
    let history = server
        .call("process_history", json!({"process": "Garden"}))
        .ok();
    assert!(history.to_string().contains("reap"), "{history}");
}

#[test]
fn what_stands_in_the_place_of_a_journal_is_seen() {
    let storage = with_garden();
    let journal = storage.file(".pm/journals/Garden.journal");
    fs::write(&journal, "").unwrap();
    let found = doctor(storage.path(), &[]);
    assert_eq!(found.code, Some(1), "{found:?}");
    assert!(
        found.stdout.contains("Garden.journal is empty"),
        "{}",
        found.stdout
    );
    let repaired = doctor(storage.path(), &["--repair"]);
    assert_eq!(repaired.code, Some(0), "{repaired:?}");

    let made = std::process::Command::new("mkfifo").arg(&journal).status();
    assert!(made.unwrap().success());
    let found = doctor(storage.path(), &[]);
    assert_eq!(found.code, Some(1), "{found:?}");
    assert!(found.stdout.contains("no regular file"), "{}", found.stdout);
    let mut server = StdioServer::start(storage.path());
    let refused = server
        .call("process_load", json!({"name": "Garden"}))
        .refused();
    assert!(refused.contains("no regular file"), "{refused}");
}
