//! `cargo xtask tidy`: checks the sources for what the compiler does not look at.

mod links;
mod rust_source;
mod text;
mod tree;

use std::fmt;

use anyhow::{Result, bail};

pub(crate) use self::tree::{SourceFile, Tree};
use crate::workspace;

/// The options of `cargo xtask tidy`.
#[derive(clap::Args)]
pub(crate) struct Options {}

/// One place that breaks a rule.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    path: String,
    line: usize,
    rule: String,
}

/// Checks every file that git knows or would add, and fails where one breaks a rule.
pub(crate) fn run(_options: &Options) -> Result<()> {
    let tree = Tree::of_repository(&workspace::root()?)?;
    for note in rust_source::notes(&tree) {
        println!("note: {note}");
    }
    let findings = findings(&tree);
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} places to tidy", findings.len());
    }
    println!("tidy: {} files are in order", tree.files().len());
    Ok(())
}

/// All places of a tree that break a rule.
fn findings(tree: &Tree) -> Vec<Finding> {
    let mut findings = rust_source::check(tree);
    findings.extend(text::check(tree));
    findings.extend(links::check(tree));
    findings.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    findings
}

impl Finding {
    /// A finding in a line, counted from 0 as iterators do.
    fn new(file: &SourceFile, index: usize, rule: impl Into<String>) -> Self {
        Self {
            path: file.path.clone(),
            line: index + 1,
            rule: rule.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.rule)
    }
}
