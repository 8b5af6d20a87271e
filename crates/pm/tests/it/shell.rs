//! A shell in which the program is run, and a transcript of what came of it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A directory with a store of its own, and what was run there.
pub(crate) struct Shell {
    place: TempDir,
    transcript: String,
}

impl Shell {
    pub(crate) fn new() -> Self {
        Self {
            place: tempfile::tempdir().unwrap(),
            transcript: String::new(),
        }
    }

    /// The directory in which programs are started.
    pub(crate) fn here(&self) -> &Path {
        self.place.path()
    }

    /// The storage directory.
    pub(crate) fn store(&self) -> PathBuf {
        self.here().join("store")
    }

    /// The program, as Ann runs it in a terminal of 80 columns.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pm"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PM_") {
                command.env_remove(name);
            }
        }
        command.env_remove("VISUAL").env_remove("EDITOR");
        command.env("PM_DIR", self.store());
        command.env("USER", "ann").env("COLUMNS", "80");
        command.current_dir(self.here()).stdin(Stdio::null());
        command
    }

    /// Runs the program, and writes down what it says.
    pub(crate) fn run(&mut self, arguments: &[&str]) -> Output {
        let mut command = self.command();
        let output = command.args(arguments).output().unwrap();
        self.note(arguments, &output);
        output
    }

    /// Runs it with a text on its standard input.
    pub(crate) fn run_with(&mut self, input: &str, arguments: &[&str]) -> Output {
        let mut command = self.command();
        let command = command.args(arguments).stdin(Stdio::piped());
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        self.note(arguments, &output);
        output
    }

    /// Runs it with `--json`, and reads the answer.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let output = self
            .command()
            .arg("--json")
            .args(arguments)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {text}"))
    }

    /// Runs it, and answers what it says on standard error.
    #[track_caller]
    pub(crate) fn refused(&mut self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{arguments:?}: {output:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    fn note(&mut self, arguments: &[&str], output: &Output) {
        let quoted = arguments.iter().map(|argument| {
            if argument.is_empty() || argument.contains(' ') {
                return format!("'{argument}'");
            }
            (*argument).to_owned()
        });
        let quoted: Vec<_> = quoted.collect();
        writeln!(self.transcript, "$ pm {}", quoted.join(" ")).unwrap();
        for bytes in [&output.stdout, &output.stderr] {
            self.transcript += &String::from_utf8_lossy(bytes);
        }
        if let Some(code @ 1..) = output.status.code() {
            writeln!(self.transcript, "[exit {code}]").unwrap();
        }
    }

    /// Compares what was run and said with the snapshot of this name.
    #[track_caller]
    pub(crate) fn check(self, name: &str) {
        let mut settings = insta::Settings::new();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let here = self.here().canonicalize().unwrap();
        for place in [&*here, self.here()] {
            let place = place.display().to_string();
            settings.add_filter(&place.replace('.', r"\."), "<here>");
        }
        settings.add_filter(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<time>");
        settings.add_filter(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "<time>");
        settings.add_filter(r"\d h( \d+ min)? left", "<left>");
        settings.bind(|| insta::assert_snapshot!(name, self.transcript));
    }
}
