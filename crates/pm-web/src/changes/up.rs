//! The way from the address of a change to the page of what it changes, for somebody who opens it.

use axum::response::Redirect;
use http::Uri;

/// Leads to the page without the verb behind it.
pub(crate) async fn up(uri: Uri) -> Redirect {
    let page = uri.path().rsplit_once('/').map_or("", |(page, _)| page);
    Redirect::to(if page.is_empty() { "/" } else { page })
}
