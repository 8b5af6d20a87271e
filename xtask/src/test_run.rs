//! Runs the tests of the workspace, and counts them over all test binaries.

use std::fmt;

use anyhow::{Result, bail};

use crate::{cmd::cargo, workspace};

/// How many tests ran, and how they ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    passed: u64,
    failed: u64,
}

/// Runs all tests, and fails where one fails or none ran.
pub(crate) fn run_all() -> Result<Totals> {
    let mut totals = Totals::default();
    cargo()
        .args(["test", "--workspace", "--locked", "--no-fail-fast"])
        .dir(workspace::root()?)
        .run_seeing(|line| totals.add(line))?;
    if !totals.has_passed() {
        bail!("no test ran");
    }
    Ok(totals)
}

impl Totals {
    /// Whether any test has passed.
    pub(crate) fn has_passed(&self) -> bool {
        self.passed > 0
    }

    /// Adds what a test binary says at its end:
    /// `test result: ok. 5 passed; 0 failed; 0 ignored; …`.
    pub(crate) fn add(&mut self, line: &str) {
        let Some(counts) = line.strip_prefix("test result: ") else {
            return;
        };
        let count = |what: &str| -> u64 {
            let before = counts.split_once(what).map_or("", |(before, _)| before);
            let number = before.trim_end().rsplit(' ').next();
            number.and_then(|it| it.parse().ok()).unwrap_or_default()
        };
        self.passed += count("passed");
        self.failed += count("failed");
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_of_all_binaries_add_up() {
        let mut totals = Totals::default();
        for line in [
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out",
            "test a::test_result ... ok",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured",
            "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured",
        ] {
            totals.add(line);
        }
        assert_eq!(totals.to_string(), "15 passed, 2 failed");
    }
}
