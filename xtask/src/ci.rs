//! `cargo xtask ci`: everything that must hold before a change lands.
//!
//! Every step runs even where an earlier one has failed, so that one run names
//! all that is wrong; the run fails at its end.

use std::{
    fmt,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use crate::{
    browser, clients,
    cmd::cargo,
    deny, directions, docs, model, over_database, package,
    test_run::{self, Totals},
    tidy, vendor, workspace,
};

/// The options of `cargo xtask ci`.
#[derive(clap::Args)]
pub(crate) struct Options {}

/// One step: its name and what it does.
type Step = (&'static str, fn() -> Result<Verdict>);

/// The steps, cheap ones first.
const STEPS: &[Step] = &[
    ("fmt", format),
    ("tidy", || all(tidy::run(&tidy::Options {}))),
    ("directions", || {
        all(directions::run(&directions::Options::default()))
    }),
    ("vendor", || {
        all(vendor::run(&vendor::Options { check: true }))
    }),
    ("clippy", clippy),
    ("test", || test_run::run_all().map(Verdict::Tests)),
    ("database", || {
        over_database::run().map(|ran| match ran {
            Ok(_) => Verdict::All,
            Err(missing) => Verdict::Except(missing),
        })
    }),
    ("model", || all(model::run(&model::Options::solved()))),
    ("clients", || {
        clients::check(&clients::Options::default()).map(Verdict::from_unchecked)
    }),
    ("browser", || {
        browser::check(&browser::Options::default()).map(Verdict::from_unchecked)
    }),
    ("docs", || {
        docs::check(&docs::Options { check: true }).map(Verdict::from_unchecked)
    }),
    ("doc", doc),
    // That each builds from its package takes as long as building everything anew.
    ("package", || {
        all(package::run(&package::Options { unbuilt: true }))
    }),
    ("deny", || deny::check().map(Verdict::from_unchecked)),
];

/// What a step that did not fail has to tell.
enum Verdict {
    /// Everything was checked.
    All,
    /// Everything was checked but this, and why.
    Except(String),
    /// The tests that ran.
    Tests(Totals),
}

/// How a step ended.
struct Outcome {
    name: &'static str,
    time: Duration,
    result: Result<Verdict>,
}

/// Runs all steps, prints a summary, and fails where a step has failed.
pub(crate) fn run(_options: &Options) -> Result<()> {
    let outcomes: Vec<Outcome> = STEPS.iter().map(run_step).collect();
    println!("\nsteps:");
    for outcome in &outcomes {
        println!("{outcome}");
    }
    let failed: Vec<&str> = outcomes
        .iter()
        .filter(|outcome| outcome.result.is_err())
        .map(|outcome| outcome.name)
        .collect();
    if !failed.is_empty() {
        bail!("failing steps: {}", failed.join(", "));
    }
    println!("every step is ok");
    // The last line is the count of tests: readers of logs look for it there,
    // and would otherwise take that of the last test binary, which may be 0.
    for outcome in &outcomes {
        if let Ok(Verdict::Tests(totals)) = &outcome.result {
            println!("{totals}");
        }
    }
    Ok(())
}

/// Runs one step under a heading and prints its error at once, where its
/// output is.
fn run_step(&(name, step): &Step) -> Outcome {
    println!("\n== {name}");
    let start = Instant::now();
    let result = step();
    if let Err(error) = &result {
        println!("{name}: {error:#}");
    }
    Outcome {
        name,
        time: start.elapsed(),
        result,
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.time.as_secs_f64();
        write!(f, "  {:<12}{seconds:>7.1} s  ", self.name)?;
        match &self.result {
            Ok(Verdict::All) => f.write_str("ok"),
            Ok(Verdict::Except(what)) => write!(f, "ok; not checked: {what}"),
            Ok(Verdict::Tests(totals)) => write!(f, "ok; {totals}"),
            Err(_) => f.write_str("FAILED"),
        }
    }
}

impl Verdict {
    /// The verdict of a check that may have had to leave something out.
    fn from_unchecked(unchecked: Option<String>) -> Self {
        unchecked.map_or(Self::All, Self::Except)
    }
}

/// The result of a step that leaves nothing unchecked.
fn all(result: Result<()>) -> Result<Verdict> {
    result.map(|()| Verdict::All)
}

fn format() -> Result<Verdict> {
    let check = cargo().args(["fmt", "--all", "--check"]);
    all(check.dir(workspace::root()?).run())
}

fn clippy() -> Result<Verdict> {
    let step = cargo()
        .args(["clippy", "--workspace", "--all-targets", "--locked"])
        .args(["--", "-D", "warnings"])
        .dir(workspace::root()?);
    all(step.run())
}

fn doc() -> Result<Verdict> {
    let step = cargo()
        .args(["doc", "--workspace", "--no-deps", "--locked"])
        .env("RUSTDOCFLAGS", "-D warnings")
        .dir(workspace::root()?);
    all(step.run())
}
