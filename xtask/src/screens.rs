//! `cargo xtask screens`: pictures of the pages, for the README and for whoever changes how they
//! look. `tests/browser/screens.mjs` takes them, from a plan that is always the same.

use anyhow::Result;

use crate::{browser, workspace};

/// Where the pictures go.
const FOLDER: &str = "docs/screens";

/// The options of `cargo xtask screens`.
#[derive(clap::Args)]
pub(crate) struct Options {}

/// Takes the pictures.
pub(crate) fn run(_options: &Options) -> Result<()> {
    let folder = workspace::root()?.join(FOLDER);
    browser::Setup::new()?
        .script("screens.mjs")
        .arg(folder)
        .run()
}
