//! The shell of a reader who goes through a page from top to bottom.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pm_tests::binaries;
use pm_tests::running::{Lines, Running, command, finish};
use tempfile::TempDir;

use super::matching::is_as_shown;
use super::pages::{Block, Page, root};

/// What a page calls the home directory of its reader.
const HOME: &str = "/home/you";

/// Where a page says that a server listens.
const ADDRESS: &str = "127.0.0.1:5008";

/// Programs that a machine may lack; commands that need one are not run there.
const MAY_BE_MISSING: &[&str] = &["curl", "openssl"];

/// A home directory with the files that pages speak of, and the server that was started last.
pub(super) struct Session {
    home: TempDir,
    /// Where the next command runs.
    at: PathBuf,
    server: Option<Server>,
}

struct Server {
    address: String,
    _process: Running,
    /// Kept, so that the server never writes to a closed pipe.
    _output: Lines,
}

impl Session {
    /// A home directory of its own, with copies of what is in `tests/docs`.
    pub(super) fn new() -> Self {
        let home = tempfile::Builder::new().prefix("pm-").tempdir().unwrap();
        copy(&root().join("tests/docs"), home.path());
        let at = home.path().canonicalize().unwrap();
        Self {
            home,
            at,
            server: None,
        }
    }

    /// Runs the commands of a block, one after the other, and compares what each says; those that
    /// fail or say something else than is shown.
    pub(super) fn run(&mut self, page: &Page, block: &Block) -> Vec<String> {
        let mut wrong = Vec::new();
        for (command, shown) in block.commands() {
            let place = block.place(page);
            if let Some(missing) = missing(&command) {
                eprintln!("{place}: not run, as there is no {missing} here: {command}");
                // What follows may need what it would have left.
                break;
            }
            let (found, succeeded) = if is_server(&command) {
                (self.start(&command, shown.lines().count()), true)
            } else {
                self.finish(&command)
            };
            let found = self.masked(&found);
            if !succeeded {
                wrong.push(format!("{place}: {command}\nfails, and says:\n{found}"));
            } else if !is_as_shown(&shown, &found) {
                wrong.push(format!(
                    "{place}: {command}\nsays:\n{found}\nand is shown with:\n{shown}"
                ));
            }
        }
        wrong
    }

    /// What a command says, on both of its outputs, and whether it succeeds.
    fn finish(&mut self, line: &str) -> (String, bool) {
        let ends_at = self.home.path().join(".ends-at");
        let script = format!(
            "{{ {line}\n}} 2>&1; code=$?; pwd > {}; exit $code",
            ends_at.display()
        );
        let finished = finish(self.shell(&script).stdin(Stdio::null()));
        if let Ok(at) = fs::read_to_string(ends_at) {
            self.at = at.trim_end().into();
        }
        let said = format!("{}\n{}", finished.stdout, finished.stderr);
        (said, finished.code == Some(0))
    }

    /// The first lines of a server, which goes on until the next one or the end of the page.
    fn start(&mut self, line: &str, lines: usize) -> String {
        self.server = None;
        let line = line.trim_end().trim_end_matches('&');
        let mut command = self.shell(&format!("exec {line}"));
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = Running::start(&mut command);
        let output = Lines::of(process.take_stdout());
        let said: Vec<String> = std::iter::from_fn(|| output.next())
            .take(lines.max(3))
            .collect();
        let address = said.first().and_then(|line| {
            let (_, rest) = line.split_once("http://")?;
            Some(rest.split_once('/')?.0.to_owned())
        });
        let Some(address) = address else {
            process.wait();
            panic!(
                "{line} does not say where it listens: {said:?}\n{}",
                process.log()
            );
        };
        self.server = Some(Server {
            address,
            _process: process,
            _output: output,
        });
        said.join("\n")
    }

    fn shell(&self, script: &str) -> Command {
        let address = self.server.as_ref().map_or("127.0.0.1:0", |it| &it.address);
        let script = script.replace(ADDRESS, address);
        let programs = binaries::http().parent().unwrap().to_owned();
        let mut path = vec![programs];
        path.extend(std::env::split_paths(
            &std::env::var_os("PATH").unwrap_or_default(),
        ));
        let mut shell = command("sh");
        shell
            .args(["-c", &script])
            .current_dir(&self.at)
            .env_remove("PM_TOOLS")
            .env_remove("XDG_DATA_HOME")
            .env("HOME", self.home.path().canonicalize().unwrap())
            .env("USER", "you")
            .env("PM_LISTEN", address)
            .env("PATH", std::env::join_paths(path).unwrap());
        shell
    }

    /// An output as a reader would see it.
    fn masked(&self, found: &str) -> String {
        let home = self.home.path().canonicalize().unwrap();
        let found = found.replace(&home.display().to_string(), HOME);
        match &self.server {
            Some(server) => found.replace(&server.address, ADDRESS),
            None => found,
        }
    }
}

/// Whether a command starts a server.
fn is_server(command: &str) -> bool {
    let words: Vec<&str> = command.split_whitespace().collect();
    let (["pm", "serve", options @ ..] | ["pm-mcp-http", options @ ..]) = words.as_slice() else {
        return false;
    };
    options.first().is_none_or(|word| {
        *word == "&" || word.starts_with('-') && !["--version", "--help"].contains(word)
    })
}

/// A program that a command needs and this machine lacks.
fn missing(command: &str) -> Option<&'static str> {
    let words = || command.split_whitespace();
    let named = MAY_BE_MISSING
        .iter()
        .filter(|name| words().any(|word| word == **name));
    let is_missing = |name: &&str| Command::new(name).arg("--version").output().is_err();
    named.copied().find(is_missing)
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
