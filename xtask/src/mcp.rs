//! As much of an MCP client over plain HTTP as a smoke test needs.
//!
//! Requests are HTTP/1.0, so that an answer ends where its connection does and
//! needs no client library to be taken apart.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// How long a server may take to answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);

/// A session with a server.
pub(crate) struct Session {
    authority: String,
    id: Option<String>,
    calls: u64,
}

/// What came back for a request.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Session {
    /// Opens a session with the server at `HOST:PORT`.
    pub(crate) fn open(authority: &str) -> Result<Self> {
        let mut session = Self {
            authority: authority.to_owned(),
            id: None,
            calls: 0,
        };
        let opening = json!({
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "xtask", "version": "0"},
        });
        let answer = session.post(&request(0, "initialize", &opening))?;
        session.id = answer.header("mcp-session-id");
        if answer.status != 200 || session.id.is_none() {
            bail!("no session: {} {}", answer.head, answer.body);
        }
        let opened = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        let answer = session.post(&opened)?;
        if answer.status != 202 {
            bail!("not initialized: {} {}", answer.head, answer.body);
        }
        Ok(session)
    }

    /// Sends a request, and returns its result.
    pub(crate) fn request(&mut self, method: &str, params: &Value) -> Result<Value> {
        self.calls += 1;
        let answer = self.post(&request(self.calls, method, params))?;
        let message = message(&answer.body)
            .with_context(|| format!("{method}: {} {}", answer.head, answer.body))?;
        let result = message.get("result").cloned();
        result.with_context(|| format!("{method}: {message}"))
    }

    /// Calls a tool, and returns what it answers; a refusal is an error.
    pub(crate) fn call(&mut self, tool: &str, arguments: &Value) -> Result<Value> {
        let params = json!({"name": tool, "arguments": arguments});
        let result = self.request("tools/call", &params)?;
        let answer = result.get("structuredContent").cloned();
        match answer {
            Some(answer) if answer.get("success") == Some(&json!(true)) => Ok(answer),
            _ => bail!("{tool}: {result}"),
        }
    }

    fn post(&self, message: &Value) -> Result<Answer> {
        let body = message.to_string();
        let session = self.id.as_ref();
        let session = session.map_or(String::new(), |id| format!("Mcp-Session-Id: {id}\r\n"));
        let head = format!(
            "POST /mcp HTTP/1.0\r\nHost: {}\r\n{session}Content-Type: application/json\r\n\
             Accept: application/json, text/event-stream\r\nContent-Length: {}\r\n\r\n",
            self.authority,
            body.len()
        );
        exchange(&self.authority, &head, &body)
    }
}

impl Answer {
    /// A header's value.
    fn header(&self, name: &str) -> Option<String> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim().to_owned())
    }
}

fn request(id: u64, method: &str, params: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

/// Sends bytes to a server, and reads what it answers to the end.
fn exchange(authority: &str, head: &str, body: &str) -> Result<Answer> {
    let mut connection =
        TcpStream::connect(authority).with_context(|| format!("nobody answers on {authority}"))?;
    connection.set_read_timeout(Some(ANSWER_LIMIT))?;
    connection.write_all(format!("{head}{body}").as_bytes())?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    parse(&answer).with_context(|| format!("{authority} did not answer in HTTP: {answer}"))
}

fn parse(answer: &str) -> Option<Answer> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some(Answer {
        status: head.split(' ').nth(1)?.parse().ok()?,
        head: head.to_owned(),
        body: body.to_owned(),
    })
}

/// The message in an answer's body: JSON, or the event of a stream that has an
/// answer in it.
fn message(body: &str) -> Option<Value> {
    let events = body.lines().filter_map(|line| line.strip_prefix("data:"));
    let is_answer = |message: &Value| message.get("id").is_some();
    events
        .chain([body])
        .filter_map(|text| serde_json::from_str(text.trim()).ok())
        .find(is_answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_apart() {
        let text = "HTTP/1.0 200 OK\r\nmcp-session-id: abc\r\n\r\n{}";
        let answer = parse(text).unwrap();
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("Mcp-Session-Id").as_deref(), Some("abc"));
        assert!(parse("nothing").is_none());
    }

    #[test]
    fn a_message_is_found_in_json_and_in_a_stream() {
        let stream = "id: 0\nretry: 3000\ndata:\n\ndata: {\"method\":\"log\"}\n\n\
                      data: {\"id\":1,\"result\":{}}\n\n";
        for body in [stream, "{\"id\":1,\"result\":{}}"] {
            assert_eq!(message(body).unwrap(), json!({"id": 1, "result": {}}));
        }
        assert!(message("Not Found").is_none());
    }
}
