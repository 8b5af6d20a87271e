//! What the readable form cannot give back, beside it: a comment of Markdown, which is not shown,
//! with the exact texts as JSON.
//!
//! An exact text counts as long as what people read beside it is what it would be written as. So a
//! person who changes the readable text is believed, and a text that says something else than what
//! people read is not.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::field_line::join_names;
use super::parts::{CodePart, CommentPart, JobPart, ProcessPart, TaskPart};
use super::reader;
use crate::for_markdown;
use crate::visible::is_hidden_anywhere;

const BEGIN: &str = "<!-- exact: ";
const END: &str = " -->";

/// The exact values of a part, by the names of its fields.
pub(super) type Exact = BTreeMap<String, Value>;

/// A part of the Markdown, which can be written and read on its own.
pub(super) trait Part: Clone + PartialEq + Serialize + DeserializeOwned {
    /// How it stands in an export.
    fn written(&self) -> String;

    /// Reads what [`written`](Self::written) makes, without an exact form.
    fn read(text: &str) -> Self;

    /// What becomes of it beside tasks of these names.
    fn beside(self, _names: &HashSet<String>) -> Self {
        self
    }
}

impl Part for ProcessPart {
    fn written(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn read(text: &str) -> Self {
        reader::read(text).process.part
    }
}

impl Part for TaskPart {
    fn written(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, super::TASK_LEVEL);
        text
    }

    fn read(text: &str) -> Self {
        let first = reader::read(text).tasks.into_iter().next();
        first.map(|task| task.task.part).unwrap_or_default()
    }

    fn beside(mut self, names: &HashSet<String>) -> Self {
        self.depends_on = join_names(&self.depends_on, names);
        self
    }
}

impl Part for JobPart {
    fn written(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn read(text: &str) -> Self {
        Self::of_item(&reader::only_item(text))
    }
}

impl Part for CommentPart {
    fn written(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn read(text: &str) -> Self {
        Self::of_item(&reader::only_item(text))
    }
}

impl Part for CodePart {
    fn written(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, super::TASK_LEVEL + 1);
        text
    }

    fn read(text: &str) -> Self {
        reader::only_code(text)
    }
}

/// The comment that has to stand beside a part for it to come back to the letter; `None` if it does
/// so without one.
pub(super) fn comment<T: Part>(part: &T, names: &HashSet<String>) -> Option<String> {
    let written = part.written();
    let shown = for_markdown(&written);
    let read = T::read(&shown);
    // What looks like an exact form in a text is not one if another follows.
    if read.clone().beside(names) == *part && !shown.contains(BEGIN) {
        return None;
    }
    let read = values(&read);
    let exact = values(part).into_iter();
    let exact: Exact = exact
        .filter(|(name, value)| read.get(name) != Some(value))
        .collect();
    Some(format!("{BEGIN}{}{END}", quoted(&exact)))
}

/// Reads a line as the comment that [`comment`] makes; `None` if it is none.
pub(super) fn read(line: &str) -> Option<Exact> {
    let json = line.trim_end().strip_prefix(BEGIN)?.strip_suffix(END)?;
    serde_json::from_str(json).ok()
}

/// A part as it was read, with the exact values that still belong to what is read there.
pub(super) struct Restored<T> {
    pub(super) part: T,
    /// The names of the fields whose values are exact.
    pub(super) exact: Vec<String>,
    /// Whether there is an exact form of something that reads otherwise by now, or none of this.
    pub(super) is_overruled: bool,
}

pub(super) fn restored<T: Part>(shown: T, mut exact: Exact) -> Restored<T> {
    let read = values(&shown);
    let all = exact.len();
    let with = |exact: &Exact| -> Option<T> {
        let mut values = read.clone();
        values.extend(exact.clone());
        serde_json::from_value(Value::from_iter(values)).ok()
    };
    // What no part has is none of ours: so what follows is done for a few fields at most.
    exact.retain(|name, _| read.contains_key(name));
    if with(&exact).is_none() {
        let fits = |name: &str, value: &Value| {
            with(&Exact::from_iter([(name.to_owned(), value.clone())])).is_some()
        };
        exact.retain(|name, value| fits(name, value));
    }
    // Something may have been changed by hand; what was not is still exact, if it is as a whole.
    for _ in 0..2 {
        let Some(part) = with(&exact) else { break };
        let again = T::read(&for_markdown(&part.written()));
        if again == shown {
            return Restored {
                part,
                is_overruled: exact.len() < all,
                exact: exact.into_keys().collect(),
            };
        }
        let again = values(&again);
        exact.retain(|name, _| again.get(name) == read.get(name));
    }
    Restored {
        part: shown,
        exact: Vec::new(),
        is_overruled: all > 0,
    }
}

fn values(part: &impl Serialize) -> Exact {
    match serde_json::to_value(part) {
        Ok(Value::Object(values)) => values.into_iter().collect(),
        // A part is an object; there is nothing in it that is no JSON.
        _ => Exact::new(),
    }
}

/// JSON in which nothing ends the comment, and nothing is unseen or steers a terminal.
fn quoted(values: &Exact) -> String {
    let json = Value::from_iter(values.clone()).to_string();
    let mut quoted = String::with_capacity(json.len());
    let mut before = ' ';
    for character in json.chars() {
        // All of these stand within texts alone.
        let is_special = matches!(character, '<' | '>') || (before == '-' && character == '-');
        if is_special || is_hidden_anywhere(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(quoted, "\\u{unit:04x}");
            }
        } else {
            quoted.push(character);
        }
        before = character;
    }
    quoted
}
