//! The official Python SDK, in an environment below the target directory.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{
    cmd::{Cmd, cmd},
    workspace,
};

/// Marks a finished installation: a copy of the list that it was made from.
const INSTALLED: &str = ".installed-from";

/// How long each step of an installation may take; some 20 s are usual.
const LIMIT: Duration = Duration::from_secs(600);

/// Why the Python SDK cannot be used here; nothing where it can.
pub(super) fn missing() -> Option<&'static str> {
    // Debian has the parts of an environment in a package of their own.
    let asked = cmd("python3").args(["-c", "import ensurepip, venv"]).read();
    asked
        .is_err()
        .then_some("python3 with its venv module is not installed here")
}

/// An environment with one version of the SDK in it.
pub(super) struct Python {
    folder: PathBuf,
}

impl Python {
    /// Installs what `xtask/clients/python-VERSION.txt` pins, unless that was done before.
    pub(super) fn install(version: &str) -> Result<Self> {
        let list = scripts()?.join(format!("python-{version}.txt"));
        let pinned = fs::read_to_string(&list).with_context(|| list.display().to_string())?;
        let folder = workspace::target_dir()?
            .join("xtask")
            .join(format!("python-{version}"));
        let python = Self { folder };
        let installed = python.folder.join(INSTALLED);
        if fs::read_to_string(&installed).ok().as_ref() == Some(&pinned) {
            return Ok(python);
        }
        fs::create_dir_all(&python.folder)?;
        let environment = cmd("python3").args(["-m", "venv", "--clear"]);
        run(
            environment.arg(&python.folder),
            &python.folder.with_extension("venv"),
        )?;
        let packages = cmd(python.program())
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ])
            // The list is whole: what it does not name is not wanted either.
            .args(["--no-deps", "--requirement"])
            .arg(&list);
        run(packages, &python.folder.with_extension("pip"))
            .context("pip has to install the Python SDK, and could not")?;
        fs::write(installed, pinned)?;
        Ok(python)
    }

    /// Starts a command line of a script of ours.
    pub(super) fn script(&self, name: &str) -> Result<Cmd> {
        Ok(cmd(self.program()).arg(scripts()?.join(name)))
    }

    fn program(&self) -> PathBuf {
        let windows = self.folder.join("Scripts").join("python.exe");
        if windows.is_file() {
            windows
        } else {
            self.folder.join("bin").join("python")
        }
    }
}

/// Where our scripts and the lists of packages are.
fn scripts() -> Result<PathBuf> {
    Ok(workspace::root()?.join("xtask").join("clients"))
}

fn run(step: Cmd, log: &Path) -> Result<()> {
    let finished = step.run_within(LIMIT, log)?;
    if !finished.status.success() {
        bail!(
            "{}\n{}{}",
            finished.status,
            finished.stdout,
            finished.stderr
        );
    }
    Ok(())
}
