//! What meets no route, or no room: a person gets a page, if there are any, and a program a line of
//! text.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use pm_web::FrontEnd;

use crate::refusal::Refusal;

/// Whether there are pages for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pages {
    /// There are.
    Served,
    /// They are switched off.
    Off,
}

/// Gives a person a page if they sent a form of more than `body_bytes_max` bytes.
pub async fn too_large(
    State(body_bytes_max): State<usize>,
    request: Request,
    next: Next,
) -> Response {
    let is_for_a_person = pm_web::is_for_a_person(request.headers());
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    // If the pages themselves found their form too large, the answer is a page already.
    let media_type = response.headers().get(header::CONTENT_TYPE);
    let is_page = media_type.is_some_and(|it| it.as_bytes().starts_with(b"text/html"));
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE && is_for_a_person && !is_page {
        return pm_web::too_large(&path, body_bytes_max).await;
    }
    response
}

impl Pages {
    /// Whether there are pages, by the front end.
    pub fn of(front_end: Option<&FrontEnd>) -> Self {
        match front_end {
            Some(_) => Self::Served,
            None => Self::Off,
        }
    }

    /// Answers a request for a path that is not served.
    pub async fn no_such_path(self, headers: &HeaderMap) -> Response {
        if self.are_for(headers) {
            pm_web::no_such_page().await
        } else {
            Refusal::UnknownPath.into_response()
        }
    }

    /// Answers a method that a path does not take.
    pub async fn no_such_method(self, headers: &HeaderMap) -> Response {
        if self.are_for(headers) {
            pm_web::only_to_be_read(headers).await
        } else {
            Refusal::ReadOnlyAddress.into_response()
        }
    }

    fn are_for(self, headers: &HeaderMap) -> bool {
        self == Self::Served && pm_web::is_for_a_person(headers)
    }
}
