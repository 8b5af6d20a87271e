//! What differs between two texts: the lines that came and went, and in them the words.

mod words;

use std::ops::Range;
use std::time::{Duration, Instant};

use askama::Template;
use askama::filters::HtmlSafe;
use pm_core::diff::{Comparison, Piece, lines_of};

use words::{Pieces, told_apart, whole};

/// How many lines of a difference are shown.
const SHOWN_MAX: usize = 2000;

/// How many lines that are the same are shown around a change.
const CONTEXT: usize = 3;

/// How long the smallest difference is looked for; after that, a larger one will do.
const MOST_TIME: Duration = Duration::from_millis(500);

/// How long, after that, words are looked for in lines.
const MOST_TIME_FOR_WORDS: Duration = Duration::from_millis(250);

/// The lines that came and went, with some around them.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "parts/diff-lines.html")]
pub(crate) struct DiffLines {
    pub(crate) added: usize,
    pub(crate) removed: usize,
    /// The lines of each place that changed.
    places: Vec<Vec<Line>>,
    /// How many more lines there are than are shown.
    left_out: usize,
    /// Whether it took so long that a larger difference than the smallest may be shown.
    is_rough: bool,
    /// Whether the lines of the new text can be led to, as on a page with no other difference.
    has_anchors: bool,
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

    /// The same, of which at most `most` lines are shown.
    pub(crate) fn beginning(old: &str, new: &str, most: usize) -> Self {
        let until = Instant::now() + MOST_TIME;
        // Ends of lines are shown only if they tell the two texts apart: if both have such ends,
        // they would be noise.
        let hides_returns = [old, new].iter().all(|text| text.contains("\r\n"));
        let (old, new) = (lines_of(old), lines_of(new));
        let comparison = Comparison::of(&old, &new, until);
        let is_rough = Instant::now() >= until;
        let words_until = Instant::now() + MOST_TIME_FOR_WORDS;
        let mut room = most;
        let mut left_out = 0;
        let mut places = Vec::new();
        for place in comparison.places(CONTEXT) {
            let in_all: usize = place.iter().map(count_of).sum();
            let mut lines = Vec::new();
            for piece in place {
                if lines.len() >= room {
                    break;
                }
                let of_piece = Line::all_of(&piece, (&old, &new), hides_returns, words_until);
                lines.extend(of_piece.into_iter().take(room - lines.len()));
            }
            room -= lines.len();
            left_out += in_all - lines.len();
            places.push(lines);
        }
        places.retain(|lines| !lines.is_empty());
        Self {
            added: comparison.added(),
            removed: comparison.removed(),
            places,
            left_out,
            is_rough,
            has_anchors: false,
        }
    }

    /// The same with lines of the new text that can be led to.
    pub(crate) fn with_anchors(self) -> Self {
        Self {
            has_anchors: true,
            ..self
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
fn count_of(piece: &Piece) -> usize {
    if piece.is_same {
        piece.new.len()
    } else {
        piece.old.len() + piece.new.len()
    }
}

impl Line {
    /// The lines of a piece of the difference between two texts in lines.
    fn all_of(
        piece: &Piece,
        (old, new): (&[&str], &[&str]),
        hides_returns: bool,
        words_until: Instant,
    ) -> Vec<Self> {
        let old = old.get(piece.old.clone()).unwrap_or_default();
        let new = new.get(piece.new.clone()).unwrap_or_default();
        let numbered = |range: &Range<usize>| range.start + 1..range.end + 1;
        let line = |kind, old, new, pieces: Pieces<'_>| Self {
            kind,
            old,
            new,
            is_open: !pieces.iter().any(|(_, text)| text.ends_with(['\n', '\r'])),
            pieces: shown(pieces, hides_returns),
        };
        if piece.is_same {
            let numbers = numbered(&piece.old).zip(numbered(&piece.new));
            let lines = numbers.zip(whole(new));
            return lines
                .map(|((old, new), pieces)| line(Kind::Same, Some(old), Some(new), pieces))
                .collect();
        }
        let is_replaced = !old.is_empty() && !new.is_empty();
        let (olds, news) = if is_replaced && Instant::now() < words_until {
            told_apart(old, new, words_until)
        } else {
            (whole(old), whole(new))
        };
        let removed = numbered(&piece.old).zip(olds);
        let added = numbered(&piece.new).zip(news);
        removed
            .map(|(number, pieces)| line(Kind::Removed, Some(number), None, pieces))
            .chain(added.map(|(number, pieces)| line(Kind::Added, None, Some(number), pieces)))
            .collect()
    }
}

/// Pieces of a line without its end, those in a row that are alike as one.
fn shown(pieces: Pieces<'_>, hides_returns: bool) -> Vec<(bool, String)> {
    let mut shown: Vec<(bool, String)> = Vec::new();
    for (is_changed, text) in pieces {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = if hides_returns {
            text.strip_suffix('\r').unwrap_or(text)
        } else {
            text
        };
        match shown.last_mut() {
            Some((before, all)) if *before == is_changed => all.push_str(text),
            _ if text.is_empty() => {}
            _ => shown.push((is_changed, text.to_owned())),
        }
    }
    shown
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
