//! What a file says, in terms of a process: the one thing that all readers make.

use pm_core::model::Comment;
use pm_core::{Priority, Status, Timestamp};

use crate::report::Notes;
use crate::times;

/// A process as a file describes it.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) name: String,
    /// What tells it from another of the same name in the same file, such as the name of a tag.
    pub(crate) hint: String,
    pub(crate) description: Text,
    pub(crate) tasks: Vec<PlannedTask>,
    /// Fields that are kept as they are, with their values as JSON.
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) notes: Notes,
}

/// A task as a file describes it.
#[derive(Debug, Default)]
pub(crate) struct PlannedTask {
    /// The id that the file gives it; empty if it has none.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) description: Text,
    pub(crate) state: State,
    pub(crate) priority: Priority,
    /// The ids, or else the names, of those that come before it.
    pub(crate) depends_on: Vec<String>,
    pub(crate) labels: Vec<String>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) jobs: Vec<PlannedJob>,
    pub(crate) code: Vec<PlannedCode>,
    pub(crate) times: Times,
    /// Who set its status; empty if nobody knows.
    pub(crate) status_by: String,
    /// Fields that are kept as they are, with their values as JSON.
    pub(crate) fields: Vec<(String, String)>,
}

/// What somebody said at a time, as a file has all three; a time that cannot be read is said with
/// the text. `None` if nothing was said.
pub(crate) fn comment(by: &str, at: &str, text: &str) -> Option<Comment> {
    let (by, at, text) = (by.trim(), at.trim(), text.trim());
    if text.is_empty() {
        return None;
    }
    let time = times::read(at);
    let text = match time {
        None if !at.is_empty() => format!("{at}: {text}"),
        _ => text.to_owned(),
    };
    let by = (!by.is_empty()).then(|| by.to_owned());
    Some(Comment { at: time, by, text })
}

/// A job as a file describes it.
#[derive(Debug, Default)]
pub(crate) struct PlannedJob {
    /// The id that the file gives it; empty if it has none.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) description: Text,
    pub(crate) state: State,
    /// Fields that are kept as they are, with their values as JSON.
    pub(crate) fields: Vec<(String, String)>,
}

/// A code snippet as a file describes it.
#[derive(Debug)]
pub(crate) struct PlannedCode {
    pub(crate) name: String,
    pub(crate) content: String,
}

/// When things happened to a task, as far as the file says it and it can be read.
#[derive(Debug, Default)]
pub(crate) struct Times {
    pub(crate) created: Option<Timestamp>,
    /// Since when it is as it is.
    pub(crate) status: Option<Timestamp>,
    /// When it was last changed, in the file's words.
    pub(crate) updated: String,
}

/// How far something is, and a note on it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) status: Status,
    pub(crate) note: String,
}

impl State {
    /// The state for a word of a file. One that is not quite one of ours becomes the note, and one
    /// that nobody knows is said.
    pub(crate) fn of(word: &str, notes: &mut Notes) -> Self {
        let word = word.trim();
        if word.is_empty() {
            return Self::default();
        }
        if let Some(status) = Status::roughly(word) {
            return Self::roughly(status, word);
        }
        match pm_core::resolve::folded(word).as_str() {
            "pinned" | "backlog" | "ready" => Self::roughly(Status::Todo, word),
            _ => {
                if let Ok(status) = word.parse::<Status>() {
                    return Self::from(status);
                }
                notes.taken(format!("the status \"{word}\" for todo, with a note"));
                Self::roughly(Status::Todo, word)
            }
        }
    }

    fn roughly(status: Status, word: &str) -> Self {
        Self {
            status,
            note: word.to_owned(),
        }
    }
}

impl From<Status> for State {
    fn from(status: Status) -> Self {
        Self {
            status,
            note: String::new(),
        }
    }
}

/// The priority for a word of a file; what is unknown is normal, and said.
pub(crate) fn priority(word: &str, notes: &mut Notes) -> Priority {
    let word = word.trim();
    match pm_core::resolve::folded(word).as_str() {
        "" | "none" | "p2" => Priority::Normal,
        "critical" | "highest" | "p0" | "p1" => Priority::High,
        "lowest" | "trivial" | "p3" | "p4" => Priority::Low,
        _ => word.parse().unwrap_or_else(|_| {
            notes.taken(format!("the priority \"{word}\" for normal"));
            Priority::Normal
        }),
    }
}

/// A text that is put together from several fields.
#[derive(Debug, Default, Clone)]
pub(crate) struct Text {
    text: String,
    /// Whether it ends with lines that were added one by one.
    ends_in_lines: bool,
}

impl Text {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            text: text.trim().to_owned(),
            ends_in_lines: false,
        }
    }

    /// A text that stays as it is, to the letter.
    pub(crate) fn exact(text: String) -> Self {
        Self {
            text,
            ends_in_lines: false,
        }
    }

    /// Adds a paragraph, unless it is blank.
    pub(crate) fn paragraph(&mut self, text: &str) {
        if self.add("\n\n", text) {
            self.ends_in_lines = false;
        }
    }

    /// Adds a paragraph under a heading, unless it is blank.
    pub(crate) fn section(&mut self, heading: &str, text: &str) {
        if !text.trim().is_empty() {
            self.paragraph(&format!("## {heading}\n\n{}", text.trim()));
        }
    }

    /// Adds a line such as `- Labels: a, b`, unless there is no value. One of several lines stays
    /// with its name.
    pub(crate) fn line(&mut self, name: &str, value: &str) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        let between = if self.ends_in_lines { "\n" } else { "\n\n" };
        let first = if value.contains('\n') { "\n  " } else { " " };
        let value = value.replace('\n', "\n  ");
        self.add(between, &format!("- {name}:{first}{value}"));
        self.ends_in_lines = true;
    }

    fn add(&mut self, between: &str, text: &str) -> bool {
        let text = text.trim();
        if text.is_empty() {
            return false;
        }
        if !self.text.is_empty() {
            self.text.push_str(between);
        }
        self.text.push_str(text);
        true
    }

    /// Puts a paragraph in front of all.
    pub(crate) fn before(&mut self, text: &str) {
        let mut all = Self::new(text);
        all.paragraph(&self.text);
        all.ends_in_lines = self.ends_in_lines;
        *self = all;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(crate) fn into_string(mut self) -> String {
        self.text.shrink_to_fit();
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_together_and_apart_from_the_rest() {
        let mut text = Text::new(" a ");
        text.line("Labels", "b, c");
        text.line("Nothing", " ");
        text.line("Steps", "one\ntwo");
        text.section("More", "d");
        text.line("Due", "e");
        assert_eq!(
            text.into_string(),
            "a\n\n- Labels: b, c\n- Steps:\n  one\n  two\n\n## More\n\nd\n\n- Due: e"
        );
    }

    #[test]
    fn words_that_nobody_knows_are_said() {
        let mut notes = Notes::default();
        assert_eq!(State::of("Fertig", &mut notes).note, "Fertig");
        assert_eq!(State::of("DONE", &mut notes), Status::Done.into());
        assert_eq!(
            State::of("In Review", &mut notes).status,
            Status::InProgress
        );
        assert_eq!(priority("P0", &mut notes), Priority::High);
        assert_eq!(priority("soon", &mut notes), Priority::Normal);
        assert_eq!(notes.into_report().taken.len(), 2);
    }
}
