//! Pages that are asked for again: one that is as it was is not sent a second time.

use axum::body::Bytes;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use twox_hash::XxHash3_64;

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// A browser may keep a picture, and asks whether it is as it was before it shows it again.
const ASKED_AGAIN: HeaderValue = HeaderValue::from_static("private, no-cache");

/// A page with a tag that tells it from the same page with something else on it.
#[derive(Debug, Clone)]
pub(crate) struct Tagged {
    text: Bytes,
    tag: u64,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Page,
    Picture,
}

impl Tagged {
    pub(crate) fn new(page: String) -> Self {
        Self {
            tag: XxHash3_64::oneshot(page.as_bytes()),
            text: page.into(),
            kind: Kind::Page,
        }
    }

    /// The same as a picture in SVG.
    pub(crate) fn into_picture(self) -> Self {
        let kind = Kind::Picture;
        Self { kind, ..self }
    }

    /// How many bytes it has.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }
}

impl IntoResponse for Tagged {
    fn into_response(self) -> Response {
        let tag = format!("{:016x}", self.tag);
        let media_type = match self.kind {
            Kind::Page => "text/html; charset=utf-8",
            Kind::Picture => "image/svg+xml",
        };
        let mut response = ([(header::CONTENT_TYPE, media_type)], self.text).into_response();
        for (name, value) in [
            (header::ETAG, weak(&tag)),
            // The one header of its own page that a script can read.
            (SERVER_TIMING, format!("tag;desc={tag}")),
        ] {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(name, value);
            }
        }
        if self.kind == Kind::Picture {
            response
                .headers_mut()
                .insert(header::CACHE_CONTROL, ASKED_AGAIN);
        }
        response
    }
}

/// What tells an answer from another one.
pub(crate) fn tag_of(content: &[u8]) -> String {
    format!("{:016x}", XxHash3_64::oneshot(content))
}

/// A tag as a header has it: a weak one, since an answer is the same compressed or not.
pub(crate) fn weak(tag: &str) -> String {
    format!("W/\"{tag}\"")
}

/// Says that a page is as it was, to a browser that has it with this tag.
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
