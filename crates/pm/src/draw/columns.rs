//! Rows whose parts stand in columns.

use super::line::{Line, Page, Tone};

/// What stands between two columns, in spaces, as many as are put behind each cell.
const GUTTER: usize = 2;

/// The widest that a column gets because of one long text in it, in columns of the terminal; longer
/// ones stand out.
const COLUMN_MAX: usize = 40;

/// The narrowest that a cell is wrapped to, if the terminal is not narrower.
const CELL_MIN: usize = 20;

/// Rows whose parts stand in columns; what does not fit behind the others is
/// wrapped.
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
        let room = width.saturating_sub(indent).max(1);
        for cells in self.0 {
            let mut line = Line::default();
            for (number, cell) in cells.into_iter().enumerate() {
                let start: usize = widths.iter().take(number).map(|width| width + GUTTER).sum();
                let start = start.min(room.saturating_sub(CELL_MIN));
                // A text that is wider than its column has a space behind it all the same.
                if number > 0 {
                    line = line.with("  ", Tone::Plain);
                }
                line = line.padded(start);
                let is_behind_another = line.width() > start;
                if is_behind_another && line.width() + cell.width() > room {
                    let full = std::mem::take(&mut line);
                    page.indented(indent, [full]);
                    line = line.padded(start);
                }
                let mut parts = cell.wrapped(room - start).into_iter();
                line = line.followed_by(parts.next().unwrap_or_default());
                for part in parts {
                    let full = std::mem::replace(&mut line, Line::default().padded(start));
                    page.indented(indent, [full]);
                    line = line.followed_by(part);
                }
            }
            page.indented(indent, [line]);
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
    fn no_row_is_wider_than_the_terminal() {
        let texts = [
            "",
            "a",
            "one two three four five six seven eight",
            "四四四四四",
            &"x".repeat(66),
        ];
        for width in 24..100 {
            let mut columns = Columns::default();
            for first in texts {
                for second in texts {
                    for third in texts {
                        columns.row([first, second, third].map(Line::of).to_vec());
                    }
                }
            }
            let mut page = Page::default();
            columns.put(&mut page, 2, width);
            for line in page.written(false).lines() {
                assert!(Line::of(line).width() <= width, "{width}: {line:?}");
            }
        }
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
