//! Logins at an authorization server: which of its tokens are taken, and what a client is told that
//! needs one.

mod issuer;

use std::time::Duration;

use pm_tests::binaries;
use pm_tests::http_server::HttpServer;
use pm_tests::mcp::{self, Answer, WITH_SESSIONS, request};
use pm_tests::raw_http::{Request, Response};
use pm_tests::running::{command, finish};
use pm_tests::storage::Storage;
use ring::hmac;
use serde_json::{Value, json};
use time::OffsetDateTime;

use self::issuer::{Issuer, SigningKey, signed};
use crate::tokens::{SOON, listen, session, stream_of};

/// The address under which the server is reached in these tests.
const PUBLIC: &str = "https://notes.example.org";

/// Where its metadata is.
const METADATA: &str = "https://notes.example.org/.well-known/oauth-protected-resource/mcp";

/// Starts the server for whoever logs in at `issuer`.
#[track_caller]
fn serve(storage: &Storage, issuer: &Issuer) -> HttpServer {
    let server = HttpServer::over(storage.path());
    let issuer = issuer.url();
    server
        .args(["--oauth-issuer", &issuer, "--public-url", PUBLIC])
        .start()
}

/// Sends the first message of a client that has this token, or none.
#[track_caller]
fn greet(server: &HttpServer, token: Option<&str>) -> Response {
    let hello = request(1, "initialize", mcp::initialize(WITH_SESSIONS, "pm-tests"));
    let mut hello = Request::mcp(&hello);
    if let Some(token) = token {
        hello = hello.header("authorization", &format!("Bearer {token}"));
    }
    server.send(&hello)
}

#[test]
fn a_client_without_a_token_learns_where_to_log_in() {
    let (storage, issuer) = (Storage::new(), Issuer::start(&[]));
    let server = serve(&storage, &issuer);
    let refused = greet(&server, None);
    assert_eq!(refused.status, 401);
    assert_eq!(
        refused.header("www-authenticate"),
        Some(&*format!(
            "Bearer resource_metadata=\"{METADATA}\", scope=\"pm:read pm:write\""
        ))
    );
    for path in [
        "/.well-known/oauth-protected-resource/mcp",
        "/.well-known/oauth-protected-resource",
    ] {
        let found = server.send(&Request::get(path).header("host", "notes.example.org"));
        assert_eq!(found.status, 200, "{path}");
        let told: Value = serde_json::from_slice(&found.body).unwrap();
        let expected = json!({
            "resource": "https://notes.example.org/mcp",
            "authorization_servers": [issuer.url()],
            "scopes_supported": ["pm:read", "pm:write"],
            "bearer_methods_supported": ["header"],
            "resource_name": "process-manager",
        });
        assert_eq!(told, expected);
    }
}

#[test]
fn a_signed_token_says_who_calls_and_what_they_may() {
    let key = SigningKey::new("first");
    let (storage, issuer) = (Storage::new(), Issuer::start(&[&key]));
    let server = serve(&storage, &issuer);
    let token = |name: &str, scope: &str| key.token(&issuer.claims(PUBLIC, name, scope));
    let (hers, his) = (
        session(&server, &token("anna", "openid pm:write")),
        session(&server, &token("bob", "pm:read")),
    );
    hers.call("process_new", json!({"name": "garden"})).ok();
    hers.call("task_new", json!({"task_name": "plant"})).ok();
    let read = his.call("process_history", json!({"process": "garden"}));
    let read = read.ok().to_string();
    assert!(read.contains("pm-tests (anna)"), "{read}");
    // What somebody lacks for a tool, their client asks for.
    let dig = json!({"process": "garden", "task_name": "dig"});
    let refused = his.call_request("task_new", dig).send(server.address());
    assert_eq!(refused.status, 403);
    let expected = insufficient("pm:write");
    assert_eq!(refused.header("www-authenticate"), Some(&*expected));
    // Of a tool that is offered to nobody, nobody is to ask for more.
    let refused = his.call("code_export", json!({})).refused();
    assert!(refused.contains("for reading only"), "{refused}");
}

