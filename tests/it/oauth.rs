//! Logins at an authorization server: which of its tokens are taken, and what a client is told that
//! needs one.

mod issuer;

use pm_tests::http_server::HttpServer;
use pm_tests::mcp::{self, WITH_SESSIONS, request};
use pm_tests::raw_http::{Request, Response};
use pm_tests::storage::Storage;
use ring::hmac;
use serde_json::{Value, json};
use time::OffsetDateTime;

use self::issuer::{Issuer, SigningKey, signed};
use crate::tokens::session;

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
    let refused = his.call("task_new", json!({"process": "garden", "task_name": "dig"}));
    assert!(refused.refused().contains("for reading only"));
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
    // However many name keys that there are not, it is asked for them once in a while.
    assert_eq!(issuer.asked("/keys"), 1);
}

#[test]
fn a_token_without_a_scope_of_ours_lacks_one() {
    let key = SigningKey::new("first");
    let (storage, issuer) = (Storage::new(), Issuer::start(&[&key]));
    let server = serve(&storage, &issuer);
    let token = key.token(&issuer.claims(PUBLIC, "anna", "openid pm:reader"));
    let refused = greet(&server, Some(&token));
    assert_eq!(refused.status, 403);
    assert_eq!(
        refused.header("www-authenticate"),
        Some(&*format!(
            "Bearer error=\"insufficient_scope\", resource_metadata=\"{METADATA}\", scope=\"pm:read\""
        ))
    );
}
