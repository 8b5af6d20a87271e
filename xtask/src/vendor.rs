//! `cargo xtask vendor`: the files of other people's releases that the pages send, to the letter.
//!
//! They are in the repository, so that a build needs nothing but cargo; their checksums are here, so
//! that nobody changes one unseen.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

use crate::{cmd::cmd, workspace};

/// The options of `cargo xtask vendor`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only compare the files with their checksums; without it they are fetched anew, with npm
    #[arg(long)]
    pub(crate) check: bool,
}

/// A release of which files are kept.
struct Release {
    package: &'static str,
    version: &'static str,
    /// The folder below `crates/pm-web/assets/vendor`.
    folder: &'static str,
    files: &'static [File],
}

struct File {
    /// Where it is in the package.
    path: &'static str,
    sha256: &'static str,
}

impl File {
    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }
}

const RELEASES: &[Release] = &[
    Release {
        package: "htmx.org",
        version: "4.0.1",
        folder: "htmx-4.0.1",
        files: &[
            File {
                path: "dist/htmx.esm.min.js",
                sha256: "df982506d1529a193f6073f568ec821d4ae8db761bdb0ef07bd6a3d5eace0b2e",
            },
            File {
                path: "LICENSE",
                sha256: "d3d2456f76414f2456104660ebd65aff1c04cd7966b942bdabd63f3cdb316a38",
            },
        ],
    },
    Release {
        package: "sortablejs",
        version: "1.15.7",
        folder: "sortablejs-1.15.7",
        files: &[
            File {
                path: "Sortable.min.js",
                sha256: "bf4241bc73fef7f11c59a283a69fe8051cdd31c6d8ff5a2b9ba219e7831fcf76",
            },
            File {
                path: "LICENSE",
                sha256: "e94dfc31e800d169257569db270457c9f028440c9ccae41e7eb78b2db18f1298",
            },
        ],
    },
];

/// Fetches the files, or only compares them with their checksums.
pub(crate) fn run(options: &Options) -> Result<()> {
    let vendor = workspace::root()?.join("crates/pm-web/assets/vendor");
    if !options.check {
        for release in RELEASES {
            fetch(release, &vendor.join(release.folder))?;
        }
    }
    check(&vendor)
}

/// Fails if a file differs from its release, is missing, or is none of any.
fn check(vendor: &Path) -> Result<()> {
    let mut expected = Vec::new();
    for release in RELEASES {
        for file in release.files {
            let path = vendor.join(release.folder).join(file.name());
            let content = fs::read(&path).with_context(|| {
                format!("{} {}: {}", release.package, release.version, file.path)
            })?;
            let found = sum(&content);
            ensure!(
                found == file.sha256,
                "{} is not that of {} {}: its checksum is {found}. Fetch it anew with `cargo xtask \
                 vendor`",
                file.path,
                release.package,
                release.version,
            );
            expected.push(path);
        }
    }
    for folder in fs::read_dir(vendor)? {
        for file in fs::read_dir(folder?.path())? {
            let path = file?.path();
            if !expected.contains(&path) {
                bail!("{} belongs to no release that is listed", path.display());
            }
        }
    }
    println!("{} files are as they were released", expected.len());
    Ok(())
}

fn fetch(release: &Release, folder: &Path) -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let package = format!("{}@{}", release.package, release.version);
    let packed = cmd("npm")
        .args(["pack", &package, "--silent"])
        .dir(scratch.path())
        .capture()?;
    ensure!(packed.status.success(), "npm has no {package}");
    let archive = String::from_utf8_lossy(&packed.stdout);
    cmd("tar")
        .args(["-xzf", archive.trim()])
        .dir(scratch.path())
        .run()?;
    fs::create_dir_all(folder)?;
    for file in release.files {
        let from = scratch.path().join("package").join(file.path);
        fs::copy(&from, folder.join(file.name()))
            .with_context(|| format!("{package} has no {}", file.path))?;
    }
    Ok(())
}

/// The SHA-256 of a content, in hexadecimal.
pub(crate) fn sum(content: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut hex = String::new();
    for byte in Sha256::digest(content) {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with the files as they are kept.
    fn copied() -> tempfile::TempDir {
        let kept = workspace::root()
            .unwrap()
            .join("crates/pm-web/assets/vendor");
        let copy = tempfile::tempdir().unwrap();
        for release in RELEASES {
            let folder = copy.path().join(release.folder);
            fs::create_dir_all(&folder).unwrap();
            for file in release.files {
                let from = kept.join(release.folder).join(file.name());
                fs::copy(from, folder.join(file.name())).unwrap();
            }
        }
        copy
    }

    #[test]
    fn a_changed_a_missing_and_a_strange_file_are_found() {
        let copy = copied();
        check(copy.path()).unwrap();
        let file = copy.path().join("htmx-4.0.1/htmx.esm.min.js");
        let mut content = fs::read(&file).unwrap();
        content.push(b'\n');
        fs::write(&file, content).unwrap();
        let changed = check(copy.path()).unwrap_err().to_string();
        assert!(changed.contains("dist/htmx.esm.min.js is not that of htmx.org 4.0.1"));
        fs::remove_file(&file).unwrap();
        assert!(check(copy.path()).is_err());
        let copy = copied();
        fs::write(copy.path().join("htmx-4.0.1/more.js"), "").unwrap();
        let strange = check(copy.path()).unwrap_err().to_string();
        assert!(strange.contains("belongs to no release"), "{strange}");
    }
}
