//! The official Rust SDK, and calls that are sent all at once: tests of ours over the real
//! servers, run here as well, so that one table shows every client.

use std::fs;

use anyhow::{Context, Result, bail};

use super::{Setup, row::Row};
use crate::{cmd::cargo, workspace};

/// The tests that speak through the SDK.
const SDK: &[&str] = &[
    "eras::",
    "it_is_the_same_in_every_session_era_and_transport",
];

/// The tests that send bursts of calls, and calls of one id.
const AT_ONCE: &[&str] = &["order::"];

/// Runs both kinds.
pub(super) fn run(_setup: &Setup) -> Vec<Row> {
    let title = sdk_version().map_or_else(
        |_| "Rust SDK of no version".to_owned(),
        |version| format!("Rust SDK {version}"),
    );
    vec![
        Row::of(title, "both", "both", |row| tests(SDK, row)),
        Row::of("calls at once".to_owned(), "both", "both", |row| {
            tests(AT_ONCE, row)
        }),
    ]
}

/// Runs the tests whose names hold one of `filters`; each has to find some.
fn tests(filters: &[&str], row: &mut Row) -> Result<()> {
    let mut ran = Vec::new();
    let step = cargo()
        // The whole workspace, so that nothing is compiled with other features than it is already.
        .args(["test", "--workspace", "--locked", "--test", "it", "--"])
        .args(filters)
        .dir(workspace::root()?);
    let outcome = step.run_seeing(|line| ran.extend(passed(line).map(str::to_owned)));
    row.passed = ran.len();
    outcome?;
    for filter in filters {
        if !ran.iter().any(|name| name.contains(filter)) {
            bail!("no test is called like {filter}");
        }
    }
    Ok(())
}

/// The test that a line says has passed: `test eras::a_name ... ok`.
fn passed(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... ok")
}

/// The version of the SDK that the tests are built with.
fn sdk_version() -> Result<String> {
    let lock = fs::read_to_string(workspace::root()?.join("Cargo.lock"))?;
    let (_, entry) = lock
        .split_once("name = \"rmcp\"\nversion = \"")
        .context("Cargo.lock has no rmcp")?;
    let (version, _) = entry.split_once('"').context("rmcp has no version")?;
    Ok(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_passed_is_found_in_its_line() {
        assert_eq!(passed("test eras::a_name ... ok"), Some("eras::a_name"));
        assert_eq!(passed("test eras::a_name ... FAILED"), None);
        assert_eq!(passed("test result: ok. 5 passed"), None);
    }

    #[test]
    fn the_version_is_that_of_the_lock_file() {
        assert!(
            sdk_version()
                .unwrap()
                .starts_with(|c: char| c.is_ascii_digit())
        );
    }
}
