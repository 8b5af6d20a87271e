//! `cargo xtask docs`: the pages of `docs/`: what they repeat of the code is written anew, and they
//! are built as a book whose links lead somewhere.
//!
//! `tidy` sees to the links in the Markdown and to the list of pages, a test to the commands in it
//! (`tests/it/docs.rs`).

mod book_links;
mod mdbook;

use anyhow::Result;

use crate::{cmd::cargo, workspace};

/// The options of `cargo xtask docs`.
#[derive(Default, clap::Args)]
pub(crate) struct Options {
    /// Changes nothing, and fails if a page is not as the definitions say
    #[arg(long)]
    pub(crate) check: bool,
}

/// Writes or checks the pages, builds the book, and says what could not be checked.
pub(crate) fn run(options: &Options) -> Result<()> {
    if let Some(what) = check(options)? {
        println!("not checked: {what}");
    }
    Ok(())
}

/// The same; returns what could not be checked, and why.
pub(crate) fn check(options: &Options) -> Result<Option<String>> {
    let docs = workspace::root()?.join("docs");
    // Without a package: all dependencies then have the features that tests compile them with.
    let write = cargo()
        .args(["run", "--quiet", "--locked", "--bin", "pm-reference", "--"])
        .arg(&docs)
        .args(options.check.then_some("--check"))
        .dir(workspace::root()?);
    write.run()?;
    match mdbook::build(&docs)? {
        Ok(folder) => {
            let pages = book_links::check(&folder)?;
            println!(
                "{}: {pages} pages, and each link leads somewhere",
                folder.display()
            );
            Ok(None)
        }
        Err(why) => Ok(Some(format!("the book, as {why}"))),
    }
}
