//! Crashes the file store at every moment of random scenarios, on a model of a file system, and
//! recovers what may be left.
//!
//! The tests of pm-core do the same in small; here they run optimised, with as many disks as are
//! asked for, and everything is tried with each of them.

use anyhow::Result;

use super::table::run_for_table;
use crate::{
    cmd::{Cmd, cargo},
    workspace,
};

/// Where the tests are.
const TESTS: &str = "store::file::tests::crash::";

/// The test that leaves out one sync after another.
const MUTATIONS: &str = "store::file::tests::crash::mutations::";

/// Runs all campaigns; together they recover as many disks as `states`.
pub(super) fn campaigns(states: u64, seed: u64) -> Result<()> {
    let tests = tests(states, seed)?;
    let head = ["scenario", "runs", "crash points", "states", "failures"];
    run_for_table(tests.arg(TESTS).args(["--skip", MUTATIONS]), "crash|", head)
}

/// Leaves out one sync after another; for each, a campaign recovers as many disks.
pub(super) fn mutations(states: u64, seed: u64) -> Result<()> {
    let head = ["sync", "ran", "noticed", "by"];
    run_for_table(tests(states, seed)?.arg(MUTATIONS), "mutation|", head)
}

fn tests(states: u64, seed: u64) -> Result<Cmd> {
    let tests = cargo()
        .args(["test", "--release", "--locked", "--package", "pm-core"])
        .args(["--lib", "--no-fail-fast", "--", "--nocapture"])
        // Fast code soon, rather than the fastest: this measures nothing.
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("PM_CRASH_SEED", seed.to_string())
        .env("PM_CRASH_STATES", states.to_string());
    Ok(tests.dir(workspace::root()?))
}