/// The challenge to whoever lacks a scope.
fn insufficient(scope: &str) -> String {
    format!(
        "Bearer error=\"insufficient_scope\", resource_metadata=\"{METADATA}\", scope=\"{scope}\""
    )
}

#[test]
fn a_token_that_does_not_hold_is_refused_with_the_reason() {
    let (key, other) = (SigningKey::new("first"), SigningKey::new("first"));
    let (storage, issuer) = (Storage::new(), Issuer::start(&[&key]));
    let server = serve(&storage, &issuer);
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let claims = issuer.claims(PUBLIC, "anna", "pm:write");
    let with = |claim: &str, value: Value| {
        let mut claims = claims.clone();
        claims[claim] = value;
        key.token(&claims)
    };
    let without = |claim: &str| {
        let mut claims = claims.clone();
        claims.as_object_mut().unwrap().remove(claim);
        key.token(&claims)
    };
    let head = |alg: &str, typ: &str| json!({"alg": alg, "typ": typ, "kid": "first"});
    let public = key.public().to_string();
    let by_public_key = |text: &[u8]| {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, public.as_bytes());
        hmac::sign(&secret, text).as_ref().to_owned()
    };
    let elsewhere = issuer.claims("https://other.example.org", "anna", "pm:write");
    let form = "it is no JWT that is signed with an asymmetric algorithm";
    let no_key = "the authorization server has no such key";
    for (token, reason) in [
        ("pm_0123456789abcdef".to_owned(), form),
        (
            signed(&head("none", "at+jwt"), &claims, |_| Vec::new()),
            form,
        ),
        (
            signed(&head("HS256", "at+jwt"), &claims, by_public_key),
            no_key,
        ),
        (key.token_with(&head("RS256", "at+jwt"), &claims), no_key),
        (
            key.token_with(&head("ES256", "logout+jwt"), &claims),
            "it is a JWT of another kind",
        ),
        (
            key.token_with(&json!({"alg": "ES256", "kid": "second"}), &claims),
            no_key,
        ),
        (other.token(&claims), "its signature is wrong"),
        (
            with("iss", json!("https://login.example.org")),
            "it is of another issuer",
        ),
        (
            with("iss", json!([issuer.url()])),
            "it is of another issuer",
        ),
        (key.token(&elsewhere), "it is for another audience"),
        (
            with("aud", json!("notes.example.org")),
            "it is for another audience",
        ),
        (without("aud"), "it lacks the claim aud"),
        (without("exp"), "it lacks the claim exp"),
        (without("sub"), "it lacks the claim sub"),
        (with("exp", json!(now - 1)), "it has expired"),
        (with("exp", json!("tomorrow")), "it lacks the claim exp"),
        (with("nbf", json!(now + 90)), "it is not valid yet"),
        (with("iat", json!(now + 90)), "it is not valid yet"),
        (
            with("sub", json!("a\u{202e}b")),
            "its claim for the name is none",
        ),
    ] {
        let refused = greet(&server, Some(&token));
        assert_eq!(refused.status, 401, "{reason}");
        let expected = format!(
            "Bearer error=\"invalid_token\", error_description=\"{reason}\", \
             resource_metadata=\"{METADATA}\", scope=\"pm:read pm:write\""
        );
        assert_eq!(refused.header("www-authenticate"), Some(&*expected));
        assert!(refused.text().contains(reason), "{}", refused.text());
        assert!(
            !server.process.log().contains(&token),
            "{}",
            server.process.log()
        );
    }
    for token in [
        key.token(&claims),
        // The clock of the authorization server is a little ahead.
        with("nbf", json!(now + 30)),
        with(
            "aud",
            json!(["https://other.example.org", format!("{PUBLIC}/mcp")]),
        ),
        key.token_with(&json!({"alg": "ES256"}), &claims),
        key.token_with(&head("ES256", "JWT"), &claims),
    ] {
        assert_eq!(greet(&server, Some(&token)).status, 200);
    }
    // However many name keys that there are not, it is asked for them once in a while, and at the start.
    assert_eq!(issuer.asked("/keys"), 2);
}

