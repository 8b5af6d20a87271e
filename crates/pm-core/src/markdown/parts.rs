//! What a process as Markdown is made of: what it says of a process, a task, a job, a comment and
//! a version of code, and how each of them is written.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::escape::{inline, inline_list, lines, longest_run, no_list_item};
use crate::language_of;

/// The most characters that are shown of a field that the model does not know.
const MOST_OF_A_FIELD: usize = 200;

/// Fields that the model does not know, each with its value as JSON.
pub type UnknownFields = Vec<(String, String)>;

/// What is said of a process itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProcessPart {
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// How far its tasks are, in words; empty if none was ever begun.
    pub progress: String,
    /// When it was made, its revision, and how much is in it, each as it is shown.
    pub counts: Vec<String>,
    /// What else its file says.
    pub fields: UnknownFields,
}

/// What is said of a task, besides its jobs, its comments and its code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskPart {
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// Its status in words; empty if it was never set.
    pub status: String,
    /// Since when it has that status.
    pub since: String,
    /// Who set it.
    pub set_by: String,
    /// Who has the task until when, as it is shown.
    pub claim: String,
    /// Its priority; empty for the usual one.
    pub priority: String,
    /// The names of the tasks that have to be over first.
    pub depends_on: Vec<String>,
    /// Its labels.
    pub labels: Vec<String>,
    /// The note on its status.
    pub note: String,
    /// What else its file says.
    pub fields: UnknownFields,
}

/// What is said of a job.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JobPart {
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// Its status in words; empty if it is to be done.
    pub status: String,
    /// The note on its status.
    pub note: String,
    /// What else its file says.
    pub fields: UnknownFields,
}

/// What somebody left on a task.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CommentPart {
    /// When; empty if nobody knows.
    pub at: String,
    /// Who.
    pub by: Option<String>,
    /// What it says.
    pub text: String,
}

/// A version of code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CodePart {
    /// The name of the snippet.
    pub name: String,
    /// Which version of how many, if there are several.
    pub version: String,
    /// What else its file says.
    pub fields: UnknownFields,
    /// The content, which ends with a newline unless it is empty; `None` if only its size is told.
    pub content: Option<String>,
    /// How large it is if its content is not shown.
    pub bytes: usize,
    /// Whether the content ends without the newline that is shown.
    pub no_newline_at_end: bool,
    /// Whether each line that is shown ends as on Windows.
    pub windows_line_ends: bool,
}

impl ProcessPart {
    pub(super) fn write(&self, text: &mut String) {
        heading(text, 1, &self.name);
        quote(text, &self.description);
        if !self.progress.is_empty() {
            separate(text);
            let _ = writeln!(text, "progress: {}", self.progress);
        }
        field_line(text, &[self.counts.clone(), shown(&self.fields)].concat());
    }
}

impl TaskPart {
    pub(super) fn write(&self, text: &mut String, level: usize) {
        heading(text, level, &self.name);
        quote(text, &self.description);
        let mut words = Vec::new();
        if !self.status.is_empty() {
            let mut status = format!("status: {}", self.status);
            // Writing to a string cannot fail.
            if !self.since.is_empty() {
                let _ = write!(status, " since {}", inline(&self.since));
            }
            if !self.set_by.is_empty() {
                let _ = write!(status, ", set by {}", inline(&self.set_by));
            }
            words.push(status);
        }
        if !self.claim.is_empty() {
            words.push(self.claim.clone());
        }
        if !self.priority.is_empty() {
            words.push(format!("priority: {}", self.priority));
        }
        if !self.depends_on.is_empty() {
            words.push(format!("depends on: {}", inline_list(&self.depends_on)));
        }
        if !self.labels.is_empty() {
            words.push(format!("labels: {}", inline_list(&self.labels)));
        }
        words.extend(shown(&self.fields));
        field_line(text, &words);
        let note = inline(&self.note);
        if !note.is_empty() {
            field_line(text, &[format!("note: {note}")]);
        }
    }
}

