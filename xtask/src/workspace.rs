//! The workspace's places: its root, its target directory, its built binaries,
//! and directories to throw away.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde_json::Value;
use tempfile::TempDir;

use crate::cmd::cargo;

/// The two servers, built.
pub(crate) struct Binaries {
    /// `pm-mcp-http`.
    pub(crate) http: PathBuf,
    /// `pm-mcp-stdio`.
    pub(crate) stdio: PathBuf,
}

/// How the servers are built.
#[derive(Clone, Copy)]
pub(crate) enum Profile {
    /// Quick to build: the profile of `cargo test`.
    Dev,
    /// What people run, and what is worth measuring.
    Release,
}

/// The directory of the workspace's `Cargo.toml`.
pub(crate) fn root() -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    Ok(root.context("xtask has no parent directory")?.to_owned())
}

/// The names of the packages of the workspace.
pub(crate) fn members() -> Result<BTreeSet<String>> {
    let metadata = metadata()?;
    let packages = metadata.get("packages").and_then(|it| it.as_array());
    let packages = packages.context("cargo names no packages")?;
    let name = |package: &Value| Some(package.get("name")?.as_str()?.to_owned());
    Ok(packages.iter().filter_map(name).collect())
}

/// The version of the workspace, which is that of all its crates.
pub(crate) fn version() -> Result<String> {
    let metadata = metadata()?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    let version = packages.and_then(|packages| packages.first()?.get("version")?.as_str());
    Ok(version.context("cargo names no version")?.to_owned())
}

/// The directory that cargo builds into.
pub(crate) fn target_dir() -> Result<PathBuf> {
    let metadata = metadata()?;
    let directory = metadata.get("target_directory").and_then(|it| it.as_str());
    Ok(directory.context("cargo names no target directory")?.into())
}

/// Builds both servers; cargo does nothing where they are fresh.
pub(crate) fn binaries(profile: Profile) -> Result<Binaries> {
    let build = cargo().args(["build", "--locked"]).dir(root()?);
    let folder = match profile {
        // The whole workspace, as its tests do: the dependencies then have the
        // features that they are compiled with already.
        Profile::Dev => {
            build.args(["--workspace", "--bins"]).run()?;
            "debug"
        }
        Profile::Release => {
            let servers = ["--package", "pm-mcp-http", "--package", "pm-mcp-stdio"];
            build.arg("--release").args(servers).run()?;
            "release"
        }
    };
    let folder = target_dir()?.join(folder);
    let path = |name: &str| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    Ok(Binaries {
        http: path("pm-mcp-http"),
        stdio: path("pm-mcp-stdio"),
    })
}

/// What cargo says of the workspace itself.
pub(crate) fn metadata() -> Result<Value> {
    let text = cargo()
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .dir(root()?)
        .read()?;
    serde_json::from_str(&text).context("cargo's metadata could not be read")
}

/// A new directory that is removed when the value is dropped.
pub(crate) fn temp_dir() -> Result<TempDir> {
    tempfile::Builder::new()
        .prefix("pm-xtask-")
        .tempdir()
        .context("no temporary directory could be made")
}
