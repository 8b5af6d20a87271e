//! What to answer to a JSON body that is no message of the protocol.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;

use super::envelope::{Id, Unread, Why};

/// A JSON-RPC error in place of an answer, with the id of what it answers where there is one.
#[derive(Debug, Serialize)]
pub(super) struct Malformed {
    jsonrpc: &'static str,
    id: Option<Id>,
    error: RpcError,
    #[serde(skip)]
    status: StatusCode,
}

#[derive(Debug, Serialize)]
struct RpcError {
    code: i32,
    message: String,
}

impl IntoResponse for Malformed {
    fn into_response(self) -> Response {
        (self.status, Json(self)).into_response()
    }
}

impl Malformed {
    /// What cannot be parsed.
    pub(super) fn unread(Unread { why, id }: Unread) -> Self {
        const PARSE_ERROR: i32 = -32700;
        match why {
            Why::TooManyValues { .. } => Self {
                status: StatusCode::PAYLOAD_TOO_LARGE,
                ..Self::invalid_request(id, &why.to_string())
            },
            Why::Empty | Why::TooDeep | Why::NoJson(_) => {
                let message = format!("Parse error: {why}.");
                Self::new(PARSE_ERROR, id, message)
            }
        }
    }

    /// What is JSON, and no message: `flaw` says why.
    pub(super) fn invalid_request(id: Option<Id>, flaw: &str) -> Self {
        const INVALID_REQUEST: i32 = -32600;
        Self::new(INVALID_REQUEST, id, format!("Invalid request: {flaw}."))
    }

    fn new(code: i32, id: Option<Id>, message: String) -> Self {
        Self {
            jsonrpc: "2.0",
            id,
            error: RpcError { code, message },
            status: StatusCode::BAD_REQUEST,
        }
    }
}
