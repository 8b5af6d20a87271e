//! Two servers over one directory, or one database: what one does to a process while callers of the
//! other write to it, and names that both are asked for at once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex};
use std::thread;

use pm_core::manager::HistoryQuery;
use pm_core::store::HISTORY_CHANGES;
use pm_tests::eventually;
use pm_tests::http_server::HttpServer;
use pm_tests::mcp::Session;
use pm_tests::storage::Storage;
use serde_json::json;

/// How often a process is renamed, deleted, restored and renamed back.
const ROUNDS: usize = 8;
/// How many callers write to it meanwhile.
const WRITERS: usize = 3;
/// The names that it has by turns.
const NAMES: [&str; 2] = ["Garden", "Park"];
/// Names of which only one can be had.
const ALIKE: [&str; 4] = ["green shed", "Green Shed", "GREEN_SHED", "green-shed"];

/// What came of the jobs that were to be added, by their names.
#[derive(Default)]
struct Fates {
    acknowledged: AtomicUsize,
    all: Mutex<HashMap<String, bool>>,
}

/// Ends the writers when it is dropped, so that a test that fails ends.
struct Ending<'a>(&'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Adds jobs to the process, under whatever name it has.
fn write(session: &Session, writer: usize, fates: &Fates, ended: &AtomicBool) {
    for change in 0.. {
        if ended.load(Ordering::SeqCst) {
            return;
        }
        let job = format!("job {writer} {change}");
        let process = NAMES[change % NAMES.len()];
        let job_of = json!({"process": process, "task_name": "work", "job_name": job});
        let answer = session.call("task_job_add", job_of);
        // It may have another name, or be in the trash.
        let expected = ["no process", "was deleted"];
        let is_expected =
            !answer.is_error || expected.iter().any(|words| answer.text.contains(words));
        assert!(is_expected, "{}", answer.text);
        if !answer.is_error {
            fates.acknowledged.fetch_add(1, Ordering::SeqCst);
        }
        fates.all.lock().unwrap().insert(job, !answer.is_error);
    }
}

#[test]
fn what_one_server_moves_another_goes_on_writing_to() {
    let storage = Storage::new();
    let servers = [(); 2].map(|()| HttpServer::start(storage.path()));
    let mover = servers[0].session();
    mover.call("process_new", json!({"name": "Garden"})).ok();
    mover.call("task_new", json!({"task_name": "work"})).ok();
    let (fates, ended) = (Fates::default(), AtomicBool::new(false));
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (session, fates, ended) = (servers[1].session(), &fates, &ended);
            scope.spawn(move || write(&session, writer, fates, ended));
        }
        let _ending = Ending(&ended);
        let written_again = || {
            let before = fates.acknowledged.load(Ordering::SeqCst);
            eventually("the others write to it", || {
                fates.acknowledged.load(Ordering::SeqCst) > before
            });
        };
        for _ in 0..ROUNDS {
            mover.call("process_save", json!({"name": "Park"})).ok();
            written_again();
            mover.call("process_delete", json!({"name": "Park"})).ok();
            mover.call("process_restore", json!({"name": "Park"})).ok();
            written_again();
            mover.call("process_load", json!({"name": "Park"})).ok();
            mover.call("process_save", json!({"name": "Garden"})).ok();
            written_again();
        }
    });

    let judge = storage.open();
    let garden = judge.process("Garden").unwrap();
    let mut kept: HashMap<String, usize> = HashMap::new();
    for job in garden.tasks.values().flat_map(|task| task.jobs.values()) {
        *kept.entry(job.name.to_string()).or_default() += 1;
    }
    for (job, is_acknowledged) in &*fates.all.lock().unwrap() {
        let times = kept.remove(job).unwrap_or_default();
        assert_eq!(times, usize::from(*is_acknowledged), "{job}");
    }
    assert!(kept.is_empty(), "nobody has added {kept:?}");
    let history = judge.history(&garden.name, &HistoryQuery::default());
    let changes = history.unwrap().changes;
    let found = changes.iter().map(|change| change.entry.revision);
    // Those before the last thousand may be kept no more.
    let kept = usize::try_from(garden.revision - 1)
        .unwrap()
        .min(HISTORY_CHANGES);
    let wanted = (2..=garden.revision).rev().take(changes.len().max(kept));
    assert!(found.eq(wanted), "the history has a gap");
}

#[test]
fn of_names_that_are_alike_one_is_had() {
    let storage = Storage::new();
    let servers = [(); 2].map(|()| HttpServer::start(storage.path()));
    let callers: Vec<Session> = (0..16).map(|it| servers[it % 2].session()).collect();
    let start = Barrier::new(callers.len());
    thread::scope(|scope| {
        for (number, caller) in callers.iter().enumerate() {
            let start = &start;
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    let name = format!("{} {round}", ALIKE[number / 2 % ALIKE.len()]);
                    start.wait();
                    let answer = caller.call("process_new", json!({"name": name}));
                    let is_expected = !answer.is_error || answer.text.contains("already exists");
                    assert!(is_expected, "{}", answer.text);
                }
            });
        }
    });
    let names = storage.open().process_names().unwrap();
    assert_eq!(names.len(), ROUNDS, "{names:?}");
}
