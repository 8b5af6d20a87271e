//! `/mcp`: both eras of the protocol, through the library's service.
//!
//! The library decides what a message means; this handler settles what is ours: browsers get no
//! event stream, and a session that is not there, or has just gone, is 404, since clients recover
//! from nothing else. What is settled before a message is handed on is in `post.rs`.

use std::panic::resume_unwind;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, header};
use rmcp::ServerHandler;
use rmcp::transport::StreamableHttpServerConfig;
use rmcp::transport::streamable_http_server::StreamableHttpService;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::layers::budget::Budget;
use crate::refusal::Refusal;
use crate::sessions::BoundedSessions;
use crate::until_sent::LongLived;

mod accept;
mod caller_name;
mod gathered;
mod lines;
mod malformed;
mod post;
mod step_up;

use accept::Accepted;
use lines::Lines;
pub use step_up::{Lacks, StepUp};

const SESSION_ID: &str = "mcp-session-id";
const PROTOCOL_VERSION: &str = "mcp-protocol-version";
/// The revision of the protocol from which on there are no sessions.
const WITHOUT_SESSIONS: &str = "2026-07-28";

/// How much of the machine callers may take here.
#[derive(Debug, Clone, Copy)]
pub struct CallerLimits {
    /// How many sessions are kept.
    pub sessions: usize,
    /// The most bytes of a body.
    pub body: usize,
    /// The most values in a body. Names of members count as well; lists, objects and long texts
    /// count twice.
    pub values: usize,
}

/// The protocol's endpoint.
pub struct Endpoint<S> {
    service: StreamableHttpService<S, BoundedSessions>,
    sessions: Arc<BoundedSessions>,
    sessionless: Lines,
    max_values: usize,
    /// The values of all large messages together, which is as many as one may have.
    values: Budget,
    closing: CancellationToken,
    work: Handle,
}

impl<S: ServerHandler> Endpoint<S> {
    /// Makes an endpoint.
    ///
    /// `new_caller` runs once for each session, and at least once for each request of the era
    /// without sessions. Once `closing` is cancelled, sessions and streams end.
    ///
    /// Messages are taken in on the runtime that calls [`handle`], and answered on `work`. If the
    /// former has one thread, calls stand in line in the order in which they arrive; with several
    /// threads the order is anybody's guess, even if the requests came one after the other.
    pub fn new(
        new_caller: impl Fn() -> S + Send + Sync + 'static,
        limits: CallerLimits,
        closing: CancellationToken,
        work: Handle,
    ) -> Self {
        let sessions = Arc::new(BoundedSessions::new(limits.sessions));
        let config = StreamableHttpServerConfig::default()
            // Our own layers have checked both, with clearer answers.
            .disable_allowed_hosts()
            .disable_allowed_origins()
            // Without a session, a single answer needs no event stream.
            .with_json_response(true)
            // The sessions tell it themselves, to those clients that can read such an event.
            .with_sse_retry(None)
            .with_max_request_body_bytes(limits.body)
            .with_cancellation_token(closing.clone());
        let service =
            StreamableHttpService::new(move || Ok(new_caller()), Arc::clone(&sessions), config);
        Self {
            service,
            sessions,
            sessionless: Lines::default(),
            max_values: limits.values,
            values: Budget::of_values(limits.values),
            closing,
            work,
        }
    }
}

/// Answers a request to `/mcp`.
pub async fn handle<S: ServerHandler>(
    State(endpoint): State<Arc<Endpoint<S>>>,
    request: Request,
) -> Response {
    let method = request.method().clone();
    let session = session_id(request.headers());
    let long_lived = method == Method::GET || listens(request.headers());
    let mut response = match method {
        Method::POST => endpoint.post(request, long_lived).await,
        Method::GET => endpoint.get(request).await,
        Method::DELETE => endpoint.delete(request).await,
        _ => Refusal::NoSuchMethod.into_response(),
    };
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR {
        if session.is_some_and(|id| !endpoint.sessions.knows(&id)) {
            return Refusal::UnknownSession.into_response();
        }
        if endpoint.closing.is_cancelled() {
            return Refusal::Stopping.into_response();
        }
    }
    if long_lived {
        response.extensions_mut().insert(LongLived);
    }
    response
}

