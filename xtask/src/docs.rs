//! `cargo xtask docs`: what the pages of `docs/` repeat of the code is written anew.

use anyhow::Result;

use crate::{cmd::cargo, workspace};

/// The options of `cargo xtask docs`.
#[derive(Default, clap::Args)]
pub(crate) struct Options {
    /// Changes nothing, and fails if a page is not as the definitions say
    #[arg(long)]
    pub(crate) check: bool,
}

/// Writes or checks the pages.
pub(crate) fn run(options: &Options) -> Result<()> {
    let docs = workspace::root()?.join("docs");
    // Without a package: all dependencies then have the features that tests compile them with.
    let write = cargo()
        .args(["run", "--quiet", "--locked", "--bin", "pm-reference", "--"])
        .arg(&docs)
        .args(options.check.then_some("--check"))
        .dir(workspace::root()?);
    write.run()
}
