//! The wall around everything that changes something: only a page of this very server may send it.
//!
//! A cookie is no proof of that, since a browser sends it along from every other port of the host.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;

use crate::host::{Host, SEC_FETCH_SITE, Scheme};
use crate::problem::Problem;

/// Refuses whatever could change something and was not sent by a page of this server.
pub(crate) async fn check(request: Request, next: Next) -> Response {
    if request.method().is_safe() || own_page(request.headers()).is_some() {
        next.run(request).await
    } else {
        Problem::not_from_here().into_response()
    }
}

/// How the page that sent a request came to the browser; `None` if it is no page of this server,
/// or if nothing says so.
pub(crate) fn own_page(headers: &HeaderMap) -> Option<Scheme> {
    let mut sites = headers.get_all(SEC_FETCH_SITE).iter();
    if !sites.all(|site| site == "same-origin") {
        return None;
    }
    Host::of(headers)?.sent_by_own_page(headers)
}
