//! Positions in a text: the beginning of what was left out, so that it can be read on from there.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use serde_json::Value;

/// A line of a text and a character in it, both counted from 1. It is written `12`, or `12:80`
/// within a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Position {
    /// The beginning of every text.
    pub(crate) const START: Self = Self { line: 1, column: 1 };

    /// Reads what an answer says of a position.
    pub(crate) fn told(told: &Value) -> Option<Self> {
        match told {
            Value::String(text) => text.parse().ok(),
            number => number.as_u64()?.to_string().parse().ok(),
        }
    }

    /// What stands from here on; `None` if the text or the line ends before.
    pub(crate) fn rest_of(self, text: &str) -> Option<&str> {
        if self == Self::START {
            return Some(text);
        }
        let before = text.split_inclusive('\n').take(self.line - 1);
        let lines = text.get(before.map(str::len).sum()..)?;
        let line = lines.split_inclusive('\n').next()?;
        let (column, _) = line.char_indices().nth(self.column - 1)?;
        lines.get(column..)
    }

    /// The position behind `shown`, which begins here.
    pub(crate) fn behind(self, shown: &str) -> Self {
        match shown.rsplit_once('\n') {
            Some((lines, rest)) => Self {
                line: self.line + lines.matches('\n').count() + 1,
                column: rest.chars().count() + 1,
            },
            None => Self {
                line: self.line,
                column: self.column + shown.chars().count(),
            },
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            1 => write!(f, "{}", self.line),
            column => write!(f, "{}:{column}", self.line),
        }
    }
}

/// The beginning of a line is just its number.
impl From<Position> for Value {
    fn from(position: Position) -> Self {
        match position.column {
            1 => position.line.into(),
            _ => position.to_string().into(),
        }
    }
}

/// Takes 0 for 1.
impl FromStr for Position {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        let number = |text: &str| Ok(text.trim().parse::<usize>()?.max(1));
        let (line, column) = text.split_once(':').unwrap_or((text, "1"));
        Ok(Self {
            line: number(line)?,
            column: number(column)?,
        })
    }
}

/// The beginning of a text up to the end of its last whole line; all of it, if it has none.
pub(crate) fn whole_lines(text: &str) -> &str {
    let end = text.rfind('\n');
    end.and_then(|end| text.get(..=end)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rest(text: &str, line: usize, column: usize) -> Option<&str> {
        Position { line, column }.rest_of(text)
    }

    #[test]
    fn a_position_that_is_not_there_has_no_rest() {
        assert_eq!(rest("", 1, 1), Some(""));
        assert_eq!(rest("", 1, 2), None);
        assert_eq!(rest("", 2, 1), None);
        assert_eq!(rest("é1\n22", 1, 2), Some("1\n22"));
        assert_eq!(rest("é1\n22", 1, 4), None);
        assert_eq!(rest("é1\n22", 2, 2), Some("2"));
        assert_eq!(rest("é1\n22", 2, 3), None);
        assert_eq!(rest("é1\n22\n", 3, 1), None);
        assert_eq!(rest("x", usize::MAX, usize::MAX), None);
    }

    #[test]
    fn a_position_is_read_as_it_is_written() {
        for text in ["1", "12", "1:2", "12:80"] {
            let position: Position = text.parse().unwrap();
            assert_eq!(position.to_string(), text);
            assert_eq!(Position::told(&position.into()), Some(position));
        }
        assert_eq!(" 0:0 ".parse(), Ok(Position::START));
        for text in ["", ":", "x", "1:", ":1", "1:2:3", "-1", "1.5"] {
            assert!(text.parse::<Position>().is_err(), "{text}");
        }
    }

    proptest! {
        /// A reader that reads on behind what was shown misses nothing and gets nothing twice.
        #[test]
        fn the_rest_begins_behind_what_was_shown(text in "[aé🌱\n]{1,40}", cuts in prop::array::uniform2(0_usize..160)) {
            let mut position = Position::START;
            let mut left = text.as_str();
            for cut in cuts {
                let most = cut.min(left.len() - 1);
                let cut = (0..=most).rev().find(|cut| left.is_char_boundary(*cut)).unwrap();
                let (shown, rest) = left.split_at(cut);
                position = position.behind(shown);
                prop_assert_eq!(position.rest_of(&text), Some(rest));
                left = rest;
            }
        }
    }
}
