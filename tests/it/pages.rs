//! The pages for people, from the real program: what a model keeps through the protocol is seen at
//! the addresses that a browser opens.

use pm_tests::http_server::HttpServer;
use pm_tests::raw_http::{Request, Response};
use pm_tests::storage::Storage;
use serde_json::json;

/// What a browser says that it takes.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

fn open(server: &HttpServer, path: &str) -> Response {
    server.send(&Request::get(path).header("accept", BROWSER))
}

#[test]
fn what_a_model_keeps_is_seen_in_a_browser() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let home = open(&server, "/");
    assert_eq!(home.status, 200);
    let url = server.url("/mcp");
    assert!(home.text().contains(&url), "{}", home.text());

    let session = server.session();
    session.call(
        "process_new",
        json!({"name": "Garden <Planner>", "description": "what grows *where*"}),
    );
    session.call(
        "task_new",
        json!({"task_name": "soil/test", "task_description": "five samples"}),
    );
    session.call(
        "task_code_add",
        json!({"task_name": "soil/test", "code_name": "a.rs", "code_content": "fn a() {}\n"}),
    );

    let home = open(&server, "/").text();
    let garden = "/p/Garden%20%3CPlanner%3E";
    assert!(home.contains(&format!("href=\"{garden}\"")), "{home}");
    assert!(home.contains("Garden &lt;Planner&gt;"), "{home}");
    let plan = open(&server, garden).text();
    let task = format!("{garden}/t/soil%2Ftest");
    assert!(plan.contains(&format!("href=\"{task}\"")), "{plan}");
    assert!(plan.contains("<em>where</em>"), "{plan}");
    let shown = open(&server, &task);
    assert_eq!(shown.status, 200);
    assert!(shown.text().contains("five samples"), "{}", shown.text());
    assert!(shown.text().contains("fn a() {}"), "{}", shown.text());
    assert_eq!(open(&server, &format!("{task}/c/a.rs?v=1")).status, 200);
    let activity = open(&server, "/activity").text();
    assert!(activity.contains("added the code"), "{activity}");
}

#[test]
fn a_page_has_the_prompts_of_the_protocol_for_people() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    session.call("process_new", json!({"name": "garden"})).ok();
    session.call("task_new", json!({"task_name": "beds"})).ok();
    for (page, name, arguments) in [
        ("/p/garden", "work", json!({"process": "garden"})),
        (
            "/p/garden/t/beds",
            "review",
            json!({"process": "garden", "task": "beds"}),
        ),
    ] {
        let asked = json!({"name": name, "arguments": arguments});
        let prompt = session.request("prompts/get", asked);
        let prompt = prompt["messages"][0]["content"]["text"].as_str().unwrap();
        let prompt = prompt.replace('"', "&quot;");
        let shown = open(&server, page).text();
        assert!(shown.contains(&format!(">{prompt}</pre>")), "{shown}");
    }
}

#[test]
fn a_page_that_is_not_there_names_what_comes_near() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    session.call("process_new", json!({"name": "Garden", "description": ""}));
    let missing = open(&server, "/p/Gardne");
    assert_eq!(missing.status, 404);
    assert!(
        missing.text().contains("href=\"/p/Garden\""),
        "{}",
        missing.text()
    );
    let nowhere = open(&server, "/nowhere");
    assert_eq!(nowhere.status, 404);
    assert!(
        nowhere.text().starts_with("<!doctype html>"),
        "{}",
        nowhere.text()
    );
    // A program that has the address wrong reads where the endpoint is.
    let program = server.send(&Request::get("/nowhere"));
    assert!(program.text().contains("/mcp"), "{}", program.text());
}

#[test]
fn a_page_says_to_run_and_to_keep_nothing() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let origin = server.url("");
    for path in ["/", "/p/none", "/nowhere", "/trash"] {
        let request = Request::get(path).header("accept", BROWSER);
        let page = server.send(&request.header("origin", &origin));
        let policy = page.header("content-security-policy").unwrap_or_default();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'"),
            "{page:?}"
        );
        assert_eq!(
            page.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(page.header("access-control-allow-origin"), None, "{path}");
        assert_eq!(page.header("access-control-expose-headers"), None, "{path}");
    }
}

#[test]
fn a_server_with_a_token_shows_nothing_of_what_it_keeps() {
    let storage = Storage::new();
    let server = HttpServer::over(storage.path())
        .env("PM_TOKEN", "a-long-enough-secret")
        .start();
    let login = open(&server, "/login");
    assert_eq!(login.status, 200);
    assert!(login.text().contains("Bearer TOKEN"), "{}", login.text());
    assert!(!login.text().contains("secret"), "{}", login.text());
    for path in ["/", "/p/garden", "/activity", "/search?q=a", "/trash"] {
        let page = open(&server, path);
        assert_eq!(page.status, 303, "{path}");
        let to = page.header("location").unwrap_or_default();
        assert!(to.starts_with("/login"), "{path}: {to}");
        let program = server.send(&Request::get(path));
        assert_eq!(program.status, 401, "{path}");
        assert!(!program.text().contains("garden"), "{}", program.text());
    }
}
