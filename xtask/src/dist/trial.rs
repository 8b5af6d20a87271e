//! Trying what was made, as people would use it: the archive unpacked, the programs in a directory
//! with nothing else, the package in a bare Debian.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};

use super::{PRODUCT, SUMS, debian, programs};
use crate::{cmd::cmd, workspace};

/// The Debian whose bare system the package is tried in.
const RELEASE: &str = "bookworm";

/// What every system changes by itself while a package comes and goes.
const KEPT_BY_DPKG: [&str; 3] = ["/var/lib/dpkg/", "/var/cache/", "/var/log/"];

/// Tries everything that can be tried on this machine, and says what could not.
pub(super) fn run(out: &Path, version: &str) -> Result<()> {
    cmd("sha256sum")
        .args(["--check", "--quiet", SUMS])
        .dir(out)
        .run()?;
    let place = workspace::temp_dir()?;
    let folder = unpack(out, place.path())?;
    for name in programs::NAMES {
        let said = cmd(folder.join(name)).arg("--version").read()?;
        ensure!(said.contains(version), "{name} --version says {said:?}");
    }
    println!("the archive: its programs run");
    if cfg!(target_os = "linux") {
        alone(&folder, version)?;
        package(out, version)?;
    }
    Ok(())
}

/// Says that something was not tried, which fails where everything is to be.
fn untried(what: &str) -> Result<()> {
    let is_ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
    ensure!(!is_ci, "not tried, and CI is true: {what}");
    println!("not tried: {what}");
    Ok(())
}

/// Unpacks the archive, and returns its folder.
fn unpack(out: &Path, place: &Path) -> Result<PathBuf> {
    let is_archive = |path: &PathBuf| path.to_string_lossy().ends_with(".tar.gz");
    let mut files = fs::read_dir(out)?.filter_map(|entry| Some(entry.ok()?.path()));
    let archive = files.find(is_archive).context("there is no archive")?;
    cmd("tar")
        .arg("-xzf")
        .arg(&archive)
        .arg("-C")
        .arg(place)
        .run()?;
    let folder = fs::read_dir(place)?
        .next()
        .context("the archive is empty")??;
    Ok(folder.path())
}

/// Runs the programs in a directory that has nothing else: no library, no shell, no `/dev`.
fn alone(folder: &Path, version: &str) -> Result<()> {
    if !is_root()? {
        return untried("the programs alone in a directory, which takes root");
    }
    let empty = workspace::temp_dir()?;
    for name in programs::NAMES {
        fs::copy(folder.join(name), empty.path().join(name))?;
        let said = in_root(empty.path(), &[&format!("/{name}"), "--version"])?;
        ensure!(said.contains(version), "{name} --version says {said:?}");
    }
    in_root(
        empty.path(),
        &["/pm", "--dir", "/store", "new", "Garden Planner"],
    )?;
    let listed = in_root(empty.path(), &["/pm", "--dir", "/store", "list"])?;
    ensure!(listed.contains("Garden Planner"), "pm list says {listed:?}");
    // Names are looked up by the C library, which elsewhere loads parts of itself for that.
    let store = "postgres://pm@no-such-host.invalid/pm?sslmode=disable";
    let refused = cmd("chroot")
        .arg(empty.path())
        .args(["/pm", "--store", store, "list"])
        .env("HOME", "/")
        .capture()?;
    let told = String::from_utf8_lossy(&refused.stderr);
    ensure!(
        refused
            .status
            .code()
            .is_some_and(|code| code == 1 || code == 2)
            && told.contains("cannot be used"),
        "a name that nobody has ends in {}: {told}",
        refused.status
    );
    println!("the programs: they run with nothing around them");
    Ok(())
}

/// Installs the package in a bare Debian, uses it, and removes it.
fn package(out: &Path, version: &str) -> Result<()> {
    if !is_root()? || cmd("debootstrap").arg("--version").read().is_err() {
        return untried("the package in a bare Debian, which takes root and debootstrap");
    }
    let system = workspace::temp_dir()?;
    let root = system.path();
    cmd("debootstrap")
        .args(["--variant=minbase", RELEASE])
        .arg(root)
        .run()?;
    let before = files(root)?;
    let package = debian::package_in(out)?;
    let control = cmd("dpkg-deb").arg("--field").arg(&package).read()?;
    ensure!(
        control == debian::with_content(&control) && !control.contains("Depends:"),
        "the programs need nothing, and the package says:\n{control}"
    );
    fs::copy(package, root.join("package.deb"))?;
    in_root(root, &["dpkg", "--install", "/package.deb"])?;
    fs::remove_file(root.join("package.deb"))?;
    for name in programs::NAMES {
        let said = in_root(root, &[name, "--version"])?;
        ensure!(said.contains(version), "{name} --version says {said:?}");
    }
    let installed = files(root)?;
    for file in [
        "/usr/lib/systemd/user/process-manager.service",
        "/usr/share/man/man1/pm.1.gz",
        "/usr/share/bash-completion/completions/pm",
        "/usr/share/zsh/vendor-completions/_pm",
        "/usr/share/fish/vendor_completions.d/pm.fish",
        "/usr/share/doc/process-manager/copyright",
    ] {
        ensure!(installed.contains(file), "the package installs no {file}");
    }
    in_root(root, &["dpkg", "--purge", PRODUCT])?;
    let after = files(root)?;
    let left: Vec<&String> = after.difference(&before).collect();
    let lost: Vec<&String> = before.difference(&after).collect();
    if !left.is_empty() || !lost.is_empty() {
        bail!("removing the package leaves {left:?} and takes {lost:?}");
    }
    println!(
        "the package: {} files come and go in a bare Debian",
        installed.difference(&before).count()
    );
    Ok(())
}

/// What a program says that runs with `root` as its root.
fn in_root(root: &Path, command: &[&str]) -> Result<String> {
    cmd("chroot")
        .arg(root)
        .args(command)
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("HOME", "/")
        .read()
}

/// All files below `root`, as they are called there.
fn files(root: &Path) -> Result<BTreeSet<String>> {
    let found = cmd("find")
        .args([".", "-xdev", "-not", "-type", "d"])
        .dir(root)
        .read()?;
    let names = found.lines().filter_map(|line| line.strip_prefix('.'));
    let is_kept = |name: &&str| !KEPT_BY_DPKG.iter().any(|kept| name.starts_with(kept));
    Ok(names.filter(is_kept).map(str::to_owned).collect())
}

fn is_root() -> Result<bool> {
    Ok(cmd("id").arg("-u").read()?.trim() == "0")
}
