//! A login at a real authorization server with the official TypeScript SDKs; `login.mjs` says what they
//! do there, and starts that server and ours.

use anyhow::Result;

use super::{Setup, row::Row, sdk};

/// The SDKs by their folders, and the version of the protocol that each speaks.
const SDKS: [(&str, &str); 3] = [
    ("@modelcontextprotocol/client", "2026-07-28"),
    ("@modelcontextprotocol/client", "2025-11-25"),
    ("@modelcontextprotocol/sdk", "2025-11-25"),
];

/// Logs in with each of the SDKs.
pub(super) fn run(setup: &Setup) -> Vec<Row> {
    let rows = SDKS.map(|(package, era)| {
        let title = setup.packages.titled("OAuth by TypeScript SDK", package);
        Row::of(title, era, "http", |row| log_in(setup, row, package, era))
    });
    rows.into_iter().collect()
}

fn log_in(setup: &Setup, row: &mut Row, package: &str, era: &str) -> Result<()> {
    let folder = setup.folder(&format!("login {package} {era}").replace(['/', ' '], "-"))?;
    let script = setup.packages.script("login.mjs").args([package, era]);
    let script = script.arg(&setup.binaries.http).arg(folder.join("store"));
    sdk::check(row, script, &folder)
}
