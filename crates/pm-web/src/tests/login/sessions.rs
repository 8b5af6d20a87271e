//! What a session is worth: at its own server, with its own token, until it ends or is ended.

use std::sync::Arc;
use std::time::Duration;

use pm_core::ManualClock;
use time::macros::datetime;
use tokio_stream::StreamExt;
use tower::ServiceExt;

use super::super::support::browser::{Browser, Site};
use super::super::support::{TOKEN, front, nothing, over};
use super::site;
use crate::{Access, Login, Logouts};

fn with_token(token: &str, logouts: Logouts) -> Site {
    let login = Login::new(token.as_bytes(), logouts);
    Site::new(front(nothing(), Access::Token(login)).into_router())
}

#[tokio::test]
async fn the_cookie_is_for_the_browser_and_this_site_alone() {
    let site = site();
    let mut browser = Browser::default();
    let answer = browser.submit(&site, "/login", &[("token", TOKEN)]).await;
    let cookie = answer.header("set-cookie");
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert!(pair.starts_with("pm_5008="), "{cookie}");
    let lasting = "Path=/; Max-Age=604800; HttpOnly; SameSite=Strict";
    assert_eq!(attributes, lasting);
    assert!(!cookie.contains(TOKEN), "{cookie}");
    let form = [("token", TOKEN)];
    let proxied = site.at("notes.example");
    let https = [("origin", "https://notes.example")];
    let request = browser.sending(&proxied, "/login", &form, &https);
    let answer = browser.send(&proxied, request).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("pm_443="), "{cookie}");
    assert!(cookie.ends_with("; SameSite=Strict; Secure"), "{cookie}");
}

#[tokio::test]
async fn no_page_sets_a_cookie_but_the_login() {
    let site = site();
    let mut browser = Browser::default();
    browser.log_in(&site).await;
    for path in ["/", "/p/parser", "/p/none", "/help", "/login", "/trash"] {
        let answer = browser.open(&site, path).await;
        assert!(!answer.headers.contains_key("set-cookie"), "{path}");
    }
    let mut stranger = Browser::default();
    let answer = stranger.submit(&site, "/logout", &[]).await;
    assert_eq!(answer.status, 303);
    assert!(!answer.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn it_ends_after_seven_days() {
    let clock = Arc::new(ManualClock::new(datetime!(2026-11-22 12:00 UTC)));
    let login = Login::new(TOKEN.as_bytes(), Logouts::in_memory());
    let front = front(over(Arc::clone(&clock)), Access::Token(login));
    let site = Site::new(front.into_router());
    let mut browser = Browser::default();
    browser.log_in(&site).await;
    clock.advance(Duration::from_secs(7 * 24 * 3600 - 1));
    assert!(browser.is_let_in(&site).await);
    clock.advance(Duration::from_secs(1));
    assert!(!browser.is_let_in(&site).await);
}

#[tokio::test]
async fn it_outlives_a_restart_and_dies_with_the_token() {
    let mut browser = Browser::default();
    browser
        .log_in(&with_token(TOKEN, Logouts::in_memory()))
        .await;
    let same = with_token(TOKEN, Logouts::in_memory());
    assert!(browser.is_let_in(&same).await);
    let other = with_token("another-long-secret!", Logouts::in_memory());
    assert!(!browser.is_let_in(&other).await);
}

#[tokio::test]
async fn what_is_changed_in_it_or_made_up_is_worth_nothing() {
    let site = site();
    let mut browser = Browser::default();
    browser.log_in(&site).await;
    let value = browser.cookies["pm_5008"].clone();
    let (session, code) = value.rsplit_once('.').unwrap();
    let (id, until) = session.split_once('.').unwrap();
    for forged in [
        String::new(),
        TOKEN.to_owned(),
        session.to_owned(),
        format!("{session}."),
        format!("{session}.{}", "0".repeat(64)),
        format!("{id}.99999999999.{code}"),
        format!("{}.{until}.{code}", "0".repeat(32)),
        format!("{value}0"),
    ] {
        browser.cookies.insert("pm_5008".to_owned(), forged.clone());
        assert!(!browser.is_let_in(&site).await, "{forged}");
    }
    browser.cookies.clear();
    for name in ["pm_5009", "pm_", "pm", "PM_5008"] {
        browser.cookies.insert(name.to_owned(), value.clone());
    }
    assert!(!browser.is_let_in(&site).await);
    browser.cookies.insert("pm_5008".to_owned(), value);
    assert!(browser.is_let_in(&site).await);
}

#[tokio::test]
async fn two_servers_on_two_ports_keep_their_logins_apart() {
    // The same token, so that nothing but the port tells them apart.
    let here = with_token(TOKEN, Logouts::in_memory());
    let there = with_token(TOKEN, Logouts::in_memory()).at("127.0.0.1:5009");
    let mut browser = Browser::default();
    browser.log_in(&here).await;
    assert!(!browser.is_let_in(&there).await);
    browser.log_in(&there).await;
    assert_eq!(browser.cookies.len(), 2);
    assert!(browser.is_let_in(&here).await && browser.is_let_in(&there).await);
    let value = browser.cookies["pm_5008"].clone();
    let swapped = browser.cookies.insert("pm_5009".to_owned(), value);
    assert!(
        !browser.is_let_in(&there).await,
        "the cookie of another port"
    );
    browser
        .cookies
        .insert("pm_5009".to_owned(), swapped.unwrap());
    browser.submit(&here, "/logout", &[]).await;
    assert!(!browser.is_let_in(&here).await);
    assert!(browser.is_let_in(&there).await);
}

#[tokio::test]
async fn who_logs_out_is_out_whatever_the_browser_keeps() {
    let site = site();
    let mut browser = Browser::default();
    let mut other = Browser::default();
    browser.log_in(&site).await;
    other.log_in(&site).await;
    let mut thief = browser.clone();
    assert!(thief.is_let_in(&site).await);
    let answer = browser.submit(&site, "/logout", &[]).await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.header("location"), "/");
    let gone = "pm_5008=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict";
    assert_eq!(answer.header("set-cookie"), gone);
    assert!(browser.cookies.is_empty());
    for path in ["/", "/p/parser", "/trash"] {
        let page = thief.open(&site, path).await;
        assert_eq!(page.status, 303, "{path}");
    }
    let page = thief.open(&site, "/login").await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("Log out"), "{}", page.body);
    assert!(other.is_let_in(&site).await, "another session goes on");
    browser.log_in(&site).await;
    assert!(browser.is_let_in(&site).await);
    assert!(!thief.is_let_in(&site).await);
}

