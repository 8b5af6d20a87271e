//! What is no message of the protocol, answered over HTTP.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use pm_tools::frame::{Envelope, Malformed, Unread, Why};

/// Answers what cannot be parsed, or holds too much.
pub(super) fn unread(unread: Unread) -> Response {
    let status = match unread.why {
        Why::TooManyValues { .. } | Why::TooLong { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Why::Empty | Why::TooDeep | Why::NoJson(_) => StatusCode::BAD_REQUEST,
    };
    (status, Json(Malformed::unread(unread))).into_response()
}

/// Answers what is JSON, and no message: `flaw` says why.
pub(super) fn invalid_request(envelope: Envelope, flaw: &str) -> Response {
    let malformed = Malformed::invalid_request(envelope.id, flaw);
    (StatusCode::BAD_REQUEST, Json(malformed)).into_response()
}
