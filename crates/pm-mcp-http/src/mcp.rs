//! `/mcp`: both eras of the protocol, through the library's service.
//!
//! The library decides what a message means; this handler settles what is ours: browsers get no
//! event stream, a body that is no message is answered in the protocol's own terms, and a session
//! that has just gone is 404 rather than an internal error, since clients recover from nothing
//! else.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use http_body_util::Full;
use rmcp::ServerHandler;
use rmcp::transport::StreamableHttpServerConfig;
use rmcp::transport::streamable_http_server::StreamableHttpService;
use tokio_util::sync::CancellationToken;

use crate::refusal::Refusal;
use crate::sessions::BoundedSessions;
use crate::shutdown::LongLived;

mod gathered;
mod malformed;

const SESSION_ID: &str = "mcp-session-id";

/// The protocol's endpoint.
pub struct Endpoint<S> {
    service: StreamableHttpService<S, BoundedSessions>,
    sessions: Arc<BoundedSessions>,
    closing: CancellationToken,
}

impl<S: ServerHandler> Endpoint<S> {
    /// Makes an endpoint.
    ///
    /// `new_caller` runs once for each session, and at least once for each request of the era
    /// without sessions. Once `closing` is cancelled, sessions and streams end.
    pub fn new(
        new_caller: impl Fn() -> S + Send + Sync + 'static,
        max_sessions: usize,
        max_body: usize,
        closing: CancellationToken,
    ) -> Self {
        let sessions = Arc::new(BoundedSessions::new(max_sessions));
        let config = StreamableHttpServerConfig::default()
            // Our own layers have checked both, with clearer answers.
            .disable_allowed_hosts()
            .disable_allowed_origins()
            // Where there is no session a single answer needs no event stream.
            .with_json_response(true)
            .with_max_request_body_bytes(max_body)
            .with_cancellation_token(closing.clone());
        let service =
            StreamableHttpService::new(move || Ok(new_caller()), Arc::clone(&sessions), config);
        Self {
            service,
            sessions,
            closing,
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
        _ => endpoint.service.handle(request).await.map(Body::new),
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
        // The limits' layer has read it already: this only unwraps it.
        let Ok(body) = to_bytes(body, usize::MAX).await else {
            return Refusal::BodyUnreadable.into_response();
        };
        accept_anything_as_both(&mut parts.headers);
        let is_json = is_json(&parts.headers);
        let request = http::Request::from_parts(parts, Full::new(Bytes::clone(&body)));
        let response = self.service.handle(request).await;
        // The library's answer to JSON that is no message; a browser or SDK shows it as a wrong
        // content type, which is not what went wrong.
        if response.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE && is_json {
            return malformed::explain(&body).into_response();
        }
        // A stream that is there to listen to may have nothing to say for hours.
        if long_lived {
            return response.map(Body::new);
        }
        gathered::for_a_moment(response).await.map(Body::new)
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
