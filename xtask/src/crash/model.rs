//! `cargo xtask crash`: crashes the file store at every moment of random
//! scenarios, on a model of a file system, and recovers what may be left.
//!
//! The tests of pm-core do the same in small; here they run optimised, with
//! as many disks as are asked for, and everything is tried with each of them.

use std::fmt::Write as _;

use anyhow::Result;

use crate::{cmd::cargo, workspace};

/// Where the tests are.
const TESTS: &str = "store::file::tests::crash::";

/// The test that leaves out one sync after another.
const MUTATIONS: &str = "store::file::tests::crash::mutations::";

/// The options of `cargo xtask crash`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many disks are recovered: by all campaigns together, or by each of
    /// them for each sync that is left out [default: 100000, or 2000]
    #[arg(long)]
    states: Option<u64>,
    /// The seed of the first scenario
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Leaves out one sync after another; each time a campaign must notice
    #[arg(long)]
    mutations: bool,
}

/// Runs the campaigns, and fails where anything was lost that was promised.
pub(crate) fn run(options: &Options) -> Result<()> {
    let tests = cargo()
        .args(["test", "--release", "--locked", "--package", "pm-core"])
        .args(["--lib", "--no-fail-fast", "--", "--nocapture"])
        // Fast code soon, rather than the fastest: this measures nothing.
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("PM_CRASH_SEED", options.seed.to_string())
        .dir(workspace::root()?);
    if options.mutations {
        let states = options.states.unwrap_or(2_000).to_string();
        let tests = tests.arg(MUTATIONS).env("PM_CRASH_STATES", states);
        let head = ["sync", "ran", "noticed", "by"];
        run_for_table(tests, "mutation|", head)
    } else {
        let states = options.states.unwrap_or(100_000).to_string();
        let tests = tests.arg(TESTS).args(["--skip", MUTATIONS]);
        let head = ["scenario", "runs", "crash points", "states", "failures"];
        run_for_table(tests.env("PM_CRASH_STATES", states), "crash|", head)
    }
}

/// Runs tests, and prints the rows that they write as a table at the end.
fn run_for_table<const N: usize>(
    tests: crate::cmd::Cmd,
    mark: &str,
    head: [&str; N],
) -> Result<()> {
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
fn table(rows: &[Vec<String>]) -> String {
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