impl JobPart {
    pub(super) fn write(&self, text: &mut String) {
        let _ = write!(text, "- **{}**", inline(&self.name));
        let note = inline(&self.note);
        let note = (!note.is_empty()).then(|| format!("note: {note}"));
        let status = Some(self.status.clone()).filter(|status| !status.is_empty());
        let known = status.into_iter().chain(note).chain(shown(&self.fields));
        let known: Vec<String> = known.collect();
        if !known.is_empty() {
            let _ = write!(text, " ({})", known.join(", "));
        }
        item_text(text, &self.description);
    }
}

impl CommentPart {
    pub(super) fn write(&self, text: &mut String) {
        let at = Some(inline(&self.at)).filter(|at| !at.is_empty());
        let by = self.by.as_deref().map(inline);
        let of: Vec<String> = at.into_iter().chain(by).collect();
        let of = if of.is_empty() {
            super::NOBODY.to_owned()
        } else {
            of.join(", ")
        };
        let _ = write!(text, "- {of}");
        item_text(text, &self.text);
    }
}

impl CodePart {
    /// The content, as what is shown of it and what is not.
    pub(super) fn set_content(&mut self, content: &str) {
        let of_unix = content.replace("\r\n", "\n");
        self.windows_line_ends = of_unix != content && of_unix.replace('\n', "\r\n") == content;
        let mut shown = if self.windows_line_ends {
            of_unix
        } else {
            content.to_owned()
        };
        self.no_newline_at_end = !shown.is_empty() && !shown.ends_with('\n');
        if self.no_newline_at_end {
            shown.push('\n');
        }
        self.content = Some(shown);
    }

    /// The content to the letter, unless only its size is told.
    pub fn whole_content(&self) -> Option<String> {
        let mut content = self.content.clone()?;
        if self.no_newline_at_end && content.ends_with('\n') {
            content.pop();
        }
        if self.windows_line_ends {
            content = content.replace('\n', "\r\n");
        }
        Some(content)
    }

    pub(super) fn write(&self, text: &mut String, level: usize) {
        let title = match self.version.as_str() {
            "" => self.name.clone(),
            version => format!("{} (version {version})", self.name),
        };
        heading(text, level, &title);
        field_line(text, &shown(&self.fields));
        separate(text);
        let Some(content) = &self.content else {
            let _ = writeln!(text, "({} bytes)", self.bytes);
            return;
        };
        let fence = "`".repeat(3.max(1 + longest_run(content, '`')));
        let language = language_of(&self.name).map_or("", |language| language.name);
        let _ = writeln!(text, "{fence}{language}\n{content}{fence}");
    }
}

/// A field that the model does not know as `name: value` on one line, cut if it is long.
pub(super) fn field(name: &str, json: &str) -> String {
    let text: Result<String, _> = serde_json::from_str(json);
    let value = text.unwrap_or_else(|_| json.to_owned());
    let mut short: String = value.chars().take(MOST_OF_A_FIELD).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    format!("{}: {}", inline(name), inline(&short))
}

fn shown(fields: &UnknownFields) -> Vec<String> {
    let fields = fields.iter();
    fields.map(|(name, json)| field(name, json)).collect()
}

/// What is known of a thing besides its texts, on one line.
fn field_line(text: &mut String, known: &[String]) {
    if !known.is_empty() {
        separate(text);
        let _ = writeln!(text, "{}", no_list_item(&known.join(" · ")));
    }
}

fn heading(text: &mut String, level: usize, name: &str) {
    separate(text);
    let marks = "#".repeat(level);
    let _ = writeln!(text, "{marks} {}", inline(name));
}

fn quote(text: &mut String, description: &str) {
    if description.trim().is_empty() {
        return;
    }
    separate(text);
    for line in lines(description) {
        let _ = writeln!(text, "{}", format!("> {line}").trim_end());
    }
}

/// The text of a list item, behind what it begins with.
fn item_text(text: &mut String, item: &str) {
    let mut lines = lines(item);
    if let Some(first) = lines.next().filter(|first| !first.trim().is_empty()) {
        let _ = write!(text, ": {first}");
    }
    text.push('\n');
    for line in lines {
        // Indented, a line belongs to the item, and nothing in it reaches beyond.
        let _ = writeln!(text, "{}", format!("  {line}").trim_end());
    }
}

/// Puts an empty line behind what was written.
pub(super) fn separate(text: &mut String) {
    if !text.is_empty() && !text.ends_with("\n\n") {
        text.push('\n');
    }
}
