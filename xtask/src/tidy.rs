//! `cargo xtask tidy`: checks the sources for what the compiler does not look at.

use anyhow::Result;

use crate::workspace;

/// The options of `cargo xtask tidy`.
#[derive(clap::Args)]
pub(crate) struct Options {}

/// Checks every tracked file and fails where one breaks a rule.
pub(crate) fn run(_options: &Options) -> Result<()> {
    let root = workspace::root()?;
    println!("tidy: {}", root.display());
    Ok(())
}
