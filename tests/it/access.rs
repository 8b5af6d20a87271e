//! Who may call: origins, hosts, preflights and the token.

use pm_tests::http_server::HttpServer;
use pm_tests::mcp::{self, Session, WITH_SESSIONS, request};
use pm_tests::raw_http::{Request, Response};
use pm_tests::storage::Storage;
use serde_json::json;

/// A page of this machine, as llama.cpp's web UI is.
const PAGE: &str = "http://127.0.0.1:8080";
const TOKEN: &str = "a-secret-of-the-tests";

fn hello() -> Request {
    Request::mcp(&request(
        1,
        "initialize",
        mcp::initialize(WITH_SESSIONS, "pm-tests"),
    ))
}

#[track_caller]
fn assert_cors(response: &Response, origin: &str) {
    let header = |name| response.header(name).unwrap_or_default();
    assert_eq!(
        header("access-control-allow-origin"),
        origin,
        "{response:?}"
    );
    assert_eq!(header("access-control-expose-headers"), "Mcp-Session-Id");
    let vary = response.headers.iter().filter(|(name, _)| name == "vary");
    assert!(
        vary.clone().any(|(_, value)| value.contains("Origin")),
        "{response:?}"
    );
}

#[test]
fn pages_of_this_machine_and_no_others_may_call() {
    let storage = Storage::new();
    let server = HttpServer::over(storage.path())
        .args(["--allow-origin", "http://192.168.1.20:8080"])
        .start();
    let own = format!("http://{}", server.address());
    for origin in [
        PAGE,
        "http://localhost",
        "https://localhost:8443",
        "http://[::1]:3000",
        "http://192.168.1.20:8080",
        &own,
    ] {
        let response = server.send(&hello().header("origin", origin));
        assert_eq!(response.status, 200, "{origin}: {response:?}");
        assert_cors(&response, origin);
        assert!(response.header("mcp-session-id").is_some());
    }
    for origin in [
        "http://example.org",
        "http://localhost.example.org",
        "http://192.168.1.20:8081",
        "https://192.168.1.20:8080",
        "null",
        "file://",
        "",
    ] {
        for request in [
            hello(),
            Request::get("/health"),
            Request::new("OPTIONS", "/mcp"),
        ] {
            let response = server.send(&request.header("origin", origin));
            assert_eq!(response.status, 403, "{origin:?}: {response:?}");
            assert_eq!(response.header("access-control-allow-origin"), None);
        }
    }
    let response = server.send(&hello());
    assert_eq!(response.status, 200, "no browser, no origin: {response:?}");
}

#[test]
fn only_the_names_of_this_server_are_answered() {
    let storage = Storage::new();
    let server = HttpServer::over(storage.path())
        .args(["--allow-host", "notes.example.org"])
        .start();
    let port = server.address().port();
    for host in [
        "localhost",
        "127.0.0.1:1",
        "[::1]",
        "notes.example.org",
        "NOTES.example.org:80",
    ] {
        let response = server.send(&hello().header("host", host));
        assert_eq!(response.status, 200, "{host}: {response:?}");
    }
    for host in [
        "example.org",
        &format!("rebound.example.org:{port}"),
        "localhost.example.org",
    ] {
        for request in [hello(), Request::get("/health")] {
            let response = server.send(&request.header("host", host));
            assert_eq!(response.status, 403, "{host}: {response:?}");
        }
    }
    let twice = hello()
        .header("host", "localhost")
        .header("host", "example.org");
    assert_eq!(server.send(&twice).status, 400);
}

#[test]
fn pages_of_programs_may_call_once_they_are_listed() {
    let storage = Storage::new();
    let server = HttpServer::over(storage.path())
        .args(["--allow-origin", "app://obsidian.md,tauri://localhost"])
        .start();
    for origin in ["app://obsidian.md", "tauri://localhost"] {
        let response = server.send(&hello().header("origin", origin));
        assert_eq!(response.status, 200, "{origin}: {response:?}");
        assert_cors(&response, origin);
    }
    let other = hello().header("origin", "capacitor://localhost");
    assert_eq!(server.send(&other).status, 403);
}

#[test]
fn what_is_refused_is_in_the_log_once_with_the_option_that_allows_it() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    for _ in 0..3 {
        server.send(&hello().header("origin", "app://obsidian.md"));
        server.send(&hello().header("origin", "null"));
        server.send(&hello().header("host", "notes.example.org:5008"));
    }
    let log = server.process.log_with("--allow-host notes.example.org");
    for (words, what) in [
        ("--allow-origin app://obsidian.md", "the page"),
        ("\"null\" may not call", "the page without an origin"),
        ("--allow-host notes.example.org", "the name"),
    ] {
        let lines = log.lines().filter(|line| line.contains(words));
        assert_eq!(lines.count(), 1, "{what}:\n{log}");
    }
}

#[test]
fn a_host_is_exactly_a_host_and_an_optional_port() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    for host in [
        "[::1].evil.com",
        "localhost:99999",
        "localhost:",
        "localhost#",
    ] {
        let response = server.send(&hello().header("host", host));
        assert!(matches!(response.status, 400 | 403), "{host}: {response:?}");
    }
    for origin in [
        "http://[::1].evil.com",
        "http://localhost:99999",
        "http://localhost#",
    ] {
        let response = server.send(&hello().header("origin", origin));
        assert_eq!(response.status, 403, "{origin}: {response:?}");
    }
}

