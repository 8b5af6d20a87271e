//! Kills servers of the release build that write to one directory, on real files.
//!
//! The end-to-end tests do the same in small, with the build that they are made for.

use anyhow::Result;

use super::table::run_for_table;
use crate::{
    cmd::cargo,
    workspace::{self, Profile},
};

/// The test.
const TEST: &str = "kill::";

/// Kills as many servers as `cycles`.
pub(super) fn run(cycles: u64, seed: u64) -> Result<()> {
    let program = workspace::binaries(Profile::Release)?.stdio;
    let test = cargo()
        // Of the whole workspace, as all tests are built: nothing is compiled twice.
        .args(["test", "--locked", "--workspace", "--test", "it"])
        .args(["--", "--nocapture", TEST])
        .env("PM_KILL_CYCLES", cycles.to_string())
        .env("PM_KILL_SEED", seed.to_string())
        .env("PM_KILL_PROGRAM", program)
        .dir(workspace::root()?);
    let head = [
        "cycles",
        "in the middle of a change",
        "of replacing a file",
        "sent",
        "acknowledged",
        "lost",
        "longest journal",
    ];
    run_for_table(test, "kill|", head)
}
