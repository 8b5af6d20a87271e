//! `/mcp`: both eras of the protocol, through the library's service.
//!
//! The library decides what a message means; this handler settles what is ours: browsers get no
//! event stream, a body is looked over before anything is made of it ([`pm_tools::frame`]), what is no
//! message is answered in the protocol's own terms, and a session that is not there, or has just
//! gone, is 404, since clients recover from nothing else.

use std::panic::resume_unwind;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use http_body_util::Full;
use pm_tools::Turn;
use pm_tools::frame::{Envelope, UNKNOWN_MESSAGE};
use rmcp::ServerHandler;
use rmcp::transport::StreamableHttpServerConfig;
use rmcp::transport::streamable_http_server::StreamableHttpService;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::mcp::lines::{Lines, Sessionless};
use crate::refusal::Refusal;
use crate::sessions::BoundedSessions;
use crate::shutdown::LongLived;

mod caller_name;
mod gathered;
mod lines;
mod malformed;

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
    /// The most values in a body, names of members counted as well.
    pub values: usize,
}

/// The protocol's endpoint.
pub struct Endpoint<S> {
    service: StreamableHttpService<S, BoundedSessions>,
    sessions: Arc<BoundedSessions>,
    sessionless: Lines,
    max_values: usize,
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
    /// former has one thread, calls stand in line in the order in which they arrive: that of several
    /// threads is anybody's guess, even where the requests came one after the other.
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
            // Where there is no session a single answer needs no event stream.
            .with_json_response(true)
            .with_max_request_body_bytes(limits.body)
            .with_cancellation_token(closing.clone());
        let service =
            StreamableHttpService::new(move || Ok(new_caller()), Arc::clone(&sessions), config);
        Self {
            service,
            sessions,
            sessionless: Lines::default(),
            max_values: limits.values,
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
    if method == Method::GET && request.headers().contains_key(header::ORIGIN) {
        return Refusal::NoStreamForBrowsers.into_response();
    }
    let session = session_id(request.headers());
    if let Some(id) = session
        .as_deref()
        .filter(|id| method == Method::DELETE && !endpoint.sessions.knows(id))
    {
        tracing::debug!(session = id, "asked to end a session that is not there");
        return Refusal::UnknownSession.into_response();
    }
    let long_lived = method == Method::GET || listens(request.headers());
    let mut response = match method {
        Method::POST => endpoint.post(request, long_lived).await,
        _ => endpoint.answer(request, long_lived).await,
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
    async fn post(&self, request: Request, long_lived: bool) -> Response {
        let (mut parts, body) = request.into_parts();
        if !is_json(&parts.headers) {
            return Refusal::NotJson.into_response();
        }
        // The limits' layer has read it already: this only unwraps it.
        let Ok(body) = to_bytes(body, usize::MAX).await else {
            return Refusal::BodyUnreadable.into_response();
        };
        let envelope = Envelope::read(&body, self.max_values);
        // Before what is wrong with the body: a client whose session has gone begins anew.
        if self.is_lost(&parts.headers, envelope.as_ref().ok()) {
            return Refusal::UnknownSession.into_response();
        }
        let envelope = match envelope {
            Ok(envelope) => envelope,
            Err(unread) => return malformed::unread(unread),
        };
        if let Some(flaw) = envelope.flaw {
            return malformed::invalid_request(envelope, flaw);
        }
        if let Err(refusal) = caller_name::note(&mut parts) {
            return refusal.into_response();
        }
        if let Some(turn) = self.turn(&parts, &envelope) {
            parts.extensions.insert(turn);
        }
        accept_anything_as_both(&mut parts.headers);
        let request = http::Request::from_parts(parts, Full::new(body));
        let response = self.answer(request, long_lived).await;
        // JSON-RPC, and yet the library can make nothing of it.
        if response.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE {
            return malformed::invalid_request(envelope, UNKNOWN_MESSAGE);
        }
        response
    }

    /// Has the library answer a request.
    async fn answer<B>(&self, request: http::Request<B>, long_lived: bool) -> Response
    where
        B: http_body::Body + Send + 'static,
        B::Error: std::fmt::Display,
    {
        let service = self.service.clone();
        let answered = self.work.spawn(async move {
            let response = service.handle(request).await;
            // A stream that is there to listen to may have nothing to say for hours.
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

    /// Enters a call into the line of its caller.
    fn turn(&self, parts: &Parts, envelope: &Envelope) -> Option<Turn> {
        if envelope.method.as_deref() != Some("tools/call") {
            return None;
        }
        let tool = envelope.tool.as_deref()?;
        let in_session = session_id(&parts.headers).and_then(|id| self.sessions.turns(&id));
        match in_session {
            Some(turns) => Some(turns.enter(tool)),
            None => {
                let caller = Sessionless::of(&parts.extensions, envelope.client.as_deref())?;
                Some(self.sessionless.enter(caller, tool))
            }
        }
    }

    /// Whether the request belongs to a session that is not there.
    fn is_lost(&self, headers: &HeaderMap, envelope: Option<&Envelope>) -> bool {
        let in_era_without_sessions = envelope.is_some_and(|it| it.version.is_some())
            || headers
                .get(PROTOCOL_VERSION)
                .is_some_and(|version| version.as_bytes() >= WITHOUT_SESSIONS.as_bytes());
        !in_era_without_sessions && session_id(headers).is_some_and(|id| !self.sessions.knows(&id))
    }
}

fn session_id(headers: &HeaderMap) -> Option<String> {
    headers
        .get(SESSION_ID)
        .and_then(|id| id.to_str().ok())
        .map(str::to_owned)
}

/// Whether this is the call that stays open to hear of changes, in the era without sessions. The
/// header is required there and the library checks it against the body.
fn listens(headers: &HeaderMap) -> bool {
    headers
        .get("mcp-method")
        .is_some_and(|method| method == "subscriptions/listen")
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            let essence = value.split(';').next().unwrap_or(value).trim();
            essence.eq_ignore_ascii_case("application/json")
        })
}

/// `*/*`, which curl sends, accepts JSON and event streams; the library wants to read it spelt out.
fn accept_anything_as_both(headers: &mut HeaderMap) {
    let anything = headers
        .get_all(header::ACCEPT)
        .iter()
        .any(|value| value == "*/*");
    if anything {
        const BOTH: HeaderValue = HeaderValue::from_static("application/json, text/event-stream");
        headers.insert(header::ACCEPT, BOTH);
    }
}
