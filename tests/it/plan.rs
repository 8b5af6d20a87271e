//! Working a plan together, over the real programs: no two callers get the same task, and what a
//! dead one had comes free.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use pm_tests::http_server::HttpServer;
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::{Value, json};

fn next() -> Value {
    json!({"process": "garden"})
}

/// A garden with tasks `task 0`, `task 1` and so on.
fn plant(storage: &Storage, tasks: usize) {
    let mut server = StdioServer::start(storage.path());
    server.call("process_new", json!({"name": "garden"})).ok();
    for number in 0..tasks {
        let task = json!({"task_name": format!("task {number}")});
        server.call("task_new", task).ok();
    }
}

fn name(answer: &Value) -> String {
    let name = answer["task_name"].as_str();
    assert!(name.is_some(), "no task: {answer}");
    name.unwrap_or_default().to_owned()
}

#[test]
fn a_whole_plan_is_made_once_however_often_it_is_sent() {
    let storage = Storage::of_files("its file is read");
    let server = HttpServer::start(storage.path());
    let session = server.session();
    let plan = json!({"process": "garden", "tasks": [
        "Soil test: take samples\n- sample\n- send",
        {"name": "Beds", "depends_on": ["Soil test"]},
    ]});
    let made = session.call("plan_new", plan.clone()).ok();
    assert_eq!(made["revision"], 1, "{made}");
    let again = session.call("plan_new", plan).ok();
    assert_eq!(again["already_there"], true, "{again}");
    let circle = json!({"process": "shed", "tasks": ["a (after: b)", "b (after: a)"]});
    session.call("plan_new", circle).refused();
    let processes = session.call("process_list_all", json!({})).ok();
    assert_eq!(processes["total"], 1, "{processes}");
    server.stop();
    let file = storage.json("garden.json");
    let tasks = file["tasks"].as_object().unwrap();
    assert_eq!(tasks.keys().collect::<Vec<_>>(), ["Soil test", "Beds"]);
    assert_eq!(tasks["Beds"]["depends_on"], json!(["Soil test"]));
    assert_eq!(tasks["Soil test"]["jobs"].as_object().unwrap().len(), 2);
}

#[test]
fn a_server_for_reading_only_shows_the_next_task_and_writes_nothing() {
    let storage = Storage::of_files("its file stays as it is");
    plant(&storage, 2);
    // The program that planted was cut off; who only reads brings nothing up to date.
    let stored = || std::fs::read(storage.file("garden.json")).unwrap();
    let before = stored();
    let server = HttpServer::over(storage.path())
        .args(["--read-only"])
        .start();
    let session = server.session();
    let shown = session.call("task_next", json!({})).ok();
    assert_eq!(name(&shown), "task 0");
    assert_eq!(shown["claim"], Value::Null, "{shown}");
    server.stop();
    assert_eq!(stored(), before);
}

#[test]
fn sixteen_callers_of_several_programs_get_sixteen_tasks() {
    let storage = Storage::new();
    plant(&storage, 16);
    let (one, other) = (
        HttpServer::start(storage.path()),
        HttpServer::start(storage.path()),
    );
    let barrier = Barrier::new(16);
    let barrier = &barrier;
    let claimed: BTreeSet<String> = thread::scope(|scope| {
        let mut callers = Vec::new();
        for number in 0..4 {
            let mut stdio = StdioServer::start(storage.path());
            callers.push(scope.spawn(move || {
                barrier.wait();
                let first = name(&stdio.call("task_next", next()).ok());
                assert_eq!(name(&stdio.call("task_next", next()).ok()), first);
                first
            }));
            for server in [&one, &other] {
                let session = server.session();
                callers.push(scope.spawn(move || {
                    barrier.wait();
                    let first = name(&session.call("task_next", next()).ok());
                    assert_eq!(name(&session.call("task_next", next()).ok()), first);
                    first
                }));
            }
            let sessionless = one.sessionless(&format!("agent {number}"));
            callers.push(scope.spawn(move || {
                barrier.wait();
                let first = name(&sessionless.call("task_next", next()).ok());
                assert_eq!(name(&sessionless.call("task_next", next()).ok()), first);
                first
            }));
        }
        callers
            .into_iter()
            .map(|caller| caller.join().unwrap())
            .collect()
    });
    assert_eq!(claimed.len(), 16, "{claimed:?}");
    let late = one.session().call("task_next", next()).ok();
    assert_eq!(late.get("task_name"), None, "{late}");
    assert_eq!(late["progress"]["open"], 16);
    let why = late["held_up"][0]["why"].as_str().unwrap();
    assert!(why.starts_with("in progress by "), "{why}");
}

