//! What a page shows of a file before it is imported, and what becomes of it then.

use axum::body::Body;
use http::Request;
use pm_core::ProcessManager;

use crate::tests::support::{Answer, ask, check, front, nothing, pages};
use crate::{Access, FrontEnd};

/// A plan with what cannot be carried over, and what is taken for something else.
const PLAN: &str =
    "# Garden & more\n\n## Soil\n\n- [x] dig\n- [/] test it\n\n## Beds\n\n- [ ] build\n";
const OWN: &str = r#"{"process_name": "own", "tasks": {"a": {"description": "", "jobs": {"j": {"name": "job", "description": ""}},
    "code": {"1": {"name": "x", "content": "1"}}}, "b": {"description": "", "depends_on": ["a"]}}}"#;

/// What a browser sends of a form with these fields; `file` is one, with its name and content.
fn sent(file: Option<(&str, &[u8])>, fields: &[(&str, &str)]) -> Request<Body> {
    let mut body = Vec::new();
    if let Some((name, content)) = file {
        let head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=";
        body.extend(format!("{head}\"{name}\"\r\nContent-Type: text/plain\r\n\r\n").bytes());
        body.extend(content);
        body.extend(b"\r\n");
    }
    for (name, value) in fields {
        let head = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend(format!("{head}{value}\r\n").bytes());
    }
    body.extend(b"--b--\r\n");
    Request::post("/import")
        .header("host", "127.0.0.1:5008")
        .header("origin", "http://127.0.0.1:5008")
        .header("content-type", "multipart/form-data; boundary=b")
        .body(Body::from(body))
        .unwrap()
}

/// The value of a hidden field.
fn field(page: &Answer, name: &str) -> String {
    let begin = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&begin).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// Looks at a file, and imports what was shown.
async fn import(manager: &ProcessManager, file: (&str, &[u8]), more: &[(&str, &str)]) -> Answer {
    let pages = pages(manager.clone());
    let preview = ask(&pages, sent(Some(file), &[])).await;
    let content = field(&preview, "content");
    let again = [("file_name", file.0), ("content", &content), ("now", "1")];
    ask(&pages, sent(None, &[&again, more].concat())).await
}

#[tokio::test]
async fn what_would_come_is_shown_and_nothing_is_stored() {
    let manager = nothing();
    let shown = ask(
        &pages(manager.clone()),
        sent(Some(("C:\\plan.md", PLAN.as_bytes())), &[]),
    )
    .await;
    assert_eq!(shown.status, 200);
    check("import_preview", shown.main());
    assert!(manager.process_names().unwrap().is_empty());
}

#[tokio::test]
async fn what_was_shown_is_imported_in_the_name_of_who_sent_it() {
    let manager = nothing();
    let made = import(&manager, ("plan.md", PLAN.as_bytes()), &[]).await;
    assert_eq!(made.status, 303, "{}", made.body);
    assert_eq!(made.header("location"), "/p/Garden%20%26%20more");
    let process = manager.process("garden & more").unwrap();
    assert_eq!(process.tasks.len(), 2);
    let named = import(&manager, ("plan.md", PLAN.as_bytes()), &[("name", "Other")]).await;
    assert_eq!(named.header("location"), "/p/Other");
    // With ends of lines as no field of a form would keep them.
    let code = "# A\r\n\r\n## T\r\n\r\n```\r\na\r\n```\r\n\r\n- [ ] job\r\n";
    let pages = pages(manager.clone());
    let preview = ask(&pages, sent(Some(("a.md", code.as_bytes())), &[])).await;
    let fields = [
        ("file_name", "a.md"),
        ("content", &field(&preview, "content")),
    ];
    let again = ask(&pages, sent(None, &fields)).await;
    assert_eq!(again.main(), preview.main());
}