#[test]
fn a_token_without_a_scope_of_ours_lacks_one() {
    let key = SigningKey::new("first");
    let (storage, issuer) = (Storage::new(), Issuer::start(&[&key]));
    let server = serve(&storage, &issuer);
    let token = key.token(&issuer.claims(PUBLIC, "anna", "openid pm:reader"));
    let refused = greet(&server, Some(&token));
    assert_eq!(refused.status, 403);
    let expected = insufficient("pm:read");
    assert_eq!(refused.header("www-authenticate"), Some(&*expected));
}

#[test]
fn a_session_goes_on_with_a_renewed_token_and_with_no_other() {
    let key = SigningKey::new("first");
    let (storage, issuer) = (Storage::new(), Issuer::start(&[&key]));
    let server = serve(&storage, &issuer);
    let token = |name: &str, number: usize| {
        let mut claims = issuer.claims(PUBLIC, name, "pm:write");
        claims["jti"] = json!(number);
        key.token(&claims)
    };
    let hers = session(&server, &token("anna", 1));
    hers.call("process_new", json!({"name": "garden"})).ok();
    let with = |token: &str| {
        let add = mcp::call("task_new", json!({"task_name": token.len()}));
        let request = Request::mcp(&request(9, "tools/call", add))
            .header("authorization", &format!("Bearer {token}"))
            .header("mcp-session-id", &hers.id)
            .header("mcp-protocol-version", WITH_SESSIONS);
        server.send(&request)
    };
    let renewed = with(&token("anna", 2));
    assert_eq!(renewed.status, 200);
    let answer = Answer::of(&renewed.message()["result"]).ok();
    assert_eq!(answer["process_name"], "garden", "{answer}");
    assert_eq!(with(&token("bob", 3)).status, 404);
    // What is granted to her otherwise is another realm, with sessions of its own.
    let reading = key.token(&issuer.claims(PUBLIC, "anna", "pm:read"));
    assert_eq!(with(&reading).status, 404);
}

#[test]
fn what_is_out_of_reach_of_a_token_does_not_exist() {
    let key = SigningKey::new("first");
    let (storage, issuer) = (Storage::new(), Issuer::start(&[&key]));
    let server = serve(&storage, &issuer);
    let claims = |name: &str| issuer.claims(PUBLIC, name, "pm:write pm:admin");
    let his = session(&server, &key.token(&claims("bob")));
    his.call("process_new", json!({"name": "secret"})).ok();
    let mut narrow = claims("anna");
    narrow["pm_processes"] = json!(["team-a/*"]);
    let hers = session(&server, &key.token(&narrow));
    let refused = hers
        .call("process_load", json!({"name": "secret"}))
        .refused();
    assert!(refused.contains("no process"), "{refused}");
    hers.call("process_new", json!({"name": "team-a/plan"}))
        .ok();
    for wrong in [json!([]), json!("team-a/*"), json!(["a*b"]), json!([1])] {
        narrow["pm_processes"] = wrong;
        assert_eq!(greet(&server, Some(&key.token(&narrow))).status, 401);
    }
}

#[test]
fn a_stream_ends_with_the_token_that_opened_it() {
    let key = SigningKey::new("first");
    let (storage, issuer) = (Storage::new(), Issuer::start(&[&key]));
    let server = serve(&storage, &issuer);
    let mut claims = issuer.claims(PUBLIC, "anna", "pm:write");
    let end = OffsetDateTime::now_utc() + Duration::from_secs(3);
    let end = OffsetDateTime::from_unix_timestamp(end.unix_timestamp()).unwrap();
    claims["exp"] = json!(end.unix_timestamp());
    let token = key.token(&claims);
    let hers = session(&server, &token);
    let list_changed = json!({"notifications": {"resourcesListChanged": true}});
    let without_session = server.sessionless("agent").with_token(&token);
    let streams = [
        stream_of(&hers),
        without_session.post("subscriptions/listen", list_changed),
    ];
    let streams = streams.map(|request| listen(&server, &request));
    for stream in streams {
        stream.join().unwrap();
        let now = OffsetDateTime::now_utc();
        assert!(
            now >= end && now < end + SOON,
            "it ended at {now} and not at {end}"
        );
    }
    assert_eq!(greet(&server, Some(&token)).status, 401);
}

