//! `cargo xtask ci`: everything that must hold before a change lands.
//!
//! Every step runs even where an earlier one has failed, so that one run names
//! all that is wrong; the run fails at its end.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::{cmd::cargo, directions, tidy, workspace};

/// The options of `cargo xtask ci`.
#[derive(clap::Args)]
pub(crate) struct Options {}

/// One step: its name and what it does.
type Step = (&'static str, fn() -> Result<()>);

/// The steps, cheap ones first.
const STEPS: &[Step] = &[
    ("fmt", fmt),
    ("tidy", || tidy::run(&tidy::Options {})),
    ("directions", || directions::run(&directions::Options {})),
    ("clippy", clippy),
    ("test", test),
    ("doc", doc),
];

/// How a step ended.
struct Outcome {
    name: &'static str,
    time: Duration,
    result: Result<()>,
}

/// Runs all steps, prints a summary, and fails where a step has failed.
pub(crate) fn run(_options: &Options) -> Result<()> {
    let outcomes: Vec<Outcome> = STEPS.iter().map(run_step).collect();
    println!("\nsteps:");
    for outcome in &outcomes {
        let verdict = if outcome.result.is_ok() {
            "ok"
        } else {
            "FAILED"
        };
        let seconds = outcome.time.as_secs_f64();
        println!("  {:<12} {seconds:>7.1} s  {verdict}", outcome.name);
    }
    let failed: Vec<&str> = outcomes
        .iter()
        .filter(|outcome| outcome.result.is_err())
        .map(|outcome| outcome.name)
        .collect();
    if failed.is_empty() {
        println!("every step is ok");
        return Ok(());
    }
    bail!("failing steps: {}", failed.join(", "))
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

fn fmt() -> Result<()> {
    let dir = workspace::root()?;
    cargo().args(["fmt", "--all", "--check"]).dir(dir).run()
}

fn clippy() -> Result<()> {
    cargo()
        .args(["clippy", "--workspace", "--all-targets", "--locked"])
        .args(["--", "-D", "warnings"])
        .dir(workspace::root()?)
        .run()
}

fn test() -> Result<()> {
    cargo()
        .args(["test", "--workspace", "--locked"])
        .dir(workspace::root()?)
        .run()
}

fn doc() -> Result<()> {
    cargo()
        .args(["doc", "--workspace", "--no-deps", "--locked"])
        .env("RUSTDOCFLAGS", "-D warnings")
        .dir(workspace::root()?)
        .run()
}
