//! The servers in a project: `.pm-process` names the process with which each client begins, and
//! `.processes` beside it is where it is stored.

use std::path::{Path, PathBuf};

use pm_tests::binaries;
use pm_tests::http_server::HttpServer;
use pm_tests::running::{command, finish};
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::json;

/// A project with a store of its own that holds two processes, of which `.pm-process` names one in
/// other letters; and a directory below it.
struct Garden {
    place: Storage,
}

impl Garden {
    fn new() -> Self {
        let place = Storage::new();
        std::fs::create_dir_all(place.file("project/src/deep")).unwrap();
        place.write("project/.pm-process", "# of us all\ngarden planner\n");
        let garden = Self { place };
        let mut server = StdioServer::start(garden.root().join(".processes"));
        for name in ["Garden Planner", "House"] {
            server.call("process_new", json!({"name": name})).ok();
        }
        server.close_input();
        server.process.wait();
        garden
    }

    fn root(&self) -> PathBuf {
        self.place.file("project").canonicalize().unwrap()
    }

    fn below(&self) -> PathBuf {
        self.root().join("src/deep")
    }

    fn announced(&self) -> String {
        format!("Storing in {}", self.root().join(".processes").display())
    }
}

/// A stdio server that is started in `directory`, its handshake done.
fn stdio(directory: &Path, arguments: &[&str]) -> StdioServer {
    let mut command = command(binaries::stdio());
    command.current_dir(directory).args(arguments);
    StdioServer::open(&mut command, "2025-11-25").0
}

#[test]
fn the_stdio_server_works_in_the_project_in_which_it_is_started() {
    let garden = Garden::new();
    let mut server = stdio(&garden.below(), &["--project"]);
    let task = json!({"task_name": "soil test"});
    let added = server.call("task_new", task).ok();
    assert_eq!(added["process_name"], "Garden Planner");
    assert_eq!(added.get("note"), None, "{added}");
    // It is open as if the client had opened it, and gives way to another.
    server.call("process_load", json!({"name": "House"})).ok();
    let listed = server.call("task_list", json!({})).ok();
    assert_eq!(listed["process_name"], "House");
    let file = garden.root().join(".processes/Garden_Planner.json");
    server.close_input();
    server.process.wait();
    assert!(std::fs::read_to_string(file).unwrap().contains("soil test"));
}

#[test]
fn the_http_server_works_in_the_project_for_every_client() {
    let garden = Garden::new();
    let server = HttpServer::over_whatever_it_finds()
        .args(["--project"])
        .from(garden.below())
        .start();
    assert_eq!(server.announcement[1], garden.announced());
    let (ann, bob) = (server.session(), server.session());
    ann.call("process_load", json!({"name": "House"})).ok();
    let process = |listed: serde_json::Value| listed["process_name"].clone();
    assert_eq!(process(ann.call("task_list", json!({})).ok()), "House");
    let of_bob = bob.call("task_list", json!({})).ok();
    assert_eq!(process(of_bob), "Garden Planner");
    let without_session = server.sessionless("eve").call("task_list", json!({}));
    assert_eq!(process(without_session.ok()), "Garden Planner");
}

#[test]
fn the_directory_of_a_project_can_be_named_and_a_store_goes_before_its_own() {
    let garden = Garden::new();
    let elsewhere = Storage::new();
    let project = garden.below();
    let server = HttpServer::over_whatever_it_finds()
        .env("PM_PROJECT", &project)
        .from(elsewhere.path())
        .start();
    assert_eq!(server.announcement[1], garden.announced());
    let mut other = StdioServer::command(elsewhere.path());
    other.arg("--project").arg(&project);
    let (mut other, _) = StdioServer::open(&mut other, "2025-11-25");
    let none = other.call("process_list_all", json!({})).ok();
    assert_eq!(none["process_list"], json!([]));
    // The process is made by whoever needs it first, and so opened.
    let made = json!({"name": "Garden Planner"});
    other.call("process_new", made).ok();
    assert!(elsewhere.file("Garden_Planner.json").is_file());
}

#[test]
fn without_its_file_there_is_no_project() {
    let place = Storage::new();
    for program in [binaries::http(), binaries::stdio()] {
        let mut command = command(program);
        command.arg("--project").current_dir(place.path());
        let finished = finish(&mut command);
        assert_eq!(finished.code, Some(2), "{finished:?}");
        let told = finished.stderr;
        assert!(
            told.contains(".pm-process") && told.contains("`pm init`"),
            "{told}"
        );
        let mut command = pm_tests::running::command(program);
        command
            .args(["--project", "gone"])
            .current_dir(place.path());
        let told = finish(&mut command).stderr;
        assert!(told.contains("no project in gone"), "{told}");
    }
    assert!(place.names().is_empty());
}
