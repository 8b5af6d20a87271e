//! Logging in and out: who is let in, for how long, where to, and what the cookie is worth.

mod flood;
mod sessions;

use http::Method;

use super::support::browser::{Browser, Site};
use super::support::{TOKEN, check, garden, guarded, nothing, pages};

fn site() -> Site {
    Site::new(guarded(garden()))
}

#[tokio::test]
async fn who_is_not_logged_in_sees_nothing_that_is_kept() {
    let site = site();
    let mut browser = Browser::default();
    for (path, login) in [
        ("/", "/login"),
        ("/p/parser", "/login?to=%2Fp%2Fparser"),
        ("/p/none", "/login?to=%2Fp%2Fnone"),
        (
            "/p/parser/t/a/c/b?v=3",
            "/login?to=%2Fp%2Fparser%2Ft%2Fa%2Fc%2Fb%3Fv%3D3",
        ),
        ("/p/parser/activity", "/login?to=%2Fp%2Fparser%2Factivity"),
        ("/activity", "/login?to=%2Factivity"),
        ("/search?q=a%26b", "/login?to=%2Fsearch%3Fq%3Da%2526b"),
        ("/trash", "/login?to=%2Ftrash"),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let mut request = browser.opening(&site, path);
            *request.method_mut() = method.clone();
            let answer = browser.send(&site, request).await;
            assert_eq!(answer.status, 303, "{method} {path}");
            assert_eq!(answer.header("location"), login);
            assert_eq!(answer.body, "");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }
    assert!(browser.cookies.is_empty());
}

#[tokio::test]
async fn a_script_or_a_program_is_told_no_more_than_that() {
    let site = site();
    for (name, value) in [
        ("accept", "*/*"),
        ("accept", "text/event-stream"),
        ("sec-fetch-mode", "cors"),
        ("sec-fetch-mode", "no-cors"),
        ("hx-request", "true"),
    ] {
        let mut browser = Browser::default();
        let mut request = browser.opening(&site, "/p/parser?q=parser");
        request.headers_mut().insert(name, value.parse().unwrap());
        let answer = browser.send(&site, request).await;
        assert_eq!(answer.status, 401, "{name}: {value}");
        assert_eq!(answer.body, "Unauthorized: log in first.\n");
        assert!(!answer.headers.contains_key("location"));
    }
    let mut browser = Browser::default();
    let answer = browser.submit(&site, "/p/parser", &[]).await;
    assert_eq!(answer.status, 401);
    assert!(!answer.body.contains("parser"), "{}", answer.body);
    check("problem_login_needed", answer.main());
    // From there the way leads back.
    let page = "/p/parser?view=board";
    let answer = browser.submit_from(&site, page, "/p/parser/add", &[]).await;
    assert_eq!(answer.status, 401);
    let back = "href=\"/login?to=%2Fp%2Fparser%3Fview%3Dboard\"";
    assert!(answer.body.contains(back), "{}", answer.body);
}

#[tokio::test]
async fn help_and_what_pages_load_are_open() {
    let site = site();
    let mut browser = Browser::default();
    let open = [
        "/help",
        "/login",
        &crate::assets::style_sheet(),
        &crate::assets::icon(),
    ];
    for path in open {
        let answer = browser.open(&site, path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.body.contains("parser"), "{path}");
        assert!(!answer.body.contains("Log out"), "{path}");
    }
    assert!(browser.cookies.is_empty());
}

#[tokio::test]
async fn the_token_opens_every_page_and_leads_back() {
    let site = site();
    let mut browser = Browser::default();
    let asked = browser.open(&site, "/p/parser?view=board").await;
    let form = browser.open(&site, asked.header("location")).await;
    assert_eq!(form.status, 200);
    check("login", &form.body);
    let fields = [("to", "/p/parser?view=board"), ("token", TOKEN)];
    let answer = browser.submit(&site, "/login", &fields).await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.header("location"), "/p/parser?view=board");
    for path in ["/", "/p/parser?view=board", "/activity", "/trash", "/help"] {
        let page = browser.open(&site, path).await;
        assert_eq!(page.status, 200, "{path}");
        let button = "<form method=\"post\" action=\"/logout\"><button>Log out</button></form>";
        assert!(page.body.contains(button), "{path}: {}", page.body);
    }
    let missing = browser.open(&site, "/p/none").await;
    assert_eq!(missing.status, 404);
    assert!(missing.body.contains("Log out"), "{}", missing.body);
    let mut head = browser.opening(&site, "/p/parser");
    *head.method_mut() = Method::HEAD;
    assert_eq!(browser.send(&site, head).await.status, 200);
    let again = browser.open(&site, "/login?to=/trash").await;
    assert_eq!(again.status, 303);
    assert_eq!(again.header("location"), "/trash");
}

