//! `cargo xtask dist`: what people get who do not build it themselves.
//!
//! One archive for this machine's target with the programs, their manual pages and completions and
//! the licences of all that is in them; on Linux a Debian package as well; and the checksums. The
//! same commit gives the same bytes.

mod archive;
mod contents;
mod debian;
mod licences;
mod manual;
mod programs;
mod trial;

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

use self::contents::Contents;
use crate::{cmd::cmd, vendor, workspace};

/// What archives and packages are called.
const PRODUCT: &str = "process-manager";

/// The checksums of all other files.
const SUMS: &str = "SHA256SUMS";

/// The options of `cargo xtask dist`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Where the files go; `dist` in the target directory unless named
    #[arg(long, value_name = "DIRECTORY")]
    out: Option<PathBuf>,

    /// The tag that is released; refused if it is not the version's
    #[arg(long)]
    tag: Option<String>,

    /// How the programs are built; `dev` is for work on this chore
    #[arg(long, value_enum, default_value = "release")]
    profile: programs::Profile,

    /// Also builds a fresh clone of the commit elsewhere, and compares
    #[arg(long)]
    twice: bool,

    /// Tries what was made: the programs where there is nothing else, the package in a bare Debian
    #[arg(long = "try")]
    tried: bool,
}

/// Makes everything, and tries or compares it if asked to.
pub(crate) fn run(options: &Options) -> Result<()> {
    let root = workspace::root()?;
    let version = workspace::version()?;
    if let Some(tag) = &options.tag {
        ensure!(
            *tag == format!("v{version}"),
            "the tag is {tag}, and the version in Cargo.toml {version}"
        );
    }
    let target = workspace::target_dir()?;
    let out = match &options.out {
        Some(out) => root.join(out),
        None => target.join("dist").join("out"),
    };
    let built = make(
        &root,
        &target.join("dist").join("build"),
        &out,
        &version,
        options.profile,
    )?;
    for file in &built {
        let size = fs::metadata(out.join(file))?.len();
        println!("{}: {}.{} MB", file, size / 1_000_000, size / 100_000 % 10);
    }
    if options.tried {
        trial::run(&out, &version)?;
    }
    if options.twice {
        compare(&root, &out, &version, options.profile)?;
    }
    println!("dist: {}", out.display());
    Ok(())
}

/// Makes the files of the source tree at `root`, and returns their names.
fn make(
    root: &Path,
    build: &Path,
    out: &Path,
    version: &str,
    profile: programs::Profile,
) -> Result<Vec<String>> {
    if out.exists() {
        fs::remove_dir_all(out)?;
    }
    fs::create_dir_all(out)?;
    let target = programs::host()?;
    let time = commit_time(root)?;
    let programs = programs::build(root, build, &target, profile, time)?;
    let mut contents = Contents::default();
    for name in ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"] {
        contents.add_file(name, &root.join(name))?;
    }
    contents.add(
        "THIRD-PARTY.txt",
        licences::text(root, &target)?.into_bytes(),
    );
    manual::add(&programs, &mut contents)?;
    if cfg!(target_os = "linux") {
        let unit = root.join(debian::UNIT);
        contents.add_file(&format!("systemd/{}", debian::UNIT_NAME), &unit)?;
    }
    for program in &programs {
        contents.add_program(&program.file, &program.path)?;
    }
    let name = format!("{PRODUCT}-{version}-{target}");
    let mut files = vec![archive::write(&contents, &name, out, time)?];
    if cfg!(target_os = "linux") {
        files.push(debian::write(root, &contents, out, time)?);
    }
    let mut sums = String::new();
    for file in &files {
        let sum = vendor::sum(&fs::read(out.join(file))?);
        writeln!(sums, "{sum}  {file}")?;
    }
    fs::write(out.join(SUMS), sums)?;
    files.push(SUMS.to_owned());
    Ok(files)
}

/// Builds a fresh clone in another place and compares all files.
fn compare(root: &Path, out: &Path, version: &str, profile: programs::Profile) -> Result<()> {
    let elsewhere = workspace::temp_dir()?;
    let clone = elsewhere.path().join("a-place-of-another-length");
    cmd("git")
        .args(["clone", "--quiet"])
        .arg(root)
        .arg(&clone)
        .run()?;
    let again = elsewhere.path().join("out");
    make(
        &clone,
        &elsewhere.path().join("build"),
        &again,
        version,
        profile,
    )?;
    let (first, second) = (out.join(SUMS), again.join(SUMS));
    let (first, second) = (fs::read_to_string(first)?, fs::read_to_string(second)?);
    ensure!(
        first == second,
        "two builds differ:\n{first}and\n{second}; was something not committed?"
    );
    println!("two builds, from two places: the same bytes");
    Ok(())
}

/// When the commit was made, in seconds since 1970: the time of everything in the files.
fn commit_time(root: &Path) -> Result<u64> {
    let time = cmd("git")
        .args(["log", "-1", "--format=%ct"])
        .dir(root)
        .read()?;
    time.trim()
        .parse()
        .context("git says no time of the commit")
}
