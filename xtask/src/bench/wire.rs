//! The bytes of requests, in both eras of the protocol.

use std::fmt;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// The name under which the generator introduces itself.
const CLIENT: &str = "pm-bench";

/// Ten digits that stand for a number of its own in each request that is sent.
pub(super) const NUMBER: &str = "1000000000";

/// An era of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Era {
    /// 2025-11-25: `initialize`, a session, answers as event streams; what llama.cpp speaks.
    Sessions,
    /// 2026-07-28: every request by itself, answers as JSON.
    Sessionless,
}

impl Era {
    fn version(self) -> &'static str {
        match self {
            Self::Sessions => "2025-11-25",
            Self::Sessionless => "2026-07-28",
        }
    }
}

impl fmt::Display for Era {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sessions => "session, SSE",
            Self::Sessionless => "no session, JSON",
        })
    }
}

/// Where a server's MCP endpoint is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    /// `HOST:PORT`.
    pub(super) authority: String,
    /// The path, from its slash on.
    pub(super) path: String,
}

impl std::str::FromStr for Endpoint {
    type Err = anyhow::Error;

    fn from_str(url: &str) -> Result<Self> {
        let rest = url
            .strip_prefix("http://")
            .context("write the URL as http://HOST:PORT/mcp")?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, "mcp"));
        if !authority.contains(':') {
            bail!("name the port: http://HOST:PORT/mcp");
        }
        Ok(Self {
            authority: authority.to_owned(),
            path: format!("/{path}"),
        })
    }
}

/// How requests of one caller look.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    /// Where they go.
    pub(super) endpoint: Endpoint,
    /// Their era.
    pub(super) era: Era,
    /// The session that they belong to, once there is one.
    pub(super) session: Option<String>,
}

impl Wire {
    /// The request that opens a session.
    pub(super) fn initialize(&self) -> Vec<u8> {
        let params = json!({
            "protocolVersion": self.era.version(),
            "capabilities": {},
            "clientInfo": { "name": CLIENT, "version": "1" },
        });
        let body = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params });
        self.request("POST", &[], &body.to_string())
    }

    /// The notification that a session is in use.
    pub(super) fn initialized(&self) -> Vec<u8> {
        let body = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        self.request("POST", &[], &body.to_string())
    }

    /// The request that ends a session.
    pub(super) fn end_session(&self) -> Vec<u8> {
        self.request("DELETE", &[], "")
    }

    /// The request for the list of tools.
    pub(super) fn tools_list(&self) -> Vec<u8> {
        self.rpc("tools/list", None, json!({}))
    }

    /// A call of a tool. [`NUMBER`] in its arguments stands for a number of its own in each
    /// request that is made of it.
    pub(super) fn tools_call(&self, tool: &str, arguments: &Value) -> Vec<u8> {
        let params = json!({ "name": tool, "arguments": arguments });
        self.rpc("tools/call", Some(tool), params)
    }

    fn rpc(&self, method: &str, name: Option<&str>, mut params: Value) -> Vec<u8> {
        let mut headers = vec![("mcp-protocol-version", self.era.version())];
        if self.era == Era::Sessionless {
            headers.push(("mcp-method", method));
            headers.extend(name.map(|name| ("mcp-name", name)));
            if let Some(params) = params.as_object_mut() {
                params.insert("_meta".to_owned(), meta());
            }
        }
        let params = params.to_string();
        // Put together by hand, since `NUMBER` becomes a number here and not a text.
        let body =
            format!(r#"{{"jsonrpc":"2.0","id":{NUMBER},"method":"{method}","params":{params}}}"#);
        self.request("POST", &headers, &body)
    }

    fn request(&self, method: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
        let Endpoint { authority, path } = &self.endpoint;
        let mut lines = format!(
            "{method} {path} HTTP/1.1\r\nhost: {authority}\r\n\
             accept: application/json, text/event-stream\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n",
            body.len()
        );
        let session = self.session.as_deref().map(|id| ("mcp-session-id", id));
        for (name, value) in headers.iter().copied().chain(session) {
            lines.extend([name, ": ", value, "\r\n"]);
        }
        format!("{lines}\r\n{body}").into_bytes()
    }
}

/// What each request of the era without sessions says of its caller.
fn meta() -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": Era::Sessionless.version(),
        "io.modelcontextprotocol/clientInfo": { "name": CLIENT, "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_an_authority_and_a_path() {
        let read = |url: &str| url.parse::<Endpoint>().ok();
        let endpoint = |authority: &str, path: &str| {
            Some(Endpoint {
                authority: authority.to_owned(),
                path: path.to_owned(),
            })
        };
        assert_eq!(
            read("http://127.0.0.1:80/a/b"),
            endpoint("127.0.0.1:80", "/a/b")
        );
        assert_eq!(
            read("http://localhost:80"),
            endpoint("localhost:80", "/mcp")
        );
        assert_eq!(read("http://localhost/mcp"), None);
        assert_eq!(read("https://localhost:80/mcp"), None);
    }

    #[test]
    fn a_request_says_how_long_it_is_and_who_calls() {
        let wire = Wire {
            endpoint: "http://localhost:80".parse().unwrap(),
            era: Era::Sessionless,
            session: None,
        };
        let request = String::from_utf8(wire.tools_call("echo", &json!({}))).unwrap();
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(
            head.contains(&format!("content-length: {}", body.len())),
            "{head}"
        );
        assert!(head.contains("mcp-name: echo"), "{head}");
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["params"]["_meta"], meta());
    }
}
