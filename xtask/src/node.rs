//! A Node.js that is new enough for the protocol's test tools.
//!
//! The npm registry carries Node itself, so whoever has any npm gets it
//! without another host.

use std::{
    env::consts,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::{cmd::cmd, workspace};

/// The oldest major version that the test tools run on.
const OLDEST: u32 = 22;

/// The major version that is installed where there is none.
const INSTALLED: u32 = 24;

/// The directory of a new enough `node`, to be put in front of `PATH`: that
/// on the `PATH` already, or one installed below the target directory.
pub(crate) fn bin_dir() -> Result<PathBuf> {
    let search = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&search).find(|folder| folder.join("node").is_file());
    if let Some(folder) = on_path.filter(|folder| is_new_enough(folder)) {
        return Ok(folder);
    }
    let package = package()?;
    let prefix = workspace::target_dir()?.join("xtask").join("node");
    let folder = prefix.join("node_modules").join(&package).join("bin");
    if !is_new_enough(&folder) {
        std::fs::create_dir_all(&prefix)?;
        cmd("npm")
            .args(["install", "--no-save", "--no-package-lock"])
            .args(["--no-audit", "--no-fund", "--prefix"])
            .arg(&prefix)
            .arg(format!("{package}@{INSTALLED}"))
            .run()
            .with_context(|| format!("no Node.js from {OLDEST} on is here or to be had"))?;
    }
    if !is_new_enough(&folder) {
        bail!("{} holds no Node.js from {OLDEST} on", folder.display());
    }
    Ok(folder)
}

/// Whether a directory holds a `node` that runs and is new enough.
fn is_new_enough(folder: &Path) -> bool {
    let version = cmd(folder.join("node")).arg("--version").read();
    version.is_ok_and(|version| major(&version).is_some_and(|major| major >= OLDEST))
}

/// The major version in what `node --version` prints, such as `v24.1.0`.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// The npm package that carries Node for this platform.
fn package() -> Result<String> {
    let system = match consts::OS {
        "linux" => "linux",
        "macos" => "darwin",
        other => bail!("npm carries no Node.js for {other}: install Node.js {INSTALLED}"),
    };
    let processor = match consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => bail!("npm carries no Node.js for {other}: install Node.js {INSTALLED}"),
    };
    Ok(format!("node-{system}-{processor}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read() {
        let read = ["v24.21.0\n", "v8.1.2", "24", ""].map(major);
        assert_eq!(read, [Some(24), Some(8), None, None]);
    }

    #[test]
    fn a_folder_without_node_is_not_new_enough() {
        assert!(!is_new_enough(Path::new("/nowhere")));
    }
}
