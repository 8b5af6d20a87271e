//! What lies at the root of the repository is listed: notes, logs and drafts end up there.

use super::{Finding, Tree};

/// The files and folders at the root.
const LISTED: &[&str] = &[
    ".cargo",
    ".ci",
    ".dockerignore",
    ".github",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "clippy.toml",
    "crates",
    "deny.toml",
    "docker",
    "docs",
    "rustfmt.toml",
    "tests",
    "xtask",
];

/// What lies there and nobody listed.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let found = tree.at_root().filter(|place| !LISTED.contains(place));
    let rule = "nobody listed this at the root (`tidy/root.rs`)";
    found.map(|place| Finding::at(place, rule)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_listed_is_found_and_nothing_else() {
        let tree = Tree::made_up(&[
            ("README.md", ""),
            ("docs/NOTES.txt", ""),
            ("NOTES.txt", ""),
            ("drafts/a/b.rs", ""),
        ]);
        let found: Vec<String> = check(&tree).into_iter().map(|it| it.path).collect();
        assert_eq!(found, ["NOTES.txt", "drafts"]);
    }
}
