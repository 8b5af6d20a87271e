//! What a file says, in terms of a process: the one thing that all readers make.

use std::collections::BTreeMap;

use pm_core::{Priority, Status};
use serde_json::Value;

/// A process as a file describes it.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) tasks: Vec<PlannedTask>,
    pub(crate) lost: Lost,
}

/// A task as a file describes it.
#[derive(Debug, Default)]
pub(crate) struct PlannedTask {
    /// What the file calls it by; empty where it has nothing of that kind.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) description: Text,
    pub(crate) state: State,
    pub(crate) priority: Priority,
    /// The ids of those that come before it.
    pub(crate) depends_on: Vec<String>,
    pub(crate) jobs: Vec<PlannedJob>,
}

/// A job as a file describes it.
#[derive(Debug, Default)]
pub(crate) struct PlannedJob {
    pub(crate) title: String,
    pub(crate) description: Text,
    pub(crate) state: State,
}

/// How far something is, and a note on it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) status: Status,
    pub(crate) note: String,
}

impl State {
    /// The state for a word of a file. One that is not quite one of ours becomes the note.
    pub(crate) fn of(word: &str) -> Self {
        let word = word.trim();
        let plainly = |status| Self {
            status,
            note: String::new(),
        };
        let roughly = |status| Self {
            status,
            note: word.to_owned(),
        };
        if word.is_empty() {
            return Self::default();
        }
        match (word.parse(), Status::roughly(word)) {
            (Ok(status), _) => plainly(status),
            (_, status) => roughly(status.unwrap_or_default()),
        }
    }

    /// Done or still to do.
    pub(crate) fn checked(done: bool) -> Self {
        Self {
            status: if done { Status::Done } else { Status::Todo },
            note: String::new(),
        }
    }
}

/// The priority for a word of a file; what is unknown is normal.
pub(crate) fn priority(word: &str) -> Priority {
    word.parse().unwrap_or_default()
}

/// Whether the value of a field says nothing.
pub(crate) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// A text that is put together from several fields.
#[derive(Debug, Default, Clone)]
pub(crate) struct Text(String);

impl Text {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// Adds a paragraph, unless it is blank.
    pub(crate) fn paragraph(&mut self, text: &str) {
        self.add("\n\n", text);
    }

    /// Adds a paragraph under a heading, unless it is blank.
    pub(crate) fn section(&mut self, heading: &str, text: &str) {
        if !text.trim().is_empty() {
            self.add("\n\n", &format!("## {heading}\n\n{}", text.trim()));
        }
    }

    /// Adds a line such as `Labels: a, b`, unless there is no value.
    pub(crate) fn line(&mut self, name: &str, value: &str) {
        if !value.trim().is_empty() {
            let is_line = self.0.rsplit("\n\n").next().is_some_and(|last| {
                let mut lines = last.lines();
                lines.next().is_some() && last.lines().all(|line| line.starts_with("- "))
            });
            let between = if is_line { "\n" } else { "\n\n" };
            self.add(between, &format!("- {name}: {}", value.trim()));
        }
    }

    fn add(&mut self, between: &str, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        if !self.0.is_empty() {
            self.0.push_str(between);
        }
        self.0.push_str(text.trim());
    }

    /// Puts a paragraph in front of all.
    pub(crate) fn before(&mut self, text: &str) {
        let mut all = Self::new(text);
        all.paragraph(&self.0);
        *self = all;
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

/// What could not be carried over, and how often.
#[derive(Debug, Default)]
pub(crate) struct Lost(BTreeMap<String, usize>);

impl Lost {
    /// Takes note of one more of a kind.
    pub(crate) fn add(&mut self, what: impl Into<String>) {
        self.add_all(what, 1);
    }

    /// Takes note of more of a kind.
    pub(crate) fn add_all(&mut self, what: impl Into<String>, count: usize) {
        if count > 0 {
            *self.0.entry(what.into()).or_default() += count;
        }
    }

    /// A line for each kind.
    pub(crate) fn lines(&self) -> Vec<String> {
        let line = |(what, count): (&String, &usize)| match count {
            1 => what.clone(),
            count => format!("{what} ({count} times)"),
        };
        self.0.iter().map(line).collect()
    }
}
