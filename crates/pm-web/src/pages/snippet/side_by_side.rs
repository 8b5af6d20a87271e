//! A difference in two columns: what went beside what came in its place.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::diff_lines::{DiffLines, Kind, Line};

/// The rows of a difference in two columns.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "parts/side-by-side.html")]
pub(super) struct SideBySide<'a> {
    /// What the columns are called.
    heads: (String, String),
    places: Vec<Vec<(Option<&'a Line>, Option<&'a Line>)>>,
}

/// It is made of a template that escapes.
impl HtmlSafe for SideBySide<'_> {}

impl<'a> SideBySide<'a> {
    /// The lines of a difference between two texts that are called so.
    pub(super) fn new(lines: &'a DiffLines, heads: (String, String)) -> Self {
        Self {
            heads,
            places: lines.places().iter().map(|lines| rows(lines)).collect(),
        }
    }
}

/// Lines in pairs: those that are the same beside themselves, and those that went beside those that
/// came, as far as there are as many.
fn rows(lines: &[Line]) -> Vec<(Option<&Line>, Option<&Line>)> {
    let mut rows = Vec::new();
    for block in lines.chunk_by(|one, next| (one.kind == Kind::Same) == (next.kind == Kind::Same)) {
        if block.iter().all(|line| line.kind == Kind::Same) {
            rows.extend(block.iter().map(|line| (Some(line), Some(line))));
            continue;
        }
        let of = |kind| block.iter().filter(move |line| line.kind == kind);
        let (mut went, mut came) = (of(Kind::Removed), of(Kind::Added));
        loop {
            match (went.next(), came.next()) {
                (None, None) => break,
                row => rows.push(row),
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_stands_beside_what_came() {
        let lines = DiffLines::between("a\nb\nc\nd\n", "a\nB\nC\nmore\nd\n");
        let number = |line: Option<&Line>, of: fn(&Line) -> Option<usize>| line.and_then(of);
        let rows = rows(&lines.places()[0]);
        let numbers: Vec<_> = rows
            .iter()
            .map(|(old, new)| (number(*old, |line| line.old), number(*new, |line| line.new)))
            .collect();
        let all = [
            (Some(1), Some(1)),
            (Some(2), Some(2)),
            (Some(3), Some(3)),
            (None, Some(4)),
            (Some(4), Some(5)),
        ];
        assert_eq!(numbers, all);
    }
}
