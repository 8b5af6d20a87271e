//! What holds on every page: its headers, names that are one segment, hostile texts that stay texts,
//! and problems as sentences.

mod changes;
mod conflicted;
mod login;
mod meanwhile;
mod refused_posts;
mod settling;
mod shared;
pub(crate) mod support;

use http::{HeaderMap, HeaderValue, Method, Request};
use pm_core::ProcessManager;
use tower::ServiceExt;

use self::support::{check, from_json, garden, get, nothing, pages};
use crate::address;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

#[tokio::test]
async fn every_answer_has_the_headers() {
    let pages = pages(garden());
    let asset = crate::assets::style_sheet();
    for path in [
        "/",
        "/help",
        "/p/parser",
        "/p/none",
        "/p/%FF",
        "/search?q=x",
        "/trash",
        "/status",
        &asset,
    ] {
        let answer = get(&pages, path).await;
        assert_eq!(answer.header("content-security-policy"), POLICY, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            "same-origin",
            "{path}"
        );
        assert_eq!(
            answer.header("cross-origin-resource-policy"),
            "same-origin",
            "{path}"
        );
        let kept = if path == asset {
            "public, max-age=31536000, immutable"
        } else {
            "no-store"
        };
        assert_eq!(answer.header("cache-control"), kept, "{path}");
        for (name, _) in &answer.headers {
            assert!(
                !name.as_str().starts_with("access-control"),
                "{path}: {name}"
            );
        }
    }
}

#[tokio::test]
async fn an_asset_is_found_under_its_checksum_alone() {
    let pages = pages(nothing());
    let style = get(&pages, &crate::assets::style_sheet()).await;
    assert_eq!(style.status, 200);
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    let icon = get(&pages, &crate::assets::icon()).await;
    assert_eq!(icon.header("content-type"), "image/svg+xml");
    let other = get(&pages, "/assets/0000000000000000/app.css").await;
    assert_eq!(other.status, 404);
}

#[tokio::test]
async fn a_name_is_one_segment_of_the_path() {
    let names = [
        "a/b", "a?b#c", "..", ".", "%2E%2E", "a\\b", "土 🌱", "a+b", "t", "&\"'<>", ";=,:@",
    ];
    for name in names {
        let pages = pages(of_names(&[name]));
        let path = address::snippet(name, name, name);
        for path in [address::process(name), address::task(name, name), path] {
            let answer = get(&pages, &path).await;
            assert_eq!(answer.status, 200, "{path}");
            let title = askama::filters::escape(name, askama::filters::Html).unwrap();
            assert!(answer.body.contains(&format!("<title>{title} ·")), "{path}");
        }
    }
}

#[tokio::test]
async fn every_link_of_a_page_leads_to_a_page() {
    let pages = pages(garden());
    let mut seen = vec!["/".to_owned()];
    let mut next = 0;
    while let Some(path) = seen.get(next).cloned() {
        next += 1;
        let answer = get(&pages, &path).await;
        assert_eq!(answer.status, 200, "{path}");
        // What is in a file leads nowhere.
        if answer.headers.contains_key("content-disposition") {
            continue;
        }
        let links = answer.body.split("href=\"").skip(1);
        let links = links.filter_map(|rest| rest.split('"').next());
        for link in links.filter(|link| link.starts_with('/') && *link != "/health") {
            let link = link.split('#').next().unwrap_or_default();
            let link = answer_unescaped(link);
            if !seen.contains(&link) {
                seen.push(link);
            }
        }
    }
    assert!(seen.len() > 20, "{seen:?}");
    assert!(seen.iter().any(|path| path.ends_with("/export.zip")));
}

fn answer_unescaped(link: &str) -> String {
    link.replace("&#38;", "&").replace("&amp;", "&")
}

/// What attacks are made of, each with a mark that is alone in it.
const ATTACKS: [&str; 20] = [
    "<script>alert('x1x')</script>",
    "<img src=x onerror=alert('x2x')>",
    "<svg/onload=alert('x3x')>",
    "\"><script>alert('x4x')</script>",
    "' onmouseover='alert(5)' x5x='",
    "</title><script>alert('x6x')</script>",
    "</textarea><script>alert('x7x')</script>",
    "</pre><script>alert('x8x')</script>",
    "<a href=\"javascript:alert('x9x')\">a</a>",
    "[a](javascript:alert('x10x'))",
    "[a](data:text/html;base64,x11x)",
    "![a](javascript:alert('x12x'))",
    "<iframe srcdoc=\"<script>alert('x13x')</script>\">",
    "<style>@import 'x14x'</style>",
    "<meta http-equiv=refresh content=\"0;url=x15x\">",
    "<base href=\"//x16x\">",
    "<form action=\"//x17x\"><button>",
    "<!--><img src=x18x onerror=alert(1)>-->",
    "\u{202e}<b onclick=alert('x19x')>\u{2066}",
    "&lt;script&gt;<math><mi//xlink:href=\"x20x\">",
];

