//! Tables in Markdown, aligned so that they read well as they are, too.

use std::fmt;

/// A table with a heading and what there is to say about it.
pub(crate) struct Table {
    heading: String,
    note: String,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Starts a table with the names of its columns.
    pub(crate) fn new(heading: &str, note: &str, columns: &[&str]) -> Self {
        let columns = columns.iter().map(|&name| name.to_owned()).collect();
        Self {
            heading: heading.to_owned(),
            note: note.to_owned(),
            rows: vec![columns],
        }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    fn widths(&self) -> Vec<usize> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max()
        };
        (0..columns).filter_map(width).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        writeln!(f, "### {}\n\n{}\n", self.heading, self.note)?;
        for (index, row) in self.rows.iter().enumerate() {
            for (cell, &width) in row.iter().zip(&widths) {
                write!(f, "| {cell:<width$} ")?;
            }
            writeln!(f, "|")?;
            if index == 0 {
                for &width in &widths {
                    write!(f, "|{}", "-".repeat(width + 2))?;
                }
                writeln!(f, "|")?;
            }
        }
        Ok(())
    }
}

/// A figure with as many digits as mean something; a dash where there is none.
pub(crate) fn figure(value: Option<f64>) -> String {
    match value {
        None => "–".to_owned(),
        Some(value) if value >= 1000.0 => thousands(value),
        Some(value) if value >= 100.0 => format!("{value:.0}"),
        Some(value) if value >= 10.0 => format!("{value:.1}"),
        Some(value) => format!("{value:.2}"),
    }
}

fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits_or_all_of_them() {
        let texts = [0.256, 25.61, 256.1, 2561.4, 25_614_000.0].map(|value| figure(Some(value)));
        assert_eq!(texts, ["0.26", "25.6", "256", "2,561", "25,614,000"]);
        assert_eq!(figure(None), "–");
    }

    #[test]
    fn columns_are_aligned() {
        let mut table = Table::new("Reads", "As seen.", &["server", "calls/s"]);
        table.row(["a".to_owned(), "1,234".to_owned()]);
        let text = "### Reads\n\nAs seen.\n\n| server | calls/s |\n|--------|---------|\n| a      | 1,234   |\n";
        assert_eq!(table.to_string(), text);
    }
}
