//! Reading over the database: one process, all of them, and what others do.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use pm_core::ProcessManager;
use pm_core::search::SearchQuery;

use super::Run;
use crate::process::Measured;
use crate::report::Round;
use crate::searching;

/// The sizes of the process that is read, and of the one that is opened.
const SMALL: usize = 10_000;
const LARGE: usize = 10_000_000;

/// How often something short is done in a round.
const TIMES: usize = 200;

/// How long a subscriber waits.
const TOLD_WITHIN: Duration = Duration::from_secs(10);

/// Measures, on processes that are made below a directory.
pub(super) fn measure(run: &Run, dir: &Path, rounds: usize, processes: usize) -> Result<()> {
    let files = dir.join("looked-at");
    fs::create_dir_all(&files)?;
    searching::fill(&files, processes)?;
    run.fill("many", &files)?;
    fs::remove_dir_all(files)?;
    for round in 0..=rounds {
        let mut all = reads(run)?;
        all.extend(lists(run, processes)?);
        all.push(opening(run)?);
        all.push(told(run)?);
        // The first round warms all up.
        if round > 0 {
            all.iter().for_each(Round::print);
        }
    }
    Ok(())
}

/// A process that nobody changed since it was last read, and one that another store has changed.
fn reads(run: &Run) -> Result<Vec<Round>> {
    let (here, there) = (run.manager("changes")?, run.manager("changes")?);
    let process = Measured::of(Path::new(""), SMALL)?;
    here.process(process.name.as_str())?;
    let begin = Instant::now();
    let mut latencies = Vec::new();
    for _ in 0..TIMES {
        let begin = Instant::now();
        here.process(process.name.as_str())?;
        latencies.push(begin.elapsed());
    }
    let unchanged = Round {
        what: "read, unchanged",
        file_bytes: SMALL,
        time: begin.elapsed(),
        latencies,
        ..Round::default()
    };
    let changed = after_changes("read, changed by another", &there, &process, || {
        here.process(process.name.as_str())?;
        Ok(())
    })?;
    Ok(vec![unchanged, changed])
}

/// All processes, in a list and in searches.
fn lists(run: &Run, processes: usize) -> Result<Vec<Round>> {
    let manager = run.manager("many")?;
    let once = |what, time| Round {
        what,
        file_bytes: SMALL,
        time,
        latencies: vec![time],
        ..Round::default()
    };
    let begin = Instant::now();
    let listed = manager.list_processes()?.processes.len();
    let mut rounds = vec![once("list", begin.elapsed())];
    let (time, selected) = run.bare.connect()?.select("many")?;
    ensure!(
        (listed, selected) == (processes, processes),
        "not all are listed"
    );
    rounds.push(once("bare SELECT", time));
    for (what, text) in searching::QUERIES {
        let query: SearchQuery = text.parse()?;
        let begin = Instant::now();
        manager.search(&query)?;
        rounds.push(once(what, begin.elapsed()));
    }
    Ok(rounds)
}

/// A large process, by a store that knows nothing yet.
fn opening(run: &Run) -> Result<Round> {
    let process = Measured::of(Path::new(""), LARGE)?;
    let manager = run.manager("changes")?;
    let begin = Instant::now();
    manager.process(process.name.as_str())?;
    let time = begin.elapsed();
    Ok(Round {
        what: "opening",
        file_bytes: LARGE,
        time,
        latencies: vec![time],
        ..Round::default()
    })
}

/// How long after a change was answered a subscriber of another store is told of it.
fn told(run: &Run) -> Result<Round> {
    let (here, there) = (run.manager("changes")?, run.manager("changes")?);
    let process = Measured::of(Path::new(""), SMALL)?;
    let mut told = here.subscribe()?;
    after_changes("told of another's change", &there, &process, || {
        let told = told.recv_timeout(TOLD_WITHIN);
        told.context("a subscriber is told nothing").map(drop)
    })
}

/// How long something takes after each change by another store.
fn after_changes(
    what: &'static str,
    there: &ProcessManager,
    process: &Measured,
    mut run: impl FnMut() -> Result<()>,
) -> Result<Round> {
    let mut latencies = Vec::new();
    for number in 0..TIMES {
        process.change(there, number)?;
        let begin = Instant::now();
        run()?;
        latencies.push(begin.elapsed());
    }
    Ok(Round {
        what,
        file_bytes: SMALL,
        time: latencies.iter().sum(),
        latencies,
        ..Round::default()
    })
}
