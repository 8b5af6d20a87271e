//! What differs between two texts: the lines that came and went, and in them the words.

use std::time::{Duration, Instant};

use askama::Template;
use askama::filters::HtmlSafe;
use similar::{ChangeTag, DiffOp, InlineChange, TextDiff};

/// How many lines of a difference are shown.
const SHOWN_MAX: usize = 2000;

/// How many lines that are the same are shown around a change.
const CONTEXT: usize = 3;

/// How long the smallest difference is looked for; behind that a larger one will do.
const MOST_TIME: Duration = Duration::from_millis(500);

/// How long, after that, words are looked for in lines.
const MOST_TIME_FOR_WORDS: Duration = Duration::from_millis(250);

/// The lines that came and went, with some around them.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "parts/diff-lines.html")]
pub(crate) struct DiffLines {
    pub(crate) added: usize,
    pub(crate) removed: usize,
    /// Those of each place that changed.
    places: Vec<Vec<Line>>,
    /// How many more lines there are than are shown.
    left_out: usize,
    /// Whether it took so long that a larger difference than the smallest may be shown.
    is_rough: bool,
}

/// A line of one of the two texts, or of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) kind: Kind,
    /// Its number in the old text, and in the new one.
    pub(crate) old: Option<usize>,
    pub(crate) new: Option<usize>,
    /// Its pieces, each with whether it is what changed.
    pub(crate) pieces: Vec<(bool, String)>,
    /// Whether the text ends with it, and without an end of the line.
    pub(crate) is_open: bool,
}

/// Which of the two texts has a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Same,
    Removed,
    Added,
}

/// It is made of a template that escapes.
impl HtmlSafe for DiffLines {}

impl DiffLines {
    /// What came into `new` and went from `old`.
    pub(crate) fn between(old: &str, new: &str) -> Self {
        Self::beginning(old, new, SHOWN_MAX)
    }

    /// The same, of which so many lines are shown at most.
    pub(crate) fn beginning(old: &str, new: &str, most: usize) -> Self {
        let begun = Instant::now();
        let diff = TextDiff::configure()
            .timeout(MOST_TIME)
            .diff_lines(old, new);
        let is_rough = begun.elapsed() >= MOST_TIME;
        let words_until = Instant::now() + MOST_TIME_FOR_WORDS;
        let (mut added, mut removed) = (0, 0);
        for op in diff.ops() {
            if !matches!(op, DiffOp::Equal { .. }) {
                removed += op.old_range().len();
                added += op.new_range().len();
            }
        }
        // Only what tells the two apart: in a text with such ends everywhere they would be noise.
        let hides_returns = [old, new].iter().all(|text| text.contains("\r\n"));
        let mut room = most;
        let mut left_out = 0;
        let mut places = Vec::new();
        for place in diff.grouped_ops(CONTEXT) {
            let in_all: usize = place.iter().map(lines_of).sum();
            let mut lines = Vec::new();
            for op in &place {
                if lines.len() >= room {
                    break;
                }
                let changes = diff.iter_inline_changes_deadline(op, Some(words_until));
                let changes = changes.take(room - lines.len());
                lines.extend(changes.map(|change| Line::of(&change, hides_returns)));
            }
            room -= lines.len();
            left_out += in_all - lines.len();
            places.push(lines);
        }
        places.retain(|lines| !lines.is_empty());
        Self {
            added,
            removed,
            places,
            left_out,
            is_rough,
        }
    }

    /// Whether the two texts are the same.
    pub(crate) fn is_empty(&self) -> bool {
        self.added + self.removed == 0
    }

    /// Whether some lines are not shown.
    pub(crate) fn is_cut(&self) -> bool {
        self.left_out > 0
    }

    pub(crate) fn places(&self) -> &[Vec<Line>] {
        &self.places
    }
}

/// How many lines are shown of a piece of the difference.
fn lines_of(op: &DiffOp) -> usize {
    match op {
        DiffOp::Equal { len, .. } => *len,
        other => other.old_range().len() + other.new_range().len(),
    }
}

impl Line {
    fn of(change: &InlineChange<'_, str>, hides_returns: bool) -> Self {
        let pieces = change.values().iter().map(|(is_changed, text)| {
            let text = text.strip_suffix('\n').unwrap_or(text);
            let text = if hides_returns {
                text.strip_suffix('\r').unwrap_or(text)
            } else {
                text
            };
            (*is_changed, text.to_owned())
        });
        Self {
            kind: match change.tag() {
                ChangeTag::Equal => Kind::Same,
                ChangeTag::Delete => Kind::Removed,
                ChangeTag::Insert => Kind::Added,
            },
            old: change.old_index().map(|index| index + 1),
            new: change.new_index().map(|index| index + 1),
            pieces: pieces.filter(|(_, text)| !text.is_empty()).collect(),
            is_open: change.missing_newline(),
        }
    }
}

impl Kind {
    /// Its class in the style sheet.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Removed => "removed",
            Self::Added => "added",
        }
    }

    /// What stands in front of a line of it.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Same => " ",
            Self::Removed => "-",
            Self::Added => "+",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A difference as text, with what changed in a line between braces.
    fn shown(diff: &DiffLines) -> Vec<String> {
        let number = |of: Option<usize>| of.map_or("-".to_owned(), |number| number.to_string());
        let line = |line: &Line| {
            let pieces = line
                .pieces
                .iter()
                .map(|(is_changed, text)| match is_changed {
                    true => format!("{{{text}}}"),
                    false => text.clone(),
                });
            let text: String = pieces.collect();
            let (old, new) = (number(line.old), number(line.new));
            format!("{old} {new} {}{text}", line.kind.sign())
        };
        diff.places.concat().iter().map(line).collect()
    }

    #[test]
    fn the_words_that_changed_are_told_in_their_lines() {
        let old = "fn next(&mut self) {\n    self.pos += 1;\n}\n";
        let new = "fn next(&mut self) {\n    self.position += 1;\n}\n";
        let diff = DiffLines::between(old, new);
        assert_eq!((diff.added, diff.removed), (1, 1));
        assert_eq!(
            shown(&diff),
            [
                "1 1  fn next(&mut self) {",
                "2 - -    {self.pos} += 1;",
                "- 2 +    {self.position} += 1;",
                "3 3  }",
            ]
        );
    }

    #[test]
    fn a_text_that_only_grew_has_no_words_apart() {
        let diff = DiffLines::between("a\n", "a\nb");
        assert_eq!(shown(&diff), ["1 1  a", "- 2 +b"]);
        let last = diff.places.concat().pop().unwrap();
        assert!(last.is_open, "its line has no end");
    }

    #[test]
    fn ends_of_lines_show_if_they_are_what_differs() {
        let diff = DiffLines::between("a\r\nb\r\n", "a\r\nc\r\n");
        assert_eq!(shown(&diff), ["1 1  a", "2 - -{b}", "- 2 +{c}"]);
        let diff = DiffLines::between("a\r\n", "a\n");
        assert_eq!((diff.added, diff.removed), (1, 1));
        assert_eq!(shown(&diff), ["1 - -a\r", "- 1 +a"]);
    }

    #[test]
    fn a_long_difference_is_cut_and_says_by_how_much() {
        let new = "line\n".repeat(SHOWN_MAX + 500);
        let diff = DiffLines::between("", &new);
        assert_eq!((diff.added, diff.left_out), (SHOWN_MAX + 500, 500));
        assert_eq!(diff.places.concat().len(), SHOWN_MAX);
        assert!(DiffLines::between(&new, &new).is_empty());
    }
}
