//! How far a task or a job is, and how much it matters: the words for both.

use std::fmt;
use std::str::FromStr;

use crate::resolve::folded;

/// How far a task or a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Status {
    /// Nobody has begun; the status in a file that names none.
    #[default]
    Todo,
    /// It is being worked on.
    InProgress,
    /// It cannot go on, for a reason outside the plan.
    Blocked,
    /// It is finished.
    Done,
    /// It will not be done.
    Cancelled,
}

/// How much a task matters among those that can be worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Priority {
    /// After the others.
    Low,
    /// In its place; the priority in a file that names none.
    #[default]
    Normal,
    /// Before the others.
    High,
}

/// A word that is not one of those that are known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is none of {}", known.join(", "))]
pub struct UnknownWord {
    /// The word.
    pub word: String,
    /// The words that are known.
    pub known: &'static [&'static str],
}

impl Status {
    /// All of them, from the beginning of work to its end.
    pub const ALL: [Self; 5] = [
        Self::Todo,
        Self::InProgress,
        Self::Blocked,
        Self::Done,
        Self::Cancelled,
    ];

    /// The words, from the beginning of work to its end.
    pub const WORDS: &'static [&'static str] =
        &["todo", "in_progress", "blocked", "done", "cancelled"];

    /// The word for it in files and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::InProgress => "in_progress",
            Self::Blocked => "blocked",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status for a word that other programs use and that says a little more or less than one
    /// of ours, such as `review`. A reader of such a word keeps the word as a note.
    pub fn roughly(word: &str) -> Option<Self> {
        match folded(word).as_str() {
            "review" | "inreview" | "codereview" | "testing" | "hooked" => Some(Self::InProgress),
            "deferred" | "postponed" | "paused" | "waiting" | "draft" => Some(Self::Blocked),
            _ => None,
        }
    }

    /// Whether nothing is left to do: it is done or cancelled.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled)
    }
}

impl Priority {
    /// The words, from the least to the most.
    pub const WORDS: &'static [&'static str] = &["low", "normal", "high"];

    /// The word for it in files and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

/// Takes the word in any case and punctuation, and the other words that people and small models
/// use for the same.
impl FromStr for Status {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        // Nearly always the word itself.
        let word = match text {
            "todo" | "in_progress" | "blocked" | "done" | "cancelled" => text.replace('_', ""),
            other => folded(other),
        };
        Ok(match word.as_str() {
            "todo" | "open" | "pending" | "new" => Self::Todo,
            "inprogress" | "doing" | "started" | "working" | "active" | "wip" => Self::InProgress,
            "blocked" | "onhold" | "stuck" => Self::Blocked,
            "done" | "completed" | "complete" | "finished" | "closed" => Self::Done,
            "cancelled" | "canceled" | "dropped" | "skipped" => Self::Cancelled,
            _ => return Err(UnknownWord::new(text, Self::WORDS)),
        })
    }
}

/// Takes the word in any case and punctuation, and the other words that people and programs use
/// for the same.
impl FromStr for Priority {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Ok(match folded(text).as_str() {
            "low" | "lowest" | "minor" | "trivial" => Self::Low,
            "normal" | "medium" | "moderate" | "default" => Self::Normal,
            "high" | "highest" | "urgent" | "critical" | "important" => Self::High,
            _ => return Err(UnknownWord::new(text, Self::WORDS)),
        })
    }
}

impl UnknownWord {
    fn new(word: &str, known: &'static [&'static str]) -> Self {
        Self {
            word: word.to_owned(),
            known,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_read_as_what_it_says() {
        for word in Status::WORDS {
            assert_eq!(word.parse::<Status>().unwrap().as_str(), *word);
        }
        for word in Priority::WORDS {
            assert_eq!(word.parse::<Priority>().unwrap().as_str(), *word);
        }
        assert!(Priority::High > Priority::Normal && Priority::Normal > Priority::Low);
    }

    #[test]
    fn other_spellings_and_words_are_taken() {
        let status = |text: &str| text.parse::<Status>().unwrap();
        assert_eq!(status("In Progress"), Status::InProgress);
        assert_eq!(status("TO-DO"), Status::Todo);
        assert_eq!(status("completed"), Status::Done);
        assert_eq!(status("canceled"), Status::Cancelled);
        assert_eq!(" HIGH ".parse(), Ok(Priority::High));
        assert_eq!("Critical".parse(), Ok(Priority::High));
        assert_eq!("trivial".parse(), Ok(Priority::Low));
    }

    #[test]
    fn a_word_that_is_not_quite_one_of_ours_is_no_status_and_comes_to_one() {
        assert_eq!(Status::roughly("In Review"), Some(Status::InProgress));
        assert_eq!(Status::roughly("postponed"), Some(Status::Blocked));
        assert_eq!(Status::roughly("half done"), None);
        assert!("review".parse::<Status>().is_err());
    }

    #[test]
    fn an_unknown_word_is_refused_with_those_that_are_known() {
        let refusal = "half done".parse::<Status>().unwrap_err().to_string();
        insta::assert_snapshot!(refusal, @r#""half done" is none of todo, in_progress, blocked, done, cancelled"#);
        let refusal = "".parse::<Priority>().unwrap_err().to_string();
        insta::assert_snapshot!(refusal, @r#""" is none of low, normal, high"#);
    }
}
