//! What differs between two texts, as a unified diff, and the comparison behind it.

mod comparison;

use std::fmt::Write as _;
use std::ops::Range;
use std::time::{Duration, Instant};

pub use comparison::{Comparison, Piece, lines_of};

/// How many lines that are the same are shown around a change.
const CONTEXT: usize = 3;

/// How long the smallest diff is looked for.
const MOST_TIME: Duration = Duration::from_millis(500);

/// What differs between two texts, line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// The unified diff; empty if the texts are equal.
    pub text: String,
    /// How many lines only the new text has.
    pub added: usize,
    /// How many lines only the old text has.
    pub removed: usize,
}

/// Compares two texts, each given with what it is called in the diff's head. The smallest diff is
/// looked for during 500 ms; after that a larger one will do.
pub fn unified_diff(old: (&str, &str), new: (&str, &str)) -> Diff {
    let ((old_name, old), (new_name, new)) = (old, new);
    let (old, new) = (lines_of(old), lines_of(new));
    let comparison = Comparison::of(&old, &new, Instant::now() + MOST_TIME);
    let mut text = String::new();
    for place in comparison.places(CONTEXT) {
        if text.is_empty() {
            let _ = write!(text, "--- {old_name}\n+++ {new_name}\n");
        }
        let ranges = (
            in_all(&place, |piece| &piece.old),
            in_all(&place, |piece| &piece.new),
        );
        let _ = writeln!(
            text,
            "@@ -{} +{} @@",
            in_head(&ranges.0),
            in_head(&ranges.1)
        );
        for piece in place {
            if piece.is_same {
                push_lines(&mut text, ' ', &old, piece.old);
            } else {
                push_lines(&mut text, '-', &old, piece.old);
                push_lines(&mut text, '+', &new, piece.new);
            }
        }
    }
    Diff {
        text,
        added: comparison.added(),
        removed: comparison.removed(),
    }
}

/// From the first to the last line of a place in one of the texts.
fn in_all(place: &[Piece], of: impl Fn(&Piece) -> &Range<usize>) -> Range<usize> {
    let begin = place.first().map_or(0, |first| of(first).start);
    begin..place.last().map_or(begin, |last| of(last).end)
}

/// Lines as a unified diff's head counts them: an empty range is told by the line before it.
fn in_head(lines: &Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => (lines.start + 1).to_string(),
        many => format!("{},{many}", lines.start + 1),
    }
}

fn push_lines(text: &mut String, sign: char, lines: &[&str], range: Range<usize>) {
    for line in lines.get(range).unwrap_or_default() {
        text.push(sign);
        text.push_str(line);
        if !line.ends_with(['\n', '\r']) {
            text.push_str("\n\\ No newline at end of file\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_stand_between_lines_that_are_the_same() {
        let lines = |changed: &str| {
            let line = |number| match number {
                6 => changed.to_owned(),
                _ => format!("line {number}\n"),
            };
            (1..12).map(line).collect::<String>()
        };
        let diff = unified_diff(("a", &lines("old\n")), ("b", &lines("new\nmore\n")));
        assert_eq!((diff.added, diff.removed), (2, 1));
        insta::assert_snapshot!(diff.text, @"
        --- a
        +++ b
        @@ -3,7 +3,8 @@
         line 3
         line 4
         line 5
        -old
        +new
        +more
         line 7
         line 8
         line 9
        ");
    }

    #[test]
    fn equal_texts_have_no_diff_and_a_missing_line_end_shows() {
        let none = unified_diff(("a", "x\n"), ("b", "x\n"));
        assert_eq!(none.text, "");
        assert_eq!((none.added, none.removed), (0, 0));
        let diff = unified_diff(("a", "x\n"), ("b", "x"));
        assert_eq!((diff.added, diff.removed), (1, 1));
        assert!(
            diff.text.contains("\\ No newline at end of file"),
            "{}",
            diff.text
        );
        let diff = unified_diff(("a", ""), ("b", "x\n"));
        assert_eq!((diff.added, diff.removed), (1, 0));
    }
}