#[tokio::test]
async fn a_token_is_taken_with_spaces_around_and_else_to_the_letter() {
    let spaced = format!("  {TOKEN}\r\n");
    assert_eq!(status_for(&spaced).await, 303);
    for (wrong, status) in [
        ("", 400),
        ("   ", 400),
        ("wrong", 401),
        (&TOKEN[1..], 401),
        (&TOKEN[..TOKEN.len() - 1], 401),
        (&format!("{TOKEN}x"), 401),
        (&TOKEN.to_uppercase(), 401),
        (&format!("Bearer {TOKEN}"), 401),
        ("a-long-enough-\u{202e}secret", 401),
    ] {
        assert_eq!(status_for(wrong).await, status, "{wrong:?}");
    }
}

/// The status for a token at a new server, which sets a cookie only if it is the right one.
async fn status_for(token: &str) -> u16 {
    let site = site();
    let mut browser = Browser::default();
    let answer = browser.submit(&site, "/login", &[("token", token)]).await;
    assert_eq!(browser.cookies.is_empty(), answer.status != 303);
    assert_eq!(browser.is_let_in(&site).await, answer.status == 303);
    if !token.trim().is_empty() {
        assert!(!answer.body.contains(token.trim()), "{}", answer.body);
    }
    answer.status.as_u16()
}

#[tokio::test]
async fn a_refusal_is_the_form_with_a_sentence() {
    let site = site();
    let mut browser = Browser::default();
    let empty = browser.submit(&site, "/login", &[("to", "/trash")]).await;
    check("login_empty", empty.main());
    let form = [("to", "/trash"), ("token", "<b>wrong</b>")];
    let wrong = browser.submit(&site, "/login", &form).await;
    assert_eq!(wrong.header("www-authenticate"), "Bearer");
    check("login_wrong", wrong.main());
    let unseen = browser.submit(&site, "/login", &form).await;
    assert_eq!(unseen.status, 429);
    assert_eq!(unseen.header("retry-after"), "1");
    check("login_unseen", unseen.main());
}

#[tokio::test]
async fn a_form_too_large_is_told_so() {
    let large = "x".repeat(70_000);
    let mut browser = Browser::default();
    let answer = browser
        .submit(&site(), "/login", &[("token", &large)])
        .await;
    assert_eq!(answer.status, 413);
}

#[tokio::test]
async fn nobody_is_led_to_another_server() {
    for to in [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/p//evil.example",
        "/.//evil.example",
        "http://evil.example/p/parser",
        "https:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/\t/evil.example",
        "/\n/evil.example",
        "/p/a\r\nset-cookie: pm=1",
        "/p/a\u{0}",
        "evil.example",
        "@evil.example",
        "?to=//evil.example",
        "",
    ] {
        let site = site();
        let mut browser = Browser::default();
        let form = browser.open(&site, &crate::address::login(to)).await;
        let kept = "<input type=\"hidden\" name=\"to\" value=\"/\">";
        assert!(form.body.contains(kept), "{to:?}: {}", form.body);
        let fields = [("to", to), ("token", TOKEN)];
        let answer = browser.submit(&site, "/login", &fields).await;
        assert_eq!(answer.status, 303, "{to:?}");
        assert_eq!(answer.header("location"), "/", "{to:?}");
        assert_eq!(browser.cookies.len(), 1, "{to:?}");
        let already = browser.open(&site, &crate::address::login(to)).await;
        assert_eq!(already.header("location"), "/", "{to:?}");
    }
}

#[tokio::test]
async fn who_comes_from_another_site_logged_in_can_go_on() {
    let site = site();
    let mut browser = Browser::default();
    let mut request = browser.opening(&site, "/login?to=/p/parser");
    let cross_site = "cross-site".parse().unwrap();
    request.headers_mut().insert("sec-fetch-site", cross_site);
    let answer = browser.send(&site, request).await;
    let link = "<a href=\"/p/parser\">go on</a>";
    assert!(answer.body.contains(link), "{}", answer.body);
    let answer = browser.open(&site, "/login?to=/p/parser").await;
    assert!(!answer.body.contains(link), "{}", answer.body);
}

#[tokio::test]
async fn a_server_without_a_token_has_nothing_to_log_in_to() {
    let site = Site::new(pages(nothing()));
    let mut browser = Browser::default();
    for path in ["/login?to=/trash", "/login?to=//evil.example"] {
        let answer = browser.open(&site, path).await;
        assert_eq!(answer.status, 303);
        let expected = if path.ends_with("trash") {
            "/trash"
        } else {
            "/"
        };
        assert_eq!(answer.header("location"), expected);
    }
    for path in ["/login", "/logout"] {
        let answer = browser.submit(&site, path, &[("token", TOKEN)]).await;
        assert_eq!(answer.status, 303);
        assert!(!answer.headers.contains_key("set-cookie"));
    }
    let home = browser.open(&site, "/").await;
    assert!(!home.body.contains("Log out"), "{}", home.body);
}