#[tokio::test]
async fn hostile_text_stays_text_on_every_page() {
    let pages = pages(of_names(&ATTACKS));
    for name in ATTACKS {
        let process = address::process(name);
        let segment = address::segment(name);
        let snippet = address::snippet(name, name, name);
        let query = address::with_query("/search", &[("q", name)]);
        for path in [
            "/".to_owned(),
            process.clone(),
            address::with_query(&process, &[("q", name)]),
            format!("{process}?view=board"),
            format!("{process}?view=graph"),
            address::with_query(&process, &[("view", "graph"), ("task", name)]),
            format!("{process}/activity"),
            format!("{process}/since"),
            format!("{process}/since/1"),
            format!("{process}/since/1?to=2"),
            format!("{process}/undo?revision=2"),
            address::with_query(&format!("{process}/since/1"), &[("who", name)]),
            address::process(name) + "/since/" + &address::segment(name),
            address::with_query(&process, &[("status", name)]),
            address::with_query(&process, &[("priority", name)]),
            address::with_query(&process, &[("who", name)]),
            address::with_query(&process, &[("from", name)]),
            address::task(name, name),
            snippet.clone(),
            format!("{snippet}/colours?v=2"),
            format!("{process}/at/1"),
            format!("{process}/at/2/t/{segment}/c/{segment}"),
            format!("{snippet}?v=2&with=1"),
            format!("{snippet}?v=2&with=1&as=split"),
            address::process(&format!("{name}, but not")),
            address::task(name, &format!("{name}, but not")),
            address::snippet(name, name, &format!("{name}, but not")),
            "/activity".to_owned(),
            query,
            "/trash".to_owned(),
            address::with_query("/palette", &[("process", &address::segment(name))]),
        ] {
            let answer = get(&pages, &path).await;
            assert!(answer.status.as_u16() < 500, "{path}");
            refuse_strangers(&answer.body, &path);
        }
    }
}

#[tokio::test]
async fn hostile_text_stays_text_in_the_trash() {
    let manager = of_names(&ATTACKS);
    let listing = manager.list_processes().unwrap();
    for process in &listing.processes {
        manager.delete_process(&process.name).unwrap();
    }
    let pages = pages(manager);
    let trash = get(&pages, "/trash").await.body;
    let links = trash.split("href=\"/trash/").skip(1);
    let links: Vec<&str> = links.filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(links.len(), ATTACKS.len());
    for link in links {
        let path = format!("/trash/{link}");
        let answer = get(&pages, &path).await;
        assert_eq!(answer.status, 200, "{path}");
        refuse_strangers(&answer.body, &path);
    }
}

#[test]
#[should_panic(expected = "a page has no <img")]
fn a_stranger_on_a_page_is_found() {
    refuse_strangers("<p><img src=x>", "/");
}

/// Reads the tags of a page, and refuses those that no template has.
#[track_caller]
fn refuse_strangers(page: &str, path: &str) {
    const TAGS: &[&str] = &[
        "!doctype",
        "a",
        "b",
        "blockquote",
        "body",
        "button",
        "circle",
        "code",
        "col",
        "colgroup",
        "datalist",
        "dd",
        "defs",
        "del",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "em",
        "form",
        "g",
        "h1",
        "h2",
        "h3",
        "head",
        "header",
        "html",
        "i",
        "input",
        "ins",
        "kbd",
        "label",
        "li",
        "line",
        "link",
        "main",
        "marker",
        "meta",
        "nav",
        "ol",
        "option",
        "output",
        "p",
        "path",
        "pre",
        "rect",
        "section",
        "select",
        "span",
        "strong",
        "summary",
        "svg",
        "symbol",
        "table",
        "tbody",
        "td",
        "text",
        "textarea",
        "th",
        "thead",
        "time",
        "title",
        "tr",
        "ul",
        "use",
    ];
    // The scripts that the template has, each once.
    let scripts = [
        crate::assets::code_script(),
        crate::assets::live_script(),
        crate::assets::seen_script(),
        crate::assets::keys_script(),
    ];
    let page = scripts.iter().fold(page.to_owned(), |page, script| {
        let script = format!("<script type=\"module\" src=\"{script}\"></script>");
        page.replacen(&script, "", 1)
    });
    for rest in page.split('<').skip(1) {
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '!');
        let tag = &rest[..end.unwrap_or(rest.len())];
        assert!(TAGS.contains(&tag), "a page has no <{tag}: {path}");
        // Values stand between double quotes, in which there is none.
        let inner = rest.split('>').next().unwrap_or_default();
        for (index, outside) in inner.split('"').enumerate() {
            let hostile = ["on", "style", "src"].iter().find(|name| {
                let mut words = outside.split_whitespace();
                index % 2 == 0 && words.any(|word| word.starts_with(**name) && word.ends_with('='))
            });
            assert_eq!(hostile, None, "{path}: {inner}");
            let is_script = outside
                .trim()
                .to_ascii_lowercase()
                .starts_with("javascript:");
            assert!(index % 2 == 0 || !is_script, "{path}: {inner}");
        }
    }
    for hidden in ['\u{202e}', '\u{2066}'] {
        assert!(!page.contains(hidden), "{path}");
    }
}

