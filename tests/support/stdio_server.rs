//! A running stdio server, spoken to line by line.

use std::io::Write;
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};

use serde_json::{Value, json};

use crate::binaries;
use crate::database::point;
use crate::mcp::{self, Answer};
use crate::running::{Lines, Running, command};

/// A running stdio server; it is killed when this is dropped.
#[derive(Debug)]
pub struct StdioServer {
    /// The program.
    pub process: Running,
    input: Option<ChildStdin>,
    output: Lines,
    next_id: u64,
}

impl StdioServer {
    /// The command that starts one over `directory`.
    pub fn command(directory: impl AsRef<Path>) -> Command {
        Self::command_of(binaries::stdio(), directory)
    }

    /// The command that starts `program`, a stdio server, over `directory`.
    pub fn command_of(program: impl AsRef<Path>, directory: impl AsRef<Path>) -> Command {
        let mut command = command(program.as_ref());
        command.arg("--dir").arg(directory.as_ref());
        point(&mut command, directory.as_ref());
        command
    }

    /// Starts one over `directory` and shakes hands in the version that llama-server speaks.
    #[track_caller]
    pub fn start(directory: impl AsRef<Path>) -> Self {
        Self::open(&mut Self::command(directory), "2024-11-05").0
    }

    /// Starts one and shakes hands in `version`; the answer to `initialize` comes with it.
    #[track_caller]
    pub fn open(command: &mut Command, version: &str) -> (Self, Value) {
        let mut server = Self::spawn(command);
        let opened = server.request("initialize", mcp::initialize(version, "pm-tests"));
        server.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        (server, opened)
    }

    /// Starts one and says nothing.
    #[track_caller]
    pub fn spawn(command: &mut Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = Running::start(command);
        Self {
            input: Some(process.take_stdin()),
            output: Lines::of(process.take_stdout()),
            process,
            next_id: 0,
        }
    }

    /// Sends a message.
    #[track_caller]
    pub fn send(&mut self, message: &Value) {
        self.send_line(message.to_string());
    }

    /// Sends a line of anything.
    #[track_caller]
    pub fn send_line(&mut self, line: impl AsRef<[u8]>) {
        let input = self.input.as_mut().expect("the input is open");
        input.write_all(line.as_ref()).unwrap();
        input.write_all(b"\n").unwrap();
        input.flush().unwrap();
    }

    /// Sends a tool call without waiting for its answer, which will have the returned number.
    #[track_caller]
    pub fn send_call(&mut self, tool: &str, arguments: impl Into<Value>) -> u64 {
        let id = self.number();
        self.send(&mcp::request(id, "tools/call", mcp::call(tool, arguments)));
        id
    }

    /// Reads the next message; none once the server has closed its output.
    #[track_caller]
    pub fn receive(&self) -> Option<Value> {
        let line = self.output.next()?;
        Some(serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}")))
    }

    /// Sends a request and returns its result.
    #[track_caller]
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.number();
        self.send(&mcp::request(id, method, params));
        let mut message = self
            .receive()
            .unwrap_or_else(|| panic!("the server has hung up:\n{}", self.process.log()));
        assert_eq!(message["id"], id, "{message}");
        assert!(message["error"].is_null(), "{message}");
        message["result"].take()
    }

    /// Calls a tool.
    #[track_caller]
    pub fn call(&mut self, tool: &str, arguments: impl Into<Value>) -> Answer {
        Answer::of(&self.request("tools/call", mcp::call(tool, arguments)))
    }

    /// Hangs up, as a client does that needs the server no more.
    pub fn close_input(&mut self) {
        self.input = None;
    }

    fn number(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }
}
