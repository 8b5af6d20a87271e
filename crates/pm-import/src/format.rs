//! The formats that are read, and how they are told apart.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use crate::source::{Content, Problem, Source};

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The `tasks.json` of Task Master (`task-master-ai`), with tags or without.
    TaskMaster,
    /// The folder of Backlog.md, a Markdown file a task.
    Backlog,
    /// The JSON Lines of beads (`bd`), an issue a line.
    Beads,
    /// The JSON of kanban-rs, its own file or an export.
    Kanban,
    /// Headings and `- [ ]` items in Markdown.
    Checklist,
}

/// A word that names no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is no format; write one of {}", Format::WORDS.join(", "))]
pub struct UnknownFormat {
    name: String,
}

impl Format {
    /// The names of the formats.
    pub const WORDS: &'static [&'static str] =
        &["task-master", "backlog", "beads", "kanban", "markdown"];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TaskMaster => "task-master",
            Self::Backlog => "backlog",
            Self::Beads => "beads",
            Self::Kanban => "kanban",
            Self::Checklist => "markdown",
        }
    }

    /// Tells the format of a file by its ending, and of JSON by its content.
    pub(crate) fn of(source: &Source) -> Result<Self, Problem> {
        let Content::File(text) = &source.content else {
            return Ok(Self::Backlog);
        };
        match source.ending().as_deref() {
            Some("jsonl" | "ndjson") => Ok(Self::Beads),
            Some("md" | "markdown") => Ok(Self::Checklist),
            _ => match serde_json::from_str(text) {
                Ok(Value::Object(object)) if object.contains_key("boards") => Ok(Self::Kanban),
                Ok(Value::Object(object)) if object.contains_key("board") => Ok(Self::Kanban),
                Ok(Value::Object(object))
                    if object
                        .get("data")
                        .and_then(|data| data.get("boards"))
                        .is_some() =>
                {
                    Ok(Self::Kanban)
                }
                Ok(Value::Object(object))
                    if object.contains_key("tasks")
                        || object.values().any(|tag| tag.get("tasks").is_some()) =>
                {
                    Ok(Self::TaskMaster)
                }
                Err(error) if source.ending().as_deref() == Some("json") => {
                    Err(Problem::Json(error.line(), error.column(), reason(&error)))
                }
                _ => Err(Problem::UnknownFormat),
            },
        }
    }
}

/// What the library says of an error, without the place that it says as well.
pub(crate) fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        match text {
            "task-master" => Ok(Self::TaskMaster),
            "backlog" => Ok(Self::Backlog),
            "beads" => Ok(Self::Beads),
            "kanban" => Ok(Self::Kanban),
            "markdown" => Ok(Self::Checklist),
            _ => Err(UnknownFormat {
                name: text.to_owned(),
            }),
        }
    }
}
