//! One caller with a connection of its own, for what is done one call after the other: opening a
//! session, preparing what is measured, and looking at the outcome.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{
    http::Frame,
    wire::{Endpoint, Era, Wire},
};

/// How long a server may take for one answer. Slow ones are compared with, too.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// A caller: a connection and, in the era that has them, a session.
pub(super) struct Caller {
    wire: Wire,
    stream: TcpStream,
}

/// An answer, copied from the connection.
struct Answer {
    frame: Frame,
    received: Vec<u8>,
}

impl Caller {
    /// Connects, and opens a session where the era has them.
    pub(super) fn open(endpoint: &Endpoint, era: Era) -> Result<Self> {
        let stream = TcpStream::connect(&endpoint.authority)
            .with_context(|| format!("nothing answers on {}", endpoint.authority))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER_LIMIT))?;
        let wire = Wire {
            endpoint: endpoint.clone(),
            era,
            session: None,
        };
        let mut caller = Self { wire, stream };
        if era == Era::Sessions {
            let answer = caller.exchange(&caller.wire.initialize())?;
            answer.message()?;
            let session = answer.frame.header(&answer.received, "mcp-session-id");
            caller.wire.session = session.map(str::to_owned);
            caller.exchange(&caller.wire.initialized())?;
        }
        Ok(caller)
    }

    /// Calls a tool and returns the JSON object in its text; an answer that says that the call
    /// failed is an error.
    pub(super) fn call(&mut self, tool: &str, arguments: &Value) -> Result<Value> {
        let answer = self.exchange(&self.wire.tools_call(tool, arguments))?;
        let message = answer.message()?;
        let text = message.pointer("/result/content/0/text");
        let text = text.and_then(Value::as_str).unwrap_or_default();
        let content: Value =
            serde_json::from_str(text).with_context(|| format!("{tool} answered {message}"))?;
        if content.get("success") != Some(&Value::Bool(true)) {
            bail!("{tool} answered {text}");
        }
        Ok(content)
    }

    /// The names of the arguments of a tool.
    pub(super) fn parameters(&mut self, tool: &str) -> Result<Vec<String>> {
        let answer = self.exchange(&self.wire.tools_list())?;
        let message = answer.message()?;
        let tools = message.pointer("/result/tools").and_then(Value::as_array);
        let tools = tools.with_context(|| format!("no list of tools in {message}"))?;
        let definition = tools
            .iter()
            .find(|it| it.get("name").and_then(Value::as_str) == Some(tool));
        let definition = definition.with_context(|| format!("there is no tool {tool}"))?;
        let properties = definition.pointer("/inputSchema/properties");
        let properties = properties.and_then(Value::as_object);
        Ok(properties.map_or_else(Vec::new, |it| it.keys().cloned().collect()))
    }

    /// How its requests look.
    pub(super) fn wire(&self) -> &Wire {
        &self.wire
    }

    /// Its connection, for a generator of load.
    pub(super) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// Ends the session, so that the server need not keep it.
    pub(super) fn close(mut self) -> Result<()> {
        if self.wire.session.is_some() {
            self.exchange(&self.wire.end_session())?;
        }
        Ok(())
    }

    fn exchange(&mut self, request: &[u8]) -> Result<Answer> {
        self.stream.write_all(request)?;
        let mut received = Vec::new();
        let mut piece = vec![0; 64 << 10];
        loop {
            let length = self.stream.read(&mut piece)?;
            if length == 0 {
                bail!("the server closed the connection");
            }
            received.extend_from_slice(piece.get(..length).unwrap_or_default());
            if let Some(frame) = Frame::find(&received)? {
                return Ok(Answer { frame, received });
            }
        }
    }
}

impl Answer {
    /// The protocol's message, which is the body or the last event of it.
    fn message(&self) -> Result<Value> {
        let body = String::from_utf8(self.frame.body(&self.received)?)?;
        let mut events = body.lines().filter_map(|line| line.strip_prefix("data:"));
        let text = events.next_back().unwrap_or(&body).trim();
        if self.frame.status != 200 {
            bail!("the server answered {}: {text}", self.frame.status);
        }
        serde_json::from_str(text).with_context(|| format!("no message in {body:?}"))
    }
}
