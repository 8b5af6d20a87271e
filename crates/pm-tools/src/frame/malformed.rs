//! The answer to something that is no message of the protocol.

use serde::Serialize;

use super::unread::{Id, Unread, Why};

/// A JSON-RPC error in place of an answer, with the id of what it answers if there is one.
#[derive(Debug, Serialize)]
pub struct Malformed {
    jsonrpc: &'static str,
    id: Option<Id>,
    error: RpcError,
}

#[derive(Debug, Serialize)]
struct RpcError {
    code: i32,
    message: String,
}

impl Malformed {
    /// What cannot be parsed, or holds too much.
    pub fn unread(Unread { why, id }: Unread) -> Self {
        const PARSE_ERROR: i32 = -32700;
        match why {
            Why::TooManyValues { .. } | Why::TooLong { .. } => {
                Self::invalid_request(id, &why.to_string())
            }
            Why::Empty | Why::TooDeep | Why::NoJson(_) => {
                Self::new(PARSE_ERROR, id, format!("Parse error: {why}."))
            }
        }
    }

    /// What is JSON, and no message: `flaw` says why.
    pub fn invalid_request(id: Option<Id>, flaw: &str) -> Self {
        const INVALID_REQUEST: i32 = -32600;
        Self::new(INVALID_REQUEST, id, format!("Invalid request: {flaw}."))
    }

    /// A request whose params lack something: `flaw` says what.
    pub fn invalid_params(id: Option<Id>, flaw: &str) -> Self {
        const INVALID_PARAMS: i32 = -32602;
        Self::new(INVALID_PARAMS, id, format!("Invalid params: {flaw}."))
    }

    fn new(code: i32, id: Option<Id>, message: String) -> Self {
        Self {
            jsonrpc: "2.0",
            id,
            error: RpcError { code, message },
        }
    }
}
