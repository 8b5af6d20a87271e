//! A program that runs for a test: what it writes is kept, and it ends with its test.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

pub use rustix::process::Signal;
use rustix::process::{Pid, kill_process};

use crate::LIMIT;

/// A command without the settings that the person who runs the tests has in the environment. A
/// server offers all tools, unless the test chooses.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PM_") {
            command.env_remove(name);
        }
    }
    command.env("PM_TOOLS", "full");
    command
}

/// How a program that ran to its end ended.
#[derive(Debug)]
pub struct Finished {
    /// Its exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// All that it wrote to standard output.
    pub stdout: String,
    /// All that it wrote to standard error.
    pub stderr: String,
}

/// Runs a program to its end, without anything on its standard input.
pub fn finish(command: &mut Command) -> Finished {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut running = Running::start(command);
    let output = Lines::of(running.take_stdout());
    let lines: Vec<String> = std::iter::from_fn(|| output.next()).collect();
    let status = running.wait();
    Finished {
        code: status.code(),
        stdout: lines.join("\n"),
        stderr: running.log(),
    }
}

/// A program that runs. It is killed, by its own process id, when this is dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    log: Arc<Mutex<String>>,
    /// Says nothing, and is cut off once standard error is closed: the program has ended.
    ended: Receiver<()>,
}

impl Running {
    /// Starts a program whose standard error is kept as its log.
    #[track_caller]
    pub fn start(command: &mut Command) -> Self {
        let mut child = command
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let log = Arc::<Mutex<String>>::default();
        let (alive, ended) = channel();
        keep(child.stderr.take().unwrap(), Arc::clone(&log), alive);
        Self { child, log, ended }
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has written to standard error so far.
    pub fn log(&self) -> String {
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The same once it holds `text`, which comes through a pipe and so a little later.
    #[track_caller]
    pub fn log_with(&self, text: &str) -> String {
        crate::eventually(&format!("the log says {text}"), || {
            self.log().contains(text)
        });
        self.log()
    }

    /// Its standard output, if that was piped and nobody took it yet.
    #[track_caller]
    pub fn take_stdout(&mut self) -> ChildStdout {
        self.child.stdout.take().expect("standard output is piped")
    }

    /// Its standard input, if that was piped and nobody took it yet.
    #[track_caller]
    pub fn take_stdin(&mut self) -> ChildStdin {
        self.child.stdin.take().expect("standard input is piped")
    }

    /// Sends it a signal.
    #[track_caller]
    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.pid()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Ends it as a power cut would: `SIGKILL`, and no chance to tidy up. How it ended
    /// tells whether it had ended before.
    #[track_caller]
    pub fn kill(&mut self) -> ExitStatus {
        self.child.kill().unwrap();
        self.child.wait().unwrap()
    }

    /// Whether it has not ended yet.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits until it has ended.
    #[track_caller]
    pub fn wait(&mut self) -> ExitStatus {
        match self.ended.recv_timeout(LIMIT) {
            Err(RecvTimeoutError::Timeout) | Ok(()) => {
                panic!("the program does not end; its log:\n{}", self.log())
            }
            Err(RecvTimeoutError::Disconnected) => self.child.wait().unwrap(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only where it has already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads standard error to its end, so that the program never waits for a full pipe.
fn keep(output: impl Read + Send + 'static, log: Arc<Mutex<String>>, alive: Sender<()>) {
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            log.push_str(&line);
            log.push('\n');
        }
        drop(alive);
    });
}

/// The lines of an output, one at a time, each within the [`LIMIT`].
#[derive(Debug)]
pub struct Lines(Receiver<String>);

impl Lines {
    /// Starts reading.
    pub fn of(output: impl Read + Send + 'static) -> Self {
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                // Nobody may be listening any more; what is written is read all the same.
                let _ = sender.send(line);
            }
        });
        Self(lines)
    }

    /// The next line; none once the output is closed.
    #[track_caller]
    pub fn next(&self) -> Option<String> {
        match self.0.recv_timeout(LIMIT) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("no line within {LIMIT:?}"),
        }
    }
}
