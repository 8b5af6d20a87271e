//! What meets no route: a person gets a page, if there are any, and a program a line of text.

use axum::Router;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;

use crate::refusal::Refusal;

/// Whether there are pages for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pages {
    /// There are.
    Served,
    /// They are switched off.
    Off,
}

impl Pages {
    /// Whether there are pages, by the routes of the front end.
    pub fn of(front_end: Option<&Router>) -> Self {
        match front_end {
            Some(_) => Self::Served,
            None => Self::Off,
        }
    }

    /// Answers what asks for a path that is not served.
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
