//! What an open page hears, from the real program: what models change, what people change by hand,
//! and that a server which is listened to ends as soon as any other.

use pm_tests::http_server::HttpServer;
use pm_tests::raw_http::{Connection, Request};
use pm_tests::storage::Storage;
use serde_json::json;

/// Listens, once the server follows the changes.
fn listen(server: &HttpServer) -> Connection {
    let mut connection = Connection::open(server.address());
    connection.write(&Request::get("/events").bytes(server.address()));
    let head = connection.head();
    assert_eq!(head.status, 200);
    assert_eq!(head.header("content-type"), Some("text/event-stream"));
    assert_eq!(head.header("content-encoding"), None);
    assert_eq!(head.header("access-control-allow-origin"), None);
    let mut resyncs = 0;
    while resyncs < 2 {
        resyncs += hear(&mut connection, "").matches("event: resync").count();
    }
    connection
}

/// What is sent until it holds a text.
fn hear(connection: &mut Connection, wanted: &str) -> String {
    let mut heard = String::new();
    loop {
        let chunk = connection.chunk();
        assert!(!chunk.is_empty(), "the stream ended after {heard:?}");
        heard.push_str(&String::from_utf8(chunk).unwrap());
        if heard.contains(wanted) {
            return heard;
        }
    }
}

#[test]
fn who_listens_hears_what_models_and_people_change() {
    let storage = Storage::of_files("a file is edited");
    let server = HttpServer::start(storage.path());
    let session = server.session();
    session.call("process_new", json!({"name": "garden"}));
    let mut page = listen(&server);
    session.call("task_new", json!({"task_name": "soil test"}));
    let told = hear(&mut page, "soil test");
    assert!(told.contains("event: change\n"), "{told}");
    assert!(
        told.contains(r#""process":"garden","revision":2,"kind":"changed","tasks":["soil test"]"#),
        "{told}"
    );
    let file = storage.path().join("by hand.json");
    let process = json!({"process_name": "by hand", "description": "", "tasks": {}});
    std::fs::write(file, process.to_string()).unwrap();
    let told = hear(&mut page, r#""process":"by hand""#);
    assert!(told.contains(r#""kind":"came""#), "{told}");
}

#[test]
fn a_page_that_is_as_it_was_is_not_sent_again() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    session.call("process_new", json!({"name": "garden"}));
    let page = || Request::get("/p/garden").header("accept", "text/html");
    let first = server.send(&page());
    let tag = first.header("etag").unwrap().to_owned();
    let again = server.send(&page().header("if-none-match", &tag));
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.header("cache-control"), Some("no-store"));
    session.call("task_new", json!({"task_name": "soil test"}));
    let changed = server.send(&page().header("if-none-match", &tag));
    assert_eq!(changed.status, 200);
    let packed = server.send(&page().header("accept-encoding", "gzip"));
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(packed.body.len() < changed.body.len() / 2);
}

#[test]
fn a_server_that_is_listened_to_ends_at_once() {
    let storage = Storage::new();
    // It would wait for as long for a call.
    let server = HttpServer::over(storage.path())
        .args(["--shutdown-grace", "1h"])
        .start();
    let mut page = listen(&server);
    assert_eq!(server.stop(), Some(0));
    assert_eq!(page.chunk(), b"", "the stream has an end");
}
