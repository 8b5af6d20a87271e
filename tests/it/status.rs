//! What people see on the page Status of the real program: who calls and was refused, what an
//! examination finds, and changes that did not fit, which they settle there.

use pm_tests::eventually;
use pm_tests::http_server::HttpServer;
use pm_tests::raw_http::{Request, Response};
use pm_tests::storage::Storage;
use serde_json::json;

use crate::notices::in_conflict;

/// What a browser says that it takes.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

fn open(server: &HttpServer, path: &str) -> String {
    let answer = server.send(&Request::get(path).header("accept", BROWSER));
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.text()
}

fn submit(server: &HttpServer, path: &str, form: &str) -> Response {
    let request = Request::new("POST", path)
        .header("accept", BROWSER)
        .header("origin", &server.url(""))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("content-length", &form.len().to_string());
    server.send(&request.body(form))
}

#[test]
fn who_calls_and_what_was_refused_is_seen_and_who_seems_stuck() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    assert!(open(&server, "/status").contains("Nobody is connected."));
    let session = server.session();
    let other = server.sessionless("cron");
    assert!(open(&server, "/status").contains("pm-tests #"));

    session.call("process_new", json!({"name": "garden"})).ok();
    other.call("process_list_all", json!({})).ok();
    for _ in 0..3 {
        let job = json!({"task_name": "beds", "job_name": "dig"});
        session.call("task_job_add", job).refused();
    }
    let status = open(&server, "/status");
    for told in [
        "was refused 3 times in a row",
        "<code>task_job_add</code> in <a href=\"/p/garden\"",
        "Nothing was added",
        "cron</span> <span class=\"quiet\">without a session",
        "<code>process_list_all</code>",
    ] {
        assert!(status.contains(told), "{told}: {status}");
    }
    let home = open(&server, "/");
    assert!(home.contains("seems stuck: task_job_add"), "{home}");

    // Once it goes on, it is not stuck any more.
    session.call("task_new", json!({"task_name": "beds"})).ok();
    assert!(!open(&server, "/").contains("seems stuck"));
    session.end();
    eventually("the session is gone", || {
        !open(&server, "/status").contains("<td><span dir=\"auto\">pm-tests #")
    });
}

#[test]
fn an_examination_is_made_from_the_page_and_only_that_page_shows_a_path() {
    let storage = Storage::of_files("a directory is examined");
    std::fs::write(storage.file("broken.json"), "{\"process_name\": ").unwrap();
    let server = HttpServer::start(storage.path());
    let path = storage.path().display().to_string();
    let status = open(&server, "/status");
    assert!(status.contains(&path), "{status}");
    assert!(
        status.contains("The file broken.json is damaged"),
        "{status}"
    );
    assert!(!status.contains("id=\"examined\""), "{status}");
    let examined = open(&server, "/status?doctor=1");
    let found = "<dt>look</dt><dd dir=\"auto\">the file broken.json is damaged";
    assert!(examined.contains(found), "{examined}");
    for page in ["/", "/trash", "/activity", "/help"] {
        assert!(!open(&server, page).contains(&path), "{page}");
    }
}

#[test]
fn changes_that_did_not_fit_are_settled_from_the_page() {
    for (verb, description) in [
        ("apply", "dug by a program"),
        ("discard", "dug by a person"),
    ] {
        let storage = in_conflict();
        let server = HttpServer::start(storage.path());
        let session = server.session();
        let beds = json!({"process": "garden", "task_name": "beds"});
        session.call("task_details_get", beds.clone()).ok();
        let waits = "did not fit beside an edit by hand";
        assert!(open(&server, "/").contains(waits));
        let status = open(&server, "/status");
        assert!(status.contains("dug by a person") && status.contains("dug by a program"));
        let action = format!("/status/conflicts/garden.conflict-4.txt/{verb}");
        let (_, form) = status.split_once(&format!("action=\"{action}\"")).unwrap();
        let (_, seen) = form.split_once("name=\"seen\" value=\"").unwrap();
        let seen = seen.split('"').next().unwrap();
        let answer = submit(&server, &action, &format!("seen={seen}"));
        assert_eq!(answer.status, 303, "{}", answer.text());
        let task = session.call("task_details_get", beds).ok();
        assert_eq!(task["task_description"], description);
        assert!(!storage.file("garden.conflict-4.txt").exists());
        assert!(!open(&server, "/").contains(waits));
        assert!(!open(&server, "/status").contains("id=\"conflicts\""));
    }
}
