//! `cargo xtask browser`: the pages in a real browser, over the real server.
//!
//! A suite is a file `tests/browser/NAME.test.mjs` that Node's own test runner runs; `support.mjs`
//! beside it starts servers, and browsers that tell of everything that is not as it should be. The
//! browser is the system's Chromium; what drives and judges it comes through npm, at the versions
//! that `tests/browser` pins.

mod needs;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};

use crate::{
    cmd::Cmd,
    packages::Packages,
    workspace::{self, Profile},
};

/// Where the suites are.
const SUITES: &str = "tests/browser";

/// How a suite's file ends.
const SUITE_END: &str = ".test.mjs";

/// How many suites run at once, and how long a test may take, in milliseconds; the longest takes
/// some two minutes.
const RUNNER: [&str; 2] = ["--test-concurrency=2", "--test-timeout=900000"];

/// The options of `cargo xtask browser`.
#[derive(Default, clap::Args)]
pub(crate) struct Options {
    /// Runs one suite alone
    #[arg(long, value_name = "SUITE")]
    only: Option<String>,
    /// Shows the browser at work
    #[arg(long)]
    headed: bool,
}

/// What scripts that drive a browser run with.
pub(crate) struct Setup {
    packages: Packages,
    server: PathBuf,
    chromium: PathBuf,
}

/// Runs the suites, and says what could not be run.
pub(crate) fn run(options: &Options) -> Result<()> {
    if let Some(what) = check(options)? {
        println!("not checked: {what}");
    }
    Ok(())
}

/// Runs the suites, and fails if one does; returns what could not be run, and why.
pub(crate) fn check(options: &Options) -> Result<Option<String>> {
    let suites = suites(options.only.as_deref())?;
    let chromium = match needs::chromium() {
        Ok(chromium) => chromium,
        Err(missing) => return missing.told().map(Some),
    };
    let setup = Setup::with(chromium)?;
    let mut runner = setup.packages.test_runner().args(RUNNER).args(&suites);
    if options.headed {
        runner = runner.env("HEADED", "1");
    }
    let mut passed = None;
    setup.with_places(runner).run_seeing(|line| {
        passed = passed.or(passed_in(line));
    })?;
    if passed.unwrap_or_default() == 0 {
        bail!("no test of the suites passed, and none failed");
    }
    Ok(None)
}

impl Setup {
    /// Finds the browser, installs what drives it, and builds the server.
    pub(crate) fn new() -> Result<Self> {
        Self::with(needs::chromium()?)
    }

    /// The same over a server that is built already.
    pub(crate) fn over(server: &Path) -> Result<Self> {
        Ok(Self {
            packages: Packages::install(SUITES)?,
            server: server.to_owned(),
            chromium: needs::chromium()?,
        })
    }

    fn with(chromium: PathBuf) -> Result<Self> {
        Ok(Self {
            packages: Packages::install(SUITES)?,
            server: workspace::binaries(Profile::Dev)?.http,
            chromium,
        })
    }

    /// Starts a command line of a script of `tests/browser`.
    pub(crate) fn script(&self, name: &str) -> Cmd {
        self.with_places(self.packages.script(name))
    }

    /// Tells a script where the browser and the server are.
    fn with_places(&self, script: Cmd) -> Cmd {
        script
            .env("CHROMIUM", &self.chromium)
            .env("SERVER", &self.server)
    }
}

/// The files of the suites, or of the one that is asked for.
fn suites(only: Option<&str>) -> Result<Vec<String>> {
    let mut suites = Vec::new();
    for entry in fs::read_dir(workspace::root()?.join(SUITES))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(SUITE_END) {
            suites.push(name);
        }
    }
    suites.sort();
    chosen(suites, only)
}

fn chosen(suites: Vec<String>, only: Option<&str>) -> Result<Vec<String>> {
    let Some(only) = only else { return Ok(suites) };
    let wanted = format!("{only}{SUITE_END}");
    if suites.contains(&wanted) {
        return Ok(vec![wanted]);
    }
    let names = suites
        .iter()
        .filter_map(|name| name.strip_suffix(SUITE_END));
    let names: Vec<&str> = names.collect();
    bail!("there is no suite {only}; there are {}", names.join(", "))
}

/// How many tests passed, in the line in which the runner says so.
fn passed_in(line: &str) -> Option<usize> {
    let (_, number) = line.split_once("pass ")?;
    line.starts_with('ℹ').then(|| number.trim().parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_is_chosen_by_its_name() {
        let suites = || vec!["axe.test.mjs".to_owned(), "read.test.mjs".to_owned()];
        assert_eq!(chosen(suites(), None).unwrap(), suites());
        assert_eq!(chosen(suites(), Some("read")).unwrap(), ["read.test.mjs"]);
        let error = chosen(suites(), Some("rad")).unwrap_err().to_string();
        assert_eq!(error, "there is no suite rad; there are axe, read");
    }

    #[test]
    fn the_number_of_tests_is_read_from_the_runner() {
        let read = ["ℹ tests 9", "ℹ pass 7", "✔ passwords pass 3 (2 ms)"].map(passed_in);
        assert_eq!(read, [None, Some(7), None]);
    }
}
