//! `cargo xtask tidy`: checks the sources for what the compiler does not look at.

mod book;
mod commits;
mod links;
mod root;
mod rust_source;
mod text;
mod tree;
mod twins;
mod workflows;

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
    let root = workspace::root()?;
    let tree = Tree::of_repository(&root)?;
    for note in rust_source::notes(&tree) {
        println!("note: {note}");
    }
    let findings = findings(&tree);
    for finding in &findings {
        println!("{finding}");
    }
    let subjects = commits::check(&root)?;
    for commit in &subjects.too_long {
        let most = commits::SUBJECT_CHARS_MAX;
        println!("commit {commit}: the subject has more than {most} characters");
    }
    let places = findings.len() + subjects.too_long.len();
    if places > 0 {
        bail!("{places} places to tidy");
    }
    let files = tree.files().len();
    println!("tidy: {files} files are in order; {}", subjects.looked_at);
    Ok(())
}

/// All places of a tree that break a rule.
fn findings(tree: &Tree) -> Vec<Finding> {
    let mut findings = rust_source::check(tree);
    findings.extend(text::check(tree));
    findings.extend(links::check(tree));
    findings.extend(book::check(tree));
    findings.extend(root::check(tree));
    findings.extend(twins::check(tree));
    findings.extend(workflows::check(tree));
    findings.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    findings
}

impl Finding {
    /// A finding that is about a whole file or folder.
    fn at(path: &str, rule: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line: 1,
            rule: rule.into(),
        }
    }

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
