//! npm packages that a chore needs, at the versions that a folder of ours pins, installed below the
//! target directory.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{
    cmd::{Cmd, cmd},
    node, workspace,
};

/// Marks a finished installation: a copy of the lock file that it was made from.
const INSTALLED: &str = "node_modules/.installed-from";

/// How long npm may take; some 30 s are usual.
const LIMIT: Duration = Duration::from_secs(600);

/// The installed packages and the Node.js that runs them.
pub(crate) struct Packages {
    node_dir: PathBuf,
    folder: PathBuf,
    manifest: Value,
}

impl Packages {
    /// Installs what the `package-lock.json` of a folder pins, such as `xtask/clients`, unless that
    /// was done before, and lays our scripts beside it, where they find it.
    pub(crate) fn install(pinned_in: &str) -> Result<Self> {
        let node_dir = node::bin_dir()?;
        let source = workspace::root()?.join(pinned_in);
        let name = source.file_name().context("a folder has a name")?;
        let folder = workspace::target_dir()?.join("xtask").join(name);
        fs::create_dir_all(&folder)?;
        for entry in fs::read_dir(&source)? {
            let entry = entry?;
            fs::copy(entry.path(), folder.join(entry.file_name()))?;
        }
        let lock = fs::read(source.join("package-lock.json"))?;
        let installed = folder.join(INSTALLED);
        if fs::read(&installed).ok().as_ref() != Some(&lock) {
            ci(&folder).with_context(|| {
                format!("npm has to install what {pinned_in} pins, and could not")
            })?;
            fs::write(&installed, lock)?;
        }
        let manifest = fs::read(source.join("package.json"))?;
        Ok(Self {
            node_dir,
            manifest: serde_json::from_slice(&manifest)?,
            folder,
        })
    }

    /// A title with the version of its package.
    pub(crate) fn titled(&self, title: &str, package: &str) -> String {
        let pinned = self.manifest.get("dependencies");
        let version = pinned.and_then(|it| it.get(package)?.as_str());
        // A second version of a package has a name of its own: `npm:PACKAGE@VERSION`.
        let version = version.and_then(|pinned| pinned.rsplit('@').next());
        format!("{title} {}", version.unwrap_or("of no version"))
    }

    /// Starts a command line of a program that a package brings.
    pub(crate) fn program(&self, name: &str) -> Cmd {
        self.node(&self.folder.join("node_modules").join(".bin").join(name))
    }

    /// Starts a command line of a script of ours.
    pub(crate) fn script(&self, name: &str) -> Cmd {
        self.node(&self.folder.join(name))
    }

    /// Starts a command line of Node's own test runner, beside our scripts.
    pub(crate) fn test_runner(&self) -> Cmd {
        let runner = cmd(self.node_dir.join("node")).dir(&self.folder);
        runner.args(["--test", "--test-reporter=spec"])
    }

    fn node(&self, script: &Path) -> Cmd {
        cmd(self.node_dir.join("node")).arg(script)
    }
}

/// Has npm install what the lock file in a folder pins, and nothing else.
fn ci(folder: &Path) -> Result<()> {
    let npm = cmd("npm")
        // None of the packages needs its install scripts.
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .dir(folder)
        .run_within(LIMIT, &folder.join("npm-ci"))?;
    if !npm.status.success() {
        bail!("npm ci: {}\n{}{}", npm.status, npm.stdout, npm.stderr);
    }
    Ok(())
}
