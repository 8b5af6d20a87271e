//! Somebody who guesses tokens waits, longer and longer, and the others do not.

use std::sync::Arc;
use std::time::Duration;

use pm_core::ManualClock;
use time::macros::datetime;

use super::super::support::browser::{Browser, Site};
use super::super::support::{TOKEN, front, over};
use crate::{Access, Login, Logouts};

fn with_clock() -> (Site, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(datetime!(2026-11-22 12:00 UTC)));
    let login = Login::new(TOKEN.as_bytes(), Logouts::in_memory());
    let front = front(over(Arc::clone(&clock)), Access::Token(login));
    (Site::new(front.into_router()), clock)
}

fn browser_at(address: &str) -> Browser {
    Browser {
        address: Some(format!("{address}:40000").parse().unwrap()),
        ..Browser::default()
    }
}

async fn send(browser: &mut Browser, site: &Site, token: &str) -> (u16, String) {
    let answer = browser.submit(site, "/login", &[("token", token)]).await;
    let wait = answer.header("retry-after").to_owned();
    (answer.status.as_u16(), wait)
}

#[tokio::test]
async fn each_wrong_token_makes_the_wait_longer() {
    let (site, clock) = with_clock();
    let mut guesser = browser_at("192.0.2.1");
    for wait in ["1", "2", "4", "8", "16", "30", "30"] {
        assert_eq!(send(&mut guesser, &site, "guess").await.0, 401);
        let refused = (429, wait.to_owned());
        assert_eq!(send(&mut guesser, &site, "guess").await, refused);
        // The right one is not even looked at.
        assert_eq!(send(&mut guesser, &site, TOKEN).await, refused);
        assert!(guesser.cookies.is_empty());
        let mut other = browser_at("192.0.2.2");
        assert_eq!(send(&mut other, &site, TOKEN).await.0, 303);
        clock.advance(Duration::from_secs(wait.parse().unwrap()));
    }
    assert_eq!(send(&mut guesser, &site, TOKEN).await.0, 303);
    assert_eq!(send(&mut guesser, &site, "guess").await.0, 401);
    clock.advance(Duration::from_secs(1));
    assert_eq!(send(&mut guesser, &site, TOKEN).await.0, 303);
}

#[tokio::test]
async fn many_addresses_guess_ten_times_a_second() {
    let (site, clock) = with_clock();
    let mut looked_at = 0;
    for number in 0..100 {
        let mut guesser = browser_at(&format!("192.0.2.{number}"));
        let (status, wait) = send(&mut guesser, &site, "guess").await;
        if status == 401 {
            looked_at += 1;
        } else {
            assert_eq!((status, wait.as_str()), (429, "1"));
        }
    }
    assert_eq!(looked_at, 10);
    let mut person = browser_at("198.51.100.7");
    assert_eq!(send(&mut person, &site, TOKEN).await.0, 429);
    clock.advance(Duration::from_secs(1));
    assert_eq!(send(&mut person, &site, TOKEN).await.0, 303);
}

#[tokio::test]
async fn an_empty_field_is_no_guess() {
    let (site, _clock) = with_clock();
    let mut person = browser_at("192.0.2.1");
    for _ in 0..20 {
        assert_eq!(send(&mut person, &site, " ").await.0, 400);
    }
    assert_eq!(send(&mut person, &site, TOKEN).await.0, 303);
}

#[tokio::test]
async fn who_is_logged_in_does_not_wait_with_a_guesser() {
    let (site, _clock) = with_clock();
    let mut person = browser_at("192.0.2.1");
    person.log_in(&site).await;
    let mut guesser = browser_at("192.0.2.1");
    assert_eq!(send(&mut guesser, &site, "guess").await.0, 401);
    assert!(person.is_let_in(&site).await);
}