#[tokio::test]
async fn a_logout_outlives_a_restart() {
    let place = tempfile::tempdir().unwrap();
    let start = || with_token(TOKEN, Logouts::kept_in(place.path().join("logouts")));
    let first = start();
    let mut browser = Browser::default();
    let mut other = Browser::default();
    browser.log_in(&first).await;
    other.log_in(&first).await;
    let mut thief = browser.clone();
    browser.submit(&first, "/logout", &[]).await;
    let second = start();
    assert!(!thief.is_let_in(&second).await);
    assert!(other.is_let_in(&second).await);
}

#[tokio::test]
async fn a_stream_of_changes_ends_with_its_session() {
    let manager = nothing();
    let login = Login::new(TOKEN.as_bytes(), Logouts::in_memory());
    let site = Site::new(front(manager.clone(), Access::Token(login)).into_router());
    let mut browser = Browser::default();
    let listening = |browser: &Browser| {
        let mut request = browser.opening(&site, "/events");
        let accept = "text/event-stream".parse().unwrap();
        request.headers_mut().insert("accept", accept);
        request
    };
    let stranger = browser.send(&site, listening(&browser)).await;
    assert_eq!(stranger.status, 401);
    browser.log_in(&site).await;
    let response = site.pages.clone().oneshot(listening(&browser)).await;
    let mut stream = response.unwrap().into_body().into_data_stream();
    let create = |name: &str| manager.create_process(name.parse().unwrap(), "").unwrap();
    let mut heard = String::new();
    while !heard.contains("before") {
        let piece = stream.next().await.unwrap().unwrap();
        heard.push_str(std::str::from_utf8(&piece).unwrap());
        // Only now is it certain that the changes are followed.
        if heard.matches("resync").count() == 2 && manager.process("before").is_err() {
            create("before");
        }
    }
    browser.submit(&site, "/logout", &[]).await;
    create("after");
    assert!(stream.next().await.is_none());
}
