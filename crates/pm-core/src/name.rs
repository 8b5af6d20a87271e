//! Names as newtypes: a name that exists has been checked, or was read from a file.
//!
//! A name from a caller is parsed with [`FromStr`](std::str::FromStr): trimmed, then refused (never
//! cut) if it is blank, holds a character that nobody sees (`visible.rs`) or is longer than
//! [`MAX_NAME_CHARS`]. A name that a file already holds is taken as it is, so that nothing a person
//! or another program has written becomes unreachable.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use crate::visible::{hidden, is_blank};

/// The longest name that can be given, in characters (Unicode scalar values).
pub const MAX_NAME_CHARS: usize = 200;

/// What a name names; used in refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameKind {
    /// The name of a process.
    Process,
    /// The name of a task.
    Task,
    /// The name of a job.
    Job,
    /// The name of a code snippet.
    Snippet,
    /// A label.
    Label,
}

impl fmt::Display for NameKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Process => "process",
            Self::Task => "task",
            Self::Job => "job",
            Self::Snippet => "snippet",
            Self::Label => "label",
        })
    }
}

/// Why a text cannot be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameProblem {
    /// Nothing that can be seen is left after trimming.
    #[error("it is blank")]
    Blank,
    /// It holds a control character (Unicode category Cc), such as a line break.
    #[error("it holds a control character (U+{:04X}) at character {position}", *.character as u32)]
    ControlCharacter {
        /// The character.
        character: char,
        /// Its position, in characters from 1.
        position: usize,
    },
    /// It holds a character that nobody sees, or that steers what shows it.
    #[error("it holds U+{:04X} at character {position}, which nobody can see", *.character as u32)]
    HiddenCharacter {
        /// The character.
        character: char,
        /// Its position, in characters from 1.
        position: usize,
    },
    /// It is longer than [`MAX_NAME_CHARS`].
    #[error("it has {chars} characters, and {MAX_NAME_CHARS} are the most")]
    TooLong {
        /// Its length in characters.
        chars: usize,
    },
}

/// A text that was refused as a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this cannot be the name of a {kind}: {problem}")]
pub struct NameError {
    /// What it was to name.
    pub kind: NameKind,
    /// Why it was refused.
    pub problem: NameProblem,
}

fn check(text: &str) -> Result<&str, NameProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NameProblem::Blank);
    }
    if let Some((index, character)) = hidden(text).next() {
        let position = index + 1;
        return Err(if character.is_control() {
            NameProblem::ControlCharacter {
                character,
                position,
            }
        } else {
            NameProblem::HiddenCharacter {
                character,
                position,
            }
        });
    }
    if is_blank(text) {
        return Err(NameProblem::Blank);
    }
    let chars = text.chars().count();
    if chars > MAX_NAME_CHARS {
        return Err(NameProblem::TooLong { chars });
    }
    Ok(text)
}

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $kind:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes a name as a file holds it, unchecked.
            pub(crate) fn stored(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// Borrows the name's text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                check(text)
                    .map(|text| Self(text.into()))
                    .map_err(|problem| NameError { kind: $kind, problem })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

name_type!(
    /// The name of a process: its identity within a store.
    ProcessName,
    NameKind::Process
);
name_type!(
    /// The name of a task, unique within its process.
    TaskName,
    NameKind::Task
);
name_type!(
    /// The name of a job; several jobs of a task may share one.
    JobName,
    NameKind::Job
);
name_type!(
    /// The name of a code snippet; its entries of one name are its versions.
    SnippetName,
    NameKind::Snippet
);
name_type!(
    /// A label: a word or two by which tasks are found together.
    Label,
    NameKind::Label
);

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> NameProblem {
        text.parse::<TaskName>().unwrap_err().problem
    }

    #[test]
    fn a_name_is_trimmed() {
        assert_eq!(
            "  Soil Test \n".parse::<TaskName>().unwrap().as_str(),
            "Soil Test"
        );
    }

    #[test]
    fn a_blank_name_is_refused() {
        assert_eq!(problem(" \t "), NameProblem::Blank);
    }

    #[test]
    fn a_control_character_is_refused_and_located() {
        assert_eq!(
            problem("a\u{0}b"),
            NameProblem::ControlCharacter {
                character: '\0',
                position: 2
            }
        );
    }

    #[test]
    fn a_character_that_nobody_sees_is_refused_and_located() {
        for (text, character, position) in [
            ("Soil\u{202e}tseT", '\u{202e}', 5),
            ("a\u{2028}b", '\u{2028}', 2),
            ("\u{200b}\u{200b}", '\u{200b}', 1),
            ("\u{3164}", '\u{3164}', 1),
        ] {
            let expected = NameProblem::HiddenCharacter {
                character,
                position,
            };
            assert_eq!(problem(text), expected);
        }
        assert_eq!(problem("\u{fe0f}"), NameProblem::Blank);
        for text in ["می\u{200c}خواهم", "👩\u{200d}💻 work"] {
            assert_eq!(text.parse::<TaskName>().unwrap().as_str(), text);
        }
        // One that a file has already stays what it is.
        assert_eq!(TaskName::stored("a\u{202e}b").as_str(), "a\u{202e}b");
    }

    #[test]
    fn a_name_of_200_characters_is_taken_and_201_refused() {
        let longest = "ü".repeat(MAX_NAME_CHARS);
        assert_eq!(longest.parse::<TaskName>().unwrap().as_str(), longest);
        assert_eq!(
            problem(&"ü".repeat(201)),
            NameProblem::TooLong { chars: 201 }
        );
    }
}