#[tokio::test]
async fn a_problem_is_a_sentence_with_what_may_have_been_meant() {
    let pages = pages(garden());
    let near = get(&pages, "/p/Parsre").await;
    assert_eq!(near.status, 404);
    check("problem_process", &near.body);
    let garden = "/p/Garden%20%3Cscript%3Ealert%281%29%3C%2Fscript%3E";
    let task = get(&pages, &format!("{garden}/t/soil%20tets")).await;
    check("problem_task", task.main());
    let code = get(&pages, &format!("{garden}/t/beds/c/none")).await;
    check("problem_code", code.main());
    let text = get(&pages, "/p/%FF").await;
    assert_eq!(text.status, 400);
    check("problem_address", text.main());
    let number = get(&pages, "/?from=-1").await;
    assert_eq!(number.status, 400);
    check("problem_number", number.main());
}

#[tokio::test]
async fn nothing_is_changed_by_any_method() {
    let pages = pages(garden());
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        let request = Request::builder().method(&method).uri("/p/parser");
        let request = request
            .header("host", "127.0.0.1:5008")
            .header("origin", "http://127.0.0.1:5008");
        let request = request.body(axum::body::Body::empty()).unwrap();
        let answer = pages.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 405, "{method}");
    }
}

#[tokio::test]
async fn strays_get_a_page_with_the_headers() {
    let mut own = HeaderMap::new();
    own.insert("host", HeaderValue::from_static("127.0.0.1:5008"));
    own.insert("origin", HeaderValue::from_static("http://127.0.0.1:5008"));
    for (answer, status) in [
        (crate::no_such_page().await, 404),
        (crate::only_to_be_read(&own).await, 405),
        (crate::only_to_be_read(&HeaderMap::new()).await, 403),
    ] {
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers()["content-security-policy"], POLICY);
        assert!(answer.extensions().get::<crate::SameOriginOnly>().is_some());
    }
}

/// Processes of these names, each with a task of the same name, which has all texts that there
/// are, all of them the name.
fn of_names(names: &[&str]) -> ProcessManager {
    let manager = nothing();
    for name in names {
        let name = json(name);
        let versions = [1, 2].map(|version| {
            let content = json(&format!("{version}\n{name}"));
            format!(
                r#""{version}": {{"name": {name}, "content": {content}, "created_at": {name}}}"#
            )
        });
        let versions = versions.join(",");
        let text = format!(
            r#"{{"process_name": {name}, "description": {name}, "created_at": {name}, "tasks": {{
                {name}: {{
                    "description": {name}, "created_at": {name}, "status": {name},
                    "status_note": {name}, "status_at": {name}, "status_by": {name},
                    "priority": {name}, "depends_on": ["other"],
                    "jobs": {{"j": {{"name": {name}, "description": {name}, "created_at": {name},
                        "status_note": {name}}}}},
                    "code": {{{versions}}}
                }},
                "other": {{"status": "in_progress", "depends_on": [{name}],
                    "claim": {{"by": {name}, "until": "2027-01-01T00:00:00Z"}}}}
            }}}}"#
        );
        let process = manager.create_whole(from_json(&text)).unwrap();
        let other = "other 2".parse().unwrap();
        manager
            .add_task(&process.name, other, name.as_str())
            .unwrap();
    }
    manager
}

/// A text as JSON.
fn json(text: &str) -> String {
    let mut json = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            other => json.push(other),
        }
    }
    json.push('"');
    json
}
