//! What changes something is taken from pages of this server alone: not from other sites, other
//! ports, or anything that does not say where it comes from.

use super::support::browser::{Browser, Site};
use super::support::{TOKEN, check, garden, guarded, pages};

const OWN: &str = "http://127.0.0.1:5008";

fn site() -> Site {
    Site::new(guarded(garden()))
}

/// What a request can say of where it comes from, none of which is a page of 127.0.0.1:5008.
const ELSEWHERE: &[&[(&str, &str)]] = &[
    &[],
    &[("origin", "null")],
    &[("origin", "")],
    &[("origin", "http://evil.example")],
    &[("origin", "http://127.0.0.1:5008.evil.example")],
    &[("origin", "http://127.0.0.1")],
    &[("origin", "http://127.0.0.1:8080")],
    &[("origin", "http://localhost:5008")],
    &[("origin", OWN), ("origin", OWN)],
    &[("origin", OWN), ("origin", "http://evil.example")],
    &[("origin", OWN), ("sec-fetch-site", "cross-site")],
    &[("origin", OWN), ("sec-fetch-site", "same-site")],
    &[("origin", OWN), ("sec-fetch-site", "none")],
    &[("origin", OWN), ("sec-fetch-site", "")],
    &[
        ("origin", OWN),
        ("sec-fetch-site", "same-origin"),
        ("sec-fetch-site", "cross-site"),
    ],
    &[("sec-fetch-site", "same-origin")],
    &[("referer", "http://127.0.0.1:5008/login")],
];

#[tokio::test]
async fn the_token_from_elsewhere_is_not_taken() {
    let site = site();
    let mut browser = Browser::default();
    for headers in ELSEWHERE {
        let request = browser.sending(&site, "/login", &[("token", TOKEN)], headers);
        let answer = browser.send(&site, request).await;
        assert_eq!(answer.status, 403, "{headers:?}");
        assert!(!answer.headers.contains_key("set-cookie"), "{headers:?}");
        assert!(browser.cookies.is_empty(), "{headers:?}");
    }
}

#[tokio::test]
async fn nobody_elsewhere_logs_a_person_out() {
    let site = site();
    let mut browser = Browser::default();
    browser.log_in(&site).await;
    for headers in ELSEWHERE {
        let request = browser.sending(&site, "/logout", &[], headers);
        let answer = browser.send(&site, request).await;
        assert_eq!(answer.status, 403, "{headers:?}");
        assert!(browser.is_let_in(&site).await, "{headers:?}");
    }
    let read = browser.open(&site, "/logout").await;
    assert_eq!(read.status, 405);
    assert!(browser.is_let_in(&site).await);
}

#[tokio::test]
async fn every_path_refuses_them_first() {
    let browser = Browser::default();
    for site in [site(), Site::new(pages(garden()))] {
        for path in ["/", "/p/parser", "/p/parser/t/a", "/trash", "/help"] {
            for method in ["POST", "PUT", "PATCH", "DELETE"] {
                let mut request = browser.sending(&site, path, &[], &[]);
                *request.method_mut() = method.parse().unwrap();
                let answer = Browser::default().send(&site, request).await;
                assert_eq!(answer.status, 403, "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn a_page_says_why() {
    let site = site();
    let request = Browser::default().sending(&site, "/login", &[], &[("origin", "null")]);
    let answer = Browser::default().send(&site, request).await;
    check("problem_not_from_here", answer.main());
}

#[tokio::test]
async fn without_sec_fetch_site_the_origin_is_enough() {
    let site = site().at("notes.example");
    for origin in ["http://notes.example", "https://notes.example"] {
        let mut browser = Browser::default();
        let form = [("token", TOKEN)];
        let request = browser.sending(&site, "/login", &form, &[("origin", origin)]);
        let answer = browser.send(&site, request).await;
        assert_eq!(answer.status, 303, "{origin}");
        assert!(browser.is_let_in(&site).await, "{origin}");
    }
}
