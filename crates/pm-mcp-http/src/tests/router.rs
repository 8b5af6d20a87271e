//! Routes and layers: who is let in, what each refusal says, and the headers on every answer.

use http::{Request, StatusCode};

use super::support::{Answer, INITIALIZE, Setting, ask, call};
use crate::health::StoreState;

const PAGE: &str = "http://localhost:8080";

fn message() -> http::request::Builder {
    Request::post("/mcp")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
}

/// Every answer exposes the session's id and varies by origin; `origin` is the one allowed.
fn assert_cors(answer: &Answer, origin: &str) {
    assert_eq!(
        answer.header("access-control-expose-headers"),
        "Mcp-Session-Id",
        "{answer:?}"
    );
    assert_eq!(answer.header("vary"), "Origin", "{answer:?}");
    assert_eq!(
        answer.header("access-control-allow-origin"),
        origin,
        "{answer:?}"
    );
}

#[tokio::test]
async fn initialize_opens_a_session_at_both_spellings_of_the_path() {
    let router = Setting::default().router();
    for path in ["/mcp", "/mcp/"] {
        let request = message().uri(path).header("origin", PAGE);
        let answer = ask(&router, request, INITIALIZE).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(!answer.header("mcp-session-id").is_empty());
        assert!(
            answer.body.contains("\"protocolVersion\":\"2025-11-25\""),
            "{}",
            answer.body
        );
        assert_cors(&answer, PAGE);
    }
}

#[tokio::test]
async fn a_preflight_needs_no_token_and_echoes_what_was_asked() {
    let router = Setting {
        token: Some("s3cret"),
        ..Setting::default()
    }
    .router();
    let request = Request::options("/mcp")
        .header("origin", PAGE)
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "content-type,authorization,x-new",
        );
    let answer = ask(&router, request, "").await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(
        answer.header("access-control-allow-methods"),
        "GET, POST, DELETE, OPTIONS"
    );
    assert_eq!(
        answer.header("access-control-allow-headers"),
        "content-type,authorization,x-new"
    );
    assert_eq!(answer.header("access-control-max-age"), "7200");
    assert_cors(&answer, PAGE);
}

#[tokio::test]
async fn foreign_pages_are_refused_even_a_preflight() {
    let router = Setting {
        origins: vec!["http://ui.example"],
        ..Setting::default()
    }
    .router();
    for method in ["OPTIONS", "GET", "POST", "DELETE"] {
        let request = Request::builder().method(method).uri("/mcp");
        let answer = ask(&router, request.header("origin", "http://evil.example"), "").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method}");
        assert!(answer.body.contains("--allow-origin"), "{}", answer.body);
        assert_cors(&answer, "");
    }
    let request = Request::options("/mcp").header("origin", "http://ui.example");
    assert_cors(&ask(&router, request, "").await, "http://ui.example");
}

#[tokio::test]
async fn foreign_hosts_are_refused_everywhere() {
    let router = Setting::default().router();
    for path in ["/", "/health", "/mcp", "/nowhere"] {
        let request = Request::get(path).header("host", "evil.example:5008");
        let answer = ask(&router, request, "").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert!(answer.body.contains("--allow-host"), "{}", answer.body);
    }
}

