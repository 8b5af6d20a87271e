//! `cargo xtask package`: what a registry would be given builds by itself.
//!
//! A crate in a workspace may reach for what lies beside it, which its package does not have. Cargo
//! makes each package, unpacks it elsewhere and builds it from that, against the packages of our
//! other crates in place of their folders.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{cmd::cargo, workspace};

/// What each package holds beside its code, for those who get nothing else.
const IN_EVERY_PACKAGE: [&str; 4] = ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];

/// The options of `cargo xtask package`.
#[derive(clap::Args, Default)]
pub(crate) struct Options {
    /// Makes the packages and looks at what is in them, without building them
    #[arg(long)]
    pub(crate) unbuilt: bool,
}

/// Packages all published crates together, as they depend on each other.
pub(crate) fn run(options: &Options) -> Result<()> {
    let metadata = workspace::metadata()?;
    let published = published(&metadata)?;
    for name in &published {
        check_contents(name)?;
    }
    let selection = published.iter().flat_map(|name| ["--package", name]);
    let package = cargo()
        .args(["package", "--locked", "--allow-dirty", "--quiet"])
        .args(selection);
    let package = if options.unbuilt {
        package.arg("--no-verify")
    } else {
        package
    };
    package.dir(workspace::root()?).run()?;
    println!("package: {} crates are in order", published.len());
    Ok(())
}

/// The names of the crates that may go to a registry.
pub(crate) fn published(metadata: &Value) -> Result<BTreeSet<String>> {
    let packages = metadata.get("packages").and_then(Value::as_array);
    let packages = packages.context("cargo names no packages")?;
    // An empty list of registries is how cargo says `publish = false`.
    let is_kept = |package: &&Value| package.get("publish").is_none_or(Value::is_null);
    let name = |package: &Value| Some(package.get("name")?.as_str()?.to_owned());
    let names: BTreeSet<String> = packages.iter().filter(is_kept).filter_map(name).collect();
    ensure!(!names.is_empty(), "no crate is published");
    Ok(names)
}

/// Whether a package has what belongs into each.
fn check_contents(name: &str) -> Result<()> {
    let list = cargo()
        .args(["package", "--list", "--allow-dirty", "--package", name])
        .dir(workspace::root()?)
        .read()?;
    let missing = missing(&list);
    ensure!(
        missing.is_empty(),
        "the package of {name} lacks {}; link the licences from its folder, and name the readme in \
         its manifest",
        missing.join(", ")
    );
    Ok(())
}

fn missing(list: &str) -> Vec<&'static str> {
    let files: BTreeSet<&str> = list.lines().collect();
    let lacks = |name: &&str| !files.contains(name);
    IN_EVERY_PACKAGE.into_iter().filter(lacks).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_package_without_a_licence_is_named() {
        let list = "Cargo.toml\nLICENSE-MIT\nREADME.md\nsrc/lib.rs\n";
        assert_eq!(missing(list), ["LICENSE-APACHE"]);
    }

    #[test]
    fn crates_that_are_kept_back_are_left_out() {
        let metadata = json!({"packages": [
            {"name": "core", "publish": null},
            {"name": "tests", "publish": []},
        ]});
        assert_eq!(
            published(&metadata).unwrap(),
            BTreeSet::from(["core".to_owned()])
        );
        let none = json!({"packages": [{"name": "tests", "publish": []}]});
        assert!(published(&none).is_err());
    }
}
