//! Rows whose parts stand in columns.

use super::line::{Line, Page, Tone};

/// What stands between two columns, in spaces, as many as are put behind each cell.
const GUTTER: usize = 2;

/// The widest that a column gets because of one long text in it, in columns of the terminal; longer
/// ones stand out.
const COLUMN_MAX: usize = 40;

/// The narrowest that the last column is wrapped to.
const LAST_MIN: usize = 20;

/// Rows whose parts stand in columns; the last column is wrapped.
#[derive(Debug, Default)]
pub(crate) struct Columns(Vec<Vec<Line>>);

impl Columns {
    pub(crate) fn row(&mut self, cells: Vec<Line>) {
        self.0.push(cells);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts the rows below each other on a page, `indent` spaces from its edge, within `width`.
    pub(crate) fn put(self, page: &mut Page, indent: usize, width: usize) {
        let widths = self.widths();
        for cells in self.0 {
            let count = cells.len();
            let mut line = Line::default();
            for (number, cell) in cells.into_iter().enumerate() {
                let start: usize = widths.iter().take(number).map(|width| width + GUTTER).sum();
                if number + 1 < count {
                    let wide = widths.get(number).copied().unwrap_or_default();
                    // A text that is wider than its column has a space behind it all the same.
                    let cell = cell.padded(wide).with("  ", Tone::Plain);
                    line = line.followed_by(cell).padded(start + wide + GUTTER);
                    continue;
                }
                let room = width.saturating_sub(indent + start).max(LAST_MIN);
                let mut parts = cell.wrapped(room).into_iter();
                let first = parts.next().unwrap_or_default();
                page.indented(indent, [std::mem::take(&mut line).followed_by(first)]);
                page.indented(indent + start, parts);
            }
        }
    }

    fn widths(&self) -> Vec<usize> {
        let columns = self.0.iter().map(Vec::len).max().unwrap_or_default();
        let width = |column| {
            let cells = self.0.iter().filter_map(|cells| cells.get(column));
            let widths = cells.map(Line::width).filter(|width| *width <= COLUMN_MAX);
            widths.max().unwrap_or_default()
        };
        (0..columns).map(width).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_the_last_one_is_wrapped() {
        let mut columns = Columns::default();
        for [first, last] in [
            ["a", "one two three four five six seven"],
            ["bcd", "eight"],
            ["土", ""],
        ] {
            columns.row(vec![Line::of(first), Line::of(last)]);
        }
        let mut page = Page::default();
        columns.put(&mut page, 2, 27);
        assert_eq!(
            page.written(false),
            "  a    one two three four\n       five six seven\n  bcd  eight\n  土\n"
        );
    }

    #[test]
    fn a_long_text_makes_no_column_wide() {
        let mut columns = Columns::default();
        let long = "x".repeat(60);
        columns.row(vec![Line::of(&long), Line::of("one")]);
        columns.row(vec![Line::of("y"), Line::of("two")]);
        let mut page = Page::default();
        columns.put(&mut page, 0, 80);
        assert_eq!(page.written(false), format!("{long}  one\ny  two\n"));
    }
}