#[test]
fn keys_come_and_go() {
    let (first, second) = (SigningKey::new("first"), SigningKey::new("second"));
    let (storage, issuer) = (Storage::new(), Issuer::start(&[&first]));
    let server = serve(&storage, &issuer);
    let claims = issuer.claims(PUBLIC, "anna", "pm:write");
    let (by_first, by_second) = (first.token(&claims), second.token(&claims));
    assert_eq!(greet(&server, Some(&by_first)).status, 200);
    issuer.has(&[&second]);
    // One that is not known is looked for, and with it is seen that another is no longer there.
    assert_eq!(greet(&server, Some(&by_second)).status, 200);
    assert_eq!(greet(&server, Some(&by_first)).status, 401);
}

#[test]
fn while_the_authorization_server_is_away_nobody_is_let_in() {
    let key = SigningKey::new("first");
    let (storage, issuer) = (Storage::new(), Issuer::start(&[&key]));
    issuer.is_away();
    let server = serve(&storage, &issuer);
    let token = key.token(&issuer.claims(PUBLIC, "anna", "pm:write"));
    assert_eq!(greet(&server, None).status, 401);
    let refused = greet(&server, Some(&token));
    assert_eq!(
        (refused.status, refused.header("retry-after")),
        (503, Some("5"))
    );
    assert!(
        refused.text().contains("authorization server"),
        "{}",
        refused.text()
    );
    assert!(server.is_healthy());
    server
        .process
        .log_with("the keys of the authorization server cannot be fetched");
    issuer.is_back();
    pm_tests::eventually("it is found again", || {
        greet(&server, Some(&token)).status == 200
    });
}

#[test]
fn an_openid_provider_will_do() {
    let key = SigningKey::new("first");
    let (storage, issuer) = (Storage::new(), Issuer::start(&[&key]));
    issuer.has_nothing_at(issuer::METADATA);
    let name = format!("{}/realms/a", issuer.url());
    let keys = format!("{}/keys", issuer.url());
    issuer.says(
        "/realms/a/.well-known/openid-configuration",
        &json!({"issuer": name, "jwks_uri": keys}),
    );
    let server = HttpServer::over(storage.path()).env("PM_OAUTH_ISSUER", &name);
    let server = server.env("PM_PUBLIC_URL", format!("{PUBLIC}/"));
    let server = server
        .env("PM_OAUTH_NAME_CLAIM", "preferred_username")
        .start();
    let mut claims = issuer.claims(PUBLIC, "9f3b", "pm:write");
    claims["iss"] = json!(name);
    assert_eq!(greet(&server, Some(&key.token(&claims))).status, 401);
    claims["preferred_username"] = json!("anna");
    let hers = session(&server, &key.token(&claims));
    hers.call("process_new", json!({"name": "garden"})).ok();
    hers.call("task_new", json!({"task_name": "plant"})).ok();
    claims["preferred_username"] = json!("bob");
    let his = session(&server, &key.token(&claims));
    let told = his.call("process_history", json!({"process": "garden"}));
    let told = told.ok().to_string();
    assert!(told.contains("pm-tests (anna~"), "{told}");
}