impl<S: ServerHandler> Endpoint<S> {
    /// Opens the event stream of a session.
    async fn get(&self, mut request: Request) -> Response {
        let headers = request.headers();
        if headers.contains_key(header::ORIGIN) {
            return Refusal::NoStreamForBrowsers.into_response();
        }
        let Some(id) = session_id(headers) else {
            return if accept::is_for_a_page(headers) {
                for_people(headers).into_response()
            } else if is_without_sessions(headers) {
                Refusal::NoStreamWithoutSessions.into_response()
            } else {
                Refusal::StreamOfNoSession.into_response()
            };
        };
        if !self.sessions.knows(&id) {
            return Refusal::UnknownSession.into_response();
        }
        if self.sessions.is_of_web_ui(&id) {
            return Refusal::NoStreamForBrowsers.into_response();
        }
        if !Accepted::of(headers).events {
            return Refusal::StreamNotAcceptable.into_response();
        }
        accept::accept_both(request.headers_mut());
        self.answer(request, true).await
    }

    /// Ends a session.
    async fn delete(&self, request: Request) -> Response {
        let Some(id) = session_id(request.headers()) else {
            return Refusal::EndOfNoSession.into_response();
        };
        if !self.sessions.knows(&id) {
            tracing::debug!(session = id, "asked to end a session that is not there");
            return Refusal::UnknownSession.into_response();
        }
        let response = self.answer(request, false).await;
        if response.status() == StatusCode::ACCEPTED {
            // The session has ended, and is not merely going to: some clients warn of 202.
            return StatusCode::NO_CONTENT.into_response();
        }
        response
    }

    /// Has the library answer a request, on the other runtime.
    ///
    /// Answering in place would save handing over and back, but the one thread would then do
    /// everything: with 8 connections, 0.8 to 0.9 of the reads a second were left, and with 64 less
    /// than that.
    async fn answer<B>(&self, request: http::Request<B>, long_lived: bool) -> Response
    where
        B: http_body::Body + Send + 'static,
        B::Error: std::fmt::Display,
    {
        let service = self.service.clone();
        let answered = self.work.spawn(async move {
            let response = service.handle(request).await;
            // A stream to listen to may have nothing to say for hours.
            if long_lived {
                return response.map(Body::new);
            }
            gathered::for_a_moment(response).await.map(Body::new)
        });
        match AbortOnDropHandle::new(answered).await {
            Ok(response) => response,
            Err(failed) => match failed.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                // The runtime is going down.
                Err(_) => Refusal::Stopping.into_response(),
            },
        }
    }
}

/// What somebody reads who opens the endpoint in a browser.
fn for_people(headers: &HeaderMap) -> String {
    // The CORS layer has found it to be one of our names.
    let host = headers.get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    format!(
        "This address is for programs that speak the Model Context Protocol (MCP), and shows \
         nothing in a browser.\nGive it to an MCP client as the URL of a server: \
         http://{host}/mcp\n"
    )
}

fn session_id(headers: &HeaderMap) -> Option<String> {
    headers
        .get(SESSION_ID)
        .and_then(|id| id.to_str().ok())
        .map(str::to_owned)
}

/// Whether the headers say that the request is of the era without sessions.
fn is_without_sessions(headers: &HeaderMap) -> bool {
    headers
        .get(PROTOCOL_VERSION)
        .is_some_and(|version| version.as_bytes() >= WITHOUT_SESSIONS.as_bytes())
}

/// Whether this is the call that stays open to hear of changes, in the era without sessions. The
/// header is required there and the library checks it against the body.
fn listens(headers: &HeaderMap) -> bool {
    headers
        .get("mcp-method")
        .is_some_and(|method| method == "subscriptions/listen")
}
