//! The programs over a database: several of them at once, their refusals, and a database that goes
//! away.

use std::process::Command;
use std::time::{Duration, Instant};

use pm_postgres::testing::Cluster;
use pm_tests::binaries;
use pm_tests::http_server::HttpServer;
use pm_tests::mcp::Session;
use pm_tests::raw_http::Request;
use pm_tests::running::{command, finish};
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::json;

use crate::tokens::{Tokens, session};

/// How long a server may take to find its way back to a database.
const WITHIN: Duration = Duration::from_secs(60);

/// How many changes each program makes.
const CHANGES: usize = 60;

#[test]
fn several_programs_over_one_database_lose_nothing() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let database = cluster.database().unwrap().to_string();
    let storage = Storage::new();
    let start = || {
        let server = HttpServer::over(storage.path());
        server.env("PM_STORE", &database).start()
    };
    let (first, second) = (start(), start());
    assert_eq!(
        first.announcement[1],
        format!("Storing in {database}, workspace default")
    );
    let mut command = StdioServer::command(storage.path());
    command.env("PM_STORE", &database);
    let (mut third, _) = StdioServer::open(&mut command, "2024-11-05");
    let session = first.session();
    session.call("process_new", json!({"name": "Garden"})).ok();
    let task = json!({"process": "Garden", "task_name": "work"});
    session.call("task_new", task).ok();
    let job = |program: &str, change: usize| {
        let job = format!("job {program} {change}");
        json!({"process": "Garden", "task_name": "work", "job_name": job})
    };
    std::thread::scope(|scope| {
        for (program, session) in [("first", session), ("second", second.session())] {
            scope.spawn(move || {
                for change in 0..CHANGES {
                    session.call("task_job_add", job(program, change)).ok();
                }
            });
        }
        for change in 0..CHANGES {
            third.call("task_job_add", job("third", change)).ok();
        }
    });
    let listed = second.session().call("process_list_all", json!({})).ok();
    assert_eq!(
        listed["process_list"][0]["job_count"],
        3 * CHANGES,
        "{listed}"
    );
    assert!(storage.names().is_empty(), "no file is written");
    // The pages are over the database as well.
    let page = second.send(&Request::get("/p/Garden"));
    assert!(page.status == 200 && page.text().contains("Garden"));
}

#[test]
fn callers_with_tokens_of_their_own_have_workspaces_of_their_own() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let database = cluster.database().unwrap().to_string();
    let tokens = Tokens::new();
    let anna = tokens.add("anna", &["--in-workspace", "team-a"]);
    let bob = tokens.add("bob", &["--in-workspace", "team-b"]);
    let carl = tokens.add("carl", &["--in-workspace", "team-a", "--access", "read"]);
    let storage = Storage::new();
    let server = HttpServer::over(storage.path()).env("PM_STORE", &database);
    let server = server.env("PM_TOKENS", tokens.path()).start();
    let [anna, bob, carl] = [anna, bob, carl].map(|token| session(&server, &token));
    for (caller, process) in [(&anna, "plan"), (&bob, "Plan")] {
        caller.call("process_new", json!({"name": process})).ok();
    }
    let listed = |caller: &Session| {
        let listed = caller.call("process_list_all", json!({})).ok();
        listed["process_list"][0]["process"].clone()
    };
    assert_eq!([&anna, &bob, &carl].map(listed), ["plan", "Plan", "plan"]);
}

#[test]
fn the_shell_works_on_a_database_beside_a_server() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let database = cluster.database().unwrap().to_string();
    let storage = Storage::new();
    storage.write("plan.md", "# Shed\n\n- [ ] roof\n");
    let server = HttpServer::over(storage.path());
    let server = server.env("PM_STORE", &database).start();
    let session = server.session();
    session.call("process_new", json!({"name": "Garden"})).ok();
    let run = |arguments: &[&str]| {
        let mut command = command(binaries::pm());
        command.env("PM_AS", "ann").current_dir(storage.path());
        // Where an option stands makes no difference.
        finish(command.args(arguments).args(["--store", &database]))
    };
    let done = |arguments: &[&str]| {
        let finished = run(arguments);
        assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
        finished.stdout
    };
    done(&["add", "soil test"]);
    let listed = session.call("task_list", json!({})).ok();
    assert!(listed["tasks"]["soil test"].is_object(), "{listed}");
    assert!(done(&["next"]).contains("soil test"));
    // It is ann's, and so not for the model.
    let taken = json!({"task_name": "soil test", "status": "done"});
    assert!(session.call("task_update", taken).is_error);
    done(&["done", "soil test"]);
    done(&["undo"]);
    assert!(done(&["log"]).contains("soil test"));
    done(&["import", "plan.md"]);
    assert!(done(&["search", "roof"]).contains("Shed"));
    done(&["-p", "Shed", "delete", "--whole"]);
    assert!(done(&["trash"]).contains("Shed"));
    let overview = done(&[]);
    let place = format!("1 process in {database}, workspace default");
    assert!(overview.contains(&place), "{overview}");
    assert!(done(&["-p", "Garden", "export"]).contains("soil test"));
    let told: serde_json::Value =
        serde_json::from_str(&done(&["config", "cursor", "--json", "--stdio"])).unwrap();
    let snippet = told["snippet"].as_str().unwrap();
    assert!(snippet.contains("\"--store\",") && snippet.contains(&database));
    assert!(done(&["store", "check"]).contains("is ready"));
    assert!(done(&["doctor"]).contains("1 process: nothing to report"));
    // What is about files says so.
    let refused = run(&["init", "--here"]);
    assert_ne!(refused.code, Some(0), "{refused:?}");
    assert!(refused.stderr.contains("--here"), "{refused:?}");
    done(&["init", "Garden"]);
    let mut files = storage.names();
    files.sort();
    assert_eq!(files, [".pm-process", "plan.md"]);
}