#[test]
fn a_preflight_is_answered_before_the_token_is_asked_for() {
    let storage = Storage::new();
    let server = HttpServer::over(storage.path())
        .env("PM_TOKEN", TOKEN)
        .start();
    let asked = "authorization, content-type, mcp-protocol-version, mcp-session-id";
    let preflight = Request::new("OPTIONS", "/mcp")
        .header("origin", PAGE)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", asked);
    let response = server.send(&preflight);
    assert_eq!(response.status, 204, "{response:?}");
    assert_cors(&response, PAGE);
    let header = |name| response.header(name);
    assert_eq!(header("access-control-allow-headers"), Some(asked));
    let methods = Some("GET, POST, DELETE, OPTIONS");
    assert_eq!(header("access-control-allow-methods"), methods);
    assert!(header("access-control-max-age").is_some());
}

#[test]
fn the_token_is_asked_for_and_only_the_right_one_will_do() {
    let storage = Storage::new();
    let server = HttpServer::over(storage.path())
        .env("PM_TOKEN", TOKEN)
        .start();
    let missing = hello();
    let wrong = hello().header("authorization", "Bearer not-the-one");
    let longer = hello().header("authorization", &format!("Bearer {TOKEN}x"));
    let scheme = hello().header("authorization", &format!("Basic {TOKEN}"));
    for request in [missing, wrong, longer, scheme] {
        let response = server.send(&request.header("origin", PAGE));
        assert_eq!(response.status, 401, "{response:?}");
        assert_cors(&response, PAGE);
        let challenge = response.header("www-authenticate").unwrap_or_default();
        assert!(challenge.starts_with("Bearer"), "{response:?}");
    }
    let in_url = Request::new("POST", &format!("/mcp?token={TOKEN}&access_token={TOKEN}"))
        .header("content-type", "application/json")
        .header("accept", "*/*")
        .body(request(1, "initialize", mcp::initialize(WITH_SESSIONS, "t")).to_string());
    assert_eq!(server.send(&in_url).status, 401);

    let bearer = format!("Bearer {TOKEN}");
    let session = Session::open_with(server.address(), &[("authorization", &bearer)]);
    session.call("process_new", json!({"name": "garden"})).ok();
    let sessionless = server.sessionless("pm-tests").with_token(TOKEN);
    sessionless.call("task_list", json!({})).ok();
    let without = server.sessionless("pm-tests").post("tools/list", json!({}));
    assert_eq!(server.send(&without).status, 401);
}

#[test]
fn a_session_id_is_no_token() {
    let storage = Storage::new();
    let server = HttpServer::over(storage.path())
        .env("PM_TOKEN", TOKEN)
        .start();
    let bearer = format!("Bearer {TOKEN}");
    let session = Session::open_with(server.address(), &[("authorization", &bearer)]);
    let stolen =
        Request::mcp(&request(1, "tools/list", json!({}))).header("mcp-session-id", &session.id);
    assert_eq!(server.send(&stolen).status, 401);
    let end = Request::new("DELETE", "/mcp").header("mcp-session-id", &session.id);
    assert_eq!(server.send(&end).status, 401);
    session.request("tools/list", json!({}));
}

#[test]
fn the_token_can_stand_in_a_file_and_is_never_shown() {
    let storage = Storage::new();
    let file = storage.file("token");
    std::fs::write(&file, format!("{TOKEN}\n")).unwrap();
    let server = HttpServer::over(storage.file("processes"))
        .args(["--token-file".as_ref(), file.as_os_str()])
        .env("PM_LOG", "trace")
        .start();
    let bearer = format!("Bearer {TOKEN}");
    let session = Session::open_with(server.address(), &[("authorization", &bearer)]);
    session.call("process_list_all", json!({})).ok();
    let announced = server.announcement.join("\n");
    let log = server.process.log_with("/mcp");
    assert!(
        !announced.contains(TOKEN) && !log.contains(TOKEN),
        "{announced}\n{log}"
    );
}

#[test]
fn what_is_not_served_says_so_and_browsers_can_read_it() {
    let storage = Storage::new();
    let server = HttpServer::over(storage.path()).args(["--no-web"]).start();
    for (request, status) in [
        (Request::get("/nothing/here"), 404),
        (Request::get("/"), 404),
        (Request::new("PUT", "/mcp"), 405),
        (Request::new("POST", "/health"), 405),
    ] {
        let response = server.send(&request.header("origin", PAGE));
        assert_eq!(response.status, status, "{response:?}");
        assert!(response.text().contains("/mcp") || status == 405);
        assert_cors(&response, PAGE);
    }
    // With pages for people, a message that was sent to them is told where to go.
    let server = HttpServer::start(storage.path());
    for path in ["/", "/health"] {
        let response = server.send(&Request::new("POST", path).body("{}"));
        assert_eq!(response.status, 405, "{response:?}");
        assert!(response.text().contains("is /mcp"), "{response:?}");
        let allowed = response.header("allow").unwrap_or_default();
        assert!(allowed.contains("GET"), "{response:?}");
    }
}
