//! Building the programs that are handed out.
//!
//! On Linux the C library is inside, so that they run on every distribution and in an empty
//! container. No path of this machine is in them: where two people build the same commit with the
//! same compiler, they get the same bytes.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::cmd::{cargo, cmd};

/// The programs, each of the package of its name.
pub(super) const NAMES: [&str; 3] = ["pm", "pm-mcp-http", "pm-mcp-stdio"];

/// How they are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Profile {
    /// As people get them
    Release,
    /// Quickly
    Dev,
}

/// A program that was built.
pub(super) struct Program {
    /// What it is called.
    pub(super) name: &'static str,
    /// The name of its file.
    pub(super) file: String,
    /// Where it is.
    pub(super) path: PathBuf,
}

/// The target of this machine, such as `x86_64-unknown-linux-gnu`.
pub(super) fn host() -> Result<String> {
    let version = cmd(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .arg("-vV")
        .read()?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}

/// Builds the programs of the source tree at `root` into the directory `build`.
pub(super) fn build(
    root: &Path,
    build: &Path,
    target: &str,
    profile: Profile,
    time: u64,
) -> Result<Vec<Program>> {
    let packages = NAMES.iter().flat_map(|name| ["--package", name]);
    let (name, folder) = match profile {
        Profile::Release => ("release", "release"),
        Profile::Dev => ("dev", "debug"),
    };
    let remapped = remapped(root)?;
    let mut flags: Vec<String> = remapped
        .iter()
        .map(|(from, to)| format!("--remap-path-prefix={from}={to}"))
        .collect();
    if is_static(target) {
        flags.push("-Ctarget-feature=+crt-static".to_owned());
    }
    // C is compiled as well, by what asks for paths in another way.
    let c_flags: Vec<String> = remapped
        .iter()
        .map(|(from, to)| format!("-ffile-prefix-map={from}={to}"))
        .collect();
    let mut command = cargo()
        .args(["build", "--locked", "--profile", name, "--target", target])
        .args(packages)
        // Separated by a character that no path has.
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
        .env("CARGO_TARGET_DIR", build)
        .env("CARGO_INCREMENTAL", "0")
        .env("SOURCE_DATE_EPOCH", time.to_string());
    if !target.contains("msvc") {
        command = command.env("CFLAGS", c_flags.join(" "));
    }
    command.dir(root).run()?;
    let folder = build.join(target).join(folder);
    let program = |name| {
        let file = format!("{name}{}", env::consts::EXE_SUFFIX);
        let path = folder.join(&file);
        Program { name, file, path }
    };
    Ok(NAMES.map(program).into())
}

/// Whether the C library of a target may be inside of programs: that of macOS may not.
fn is_static(target: &str) -> bool {
    target.contains("linux") || target.contains("msvc")
}

/// The paths that would stand in the programs, and what stands there in their place.
fn remapped(root: &Path) -> Result<Vec<(String, &'static str)>> {
    let home = match env::var_os("CARGO_HOME") {
        Some(home) => PathBuf::from(home),
        None => env::home_dir()
            .context("no home directory is known")?
            .join(".cargo"),
    };
    Ok(vec![
        (home.display().to_string(), "/cargo"),
        (root.display().to_string(), "/source"),
    ])
}