#[test]
fn pm_serves_a_database_and_completes_its_names() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let database = cluster.database().unwrap().to_string();
    let storage = Storage::new();
    let pm = || {
        let mut command = command(binaries::pm());
        command.env("PM_STORE", &database);
        command.current_dir(storage.path());
        command
    };
    finish(pm().args(["new", "Garden"]));
    let mut server = StdioServer::open(pm().arg("stdio"), "2025-11-25").0;
    let listed = server.call("process_list_all", json!({})).ok();
    assert_eq!(listed["process_list"][0]["process"], "Garden");
    let mut completing = pm();
    completing.env("PM_COMPLETE", "fish");
    let offered = finish(completing.args(["--", "pm", "show", "-p", "G"]));
    assert!(offered.stdout.contains("Garden"), "{offered:?}");
    assert!(storage.names().is_empty(), "no file is written");
}

#[test]
fn a_database_that_goes_away_is_told_of_and_comes_back() {
    let Some(mut cluster) = Cluster::start().unwrap() else {
        return;
    };
    let database = cluster.database().unwrap().to_string();
    let storage = Storage::new();
    let server = HttpServer::over(storage.path());
    let server = server.env("PM_STORE", &database).start();
    let session = server.session();
    session.call("process_new", json!({"name": "Garden"})).ok();
    assert!(server.is_healthy());
    cluster.kill();
    let refused = session.call("task_new", json!({"task_name": "soil"}));
    assert!(refused.is_error, "{}", refused.object);
    let told = refused.object["error"].as_str().unwrap();
    assert!(told.contains("cannot be reached"), "{told}");
    // What it says of the store holds for a moment.
    let deadline = Instant::now() + WITHIN;
    while !server
        .send(&Request::get("/health"))
        .text()
        .contains("failing")
    {
        assert!(
            Instant::now() < deadline,
            "the server says that all is well"
        );
    }
    cluster.run().unwrap();
    let deadline = Instant::now() + WITHIN;
    while session
        .call("task_new", json!({"task_name": "soil"}))
        .is_error
    {
        assert!(
            Instant::now() < deadline,
            "the server does not find its way back"
        );
    }
    while !server.is_healthy() {
        assert!(
            Instant::now() < deadline,
            "the server says that the store fails"
        );
    }
}

#[test]
fn a_caller_without_a_session_has_the_same_process_open_on_each_server() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let database = cluster.database().unwrap().to_string();
    let storage = Storage::of_files("the database is named");
    let start = || {
        let server = HttpServer::over(storage.path());
        server.env("PM_STORE", &database).start()
    };
    let (first, second) = (start(), start());
    let session = second.session();
    session.call("process_new", json!({"name": "Shed"})).ok();
    let agent = |server: &HttpServer, tool: &str, arguments| {
        let answer = server.sessionless("agent").call(tool, arguments).ok();
        answer["process_name"].clone()
    };
    agent(&first, "process_new", json!({"name": "Garden"}));
    let task = |name: &str| json!({"task_name": name});
    assert_eq!(agent(&second, "task_new", task("soil")), "Garden");
    session.call("process_load", json!({"name": "Garden"})).ok();
    session.call("process_save", json!({"name": "Park"})).ok();
    assert_eq!(agent(&first, "task_new", task("beds")), "Park");
    agent(&second, "process_load", json!({"name": "Shed"}));
    assert_eq!(agent(&first, "task_new", task("roof")), "Shed");
    // It is nobody else's.
    let other = first.sessionless("another");
    let refused = other.call("task_new", task("door")).refused();
    assert!(refused.contains("no process is open"), "{refused}");
}

#[test]
fn tables_are_made_and_looked_at_by_a_command() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let database = cluster.empty_database().unwrap().to_string();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(binaries::http());
        command.env_remove("PM_STORE").args(arguments);
        let output = command.output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    };
    let (code, told) = run(&["store", "check", "--store", &database]);
    assert!(code == Some(2) && told.contains("store init"), "{told}");
    let (code, told) = run(&["store", "init", "--store", &database]);
    assert!(code == Some(0) && told.contains("GRANT"), "{told}");
    let (code, told) = run(&["store", "check", "--store", &database]);
    assert!(code == Some(0) && told.contains("is ready"), "{told}");
    let (code, told) = run(&["--store", "postgres://pm:s3cret@db1/pm"]);
    assert!(code == Some(2) && !told.contains("s3cret"), "{told}");
    let (code, told) = run(&["store", "check"]);
    assert!(code == Some(2) && told.contains("PM_STORE"), "{told}");
}
