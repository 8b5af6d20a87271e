//! The package for Debian and its relatives, made by cargo-deb of what `crates/pm/Cargo.toml` says.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

use super::contents::Contents;
use crate::{
    cmd::{cargo, cmd},
    workspace,
};

/// The unit with which systemd runs the server for whoever is logged in, below the root.
pub(super) const UNIT: &str = "crates/pm/systemd/process-manager.service";

/// The name of that unit.
pub(super) const UNIT_NAME: &str = "process-manager.service";

/// The cargo-deb that the manifest is written for.
const VERSION: &str = "^3.8";

/// Where the files lie while the package is made, below the root: the manifest names them there.
const STAGE: &str = "target/dist/stage";

/// Writes the package, and returns what it is called.
pub(super) fn write(root: &Path, contents: &Contents, out: &Path, time: u64) -> Result<String> {
    install_where_missing()?;
    let stage = root.join(STAGE);
    if stage.exists() {
        fs::remove_dir_all(&stage)?;
    }
    contents.unpack(&stage)?;
    cargo()
        .args(["deb", "--no-build", "--no-strip", "--quiet", "--locked"])
        .args(["--package", "pm", "--output"])
        .arg(out)
        .env("SOURCE_DATE_EPOCH", time.to_string())
        .dir(root)
        .run()?;
    let file = package_in(out)?;
    without_empty_fields(&file, time)?;
    let name = file.file_name().context("a package without a name")?;
    Ok(name.to_string_lossy().into_owned())
}

/// Takes the fields out of a package's control file that say nothing: cargo-deb writes `Depends` though
/// there is nothing to depend on, and a package that is installed may have no empty field.
fn without_empty_fields(package: &Path, time: u64) -> Result<()> {
    let place = workspace::temp_dir()?;
    let tree = place.path().join("package");
    cmd("dpkg-deb")
        .arg("--raw-extract")
        .arg(package)
        .arg(&tree)
        .run()?;
    let control = tree.join("DEBIAN").join("control");
    let text = fs::read_to_string(&control)?;
    fs::write(&control, with_content(&text))?;
    // One thread, as what several of them make depends on how many there are.
    cmd("dpkg-deb")
        .args(["--root-owner-group", "--threads-max=1", "--build"])
        .arg(&tree)
        .arg(package)
        .env("SOURCE_DATE_EPOCH", time.to_string())
        .run()
}

/// A control file without its empty fields. One whose text stands on the lines below is not empty.
pub(super) fn with_content(control: &str) -> String {
    let mut lines = control.lines().peekable();
    let mut kept = String::new();
    while let Some(line) = lines.next() {
        let goes_on = lines.peek().is_some_and(|next| next.starts_with(' '));
        let text = line.split_once(':').map(|(_, text)| text.trim());
        let is_empty = text == Some("") && !line.starts_with(' ');
        if !is_empty || goes_on {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// The one package in a directory.
pub(super) fn package_in(out: &Path) -> Result<PathBuf> {
    let mut packages = Vec::new();
    for entry in fs::read_dir(out)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            packages.push(path);
        }
    }
    ensure!(packages.len() == 1, "there are {} packages", packages.len());
    packages.pop().context("there is no package")
}

/// Installs cargo-deb for this user. Unoptimised, it is built in a fraction of the time.
fn install_where_missing() -> Result<()> {
    if cmd("cargo-deb").arg("--version").read().is_ok() {
        return Ok(());
    }
    cargo()
        .args(["install", "--locked", "--debug", "--quiet"])
        .args(["--version", VERSION, "cargo-deb"])
        .run()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_without_content_are_taken_out() {
        let control =
            "Package: pm\nDepends: \nConffiles:\n /etc/pm\nDescription: Plans:\n as files:\n";
        let kept = "Package: pm\nConffiles:\n /etc/pm\nDescription: Plans:\n as files:\n";
        assert_eq!(with_content(control), kept);
    }
}
