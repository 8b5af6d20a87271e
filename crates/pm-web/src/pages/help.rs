//! Help: what this is, and how a client connects to it. Everybody may read it.

use askama::Template;
use axum::extract::State;
use http::HeaderMap;

use crate::frame::Frame;
use crate::fresh::Tagged;
use crate::front_end::FrontEnd;
use crate::host::Host;
use crate::problem::Problem;

/// The turns that the page proposes: llama.cpp's web UI stops a model after ten, in the middle of
/// most plans.
pub(crate) const TURNS: u32 = 50;

/// The keys that the scripts of the pages take, and what they do.
pub(crate) const KEYS: [(&str, &str); 22] = [
    (
        "j k",
        "to the next row, or the one before; then arrows do it, too",
    ),
    ("h l", "on the board, to the column beside"),
    ("Enter", "open it"),
    (
        "Esc",
        "leave the field, close what is open, or else go to what is above this page",
    ),
    ("n", "a new process, task or job"),
    (
        "e",
        "edit the description, the code, or the job with the focus",
    ),
    ("Ctrl+Enter", "save, in a field"),
    ("x", "select the task with the focus"),
    (
        "s t",
        "set the status of what is selected, or of the row or the page: to do",
    ),
    ("s i", "in progress"),
    ("s b", "blocked"),
    ("s d", "done"),
    ("s c", "cancelled"),
    (
        "Alt+↑ Alt+↓",
        "move the row with the focus past the one before, or the next",
    ),
    ("Alt+← Alt+→", "move the card to the column beside"),
    ("[ ]", "the task before, the next task"),
    ("d", "from code to what its last version changed, and back"),
    ("p", "copy the prompt for a model"),
    ("u", "undo the change with the focus, or what was just done"),
    ("/", "search"),
    (
        "Ctrl+K",
        "go to a page, a process or a task by its name, or do what this page does",
    ),
    ("?", "this list"),
];

/// How a client connects.
#[derive(Debug, Clone)]
pub(crate) struct Connecting {
    /// The scheme, the name and the port by which this server was reached.
    origin: String,
    /// Whether it asks for a token.
    pub(crate) asks_for_token: bool,
}

#[derive(Template)]
#[template(path = "help.html")]
struct Help {
    frame: Frame,
    connecting: Connecting,
}

impl Connecting {
    /// To the server of `front`, as the request reached it.
    pub(crate) fn new(front: &FrontEnd, headers: &HeaderMap) -> Self {
        let origin = Host::of(headers).map(|host| host.origin(headers));
        Self {
            origin: origin.unwrap_or_default(),
            asks_for_token: !front.is_open(),
        }
    }

    /// The address that is to be given to a client.
    pub(crate) fn url(&self) -> String {
        format!("{}/mcp", self.origin)
    }

    /// What `llama-server` can be started with, instead of clicking.
    pub(crate) fn ui_config(&self) -> String {
        let url = self.url();
        format!(
            r#"llama-server ... --ui-config '{{"agenticMaxTurns": {TURNS},
  "mcpServers": "[{{\"id\":\"pm\",\"enabled\":true,\"url\":\"{url}\"}}]"}}'"#
        )
    }

    /// The entry for clients that are set up by a file.
    pub(crate) fn mcp_servers(&self) -> String {
        let url = self.url();
        let headers = if self.asks_for_token {
            r#", "headers": {"Authorization": "Bearer TOKEN"}"#
        } else {
            ""
        };
        format!(r#"{{"mcpServers": {{"process-manager": {{"url": "{url}"{headers}}}}}}}"#)
    }
}

/// How to connect, in words.
pub(crate) async fn page(
    State(front): State<FrontEnd>,
    headers: HeaderMap,
) -> Result<Tagged, Problem> {
    let connecting = Connecting::new(&front, &headers);
    let frame = Frame::new("Help").at("/help");
    Ok(Tagged::new(Help { frame, connecting }.render()?))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::Request;

    use crate::tests::support::{ask, check, garden, get, guarded, pages};

    #[tokio::test]
    async fn it_says_how_to_connect_to_this_very_server() {
        let answer = get(&pages(garden()), "/help").await;
        check("help", answer.main());
    }

    #[tokio::test]
    async fn behind_https_it_says_https() {
        let request = Request::get("/help")
            .header("host", "notes.example")
            .header("sec-fetch-site", "none");
        let request = request.body(Body::empty()).unwrap();
        let answer = ask(&pages(garden()), request).await;
        let url = "https://notes.example/mcp";
        assert_eq!(answer.body.matches(url).count(), 3, "{}", answer.body);
        assert!(!answer.body.contains("http://notes.example"));
    }

    #[tokio::test]
    async fn with_a_token_it_says_where_to_log_in() {
        let answer = get(&guarded(garden()), "/help").await;
        assert!(answer.body.contains("Bearer TOKEN"), "{}", answer.body);
        assert!(answer.body.contains("href=\"/login\""), "{}", answer.body);
    }
}
