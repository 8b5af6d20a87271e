//! A running HTTP server.

use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::binaries;
use crate::database::point;
use crate::mcp::{Session, Sessionless};
use crate::raw_http::{Request, Response};
use crate::running::{Lines, Running, Signal, command};

/// How a server is started: the real program, on a free port of the loopback address.
#[derive(Debug)]
pub struct Builder {
    command: Command,
    listen: String,
}

/// A running HTTP server; it is killed when this is dropped.
#[derive(Debug)]
pub struct HttpServer {
    /// The program.
    pub process: Running,
    /// The lines that it wrote when it was up.
    pub announcement: Vec<String>,
    address: SocketAddr,
    /// Kept, so that the server never writes to a closed pipe.
    _output: Lines,
}

impl Builder {
    /// Adds an argument, or several.
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Starts it in this directory, from which relative paths count.
    pub fn from(mut self, directory: impl AsRef<Path>) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// Sets the address to listen on, in the place of a free port of the loopback address.
    pub fn listen(self, address: SocketAddr) -> Self {
        Self {
            listen: address.to_string(),
            ..self
        }
    }

    /// Starts the server and waits until it has said where it listens.
    #[track_caller]
    pub fn start(mut self) -> HttpServer {
        self.command.args(["--listen", &self.listen]);
        self.command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = Running::start(&mut self.command);
        let output = Lines::of(process.take_stdout());
        let announcement: Vec<String> = std::iter::from_fn(|| output.next()).take(3).collect();
        let Some(address) = announcement.first().and_then(|line| address_in(line)) else {
            process.wait();
            panic!(
                "the server does not say where it listens: {announcement:?}\n{}",
                process.log()
            );
        };
        HttpServer {
            process,
            announcement,
            address,
            _output: output,
        }
    }
}

/// The address of the first URL in a line.
fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once("http://")?;
    rest.split('/').next()?.parse().ok()
}

impl HttpServer {
    /// A server over `directory`, still to be given its options.
    pub fn over(directory: impl AsRef<Path>) -> Builder {
        let directory = directory.as_ref();
        let mut server =
            Self::over_whatever_it_finds().args([OsStr::new("--dir"), directory.as_os_str()]);
        point(&mut server.command, directory);
        server
    }

    /// A server that is told of no directory.
    pub fn over_whatever_it_finds() -> Builder {
        Builder {
            command: command(binaries::http()),
            listen: "127.0.0.1:0".to_owned(),
        }
    }

    /// A server over `directory` with the default options, up and running.
    #[track_caller]
    pub fn start(directory: impl AsRef<Path>) -> Self {
        Self::over(directory).start()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of a path on it, such as `/mcp`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Sends one request on a connection of its own.
    #[track_caller]
    pub fn send(&self, request: &Request) -> Response {
        request.send(self.address)
    }

    /// Opens a session of the protocol's older era, as llama.cpp's web UI does.
    #[track_caller]
    pub fn session(&self) -> Session {
        Session::open(self.address)
    }

    /// A client of the era without sessions.
    pub fn sessionless(&self, client_name: &str) -> Sessionless {
        Sessionless::new(self.address, client_name)
    }

    /// Whether it answers that it is well.
    #[track_caller]
    pub fn is_healthy(&self) -> bool {
        self.send(&Request::get("/health")).status == 200
    }

    /// Asks it to stop, and waits until it has: its exit code.
    #[track_caller]
    pub fn stop(mut self) -> Option<i32> {
        self.process.signal(Signal::TERM);
        self.process.wait().code()
    }
}