#[tokio::test]
async fn a_process_that_is_there_is_refused_or_brought_up_to_date() {
    let manager = nothing();
    import(&manager, ("own.json", OWN.as_bytes()), &[]).await;
    let again = OWN.replace("\"b\":", "\"c\": {\"description\": \"\"}, \"b\":");
    let file = ("own.json", again.as_bytes());
    let pages = pages(manager.clone());
    let shown = ask(&pages, sent(Some(file), &[])).await;
    check("import_taken", shown.main());
    let refused = import(&manager, file, &[]).await;
    assert_eq!(refused.status, 409);
    assert_eq!(manager.process("own").unwrap().tasks.len(), 2);
    let update = [("update", "1")];
    let shown = ask(&pages, sent(Some(file), &update)).await;
    assert!(
        shown
            .body
            .contains("that is there: new 1 task, changed 0, as before 2"),
        "{}",
        shown.body
    );
    let made = import(&manager, file, &update).await;
    assert_eq!(made.header("location"), "/p/own?made=2");
    assert_eq!(manager.process("own").unwrap().tasks.len(), 3);
    manager.undo(&"own".parse().unwrap(), 2).unwrap();
    assert_eq!(manager.process("own").unwrap().tasks.len(), 2);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_and_can_be_read_in_another_way() {
    let pages = pages(nothing());
    let shown = ask(&pages, sent(Some(("list.md", b"- dig\n- sow\n")), &[])).await;
    assert_eq!(shown.status, 422);
    check("import_nothing_in_it", shown.main());
    let content = field(&shown, "content");
    let again = [
        ("file_name", "list.md"),
        ("content", &content),
        ("bullets", "1"),
    ];
    let shown = ask(&pages, sent(None, &again)).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert!(shown.body.contains("2 tasks"), "{}", shown.body);
    for (file, told) in [
        (("a.json", &b"{\"tasks\": "[..]), "the JSON ends too early"),
        (("a.txt", b"nothing"), "no format that is known here"),
        (("a.md", b"a\n\xff"), "Line 2 is not UTF-8 text"),
    ] {
        let shown = ask(&pages, sent(Some(file), &[])).await;
        assert_eq!(shown.status, 422);
        assert!(shown.body.contains(told), "{}", shown.body);
    }
    let long = "x".repeat(201);
    let file = ("own.json", OWN.as_bytes());
    let shown = ask(&pages, sent(Some(file), &[("name", &long)])).await;
    assert!(shown.body.contains("200 are the most"), "{}", shown.body);
}

#[tokio::test]
async fn many_names_are_counted() {
    let task = |number: usize| format!("## Task {number}\n\n- [ ] job {number}\n\n");
    let all: String = (0..150).map(task).collect();
    let text = format!("# Long\n\n{all}");
    let shown = ask(
        &pages(nothing()),
        sent(Some(("a.md", text.as_bytes())), &[]),
    )
    .await;
    assert!(shown.body.contains("150 tasks"), "{}", shown.body);
    assert!(shown.body.contains("<li dir=\"auto\">Task 99<"));
    assert!(!shown.body.contains("Task 100"));
    assert!(shown.body.contains("And 100 more tasks and jobs."));
}

#[tokio::test]
async fn forms_that_are_none_are_refused() {
    let pages = pages(nothing());
    for request in [
        sent(None, &[]),
        sent(Some(("", b"")), &[]),
        sent(None, &[("content", "?"), ("file_name", "a.md")]),
        sent(Some(("a.md", b"- [ ] a")), &[("format", "none")]),
    ] {
        assert_eq!(ask(&pages, request).await.status, 400);
    }
    let mut other = sent(None, &[]);
    let form = "application/x-www-form-urlencoded".parse().unwrap();
    other.headers_mut().insert("content-type", form);
    assert_eq!(ask(&pages, other).await.status, 400);
    let mut from_elsewhere = sent(Some(("own.json", OWN.as_bytes())), &[("now", "1")]);
    let origin = "http://127.0.0.1:5009".parse().unwrap();
    from_elsewhere.headers_mut().insert("origin", origin);
    assert_eq!(ask(&pages, from_elsewhere).await.status, 403);
}

#[tokio::test]
async fn a_file_that_is_too_large_names_the_command() {
    let of = |front: FrontEnd| front.with_max_body(20 << 10).into_router();
    let pages = of(front(nothing(), Access::Everyone));
    let file = vec![b'x'; 3073];
    let refused = ask(&pages, sent(Some(("a.md", &file)), &[])).await;
    assert_eq!(refused.status, 413);
    assert!(refused.body.contains("pm-mcp-http import FILE"));
    let fits = ask(&pages, sent(Some(("a.md", &file[1..])), &[])).await;
    assert_eq!(fits.status, 422, "it is read, and nothing is in it");
}

#[tokio::test]
async fn who_may_only_read_has_no_such_page() {
    let read_only = front(nothing(), Access::Everyone).read_only().into_router();
    for path in ["/import", "/sample"] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        assert_eq!(ask(&read_only, request).await.status, 404);
    }
    let request = Request::get("/import").body(Body::empty()).unwrap();
    let form = ask(&pages(nothing()), request).await;
    check("import", form.main());
}