#[test]
fn a_start_says_what_is_wrong_with_the_options() {
    let issuer = Issuer::start(&[]);
    let url = issuer.url();
    let refused = |arguments: &[&str], token: Option<&str>| {
        let storage = Storage::new();
        let mut command = command(binaries::http());
        command
            .args(["--listen", "127.0.0.1:0", "--dir"])
            .arg(storage.path());
        command.args(arguments);
        if let Some(token) = token {
            command.env("PM_TOKEN", token);
        }
        let finished = finish(&mut command);
        assert_eq!(finished.code, Some(2), "{finished:?}");
        finished.stderr
    };
    let both = ["--oauth-issuer", &url, "--public-url", PUBLIC];
    for half in [&both[..2], &both[2..]] {
        let told = refused(half, None);
        assert!(told.contains("belong together"), "{told}");
    }
    let beside = refused(&both, Some("one for all, and long"));
    assert!(beside.contains("unset PM_TOKEN"), "{beside}");
    let plain = [
        "--oauth-issuer",
        "http://login.example.org",
        "--public-url",
        PUBLIC,
    ];
    let told = refused(&plain, None);
    assert!(told.contains("write https"), "{told}");
    let deep = [
        "--oauth-issuer",
        &url,
        "--public-url",
        "https://notes.example.org/mcp",
    ];
    let told = refused(&deep, None);
    assert!(told.contains("leave out /mcp"), "{told}");
    issuer.says(
        issuer::METADATA,
        &json!({"issuer": format!("{url}/"), "jwks_uri": url}),
    );
    let told = refused(&both, None);
    assert!(
        told.contains("it calls itself") && told.contains("to the letter"),
        "{told}"
    );
    issuer.has_nothing_at(issuer::METADATA);
    let told = refused(&both, None);
    assert!(told.contains("it answers 404 Not Found"), "{told}");
    issuer.says(issuer::METADATA, &json!({"issuer": url}));
    let told = refused(&both, None);
    assert!(told.contains("names no jwks_uri"), "{told}");
    issuer.says(
        issuer::METADATA,
        &json!({"issuer": url, "jwks_uri": "http://login.example.org/keys"}),
    );
    let told = refused(&both, None);
    assert!(told.contains("no https address"), "{told}");
}

#[test]
fn any_page_may_read_where_to_log_in_and_nothing_else() {
    let (storage, issuer) = (Storage::new(), Issuer::start(&[]));
    let server = serve(&storage, &issuer);
    let from_elsewhere = |method: &str, path: &str| {
        let request = Request::new(method, path).header("origin", "https://client.example");
        server.send(&request)
    };
    let path = "/.well-known/oauth-protected-resource/mcp";
    for (method, status) in [("GET", 200), ("OPTIONS", 204)] {
        let answer = from_elsewhere(method, path);
        let may_read = answer.header("access-control-allow-origin");
        assert_eq!((answer.status, may_read), (status, Some("*")), "{method}");
    }
    assert_eq!(from_elsewhere("POST", "/mcp").status, 403);
    // One that may call reads what it needs to log in.
    let hello = request(1, "initialize", mcp::initialize(WITH_SESSIONS, "pm-tests"));
    let hello = Request::mcp(&hello).header("origin", "http://localhost:6274");
    let refused = server.send(&hello);
    let exposed = refused.header("access-control-expose-headers");
    assert_eq!(
        (refused.status, exposed),
        (401, Some("Mcp-Session-Id, WWW-Authenticate"))
    );
    // There are no pages.
    let page = server.send(&Request::get("/").header("accept", "text/html"));
    assert_eq!(page.status, 404, "{}", page.text());
}

#[test]
fn a_server_with_tokens_alone_leads_nobody_to_a_login() {
    let storage = Storage::new();
    let server = HttpServer::over(storage.path()).env("PM_TOKEN", "0123456789abcdef0123");
    let server = server.start();
    for path in [
        "/.well-known/oauth-protected-resource/mcp",
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-authorization-server",
    ] {
        assert_eq!(server.send(&Request::get(path)).status, 404, "{path}");
    }
    let refused = greet(&server, None);
    let challenge = refused.header("www-authenticate").unwrap();
    assert!(!challenge.contains("resource_metadata"), "{challenge}");
}

#[test]
fn a_server_for_reading_asks_for_no_more_than_that() {
    let key = SigningKey::new("first");
    let (storage, issuer) = (Storage::new(), Issuer::start(&[&key]));
    let server = HttpServer::over(storage.path()).args(["--read-only"]);
    let server = server
        .args(["--oauth-issuer", &issuer.url(), "--public-url", PUBLIC])
        .start();
    let challenge = greet(&server, None);
    let challenge = challenge.header("www-authenticate").unwrap();
    assert!(challenge.ends_with("scope=\"pm:read\""), "{challenge}");
    let his = session(
        &server,
        &key.token(&issuer.claims(PUBLIC, "bob", "pm:read")),
    );
    let refused = his.call("process_new", json!({"name": "garden"})).refused();
    assert!(refused.contains("for reading only"), "{refused}");
}
