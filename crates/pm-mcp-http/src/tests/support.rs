//! What these tests share: a server of three tools, the router around it, a client that writes
//! HTTP by hand and can therefore stop in the middle.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request, StatusCode};
use pm_core::{MemoryStore, ProcessManager};
use pm_tools::Principal;
use pm_web::FrontEnd;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::app::{App, Served};
use crate::config::Protection;
use crate::health::{Health, StoreState};
use crate::layers::auth::Gate;
use crate::layers::budget::Budget;
use crate::layers::cors::CallerPolicy;
use crate::layers::host::HostPolicy;
use crate::layers::limits::BodyLimits;
use crate::layers::origin::OriginPolicy;
use crate::layers::refused_callers::RefusedCallers;
use crate::mcp::{CallerLimits, Endpoint};
use crate::serve::{ConnectionLimits, Ending, serve};

pub(super) const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}"#;

/// Tools that show what the transport does: `slow` takes its time, `who` names the caller.
#[derive(Clone)]
struct Tools;

impl ServerHandler for Tools {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::default()
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let text = match request.name.as_ref() {
            "slow" => {
                tokio::time::sleep(Duration::from_millis(600)).await;
                "finished".to_owned()
            }
            "large" => "x".repeat(8 << 20),
            "who" => {
                let parts = context.extensions.get::<http::request::Parts>();
                let principal = parts.and_then(|parts| parts.extensions.get::<Principal>());
                format!("{principal:?}")
            }
            other => return Err(ErrorData::invalid_params(format!("no tool {other}"), None)),
        };
        Ok(CallToolResult::success(vec![ContentBlock::text(text)]).into())
    }
}

/// What a test may want otherwise than the defaults.
pub(super) struct Setting {
    pub(super) token: Option<&'static str>,
    pub(super) origins: Vec<&'static str>,
    pub(super) max_sessions: usize,
    pub(super) max_body: usize,
    pub(super) body_timeout: Duration,
    pub(super) store: StoreState,
    pub(super) web: bool,
    pub(super) limits: ConnectionLimits,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            token: None,
            origins: Vec::new(),
            max_sessions: 256,
            max_body: 4 << 20,
            body_timeout: Duration::from_secs(30),
            store: StoreState::Ready,
            web: true,
            limits: ConnectionLimits {
                connections: 512,
                header: Duration::from_secs(10),
                send: Duration::from_secs(30),
                grace: Duration::from_secs(10),
            },
        }
    }
}

impl Setting {
    fn ending() -> Ending {
        Ending {
            running: TaskTracker::new(),
            closing: CancellationToken::new(),
        }
    }

    fn app(&self, ending: &Ending) -> Router {
        let store = self.store;
        let protection = match self.token {
            Some(token) => Protection::Token(token.parse().unwrap()),
            None => Protection::Loopback,
        };
        let endpoint = Endpoint::new(
            || Tools,
            CallerLimits {
                sessions: self.max_sessions,
                body: self.max_body,
                values: 100_000,
            },
            ending.closing.clone(),
            tokio::runtime::Handle::current(),
        );
        let front_end = self.web.then(|| {
            let manager = ProcessManager::new(MemoryStore::new());
            let access = protection.access(None);
            FrontEnd::new(manager, access, ending.closing.clone())
        });
        App {
            served: Served::Alike(Arc::new(endpoint), front_end),
            health: Health::new(Arc::new(move || store)),
            callers: CallerPolicy {
                hosts: HostPolicy::new(IpAddr::V4(Ipv4Addr::LOCALHOST), Vec::new()),
                origins: OriginPolicy::new(
                    self.origins
                        .iter()
                        .map(|one| one.parse().unwrap())
                        .collect(),
                ),
                refused: RefusedCallers::default(),
                public: None,
            },
            gate: Gate::new(protection.token()),
            metadata: Router::new(),
            body: BodyLimits {
                max: self.max_body,
                timeout: self.body_timeout,
                budget: Budget::of_bytes(32 << 20),
            },
            running: ending.running.clone(),
        }
        .into_router()
    }

    /// The router alone.
    pub(super) fn router(&self) -> Router {
        self.app(&Self::ending())
    }

    /// The whole server, on a free port.
    pub(super) async fn start(&self) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let ending = Self::ending();
        let app = self.app(&ending);
        let stop = CancellationToken::new();
        let asked = stop.clone().cancelled_owned();
        let task = tokio::spawn(serve(listener, app, self.limits, ending, asked));
        Server {
            address,
            stop,
            task,
        }
    }
}

/// A server that serves.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    pub(super) stop: CancellationToken,
    pub(super) task: JoinHandle<usize>,
}

impl Server {
    pub(super) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends a whole request and reads the answer to the connection's end.
    pub(super) async fn exchange(&self, request: &str) -> Answer {
        let mut stream = self.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        read_answer(&mut stream).await
    }

    /// Asks for the health until there is a place for the connection.
    pub(super) async fn until_healthy(&self) {
        let request = "GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        while self.exchange(request).await.status != StatusCode::OK {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Opens a session and returns its id.
    pub(super) async fn initialize(&self) -> String {
        let mut answer = self.exchange(&post(INITIALIZE, &[])).await;
        // The connection before this one may not have given its place back yet.
        while answer.status == StatusCode::SERVICE_UNAVAILABLE {
            answer = self.exchange(&post(INITIALIZE, &[])).await;
        }
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.header("mcp-session-id").to_owned()
    }
}

/// An answer, read whole.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

/// Reads what is left on a connection as one answer; an empty one if it was cut.
pub(super) async fn read_answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .unwrap_or("599");
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| {
            (
                name.parse::<http::HeaderName>().unwrap(),
                value.parse().unwrap(),
            )
        })
        .collect();
    Answer {
        status: status.parse().unwrap(),
        headers,
        body: body.to_owned(),
    }
}

/// A POST to `/mcp` as it goes over the wire, with the connection closed after it.
pub(super) fn post(body: &str, headers: &[(&str, &str)]) -> String {
    let length = body.len();
    let more = headers.iter().fold(String::new(), |more, (name, value)| {
        more + name + ": " + value + "\r\n"
    });
    format!(
        "POST /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\
         content-type: application/json\r\naccept: application/json, text/event-stream\r\n\
         content-length: {length}\r\n{more}\r\n{body}"
    )
}

/// A call of a tool, as a message.
pub(super) fn call(tool: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{{"name":"{tool}","arguments":{{}}}}}}"#
    )
}

/// Sends a request through the router, with a `Host` of its own unless one is given.
pub(super) async fn ask(router: &Router, request: http::request::Builder, body: &str) -> Answer {
    let mut request: Request<Body> = request.body(Body::from(body.to_owned())).unwrap();
    request
        .headers_mut()
        .entry("host")
        .or_insert("127.0.0.1:5008".parse().unwrap());
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let body = String::from_utf8_lossy(&body).into_owned();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body,
    }
}
