//! The words that changed in lines that took the place of others.

use std::ops::Range;
use std::time::Instant;

use pm_core::diff::Comparison;

/// A line in pieces, each with whether it is what changed.
pub(super) type Pieces<'t> = Vec<(bool, &'t str)>;

/// The old lines and the new ones in pieces. They stay whole if less than half of their words are
/// in both: all that is told apart then would be noise.
pub(super) fn told_apart<'t>(
    old: &[&'t str],
    new: &[&'t str],
    until: Instant,
) -> (Vec<Pieces<'t>>, Vec<Pieces<'t>>) {
    let (olds, news) = (Words::of(old), Words::of(new));
    let count = olds.texts.len() + news.texts.len();
    let is_enough = |in_both: usize| 4 * in_both >= count;
    if is_enough(olds.texts.len().min(news.texts.len())) {
        let comparison = Comparison::of(&olds.texts, &news.texts, until);
        let in_both = olds.texts.len() - comparison.removed();
        if is_enough(in_both) {
            let pieces = || comparison.pieces();
            return (
                olds.as_lines(old.len(), pieces().map(|piece| (!piece.is_same, piece.old))),
                news.as_lines(new.len(), pieces().map(|piece| (!piece.is_same, piece.new))),
            );
        }
    }
    (whole(old), whole(new))
}

/// Lines of which nothing is told apart.
pub(super) fn whole<'t>(lines: &[&'t str]) -> Vec<Pieces<'t>> {
    lines.iter().map(|line| vec![(false, *line)]).collect()
}

/// The words of some lines, and the white space between them.
struct Words<'t> {
    texts: Vec<&'t str>,
    /// The line of each.
    lines: Vec<usize>,
}

impl<'t> Words<'t> {
    fn of(lines: &[&'t str]) -> Self {
        let mut texts = Vec::new();
        let mut line_of = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            let mut rest = *line;
            while let Some(first) = rest.chars().next() {
                let is_space = first.is_whitespace();
                let end = rest.find(|c: char| c.is_whitespace() != is_space);
                let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
                texts.push(word);
                line_of.push(number);
                rest = after;
            }
        }
        Self {
            texts,
            lines: line_of,
        }
    }

    /// The words as `count` lines, of ranges of words that changed or did not. The end of a line
    /// never counts as changed: it would be marked where nobody sees it.
    fn as_lines(
        &self,
        count: usize,
        ranges: impl Iterator<Item = (bool, Range<usize>)>,
    ) -> Vec<Pieces<'t>> {
        let mut lines = vec![Pieces::new(); count];
        for (is_changed, range) in ranges {
            let words = self.texts.get(range.clone()).unwrap_or_default();
            let numbers = self.lines.get(range).unwrap_or_default();
            for (word, number) in words.iter().zip(numbers) {
                let Some(line) = lines.get_mut(*number) else {
                    continue;
                };
                let (word, end) = word.split_at(word.trim_end_matches(['\r', '\n']).len());
                line.extend([(is_changed, word), (false, end)]);
            }
        }
        lines
    }
}
