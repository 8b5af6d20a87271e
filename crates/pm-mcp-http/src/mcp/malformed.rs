//! What is no message of the protocol, answered over HTTP.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use pm_tools::frame::{Id, Malformed, Unread, Why};

/// Answers what cannot be parsed, or holds too much.
pub(super) fn unread(unread: Unread) -> Response {
    let status = match unread.why {
        Why::TooManyValues { .. } | Why::TooLong { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Why::Empty | Why::TooDeep | Why::NoJson(_) => StatusCode::BAD_REQUEST,
    };
    (status, Json(Malformed::unread(unread))).into_response()
}

/// Answers what is JSON, and no message: `flaw` says why.
pub(super) fn invalid_request(id: Option<Id>, flaw: &str) -> Response {
    let malformed = Malformed::invalid_request(id, flaw);
    (StatusCode::BAD_REQUEST, Json(malformed)).into_response()
}

/// Answers a request that is larger than one of its kind may be.
pub(super) fn too_large(id: Option<Id>, flaw: &str) -> Response {
    let malformed = Malformed::invalid_request(id, flaw);
    (StatusCode::PAYLOAD_TOO_LARGE, Json(malformed)).into_response()
}

/// Answers a request whose params lack something: `flaw` says what.
pub(super) fn invalid_params(id: Option<Id>, flaw: &str) -> Response {
    let malformed = Malformed::invalid_params(id, flaw);
    (StatusCode::BAD_REQUEST, Json(malformed)).into_response()
}
