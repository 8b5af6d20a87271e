//! `cargo xtask deny`: licences, sources and known faults of the dependencies.
//!
//! cargo-deny is installed where it is missing. Its database of known faults
//! is a git repository on another host than the packages: a machine may reach
//! the one and not the other, and then says what it has not checked.

use anyhow::{Result, bail};

use crate::{
    cmd::{cargo, cmd},
    workspace,
};

/// The cargo-deny that `deny.toml` is written for.
const VERSION: &str = "^0.20";

/// What cargo-deny says where it cannot get the known faults.
const NO_DATABASE: &str = "failed to fetch advisory database";

/// The options of `cargo xtask deny`.
#[derive(clap::Args)]
pub(crate) struct Options {}

/// Checks the dependencies, and says what could not be checked.
pub(crate) fn run(_options: &Options) -> Result<()> {
    if let Some(what) = check()? {
        println!("not checked: {what}");
    }
    Ok(())
}

/// Checks the dependencies against `deny.toml`; returns what could not be
/// checked, and why.
pub(crate) fn check() -> Result<Option<String>> {
    if let Err(error) = install_where_missing() {
        return Ok(Some(format!(
            "the dependencies, as cargo-deny is not to be had: {error:#}"
        )));
    }
    cargo()
        .args(["deny", "--all-features", "check"])
        .args(["--hide-inclusion-graph", "bans", "licenses", "sources"])
        .dir(workspace::root()?)
        .run()?;
    let output = cargo()
        .args(["deny", "--all-features", "check", "advisories"])
        // Without it, git may wait for a name and a password.
        .env("GIT_TERMINAL_PROMPT", "0")
        .dir(workspace::root()?)
        .capture()?;
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains(NO_DATABASE) {
        let what = "advisories, as their database cannot be fetched from here";
        return Ok(Some(what.to_owned()));
    }
    println!("{}", said.trim_end());
    if !output.status.success() {
        bail!("a dependency has a known fault");
    }
    Ok(None)
}

/// Installs cargo-deny for this user. Unoptimised, it is built in half of
/// the time and checks in under a second all the same.
fn install_where_missing() -> Result<()> {
    if cmd("cargo-deny").arg("--version").read().is_ok() {
        return Ok(());
    }
    cargo()
        .args(["install", "--locked", "--debug", "--quiet"])
        .args(["--version", VERSION, "cargo-deny"])
        .run()
}
