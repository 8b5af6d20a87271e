//! Several OS processes and a person on one directory, or over one database, which has no files for
//! a person to edit: nothing is lost, and nobody is refused.

use std::sync::Barrier;

use pm_core::ProcessManager;
use pm_tests::http_server::HttpServer;
use pm_tests::mcp::Session;
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::{Value, json};

/// What each of the four writers does: a creation for every four jobs.
const CHANGES: usize = 250;
/// The processes that all of them write to.
const SHARED: [&str; 3] = ["Garden", "Shed", "Pond"];

/// Something that takes part, through whatever it speaks.
trait Writer {
    fn create(&mut self, process: &str);
    fn add_job(&mut self, process: &str, job: &str);
}

struct Embedding(ProcessManager);

impl Writer for Embedding {
    fn create(&mut self, process: &str) {
        self.0.create_process(process.parse().unwrap(), "").unwrap();
    }
    fn add_job(&mut self, process: &str, job: &str) {
        let process = process.parse().unwrap();
        self.0
            .add_job(&process, "work", job.parse().unwrap(), "")
            .unwrap();
    }
}

fn creation(process: &str) -> Value {
    json!({"name": process})
}

fn addition(process: &str, job: &str) -> Value {
    json!({"process": process, "task_name": "work", "job_name": job})
}

impl Writer for StdioServer {
    fn create(&mut self, process: &str) {
        self.call("process_new", creation(process)).ok();
    }
    fn add_job(&mut self, process: &str, job: &str) {
        self.call("task_job_add", addition(process, job)).ok();
    }
}

impl Writer for Session {
    fn create(&mut self, process: &str) {
        self.call("process_new", creation(process)).ok();
    }
    fn add_job(&mut self, process: &str, job: &str) {
        self.call("task_job_add", addition(process, job)).ok();
    }
}

fn work(writer: &mut dyn Writer, number: usize, half_time: &Barrier) {
    for change in 0..CHANGES {
        if change == CHANGES / 2 {
            // The writers stop, the person edits, and they go on.
            half_time.wait();
            half_time.wait();
        }
        if change % 5 == 0 {
            writer.create(&format!("process {number} {change}"));
        } else {
            writer.add_job(
                SHARED[change % SHARED.len()],
                &format!("job {number} {change}"),
            );
        }
    }
}

#[test]
fn four_programs_and_a_person_lose_nothing() {
    let storage = Storage::new();
    let manager = storage.open();
    for process in SHARED {
        let process = manager
            .create_process(process.parse().unwrap(), "")
            .unwrap();
        manager
            .add_task(&process.name, "work".parse().unwrap(), "")
            .unwrap();
    }
    let server = HttpServer::start(storage.path());
    let mut writers: Vec<Box<dyn Writer + Send>> = vec![
        Box::new(StdioServer::start(storage.path())),
        Box::new(StdioServer::start(storage.path())),
        Box::new(server.session()),
        Box::new(Embedding(manager)),
    ];
    let half_time = Barrier::new(writers.len() + 1);
    std::thread::scope(|scope| {
        for (number, writer) in writers.iter_mut().enumerate() {
            let half_time = &half_time;
            scope.spawn(move || work(writer.as_mut(), number, half_time));
        }
        half_time.wait();
        if storage.is_of_files() {
            edit(&storage);
        }
        half_time.wait();
    });

    let judge = storage.open();
    let listed = judge.list_processes().unwrap().processes;
    let jobs = listed.iter().map(|it| it.jobs).sum::<usize>();
    assert_eq!((listed.len(), jobs), (SHARED.len() + 200, 800));
    if storage.is_of_files() {
        look_at_files(&storage);
    }
    for writer in &mut writers {
        // Each of them sees what all have done.
        writer.add_job("Garden", "last");
    }
    let garden = judge.process("Garden").unwrap();
    let jobs = garden.tasks.values().flat_map(|task| task.jobs.values());
    assert_eq!(jobs.filter(|job| job.name.as_str() == "last").count(), 4);
}

/// A person edits the file of a process.
fn edit(storage: &Storage) {
    let text = storage.read("Garden.json");
    let edited = text.replacen("\"description\": \"\"", "\"description\": \"by hand\"", 1);
    storage.write(
        "Garden.json",
        edited.replacen('{', "{\n  \"owner\": \"Ann\",", 1),
    );
}

/// What all have done is in the files, and what the person has written.
fn look_at_files(storage: &Storage) {
    let files = storage.all_json();
    let created = files
        .iter()
        .filter(|(name, _)| name.starts_with("process_"))
        .count();
    let jobs: usize = SHARED
        .iter()
        .map(|process| storage.json(&format!("{process}.json")))
        .map(|process| process["tasks"]["work"]["jobs"].as_object().unwrap().len())
        .sum();
    assert_eq!((created, jobs), (200, 800));
    assert_eq!(
        files.len(),
        created + SHARED.len(),
        "and nothing else: {:?}",
        storage.names()
    );

    let garden = storage.json("Garden.json");
    assert_eq!(garden["owner"], "Ann");
    assert_eq!(garden["description"], "by hand");
}

#[test]
fn a_writer_that_waits_for_another_is_answered_and_not_told_to_come_again() {
    let storage = Storage::of_files("a lock on a file");
    let mut first = StdioServer::start(storage.path());
    first.call("process_new", creation("Garden")).ok();
    first.call("task_new", json!({"task_name": "work"})).ok();
    let held = storage.lock("Garden.json");
    first.send_call("task_job_add", addition("Garden", "waited"));
    // Another process goes on meanwhile, also within another server.
    let mut second = StdioServer::start(storage.path());
    second.call("process_new", creation("Shed")).ok();
    assert_eq!(
        second.call("task_list", json!({"process": "Garden"})).ok()["task_count"],
        1
    );
    drop(held);
    let answer = first.receive().unwrap();
    assert_eq!(
        answer["result"]["structuredContent"]["success"], true,
        "{answer}"
    );
    assert!(storage.read("Garden.json").contains("\"name\": \"waited\""));
}
