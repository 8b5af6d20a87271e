//! What to answer to a JSON body that is no message of the protocol.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use serde_json::Value;

/// A JSON-RPC error with the status 400.
#[derive(Debug, Serialize)]
pub(super) struct Malformed {
    jsonrpc: &'static str,
    id: Value,
    error: RpcError,
}

#[derive(Debug, Serialize)]
struct RpcError {
    code: i32,
    message: String,
}

impl IntoResponse for Malformed {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(self)).into_response()
    }
}

/// Says why `body` is no message.
pub(super) fn explain(body: &[u8]) -> Malformed {
    const PARSE_ERROR: i32 = -32700;
    const INVALID_REQUEST: i32 = -32600;
    let (code, message, id) = match serde_json::from_slice::<Value>(body) {
        Err(_) if body.trim_ascii().is_empty() => (
            PARSE_ERROR,
            "Parse error: the body is empty.".to_owned(),
            Value::Null,
        ),
        Err(error) => (
            PARSE_ERROR,
            format!("Parse error: the body is no JSON: {error}."),
            Value::Null,
        ),
        Ok(Value::Array(_)) => {
            let message = "Invalid request: batches are not supported; send each message in a request of its own.";
            (INVALID_REQUEST, message.to_owned(), Value::Null)
        }
        Ok(value) => {
            // The id is echoed only where it can be one.
            let id = value
                .get("id")
                .filter(|id| id.is_string() || id.is_number())
                .cloned();
            let message = format!("Invalid request: {}.", missing(&value));
            (INVALID_REQUEST, message, id.unwrap_or(Value::Null))
        }
    };
    Malformed {
        jsonrpc: "2.0",
        id,
        error: RpcError { code, message },
    }
}

fn missing(value: &Value) -> &'static str {
    match value {
        Value::Object(message)
            if message
                .get("jsonrpc")
                .is_none_or(|version| version != "2.0") =>
        {
            "\"jsonrpc\" must be \"2.0\""
        }
        Value::Object(message)
            if !["method", "result", "error"]
                .iter()
                .any(|key| message.contains_key(*key)) =>
        {
            "a message needs \"method\", \"result\" or \"error\""
        }
        Value::Object(message)
            if message
                .get("params")
                .is_some_and(|params| !params.is_object()) =>
        {
            "\"params\" must be an object"
        }
        Value::Object(_) => "this is no message of the Model Context Protocol",
        _ => "a message is a JSON object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, code: i32, id: &Value, words: &str) {
        let answer = explain(body.as_bytes());
        assert_eq!((answer.error.code, &answer.id), (code, id), "{body}");
        assert!(
            answer.error.message.contains(words),
            "{}",
            answer.error.message
        );
    }

    #[test]
    fn each_kind_of_malformed_body_is_named() {
        check("", -32700, &Value::Null, "empty");
        check("{\"jsonrpc\":", -32700, &Value::Null, "line 1 column");
        check("[]", -32600, &Value::Null, "batches are not supported");
        check("7", -32600, &Value::Null, "a JSON object");
        check(
            r#"{"id":7,"method":"ping"}"#,
            -32600,
            &Value::from(7),
            "\"jsonrpc\"",
        );
        check(
            r#"{"jsonrpc":"2.0","id":"x"}"#,
            -32600,
            &Value::from("x"),
            "\"method\"",
        );
        check(
            r#"{"jsonrpc":"2.0","id":[],"method":"ping","params":[]}"#,
            -32600,
            &Value::Null,
            "\"params\"",
        );
    }
}
