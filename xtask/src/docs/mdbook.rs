//! Building the book, with the machine's mdBook or with one that pip fetches.
//!
//! To compile mdBook takes three minutes of processor time, and as a library it would bring a hundred
//! packages into ours. So its program is fetched as it was built, by pip, which is on the machine
//! for the clients anyway: at a version and with checksums that `xtask/docs/mdbook.txt` pins.

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Result, bail};

use crate::{cmd::cmd, workspace};

/// What is fetched.
const PINNED: &str = "xtask/docs/mdbook.txt";

/// How long fetching may take; a few seconds are usual.
const LIMIT: Duration = Duration::from_secs(300);

/// Builds the book of a folder, and says where it is; or why it cannot be built on this machine.
pub(super) fn build(docs: &Path) -> Result<Result<PathBuf, String>> {
    let mdbook = match program()? {
        Ok(program) => program,
        Err(why) => return Ok(Err(why)),
    };
    let folder = workspace::target_dir()?.join("book");
    let built = cmd(mdbook)
        .arg("build")
        .arg(docs)
        .arg("--dest-dir")
        .arg(&folder)
        .capture()?;
    let said = String::from_utf8_lossy(&built.stderr);
    // A warning of mdBook is about a page, and is a fault of it.
    if !built.status.success() || said.contains("WARN") || said.contains("ERROR") {
        bail!("mdBook does not like the pages:\n{said}");
    }
    Ok(Ok(folder))
}

/// The program: what `MDBOOK` names, the one of the machine, or the one that is fetched.
fn program() -> Result<Result<PathBuf, String>> {
    if let Some(named) = env::var_os("MDBOOK") {
        return Ok(Ok(named.into()));
    }
    if cmd("mdbook").arg("--version").read().is_ok() {
        return Ok(Ok("mdbook".into()));
    }
    fetched()
}

fn fetched() -> Result<Result<PathBuf, String>> {
    let pinned = workspace::root()?.join(PINNED);
    let list = fs::read(&pinned)?;
    let folder = workspace::target_dir()?.join("xtask").join("mdbook");
    let places = ["bin/mdbook", "Scripts/mdbook.exe"].map(|path| folder.join(path));
    let program = || places.iter().find(|path| path.is_file()).cloned();
    let fetched_from = folder.join(".fetched-from");
    if let Some(program) = program()
        && fs::read(&fetched_from).ok().as_ref() == Some(&list)
    {
        return Ok(Ok(program));
    }
    fs::create_dir_all(&folder)?;
    let environment = cmd("python3").args(["-m", "venv", "--clear"]).arg(&folder);
    let log = folder.with_extension("log");
    let made = environment.run_within(LIMIT, &log);
    if !made.is_ok_and(|made| made.status.success()) {
        return Ok(Err(
            "there is neither mdbook nor python3 with its module venv".into(),
        ));
    }
    let python = ["bin/python", "Scripts/python.exe"].map(|path| folder.join(path));
    let Some(python) = python.iter().find(|path| path.is_file()) else {
        bail!("python3 made an environment without a Python in it");
    };
    let fetch = cmd(python)
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .args(["--no-deps", "--only-binary", ":all:", "--require-hashes"])
        .arg("--requirement")
        .arg(&pinned);
    let done = fetch.run_within(LIMIT, &log)?;
    match program().filter(|_| done.status.success()) {
        Some(program) => {
            fs::write(fetched_from, list)?;
            Ok(Ok(program))
        }
        None => Ok(Err(format!(
            "pip could not fetch mdBook; install it, or name one in MDBOOK: {}",
            done.stderr.lines().last().unwrap_or_default()
        ))),
    }
}
