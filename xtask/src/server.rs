//! A server that a chore starts, reads the address of, and stops by its pid.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::cmd::cmd;

/// How long a server may take to say where it listens.
const START_LIMIT: Duration = Duration::from_secs(30);

/// How long a server may take to end after it was asked to.
const STOP_LIMIT: Duration = Duration::from_secs(15);

/// A running server; it ends with this value at the latest.
pub(crate) struct Server {
    child: Child,
    authority: String,
    log: Log,
}

/// The lines that a server wrote to either output.
type Log = Arc<Mutex<Vec<String>>>;

/// The command line of our HTTP server. The port in `listen` is 0 for any
/// free one, or that of a stopped server whose place this one takes. It offers all tools, unless
/// `--tools` is added.
pub(crate) fn http_command(binary: &Path, listen: &str, storage: &Path) -> Command {
    let mut command = Command::new(binary);
    command.args(["--listen", listen]).arg("--dir").arg(storage);
    command.env("PM_TOOLS", "full");
    command
}

impl Server {
    /// Starts a server and waits until it has printed an `http://HOST:PORT`.
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("{command:?} could not be started"))?;
        let log = Log::default();
        let (sender, lines) = mpsc::channel();
        follow(child.stdout.take(), &log, &sender);
        follow(child.stderr.take(), &log, &sender);
        drop(sender);
        let mut server = Self {
            child,
            authority: String::new(),
            log,
        };
        let deadline = Instant::now() + START_LIMIT;
        while let Ok(line) = lines.recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            if let Some(authority) = authority_in(&line) {
                authority.clone_into(&mut server.authority);
                return Ok(server);
            }
        }
        bail!(
            "{command:?} did not say where it listens; it said:\n{}",
            server.log()
        )
    }

    /// `HOST:PORT`, as the server printed it.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// The address of a path on the server, such as `/mcp`.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.authority)
    }

    /// The process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What the server has written so far, for the text of an error.
    pub(crate) fn log(&self) -> String {
        let lines = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        lines.join("\n")
    }

    /// Asks the server to end, waits until it has, and fails where it ended badly.
    pub(crate) fn stop(mut self) -> Result<()> {
        cmd("kill")
            .args(["-TERM", &self.pid().to_string()])
            .read()?;
        let deadline = Instant::now() + STOP_LIMIT;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                if status.success() {
                    return Ok(());
                }
                bail!("the server ended with {status}; it said:\n{}", self.log());
            }
            thread::sleep(Duration::from_millis(10));
        }
        bail!(
            "the server was still running {STOP_LIMIT:?} after it was asked to end; it said:\n{}",
            self.log()
        )
    }

    /// Ends the server at once, as a crash would.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only where the server has already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads one output to its end, so that the server never blocks on a full pipe.
fn follow(output: Option<impl Read + Send + 'static>, log: &Log, lines: &Sender<String>) {
    let Some(output) = output else { return };
    let (log, lines) = (Arc::clone(log), lines.clone());
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            log.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line.clone());
            // Nobody listens any more once the address is known.
            let _ = lines.send(line);
        }
    });
}

/// The `HOST:PORT` of the first `http://` address with a port in a line.
fn authority_in(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("http://")?;
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || ".:-[]".contains(c)));
    let authority = end.map_or(rest, |end| rest.get(..end).unwrap_or(rest));
    let (_, port) = authority.rsplit_once(':')?;
    port.parse::<u16>().is_ok().then_some(authority)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_a_line() {
        let found = [
            "Listening on http://127.0.0.1:5008/mcp (paste it)",
            "http://[::1]:80",
            "no address",
            "http://localhost/mcp",
        ]
        .map(authority_in);
        assert_eq!(
            found,
            [Some("127.0.0.1:5008"), Some("[::1]:80"), None, None]
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_server_is_stopped_by_its_pid() {
        let mut command = Command::new("sh");
        command.args([
            "-c",
            "trap 'exit 0' TERM; echo up at http://127.0.0.1:1/; while :; do sleep 0.01; done",
        ]);
        let server = Server::start(command).unwrap();
        assert_eq!(server.url("/mcp"), "http://127.0.0.1:1/mcp");
        server.stop().unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_server_that_ends_early_is_an_error_with_its_words() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo port taken >&2; exit 2"]);
        let error = Server::start(command).err().unwrap();
        assert!(error.to_string().contains("port taken"), "{error}");
    }
}
