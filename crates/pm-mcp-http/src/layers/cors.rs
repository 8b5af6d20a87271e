//! Cross-origin requests: the checks of `Host` and `Origin`, the preflight, and the headers.
//!
//! tower-http's layer answers every `OPTIONS` with 200 before anything within it can refuse, and
//! cannot tell a foreign origin 403; the checks and the headers belong together, so they are here.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use pm_web::SameOriginOnly;

use crate::layers::head;
use crate::layers::host::HostPolicy;
use crate::layers::origin::OriginPolicy;
use crate::layers::refused_callers::RefusedCallers;

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, DELETE, OPTIONS");
/// Without this a browser hides the session's id, and the client reports it missing.
const EXPOSED: HeaderValue = HeaderValue::from_static("Mcp-Session-Id");
/// And without this, if there is an authorization server, that a call needs another token.
const EXPOSED_WITH_LOGIN: HeaderValue =
    HeaderValue::from_static("Mcp-Session-Id, WWW-Authenticate");
const VARY: HeaderValue = HeaderValue::from_static("Origin");
/// How long a browser may remember a preflight: two hours, the most that Chrome does.
const MAX_AGE: Duration = Duration::from_secs(7200);

/// Who may call, by the names in the request.
#[derive(Debug)]
pub struct CallerPolicy {
    /// The names that this server answers to.
    pub hosts: HostPolicy,
    /// The pages that may call.
    pub origins: OriginPolicy,
    /// What the log was told of those that may not.
    pub refused: RefusedCallers,
    /// Below which path everything may be read by any page, if there is such a path.
    pub public: Option<&'static str>,
}

/// Checks the request's `Host`, `Origin` and size of the head, answers `OPTIONS`, and adds the CORS
/// headers to whatever the answer is, pages for people aside.
pub async fn layer(
    State(policy): State<Arc<CallerPolicy>>,
    request: Request,
    next: Next,
) -> Response {
    let host = policy.hosts.check(request.uri(), request.headers());
    let path = request.uri().path();
    let is_public = policy.public.is_some_and(|below| path.starts_with(below));
    let origin = if is_public {
        Ok(Some(HeaderValue::from_static("*")))
    } else {
        policy.origins.check(request.headers(), host.as_ref().ok())
    };
    let (origin, refusal) = match (host, origin) {
        (Ok(_), Ok(origin)) => (origin, head::check(&request).err()),
        (Err(refusal), Ok(origin)) => (origin, Some(refusal)),
        (_, Err(refusal)) => (None, Some(refusal)),
    };
    let mut response = match refusal {
        Some(refusal) => {
            policy.refused.tell(&refusal);
            refusal.into_response()
        }
        None if request.method() == Method::OPTIONS => preflight(request.headers()),
        None => next.run(request).await,
    };
    // A page may show all that is kept, so no script of another origin may read it.
    if response.extensions().get::<SameOriginOnly>().is_some() {
        return response;
    }
    let headers = response.headers_mut();
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    let exposed = policy.public.map_or(EXPOSED, |_| EXPOSED_WITH_LOGIN);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    headers.append(header::VARY, VARY);
    response
}

/// Answers a preflight. This comes before authentication: browsers send no token with a preflight.
fn preflight(asked: &HeaderMap) -> Response {
    const REQUESTED: HeaderName = header::ACCESS_CONTROL_REQUEST_HEADERS;
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(header::ALLOW, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(
        header::ACCESS_CONTROL_MAX_AGE,
        HeaderValue::from(MAX_AGE.as_secs()),
    );
    // Echoed rather than listed: clients add headers of their own, and the origin was checked.
    for requested in asked.get_all(REQUESTED) {
        headers.append(header::ACCESS_CONTROL_ALLOW_HEADERS, requested.clone());
    }
    response
}
