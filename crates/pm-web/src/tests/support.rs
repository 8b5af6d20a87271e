//! What the tests of pages share: fixed processes, with hostile names among them, at a fixed time.

pub(crate) mod browser;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request, StatusCode};
use pm_core::store::process_from_json;
use pm_core::{Actor, ManualClock, MemoryStore, Process, ProcessManager};
use time::macros::datetime;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::{Access, FrontEnd, Login, Logouts};

/// The token of servers that ask for one.
pub(crate) const TOKEN: &str = "a-long-enough-secret";

/// A plan as a file has it, with what only a file can have: names with hidden characters.
const GARDEN: &str = include_str!("garden.json");

/// A page, or what came in its place; of an archive as much as is text.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// What the page shows, without what is around every page.
    pub(crate) fn main(&self) -> &str {
        let start = self.body.find("<main").unwrap_or_default();
        let end = self.body.find("</body>").unwrap_or(self.body.len());
        self.body[start..end].trim_end()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }
}

/// A handle over nothing, at noon.
pub(crate) fn nothing() -> ProcessManager {
    over(Arc::new(ManualClock::new(datetime!(2026-11-22 12:00 UTC))))
}

/// A handle over nothing, with this clock.
pub(crate) fn over(clock: Arc<ManualClock>) -> ProcessManager {
    ProcessManager::new(MemoryStore::with_clock(clock)).acting_as(Actor::Client {
        client: "llama-ui <b>".into(),
        principal: None,
    })
}

/// A garden that is being planned, a parser, and what was thrown away; half an hour after the last
/// change.
pub(crate) fn garden() -> ProcessManager {
    let clock = Arc::new(ManualClock::new(datetime!(2026-11-22 11:00 UTC)));
    let manager = over(Arc::clone(&clock));
    let name = "Old <plan>".parse().unwrap();
    manager.create_process(name, "").unwrap();
    manager
        .delete_process(&"Old <plan>".parse().unwrap())
        .unwrap();
    manager
        .create_process("parser".parse().unwrap(), "Text in, tree out")
        .unwrap();
    clock.advance(Duration::from_mins(20));
    let garden = from_json(GARDEN);
    let garden = manager.create_whole(garden).unwrap();
    clock.advance(Duration::from_mins(10));
    let tokens = |content: &str| {
        let (task, name) = ("soil test", "tokens.rs".parse().unwrap());
        manager
            .update_snippet(&garden.name, task, name, content)
            .unwrap()
    };
    tokens("fn next() {\n    one();\n}\n");
    tokens("fn next() {\n    two(\"<b>\\u{202e}\");\n}\n");
    tokens("fn next() {\n    two(\"<b>\u{202e}\");\n}\n");
    clock.advance(Duration::from_mins(30));
    manager
}

/// A process as the file of it says.
pub(crate) fn from_json(text: &str) -> Process {
    let at = datetime!(2026-11-22 11:00 UTC).into();
    process_from_json(text, "unnamed", &at).unwrap()
}

/// The pages over what a handle has, for those who may see them.
pub(crate) fn front(manager: ProcessManager, access: Access) -> FrontEnd {
    FrontEnd::new(manager, access, CancellationToken::new())
}

/// The pages over what a handle has, for everyone.
pub(crate) fn pages(manager: ProcessManager) -> Router {
    front(manager, Access::Everyone).into_router()
}

/// The pages over what a handle has, for those who log in with the token.
pub(crate) fn guarded(manager: ProcessManager) -> Router {
    let login = Login::new(TOKEN.as_bytes(), Logouts::in_memory());
    front(manager, Access::Token(login)).into_router()
}

/// Asks for a page as a browser does.
pub(crate) async fn get(pages: &Router, path: &str) -> Answer {
    let request = Request::get(path)
        .header("host", "127.0.0.1:5008")
        .header("accept", "text/html")
        .body(Body::empty())
        .unwrap();
    ask(pages, request).await
}

/// Sends a request, and reads the answer.
pub(crate) async fn ask(pages: &Router, request: Request<Body>) -> Answer {
    let (parts, body) = pages.clone().oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

/// Compares what a page shows with the snapshot of that name.
#[track_caller]
pub(crate) fn check(name: &str, html: &str) {
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.add_filter("/assets/[0-9a-f]{16}/", "/assets/<checksum>/");
    settings.add_filter(&env!("CARGO_PKG_VERSION").replace('.', r"\."), "<version>");
    settings.bind(|| insta::assert_snapshot!(name, html));
}
