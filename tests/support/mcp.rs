//! The protocol over raw HTTP, in both of its eras, and what a tool call gives.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::raw_http::{Request, Response};

/// The protocol's version with sessions that browsers speak.
pub const WITH_SESSIONS: &str = "2025-11-25";
/// The protocol's version without sessions.
pub const WITHOUT_SESSIONS: &str = "2026-07-28";

/// What a tool call gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The text of its one item: what a model reads.
    pub text: String,
    /// The structured content.
    pub object: Value,
    /// Whether the call failed.
    pub is_error: bool,
}

impl Answer {
    /// Takes a result apart, and checks what holds for every one.
    #[track_caller]
    pub fn of(result: &Value) -> Self {
        let items = result["content"].as_array();
        let Some([item]) = items.map(Vec::as_slice) else {
            panic!("an answer has one item: {result}")
        };
        let answer = Self {
            text: item["text"].as_str().unwrap_or_default().to_owned(),
            object: result["structuredContent"].clone(),
            is_error: result["isError"] == true,
        };
        assert!(!answer.text.is_empty(), "an answer has text: {result}");
        assert_eq!(answer.object["success"], !answer.is_error, "{result}");
        if answer.is_error {
            assert!(!answer.text.starts_with('{'), "{result}");
            assert!(!answer.text.contains('\n'), "{result}");
        } else {
            let text: Value = serde_json::from_str(&answer.text).unwrap();
            assert_eq!(text, answer.object, "text and object say the same");
        }
        answer
    }

    /// The object of a call that succeeded.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(!self.is_error, "{}", self.text);
        self.object
    }

    /// The sentence of a call that was refused.
    #[track_caller]
    pub fn refused(self) -> String {
        assert!(self.is_error, "{}", self.text);
        self.text
    }
}

/// A JSON-RPC request.
pub fn request(id: u64, method: &str, params: impl Into<Value>) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params.into()})
}

/// The parameters of a tool call.
pub fn call(tool: &str, arguments: impl Into<Value>) -> Value {
    json!({"name": tool, "arguments": arguments.into()})
}

/// The parameters of `initialize` in a version.
pub fn initialize(version: &str, client_name: &str) -> Value {
    json!({
        "protocolVersion": version,
        "capabilities": {},
        "clientInfo": {"name": client_name, "version": "1.0.0"},
    })
}

/// A session of the older era.
#[derive(Debug)]
pub struct Session {
    address: SocketAddr,
    headers: Vec<(String, String)>,
    next_id: AtomicU64,
    /// The session's id.
    pub id: String,
    /// The answer to `initialize`.
    pub opened: Value,
}

impl Session {
    /// Opens a session.
    #[track_caller]
    pub fn open(address: SocketAddr) -> Self {
        Self::open_with(address, &[])
    }

    /// Opens a session whose every request carries further headers.
    #[track_caller]
    pub fn open_with(address: SocketAddr, headers: &[(&str, &str)]) -> Self {
        Self::begin(address, headers, WITH_SESSIONS, "pm-tests")
    }

    /// Opens a session in a version of the protocol, as a client of some name.
    #[track_caller]
    pub fn open_as(address: SocketAddr, version: &str, client_name: &str) -> Self {
        Self::begin(address, &[], version, client_name)
    }

    #[track_caller]
    fn begin(
        address: SocketAddr,
        headers: &[(&str, &str)],
        version: &str,
        client_name: &str,
    ) -> Self {
        let with_headers = |request: Request| {
            let with = |request: Request, (name, value): &(&str, &str)| request.header(name, value);
            headers.iter().fold(request, with)
        };
        let hello = request(0, "initialize", initialize(version, client_name));
        let response = with_headers(Request::mcp(&hello)).send(address);
        assert_eq!(response.status, 200, "{response:?}");
        let id = response.header("mcp-session-id").expect("a session id");
        let mut headers: Vec<(String, String)> = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        headers.push(("mcp-session-id".to_owned(), id.to_owned()));
        headers.push(("mcp-protocol-version".to_owned(), version.to_owned()));
        let session = Self {
            address,
            headers,
            next_id: AtomicU64::new(1),
            id: id.to_owned(),
            opened: response.message()["result"].clone(),
        };
        let ready = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        let response = session.post(&ready).send(address);
        assert_eq!(response.status, 202, "{response:?}");
        session
    }

    /// A `POST` of `message` within the session.
    pub fn post(&self, message: &Value) -> Request {
        self.with_headers(Request::mcp(message))
    }

    /// A request of another method within the session.
    pub fn with_headers(&self, request: Request) -> Request {
        let with = |request: Request, (name, value): &(String, String)| request.header(name, value);
        self.headers.iter().fold(request, with)
    }

    /// The request of a tool call, to be sent by hand.
    pub fn call_request(&self, tool: &str, arguments: impl Into<Value>) -> Request {
        self.numbered("tools/call", call(tool, arguments))
    }

    fn numbered(&self, method: &str, params: Value) -> Request {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        self.post(&request(id, method, params))
    }

    /// Sends a request and returns its result.
    #[track_caller]
    pub fn request(&self, method: &str, params: Value) -> Value {
        let response = self.numbered(method, params).send(self.address);
        result(&response)
    }

    /// Calls a tool.
    #[track_caller]
    pub fn call(&self, tool: &str, arguments: impl Into<Value>) -> Answer {
        Answer::of(&self.request("tools/call", call(tool, arguments)))
    }

    /// Ends the session.
    #[track_caller]
    pub fn end(&self) -> Response {
        self.with_headers(Request::new("DELETE", "/mcp"))
            .send(self.address)
    }
}

/// A client of the era without sessions: every request says all that the server must know.
#[derive(Debug, Clone)]
pub struct Sessionless {
    address: SocketAddr,
    client_name: String,
    token: Option<String>,
}

impl Sessionless {
    /// A client that calls itself `client_name`.
    pub fn new(address: SocketAddr, client_name: &str) -> Self {
        Self {
            address,
            client_name: client_name.to_owned(),
            token: None,
        }
    }

    /// The request for `method`, to be sent by hand.
    pub fn post(&self, method: &str, mut params: Value) -> Request {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": WITHOUT_SESSIONS,
            "io.modelcontextprotocol/clientInfo": {"name": self.client_name, "version": "1.0.0"},
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let mut post = Request::mcp(&request(1, method, params.clone()))
            .header("mcp-protocol-version", WITHOUT_SESSIONS)
            .header("mcp-method", method);
        if let Some(name) = params["name"].as_str().or(params["uri"].as_str()) {
            post = post.header("mcp-name", name);
        }
        match &self.token {
            Some(token) => post.header("authorization", &format!("Bearer {token}")),
            None => post,
        }
    }

    /// The same client with an access token.
    pub fn with_token(self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self
        }
    }

    /// Sends a request and returns its result.
    #[track_caller]
    pub fn request(&self, method: &str, params: Value) -> Value {
        result(&self.post(method, params).send(self.address))
    }

    /// Calls a tool.
    #[track_caller]
    pub fn call(&self, tool: &str, arguments: impl Into<Value>) -> Answer {
        Answer::of(&self.request("tools/call", call(tool, arguments)))
    }
}

/// The result in an answer that must hold one.
#[track_caller]
pub fn result(response: &Response) -> Value {
    assert_eq!(response.status, 200, "{response:?}: {}", response.text());
    let mut message = response.message();
    assert!(message["error"].is_null(), "{message}");
    message["result"].take()
}
