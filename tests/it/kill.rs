//! Servers that are killed in the middle of writing: every acknowledged change is there, every
//! file parses, and nothing half-written stays behind.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use pm_core::{FileStore, Process, ProcessManager};
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::{Value, json};

const ROUNDS: usize = 200;
/// How many calls are sent ahead of their answers, so that one is always under way.
const AHEAD: usize = 4;

/// Sends job after job, kills the server at some moment, and returns the jobs that it
/// acknowledged and all that it was sent.
fn write_until_killed(
    server: &mut StdioServer,
    process: &str,
    luck: &mut fastrand::Rng,
) -> (Vec<String>, Vec<String>) {
    let (mut sent, mut kept) = (Vec::new(), Vec::new());
    // Calls run side by side, so their answers come in any order and say which job they are for.
    let acknowledge = |kept: &mut Vec<String>, answer: &Value| {
        let answer = &answer["result"]["structuredContent"];
        assert_eq!(answer["success"], true, "{answer}");
        kept.push(answer["job_name"].as_str().unwrap().to_owned());
    };
    let enough = luck.usize(0..25);
    while kept.len() < enough || sent.is_empty() {
        while sent.len() < kept.len() + AHEAD {
            let job = format!("job {}", sent.len());
            let task = ["a", "b"][sent.len() % 2];
            server.send_call(
                "task_job_add",
                json!({"process": process, "task_name": task, "job_name": job}),
            );
            sent.push(job);
        }
        if kept.len() < enough {
            acknowledge(&mut kept, &server.receive().unwrap());
        }
    }
    // Anywhere within the next write, which takes a fraction of a millisecond. Spinning, as a sleep
    // would end at a tick of the clock each time.
    let moment = Duration::from_micros(luck.u64(0..1500));
    let start = Instant::now();
    while start.elapsed() < moment {
        std::hint::spin_loop();
    }
    server.process.kill();
    // What it had answered before it died was acknowledged, too.
    while let Some(answer) = server.receive() {
        acknowledge(&mut kept, &answer);
    }
    (kept, sent)
}

fn jobs(process: &Process) -> HashSet<String> {
    let jobs = process.tasks.values().flat_map(|task| task.jobs.values());
    jobs.map(|job| job.name.to_string()).collect()
}

#[test]
fn whatever_moment_a_server_is_killed_at_what_it_acknowledged_is_there() {
    let storage = Storage::new();
    let mut luck = fastrand::Rng::new();
    let seed = luck.get_seed();
    let mut in_the_middle = 0;
    for round in 0..ROUNDS {
        let process = format!("round {round}");
        let mut server = StdioServer::start(storage.path());
        server.call("process_new", json!({"name": process})).ok();
        for task in ["a", "b"] {
            server.call("task_new", json!({"task_name": task})).ok();
        }
        let (kept, sent) = write_until_killed(&mut server, &process, &mut luck);
        // The file may lack what the journal has; whoever opens the directory sees it all.
        let manager = ProcessManager::new(FileStore::open(storage.path()).unwrap());
        let stored = jobs(&manager.process(&process).unwrap());
        in_the_middle += usize::from(stored.len() > kept.len());
        let lost: Vec<_> = kept.iter().filter(|job| !stored.contains(*job)).collect();
        assert!(
            lost.is_empty(),
            "round {round}, seed {seed}: {lost:?} of {kept:?}"
        );
        let sent: HashSet<String> = sent.into_iter().collect();
        assert!(
            stored.is_subset(&sent),
            "round {round}, seed {seed}: {stored:?}"
        );
    }

    // The next server sweeps up, and every process is whole.
    let mut server = StdioServer::start(storage.path());
    let listed = server.call("process_list_all", json!({})).ok();
    assert_eq!(listed["total"], ROUNDS, "{listed}");
    assert!(listed["problems"].is_null(), "{listed}");
    assert_eq!(
        storage.all_json().len(),
        ROUNDS,
        "seed {seed}: {:?}",
        storage.names()
    );
    // Without this the test would prove nothing: some were hit between the write and the answer.
    assert!(
        in_the_middle > 0,
        "seed {seed}: no server was killed in the middle of a change"
    );
}
