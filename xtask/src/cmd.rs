//! Runs other programs, with the command line printed first so that a reader
//! of the log can repeat the step by hand.

mod conversation;
mod within;

pub(crate) use conversation::Conversation;

use std::{
    ffi::{OsStr, OsString},
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Output, Stdio},
};

use anyhow::{Context, Result, bail};

/// A program to run; standard input is always empty.
pub(crate) struct Cmd {
    /// The program as it is shown.
    program: OsString,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    inner: Command,
}

/// Starts a command line.
pub(crate) fn cmd(program: impl AsRef<OsStr>) -> Cmd {
    let mut inner = Command::new(program.as_ref());
    inner.stdin(Stdio::null());
    Cmd {
        program: program.as_ref().to_owned(),
        arguments: Vec::new(),
        variables: Vec::new(),
        inner,
    }
}

/// Starts a command line of the very cargo that runs this chore.
pub(crate) fn cargo() -> Cmd {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Cmd {
        program: "cargo".into(),
        ..cmd(program)
    }
}

impl Cmd {
    /// Adds one argument.
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.inner.arg(argument.as_ref());
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// Adds several arguments.
    pub(crate) fn args<A: AsRef<OsStr>>(self, arguments: impl IntoIterator<Item = A>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// Sets an environment variable for the program.
    pub(crate) fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.inner.env(name.as_ref(), value.as_ref());
        self.variables
            .push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Runs the program in a directory.
    pub(crate) fn dir(mut self, directory: impl AsRef<Path>) -> Self {
        self.inner.current_dir(directory);
        self
    }

    /// Runs the program with its output passed through, and fails where it fails.
    pub(crate) fn run(mut self) -> Result<()> {
        let line = self.line();
        println!("$ {line}");
        let status = self
            .inner
            .status()
            .with_context(|| format!("`{line}` could not be started"))?;
        if !status.success() {
            bail!("`{line}` failed: {status}");
        }
        Ok(())
    }

    /// Runs the program like [`Cmd::run`], and shows each line of its standard
    /// output to `see` as well.
    pub(crate) fn run_seeing(mut self, mut see: impl FnMut(&str)) -> Result<()> {
        let line = self.line();
        println!("$ {line}");
        let mut child = self
            .inner
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("`{line}` could not be started"))?;
        if let Some(output) = child.stdout.take() {
            for written in BufReader::new(output).split(b'\n') {
                let written = written?;
                let written = String::from_utf8_lossy(&written);
                println!("{written}");
                see(&written);
            }
        }
        let status = child.wait()?;
        if !status.success() {
            bail!("`{line}` failed: {status}");
        }
        Ok(())
    }

    /// Runs the program, prints nothing, and returns what it wrote to standard
    /// output; where it fails, the error carries what it wrote to standard error.
    pub(crate) fn read(mut self) -> Result<String> {
        let line = self.line();
        let output = self.capture()?;
        if !output.status.success() {
            let reason = String::from_utf8_lossy(&output.stderr);
            bail!("`{line}` failed: {}\n{}", output.status, reason.trim_end());
        }
        String::from_utf8(output.stdout).with_context(|| format!("`{line}` did not write UTF-8"))
    }

    /// Runs the program, prints nothing, and returns its status and output
    /// whether it succeeds or not.
    pub(crate) fn capture(&mut self) -> Result<Output> {
        let line = self.line();
        self.inner
            .output()
            .with_context(|| format!("`{line}` could not be started"))
    }

    /// The command line as a person would type it.
    fn line(&self) -> String {
        let variables = self
            .variables
            .iter()
            .map(|(name, value)| format!("{}={}", name.to_string_lossy(), quote(value)));
        let words = std::iter::once(&self.program)
            .chain(&self.arguments)
            .map(|word| quote(word));
        variables.chain(words).collect::<Vec<_>>().join(" ")
    }
}

/// Quotes a word where a shell would take it apart.
fn quote(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,@+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.into_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_can_be_typed_again() {
        let line = cmd("cargo").env("A", "b c").args(["doc", "it's"]).line();
        assert_eq!(line, r"A='b c' cargo doc 'it'\''s'");
    }

    #[test]
    fn lines_are_seen_as_they_are_written() {
        let mut seen = Vec::new();
        let echo = cmd("sh").args(["-c", "echo one; echo two"]);
        echo.run_seeing(|line| seen.push(line.to_owned())).unwrap();
        assert_eq!(seen, ["one", "two"]);
    }

    #[test]
    fn a_failing_program_is_an_error_with_its_words() {
        let error = cmd("sh")
            .args(["-c", "echo why >&2; exit 3"])
            .read()
            .unwrap_err();
        assert!(error.to_string().contains("why"), "{error}");
    }
}
