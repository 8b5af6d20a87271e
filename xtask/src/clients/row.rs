//! What came of one client, and the table of all of them.

use std::fmt::Write;

use anyhow::Result;

/// What came of one client in one era over one transport.
pub(super) struct Row {
    client: String,
    era: &'static str,
    transport: &'static str,
    /// How many checks passed.
    pub(super) passed: usize,
    /// How many failed as expected.
    pub(super) expected: usize,
    /// What was not as expected.
    pub(super) problems: Vec<String>,
}

impl Row {
    /// Runs a client and fills its row; what it fails with is a problem of the
    /// row, so that the other clients still run.
    pub(super) fn of(
        client: String,
        era: &'static str,
        transport: &'static str,
        run: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Self {
        println!("\n-- {client}, {era}, {transport}");
        let mut row = Self {
            client,
            era,
            transport,
            passed: 0,
            expected: 0,
            problems: Vec::new(),
        };
        if let Err(error) = run(&mut row) {
            row.problems.push(format!("{error:#}"));
        }
        // A client that checks nothing must not look like one that is content.
        if row.passed == 0 && row.problems.is_empty() {
            row.problems.push("nothing was checked".to_owned());
        }
        for problem in &row.problems {
            println!("problem: {problem}");
        }
        row
    }
}

/// A line for each row.
pub(super) fn table(rows: &[Row]) -> String {
    let head = [
        "client",
        "era",
        "transport",
        "passed",
        "expected failures",
        "failed",
    ];
    let mut lines = vec![head.map(str::to_owned)];
    lines.extend(rows.iter().map(|row| {
        [
            row.client.clone(),
            row.era.to_owned(),
            row.transport.to_owned(),
            row.passed.to_string(),
            row.expected.to_string(),
            row.problems.len().to_string(),
        ]
    }));
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(String::len).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let mut table = String::new();
    for line in &lines {
        for (column, (cell, width)) in line.iter().zip(&widths).enumerate() {
            // Words to the left, numbers to the right.
            let _ = if column < 3 {
                write!(table, "{cell:<width$}  ")
            } else {
                write!(table, "{cell:>width$}  ")
            };
        }
        table.truncate(table.trim_end().len());
        table.push('\n');
    }
    table
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn the_table_lines_up() {
        let good = |row: &mut Row| {
            row.passed = 43;
            row.expected = 7;
            Ok(())
        };
        let rows = [
            Row::of("suite 1.0".to_owned(), "2025-11-25", "http", good),
            Row::of("sdk".to_owned(), "modern", "stdio", |_| bail!("no answer")),
        ];
        let lines = [
            "client     era         transport  passed  expected failures  failed\n",
            "suite 1.0  2025-11-25  http           43                  7       0\n",
            "sdk        modern      stdio           0                  0       1\n",
        ];
        assert_eq!(table(&rows), lines.concat());
    }

    #[test]
    fn a_client_that_checked_nothing_is_a_problem() {
        let row = Row::of("sdk".to_owned(), "modern", "http", |_| Ok(()));
        assert_eq!(row.problems, ["nothing was checked"]);
    }
}