#[test]
fn the_task_of_a_killed_program_comes_free_with_the_end_of_its_lease() {
    let storage = Storage::new();
    plant(&storage, 1);
    let lease = Duration::from_secs(2);
    let mut command = StdioServer::command(storage.path());
    command.args(["--lease", "2s"]);
    let (mut dying, _) = StdioServer::open(&mut command, pm_tests::mcp::WITH_SESSIONS);
    let before = Instant::now();
    assert_eq!(name(&dying.call("task_next", next()).ok()), "task 0");
    let after = Instant::now();
    dying.process.kill();

    let mut other = StdioServer::start(storage.path());
    let deadline = after + 30 * lease;
    let taken = loop {
        let got = other.call("task_next", next()).ok();
        if got.get("task_name").is_some() {
            break got;
        }
        assert_eq!(got["held_up"][0]["task_name"], "task 0", "{got}");
        assert!(Instant::now() < deadline, "{got}");
        thread::sleep(lease / 20);
    };
    assert!(before.elapsed() >= lease, "taken before the lease was over");
    assert_eq!(name(&taken), "task 0");
}

#[test]
fn sessions_of_one_client_are_told_apart_and_callers_without_one_are_known_by_name() {
    let storage = Storage::new();
    plant(&storage, 3);
    let server = HttpServer::start(storage.path());
    let owner = |answer: Value| answer["claim"]["by"].as_str().unwrap().to_owned();
    let (a, b) = (server.session(), server.session());
    let (first, second) = (
        owner(a.call("task_next", next()).ok()),
        owner(b.call("task_next", next()).ok()),
    );
    assert_ne!(first, second);
    for owner in [&first, &second] {
        assert!(owner.starts_with("pm-tests #"), "{owner}");
    }
    let agent = server.sessionless("agent");
    let claimed = agent.call("task_next", next()).ok();
    assert_eq!(owner(claimed.clone()), "agent");
    let update = |more: Value| {
        let mut sent = json!({"process": "garden", "task_name": "task 0", "status": "done"});
        let sent_too = more.as_object().unwrap().clone();
        sent.as_object_mut().unwrap().extend(sent_too);
        sent
    };
    let refused = b.call("task_update", update(json!({}))).refused();
    assert!(refused.contains(&first), "{refused}");
    let taken = b.call("task_update", update(json!({"take_over": true})));
    assert_eq!(taken.ok()["status"], "done");

    // A restart ends sessions, and with them what they have claimed; a name comes back.
    server.stop();
    let server = HttpServer::start(storage.path());
    let again = server.sessionless("agent").call("task_next", next()).ok();
    assert_eq!(name(&again), name(&claimed));
    let later = server.session().call("task_next", next()).ok();
    assert_eq!(name(&later), "task 1");
}

#[test]
fn what_a_session_has_comes_free_when_it_ends_in_order() {
    let storage = Storage::new();
    plant(&storage, 1);
    let server = HttpServer::start(storage.path());
    let mut stdio = StdioServer::start(storage.path());
    assert_eq!(name(&stdio.call("task_next", next()).ok()), "task 0");
    stdio.close_input();
    assert!(stdio.process.wait().success());

    let session = server.session();
    assert_eq!(name(&session.call("task_next", next()).ok()), "task 0");
    assert_eq!(session.end().status, 204);
    let other = server.session();
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let got = other.call("task_next", next()).ok();
        if got.get("task_name").is_some() {
            break;
        }
        assert!(Instant::now() < deadline, "{got}");
        thread::sleep(Duration::from_millis(20));
    }
    // A caller without a session goes on where it was.
    let agent = server.sessionless("agent");
    let update = json!({"process": "garden", "task_name": "task 0", "status": "in_progress", "take_over": true});
    agent.call("task_update", update).ok();
    drop(agent);
    let again = server.sessionless("agent").call("task_next", next()).ok();
    assert_eq!(name(&again), "task 0");
}
