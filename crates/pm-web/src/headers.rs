//! What every answer says to the browser: run nothing, load nothing from elsewhere, stand in no
//! frame, tell no other server where the reader came from, keep nothing.

use axum::response::Response;
use http::{HeaderName, HeaderValue, header};

/// Scripts, styles and pictures come from this server alone, and from files: nothing that stands in
/// a page is run.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

const HEADERS: &[(&str, &str)] = &[
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    // With `no-referrer` a browser would send the forms of our own pages with `Origin: null`.
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Says of a response that it is for pages of this server alone: no page of another origin may read
/// it, whatever that origin may do elsewhere.
#[derive(Debug, Clone, Copy)]
pub struct SameOriginOnly;

/// Says of a response that it goes on for as long as its reader likes: nothing may be held until it is
/// sent.
#[derive(Debug, Clone, Copy)]
pub struct StaysOpen;

/// Puts the headers on an answer; one that may be kept says so itself.
pub(crate) async fn secured(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response.extensions_mut().insert(SameOriginOnly);
    response
}
