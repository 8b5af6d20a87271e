//! The formats that are read, and how they are told apart.

use std::fmt;
use std::str::FromStr;

use crate::exported::{is_markdown_export, is_process};
use crate::json::{Fields, Kind, broken, each_element, each_entry};
use crate::source::{Problem, Source};

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The `tasks.json` of Task Master (`task-master-ai`), with tags or without.
    TaskMaster,
    /// The folder of Backlog.md, a Markdown file a task.
    Backlog,
    /// The JSON Lines of beads (`bd`), a record a line.
    Beads,
    /// The JSON of kanban-rs, its own file or an export.
    Kanban,
    /// Headings and `- [ ]` items in Markdown.
    Checklist,
    /// A process of ours: its file, or what `process_export` makes of it.
    Process,
}

/// A word that names no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is no format; write one of {}", Format::WORDS.join(", "))]
pub struct UnknownFormat {
    name: String,
}

impl Format {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::TaskMaster,
        Self::Backlog,
        Self::Beads,
        Self::Kanban,
        Self::Checklist,
        Self::Process,
    ];

    /// The names of the formats, in the same order.
    pub const WORDS: &'static [&'static str] = &[
        "task-master",
        "backlog",
        "beads",
        "kanban",
        "markdown",
        "process",
    ];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TaskMaster => "task-master",
            Self::Backlog => "backlog",
            Self::Beads => "beads",
            Self::Kanban => "kanban",
            Self::Checklist => "markdown",
            Self::Process => "process",
        }
    }

    /// What is read in it.
    pub fn description(self) -> &'static str {
        match self {
            Self::TaskMaster => "tasks.json of Task Master, with tags or without",
            Self::Backlog => "the folder of Backlog.md",
            Self::Beads => "JSON Lines of beads, as `bd export` writes them",
            Self::Kanban => "JSON of kanban-rs, its file or an export",
            Self::Checklist => "headings and `- [ ]` items in Markdown",
            Self::Process => "a process of this program: its file, or what process_export made",
        }
    }

    /// Why there may be nothing in a file of this format.
    pub(crate) fn what_counts(self) -> &'static str {
        match self {
            Self::TaskMaster => "its lists of tasks are empty",
            Self::Backlog => "no file in tasks/ or completed/ begins with front matter",
            Self::Beads => "no line is an issue",
            Self::Kanban => "its boards have no cards",
            Self::Checklist => {
                "a line such as `- [ ] dig` is one, or a job of the task that the heading above \
                 names; with --bullets a plain `- dig` counts as well"
            }
            Self::Process => "it is empty",
        }
    }

    /// Tells the format of a file by its ending, and of JSON by its content.
    pub(crate) fn of(source: &Source) -> Result<Self, Problem> {
        let Some(text) = source.as_text() else {
            return Ok(Self::Backlog);
        };
        match source.ending().as_deref() {
            Some("jsonl" | "ndjson") => Ok(Self::Beads),
            // What comes without a name, as from standard input, has no ending.
            Some("md" | "markdown") | None if is_markdown_export(text) => Ok(Self::Process),
            Some("md" | "markdown") => Ok(Self::Checklist),
            ending => match Kind::of(text) {
                Kind::Object => Self::of_object(text, ending == Some("json")),
                Kind::List => Self::of_list(text),
                _ if ending == Some("json") => Err(not_json(text)),
                _ => Err(Problem::UnknownFormat),
            },
        }
    }

    fn of_object(text: &str, is_to_be_json: bool) -> Result<Self, Problem> {
        let fields = match Fields::of(text) {
            Ok(fields) => fields,
            Err(_) if is_record(text.lines().next().unwrap_or_default()) => {
                return Ok(Self::Beads);
            }
            Err(error) if is_to_be_json => return Err(broken(&error)),
            Err(_) => return Err(Problem::UnknownFormat),
        };
        let of_data = fields.get("data").and_then(|data| Fields::of(data).ok());
        if is_process(&fields) {
            Ok(Self::Process)
        } else if fields.has("boards")
            || fields.has("board")
            || of_data.is_some_and(|data| data.has("boards"))
        {
            Ok(Self::Kanban)
        } else if fields.has("tasks") || has_tag(text) {
            Ok(Self::TaskMaster)
        } else if is_record(text) {
            Ok(Self::Beads)
        } else {
            Err(Problem::UnknownFormat)
        }
    }

    fn of_list(text: &str) -> Result<Self, Problem> {
        let mut is_beads = false;
        each_element(text, |element| is_beads |= is_record(element.get()))
            .map_err(|error| broken(&error))?;
        is_beads
            .then_some(Self::Beads)
            .ok_or(Problem::UnknownFormat)
    }
}

/// Whether an object is a record of beads.
fn is_record(text: &str) -> bool {
    Fields::of(text).is_ok_and(|fields| fields.has("_type") || fields.has("issue_type"))
}

/// Whether an object holds a list of tasks under any name.
fn has_tag(text: &str) -> bool {
    let mut has_tag = false;
    let read = each_entry(text, |_, value| {
        has_tag |= Fields::of(value.get()).is_ok_and(|tag| tag.has("tasks"));
    });
    read.is_ok() && has_tag
}

fn not_json(text: &str) -> Problem {
    match Fields::of(text) {
        Err(error) => broken(&error),
        Ok(_) => Problem::UnknownFormat,
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        let all = Self::ALL.iter().copied();
        let mut named = all.filter(|format| format.as_str() == text);
        named.next().ok_or_else(|| UnknownFormat {
            name: text.to_owned(),
        })
    }
}
