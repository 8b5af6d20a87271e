//! Writes the parts of `docs/` that only repeat what the code defines: the tools and the options.
//!
//! A page stays one that people write; it says with two comments where a part goes. This is a
//! program of its own, and not a module of `xtask`, so that chores need not build the servers.

mod options;
mod page;
mod table;
mod tools;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Parser;

use crate::page::with_part;

/// What is written, and whether it is.
#[derive(Parser)]
struct Cli {
    /// The folder of the pages
    folder: PathBuf,
    /// Changes nothing, and fails if a page is not as the definitions say
    #[arg(long)]
    check: bool,
}

/// A part of a page: which page, its name there, and the text that belongs there.
type Part = (&'static str, &'static str, String);

fn main() -> Result<()> {
    let Cli { folder, check } = Cli::parse();
    let stale = write(&folder, &parts()?, check)?;
    if check && !stale.is_empty() {
        bail!(
            "{} differ from the definitions; `cargo xtask docs` writes them anew",
            stale.join(", ")
        );
    }
    Ok(())
}

/// All parts, from the definitions of today.
fn parts() -> Result<Vec<Part>> {
    let mut parts = options::parts();
    parts.extend(tools::parts()?);
    Ok(parts)
}

/// Puts the parts into their pages, unless that is only to be checked; the pages that differ.
fn write(folder: &std::path::Path, parts: &[Part], check: bool) -> Result<Vec<&'static str>> {
    let mut stale = Vec::new();
    for (page, part, text) in parts {
        let file = folder.join(page);
        let found = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let fresh = with_part(&found, part, text).with_context(|| format!("docs/{page}"))?;
        if found == fresh {
            continue;
        }
        if !check {
            fs::write(&file, fresh)?;
        }
        if !stale.contains(page) {
            stale.push(page);
        }
    }
    Ok(stale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_differs_is_found_and_written_once() {
        let folder = tempfile::tempdir().unwrap();
        let page = folder.path().join("a.md");
        let old = "# A\n\n<!-- begin: x -->\nold\n<!-- end: x -->\n";
        fs::write(&page, old).unwrap();
        let parts: [Part; 1] = [("a.md", "x", "new\n".to_owned())];
        assert_eq!(write(folder.path(), &parts, true).unwrap(), ["a.md"]);
        assert_eq!(fs::read_to_string(&page).unwrap(), old);
        assert_eq!(write(folder.path(), &parts, false).unwrap(), ["a.md"]);
        assert_eq!(write(folder.path(), &parts, true).unwrap(), [""; 0]);
        assert!(fs::read_to_string(&page).unwrap().contains("\nnew\n"));
    }
}
