//! The tables that the ways of crashing print.

use std::fmt::Write as _;

use anyhow::Result;

use crate::cmd::Cmd;

/// Runs tests, and prints the rows that they write as a table at the end.
pub(super) fn run_for_table<const N: usize>(tests: Cmd, mark: &str, head: [&str; N]) -> Result<()> {
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let outcome = tests.run_seeing(|line| rows.extend(row(line, mark, N)));
    println!("\n{}", table(&rows));
    outcome
}

/// The cells of a line that has the mark; the test runner may have begun it.
fn row(line: &str, mark: &str, cells: usize) -> Option<Vec<String>> {
    let (_, row) = line.split_once(mark)?;
    Some(row.splitn(cells, '|').map(str::to_owned).collect())
}

/// Lays out rows in columns as wide as their widest cell.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(line, "{cell:<width$}  ");
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_and_laid_out() {
        let lines = [
            "test a ... crash|names|1|20",
            "other",
            "crash|all that|300|4",
        ];
        let rows = lines.iter().filter_map(|line| row(line, "crash|", 3));
        let table = table(&rows.collect::<Vec<_>>());
        assert_eq!(table, "names     1    20\nall that  300  4\n");
    }
}
