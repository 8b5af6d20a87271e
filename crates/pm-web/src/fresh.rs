//! Pages that are asked for again: one that is as it was is not sent a second time.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use twox_hash::XxHash3_64;

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// A page with a tag that tells it from the same page with something else on it.
#[derive(Debug)]
pub(crate) struct Tagged(pub(crate) String);

impl IntoResponse for Tagged {
    fn into_response(self) -> Response {
        // Compressed or not, it is the same page: a weak tag.
        let tag = format!("{:016x}", XxHash3_64::oneshot(self.0.as_bytes()));
        let mut response = Html(self.0).into_response();
        for (name, value) in [
            (header::ETAG, format!("W/\"{tag}\"")),
            // The one header of its own page that a script can read.
            (SERVER_TIMING, format!("tag;desc={tag}")),
        ] {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

/// Says that a page is as it was, to who knows it by its tag.
pub(crate) async fn not_modified(request: Request, next: Next) -> Response {
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    let tag = response.headers().get(header::ETAG);
    if tag.is_none() || tag != known.as_ref() {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    (parts, ()).into_response()
}
