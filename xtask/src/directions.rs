//! `cargo xtask directions`: proves that dependencies point one way, those of the crates and those
//! of the modules in some of them.
//!
//! Each crate's tree is asked for by itself, with all its features and for all
//! platforms: `cargo metadata` would join the features that the whole workspace
//! turns on, and so see a transport below a crate that asks for none.

mod layers;
mod modules;
mod paths;

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};

use crate::{cmd::cargo, tidy::Tree, workspace};

/// The options of `cargo xtask directions`.
#[derive(clap::Args, Default)]
pub(crate) struct Options {
    /// Prints the modules that have an order, each with those that it uses
    #[arg(long)]
    modules: bool,
}

/// What a crate of ours must never come to depend on, however far down.
struct Rule {
    package: &'static str,
    never: &'static [&'static str],
}

/// The rules of ARCHITECTURE.md.
const RULES: &[Rule] = &[
    Rule {
        package: "pm-core",
        never: &[
            "axum",
            "clap",
            "dirs",
            "etcetera",
            "hyper",
            "rmcp",
            "tokio",
            "tower-http",
            "pm-mcp-http",
            "pm-mcp-stdio",
            "pm-postgres",
            "pm-tools",
            "pm-web",
        ],
    },
    Rule {
        package: "pm-tools",
        never: &[
            "axum",
            "clap",
            "hyper",
            "hyper-util",
            "tower-http",
            "pm-mcp-http",
            "pm-mcp-stdio",
            "pm-postgres",
            "pm-web",
        ],
    },
    Rule {
        package: "pm-cli",
        never: &[
            "axum",
            "hyper",
            "pm-mcp-http",
            "pm-mcp-stdio",
            "pm-web",
            "tower-http",
        ],
    },
    Rule {
        package: "pm-import",
        never: &[
            "axum",
            "clap",
            "rmcp",
            "tokio",
            "pm-cli",
            "pm-mcp-http",
            "pm-mcp-stdio",
            "pm-tools",
            "pm-web",
        ],
    },
    Rule {
        package: "pm-web",
        never: &["rmcp", "pm-mcp-http", "pm-mcp-stdio", "pm-tools"],
    },
    Rule {
        package: "pm-postgres",
        never: &[
            "axum",
            "clap",
            "rmcp",
            "pm-mcp-http",
            "pm-mcp-stdio",
            "pm-tools",
            "pm-web",
        ],
    },
    Rule {
        package: "pm-mcp-http",
        never: &["pm-mcp-stdio"],
    },
    Rule {
        package: "pm-mcp-stdio",
        never: &["pm-mcp-http", "pm-web"],
    },
];

/// Checks every rule whose crate is in the workspace, and the order of the modules.
pub(crate) fn run(options: &Options) -> Result<()> {
    let tree = Tree::of_repository(&workspace::root()?)?;
    if options.modules {
        println!("{}", modules::shown(&tree).join("\n"));
        return Ok(());
    }
    let members = workspace::members()?;
    let mut broken = modules::broken(&tree);
    for rule in RULES.iter().filter(|rule| members.contains(rule.package)) {
        let tree = cargo()
            .args(["tree", "--package", rule.package, "--edges", "normal"])
            .args(["--all-features", "--target", "all"])
            .args(["--prefix", "depth", "--format", " {p}"])
            .dir(workspace::root()?)
            .read()?;
        let chains = forbidden_chains(&tree, rule.never)?;
        if chains.is_empty() {
            println!("{}: none of {}", rule.package, rule.never.join(", "));
        }
        broken.extend(chains);
    }
    for one in &broken {
        println!("forbidden: {one}");
    }
    if !broken.is_empty() {
        bail!("{} dependencies point the wrong way", broken.len());
    }
    Ok(())
}

/// The way to each forbidden package in a tree, written `a -> b -> c`. The
/// tree has a package a line: its depth, a space, its name and version.
fn forbidden_chains(tree: &str, never: &[&str]) -> Result<BTreeSet<String>> {
    let mut chains = BTreeSet::new();
    let mut above: Vec<&str> = Vec::new();
    for line in tree.lines().filter(|line| !line.is_empty()) {
        let mut words = line.split(' ');
        let depth = words.next().and_then(|word| word.parse().ok());
        let depth: usize = depth.with_context(|| format!("no depth in `{line}`"))?;
        let name = words
            .next()
            .with_context(|| format!("no name in `{line}`"))?;
        above.truncate(depth);
        above.push(name);
        // Depth 0 is the crate itself. Below a forbidden package all the rest
        // is its doing, so the chain ends with the first one.
        if depth > 0 && never.contains(&name) {
            let first = above.iter().skip(1).position(|name| never.contains(name));
            if first == Some(depth - 1) {
                chains.insert(above.join(" -> "));
            }
        }
    }
    Ok(chains)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "\
0 pm-core v0.1.0 (/somewhere/pm-core)
1 serde v1.0.0
2 serde_derive v1.0.0 (proc-macro)
1 watcher v2.0.0
2 runtime v0.3.0
3 tokio v1.49.0
4 mio v1.0.0
1 serde v1.0.0 (*)
";

    #[test]
    fn a_package_that_is_not_there_breaks_nothing() {
        let chains = forbidden_chains(TREE, &["axum", "rmcp", "pm-core"]).unwrap();
        assert_eq!(chains.len(), 0);
    }

    #[test]
    fn a_forbidden_package_far_down_is_found_with_the_way_to_it() {
        let chains = forbidden_chains(TREE, &["tokio", "mio"]).unwrap();
        let chains: Vec<String> = chains.into_iter().collect();
        assert_eq!(chains, ["pm-core -> watcher -> runtime -> tokio"]);
    }

    #[test]
    fn a_direct_dependency_is_found() {
        let chains = forbidden_chains(TREE, &["serde"]).unwrap();
        let chains: Vec<String> = chains.into_iter().collect();
        assert_eq!(chains, ["pm-core -> serde"]);
    }

    #[test]
    fn a_tree_that_cannot_be_read_is_an_error() {
        assert!(forbidden_chains("|-- tokio v1\n", &["tokio"]).is_err());
    }

    #[test]
    fn the_rules_fail_on_the_real_tree_of_a_server() {
        // The HTTP server has what the core must not: the same walk over its
        // tree says so.
        let tree = cargo()
            .args(["tree", "--package", "pm-mcp-http", "--edges", "normal"])
            .args(["--prefix", "depth", "--format", " {p}", "--offline"])
            .dir(workspace::root().unwrap())
            .read()
            .unwrap();
        let chains = forbidden_chains(&tree, &["axum", "tokio", "pm-core"]).unwrap();
        assert!(chains.contains("pm-mcp-http -> axum"), "{chains:?}");
    }
}
