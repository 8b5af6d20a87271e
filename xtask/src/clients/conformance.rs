//! The protocol's own conformance suite, once for each of its eras.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{
    Setup,
    expected::{Check, Expected},
    row::Row,
};
use crate::{
    server::{Server, http_command},
    workspace,
};

/// The revisions whose requirements are checked: the last one with sessions,
/// and the first without.
const ERAS: [&str; 2] = ["2025-11-25", "2026-07-28"];

/// How long the suite may take for one era; some 10 s are usual.
const LIMIT: Duration = Duration::from_secs(300);

/// Runs the suite for both eras.
pub(super) fn run(setup: &Setup) -> Vec<Row> {
    let title = || {
        let package = "@modelcontextprotocol/conformance";
        setup.packages.titled("conformance suite", package)
    };
    let run = |era| Row::of(title(), era, "http", |row| check(setup, era, row));
    ERAS.map(run).into()
}

fn check(setup: &Setup, era: &str, row: &mut Row) -> Result<()> {
    let folder = setup.folder(&format!("conformance-{era}"))?;
    let results = folder.join("results");
    let list = workspace::root()?
        .join("xtask")
        .join("clients")
        .join(format!("expected-failures-{era}.yml"));
    let server = Server::start(http_command(
        &setup.binaries.http,
        "127.0.0.1:0",
        &folder.join("store"),
    ))?;
    let suite = setup
        .packages
        .program("conformance")
        .args(["server", "--url", &server.url("/mcp")])
        .args(["--requirements", era, "--expected-failures"])
        .args([list.as_os_str(), "--output-dir".as_ref()])
        .arg(&results)
        .run_within(LIMIT, &folder.join("suite"))?;
    fs::write(folder.join("server.log"), server.log())?;

    let text = fs::read_to_string(&list)?;
    let expected = Expected::read(&text).with_context(|| list.display().to_string())?;
    let judgement = expected.judge(&checks(&results)?);
    row.passed = judgement.passed;
    row.expected = judgement.expected;
    row.problems = judgement.problems;
    // Where it fails for what we have listed already, that says more.
    if !suite.status.success() && row.problems.is_empty() {
        bail!("the suite failed:\n{}{}", suite.stdout, suite.stderr);
    }
    server.stop()
}

/// All checks of a run: the suite leaves a folder for each scenario, with a
/// file of its checks.
fn checks(results: &Path) -> Result<Vec<Check>> {
    let mut checks = Vec::new();
    for entry in fs::read_dir(results).context("the suite left no results")? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let scenario = scenario(&name).with_context(|| format!("what ran in {name}?"))?;
        let text = fs::read(entry.path().join("checks.json"))
            .with_context(|| format!("{scenario} has no checks"))?;
        let records: Vec<Value> = serde_json::from_slice(&text)?;
        checks.extend(records.iter().filter_map(|it| Check::read(scenario, it)));
    }
    checks.sort_by(|a, b| (&a.scenario, &a.id).cmp(&(&b.scenario, &b.id)));
    Ok(checks)
}

/// The scenario in the name of its folder: `server-ping-2026-11-22T13-01-02-345Z`.
fn scenario(folder: &str) -> Option<&str> {
    const TIME: &str = "-2026-11-22T13-01-02-345Z";
    let scenario = folder.strip_prefix("server-")?;
    scenario.get(..scenario.len().checked_sub(TIME.len())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scenario_is_in_the_folders_name() {
        let found = scenario("server-server-stateless-2026-11-22T12-59-01-600Z");
        assert_eq!(found, Some("server-stateless"));
        assert_eq!(scenario("server-"), None);
    }
}