#[tokio::test]
async fn the_token_is_asked_for_and_never_told() {
    let router = Setting {
        token: Some("s3cret"),
        ..Setting::default()
    }
    .router();
    for (sent, says) in [
        (None, "send the access token"),
        (Some("Basic s3cret"), "send the access token"),
        (Some("Bearer"), "send the access token"),
        (Some("Bearer wrong"), "does not take"),
        (Some("Bearer s3cre"), "does not take"),
        (Some("Bearer s3crets"), "does not take"),
    ] {
        let mut request = message().header("origin", PAGE);
        if let Some(sent) = sent {
            request = request.header("authorization", sent);
        }
        let answer = ask(&router, request, INITIALIZE).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{sent:?}");
        assert!(
            answer.header("www-authenticate").starts_with("Bearer"),
            "{answer:?}"
        );
        assert!(
            answer.body.contains(says) && !answer.body.contains("s3cre"),
            "{}",
            answer.body
        );
        assert_cors(&answer, PAGE);
    }
    for sent in ["Bearer s3cret", "bearer  s3cret"] {
        let request = message().header("authorization", sent);
        assert_eq!(
            ask(&router, request, INITIALIZE).await.status,
            StatusCode::OK
        );
    }
    let in_the_url = message().uri("/mcp?token=s3cret&access_token=s3cret");
    assert_eq!(
        ask(&router, in_the_url, INITIALIZE).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        ask(&router, Request::get("/health"), "").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn tools_see_who_was_let_in() {
    let message = |token: &str| {
        message()
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", "tools/call")
            .header("mcp-name", "who")
            .header("authorization", format!("Bearer {token}"))
    };
    let body = call("who").replace(
        "\"arguments\"",
        r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"test","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}},"arguments""#,
    );
    let guarded = Setting {
        token: Some("s3cret"),
        ..Setting::default()
    }
    .router();
    let answer = ask(&guarded, message("s3cret"), &body).await;
    assert_eq!(
        answer.header("content-type"),
        "application/json",
        "{answer:?}"
    );
    assert!(answer.body.contains("Some(Principal("), "{}", answer.body);
    assert!(!answer.body.contains("s3cret"), "{}", answer.body);
    let open = Setting::default().router();
    let answer = ask(&open, message("s3cret"), &body).await;
    assert!(answer.body.contains("None"), "{}", answer.body);
}

#[tokio::test]
async fn browsers_get_no_stream() {
    let router = Setting::default().router();
    let request = || {
        Request::get("/mcp")
            .header("accept", "text/event-stream")
            .header("origin", PAGE)
    };
    let answer = ask(&router, request(), "").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.header("allow"), "POST, DELETE, OPTIONS");
    assert_cors(&answer, PAGE);
}

#[tokio::test]
async fn an_unknown_session_is_404_that_a_browser_can_read() {
    let router = Setting::default().router();
    let list = r#"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#;
    for request in [message(), Request::delete("/mcp")] {
        let request = request
            .header("origin", PAGE)
            .header("mcp-session-id", "gone");
        let answer = ask(&router, request, list).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert_cors(&answer, PAGE);
    }
    let request = Request::get("/mcp").header("accept", "text/event-stream");
    let answer = ask(&router, request.header("mcp-session-id", "gone"), "").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_sends_a_page_too_much_gets_a_page_that_says_what_else_to_do() {
    let router = Setting {
        web: true,
        max_body: 100_000,
        ..Setting::default()
    }
    .router();
    let send = |path: &str, accept: &str| {
        let request = Request::post(path)
            .header("accept", accept)
            .header("origin", "http://127.0.0.1:5008")
            .header("content-type", "multipart/form-data; boundary=x");
        let body = "x".repeat(100_001);
        let router = router.clone();
        async move { ask(&router, request, &body).await }
    };
    let answer = send("/import", "text/html").await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    for told in ["pm-mcp-http import FILE", "--max-body", "more than 62 kB"] {
        assert!(answer.body.contains(told), "{}", answer.body);
    }
    let policy = &answer.headers["content-security-policy"];
    assert!(policy.to_str().unwrap().starts_with("default-src 'none'"));
    let other = send("/new", "text/html").await;
    assert_eq!(other.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(other.body.contains("more was sent than the form takes"));
    let program = send("/import", "*/*").await;
    assert!(
        program.body.contains("up to 100000 bytes"),
        "{}",
        program.body
    );
}

#[tokio::test]
async fn bad_bodies_get_clear_answers_and_never_a_5xx() {
    let router = Setting {
        max_body: 1000,
        ..Setting::default()
    }
    .router();
    for (body, says) in [
        ("", "the message is empty"),
        ("{", "no JSON"),
        ("[]", "batches"),
        ("[{}]", "batches"),
        ("null", "JSON object"),
        ("\"x\"", "JSON object"),
        ("{}", "jsonrpc"),
        (r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, "jsonrpc"),
        (r#"{"jsonrpc":"2.0","id":1}"#, "method"),
        ("\u{fffd}\u{0}", "no JSON"),
    ] {
        let answer = ask(&router, message(), body).await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{body}: {}",
            answer.body
        );
        assert!(answer.body.contains(says), "{body}: {}", answer.body);
    }
    let odd = r#"{"jsonrpc":"2.0","id":"seven","method":"ping","params":7}"#;
    for body in [odd, &odd.replace('7', "NaN")] {
        let answer = ask(&router, message(), body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.body.contains(r#""id":"seven""#), "{}", answer.body);
        let lost = message().header("mcp-session-id", "gone");
        let answer = ask(&router, lost, body).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{answer:?}");
    }
    let answer = ask(&router, message(), &"x".repeat(1001)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.body.contains("up to 1000 bytes"), "{}", answer.body);
    let nested = ask(&router, message(), &"[".repeat(900)).await;
    assert_eq!(nested.status, StatusCode::BAD_REQUEST);
    let plain = Request::post("/mcp")
        .header("accept", "*/*")
        .header("content-type", "text/plain");
    let answer = ask(&router, plain, INITIALIZE).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    for method in ["PUT", "PATCH", "HEAD", "TRACE"] {
        let request = Request::builder().method(method).uri("/mcp");
        let answer = ask(&router, request, "").await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
}

#[tokio::test]
async fn a_head_too_large_is_told_so() {
    let router = Setting::default().router();
    for (bytes, status) in [
        (60 << 10, StatusCode::OK),
        (64 << 10, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
        (100 << 10, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
    ] {
        let long = message()
            .header("origin", PAGE)
            .header("x-long", "x".repeat(bytes));
        let answer = ask(&router, long, INITIALIZE).await;
        assert_eq!(answer.status, status, "{bytes}: {answer:?}");
        assert_cors(&answer, PAGE);
        if status != StatusCode::OK {
            assert!(answer.body.contains("65536 bytes"), "{}", answer.body);
            assert_eq!(answer.header("connection"), "close");
        }
    }
}

#[tokio::test]
async fn health_says_how_the_store_is() {
    for path in ["/health", "/mcp/health"] {
        let answer = ask(&Setting::default().router(), Request::get(path), "").await;
        assert_eq!(answer.status, StatusCode::OK);
        let report: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(report["status"], "ok");
        assert_eq!(report["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(report["store"]["state"], "ready");
        assert!(report["uptime_seconds"].is_u64());
    }
    let router = Setting {
        store: StoreState::Failing,
        ..Setting::default()
    }
    .router();
    let answer = ask(&router, Request::get("/health"), "").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn the_page_at_the_root_says_the_url_and_can_be_switched_off() {
    let answer = ask(&Setting::default().router(), Request::get("/"), "").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer.body.contains("http://127.0.0.1:5008/mcp"),
        "{}",
        answer.body
    );
    assert!(!answer.body.contains("Bearer"), "{}", answer.body);
    let router = Setting {
        web: false,
        ..Setting::default()
    }
    .router();
    let answer = ask(&router, Request::get("/").header("origin", PAGE), "").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_cors(&answer, PAGE);
}

#[tokio::test]
async fn with_a_token_the_pages_show_nothing_that_is_kept() {
    let router = Setting {
        token: Some("a-long-enough-secret"),
        ..Setting::default()
    }
    .router();
    for path in ["/", "/p/garden", "/search?q=garden"] {
        let person = Request::get(path).header("accept", "text/html");
        let answer = ask(&router, person, "").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert!(answer.header("location").starts_with("/login"), "{path}");
        let answer = ask(&router, Request::get(path), "").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(!answer.body.contains("garden"), "{}", answer.body);
    }
    let answer = ask(&router, Request::get("/login"), "").await;
    assert!(answer.body.contains("Bearer TOKEN"), "{}", answer.body);
    assert!(!answer.body.contains("secret"), "{}", answer.body);
}

#[tokio::test]
async fn who_logs_in_sees_the_pages_and_may_not_call_the_tools() {
    let router = Setting {
        token: Some("a-long-enough-secret"),
        ..Setting::default()
    }
    .router();
    let own = "http://127.0.0.1:5008";
    let login = |origin: &str| Request::post("/login").header("origin", origin);
    let form = "token=a-long-enough-secret&to=/trash";
    for origin in [PAGE, "http://127.0.0.1:8080", "null"] {
        let answer = ask(&router, login(origin), form).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin}");
        assert_eq!(answer.header("set-cookie"), "", "{origin}");
    }
    let answer = ask(&router, login(own), form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), "/trash");
    assert_eq!(answer.header("access-control-allow-origin"), "");
    let (cookie, _) = answer.header("set-cookie").split_once(';').unwrap();
    let page = Request::get("/trash").header("cookie", cookie);
    assert_eq!(ask(&router, page, "").await.status, StatusCode::OK);
    let (_, value) = cookie.split_once('=').unwrap();
    for call in [
        message().header("cookie", cookie),
        message().header("authorization", format!("Bearer {value}")),
        message().header("authorization", format!("Bearer {cookie}")),
    ] {
        let answer = ask(&router, call.header("origin", own), INITIALIZE).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn guesses_of_one_address_wait() {
    let server = Setting {
        token: Some("a-long-enough-secret"),
        ..Setting::default()
    }
    .start()
    .await;
    let host = server.address;
    let login = |token: &str| {
        format!(
            "POST /login HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\nconnection: close\r\n\
             content-length: {}\r\n\r\ntoken={token}",
            token.len() + 6
        )
    };
    // On a slow machine the next guess may come late enough to be heard; the wait doubles with
    // each.
    let mut answer = server.exchange(&login("guess")).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.body);
    while answer.status == StatusCode::UNAUTHORIZED {
        answer = server.exchange(&login("guess")).await;
    }
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_ne!(answer.header("retry-after"), "");
}

#[tokio::test]
async fn no_other_origin_may_read_a_page() {
    let router = Setting::default().router();
    let answer = ask(&router, Request::get("/").header("origin", PAGE), "").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("access-control-allow-origin"), "");
    assert_eq!(answer.header("access-control-expose-headers"), "");
    assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
}

#[tokio::test]
async fn what_meets_no_route_is_a_page_for_people_and_a_line_for_programs() {
    let router = Setting::default().router();
    let page = "text/html,application/xhtml+xml,*/*;q=0.8";
    for (request, status) in [
        (Request::get("/nothing"), StatusCode::NOT_FOUND),
        (Request::post("/"), StatusCode::FORBIDDEN),
        (
            Request::post("/").header("origin", PAGE),
            StatusCode::FORBIDDEN,
        ),
        (
            Request::post("/").header("origin", "http://127.0.0.1:5008"),
            StatusCode::METHOD_NOT_ALLOWED,
        ),
    ] {
        let answer = ask(&router, request.header("accept", page), "").await;
        assert_eq!(answer.status, status);
        assert!(
            answer.body.starts_with("<!doctype html>"),
            "{}",
            answer.body
        );
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let answer = ask(&router, Request::post("/").header("accept", "*/*"), "").await;
    assert!(answer.body.contains("is /mcp"), "{}", answer.body);
}
