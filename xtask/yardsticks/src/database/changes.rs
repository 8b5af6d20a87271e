//! Changes over the database: of one process and of many, by few and by many writers, and how much
//! the database writes for each.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use pm_core::ProcessManager;

use super::Run;
use crate::process::Measured;
use crate::report::Round;

/// About how large the processes are that are written to, in bytes.
const SMALL: usize = 10_000;
const LARGE: usize = 10_000_000;

/// How many write at once.
const CROWDS: [usize; 3] = [1, 8, 32];

/// How many changes are weighed.
const WEIGHED: usize = 1_000;

/// Measures, on processes that are made below a directory.
pub(super) fn measure(run: &Run, dir: &Path, rounds: usize) -> Result<()> {
    let many = processes(run, dir)?;
    let manager = run.manager("changes")?;
    let (small, large) = (Measured::of(dir, SMALL)?, Measured::of(dir, LARGE)?);
    for process in many.iter().chain([&small, &large]) {
        process.change(&manager, 0)?;
        process.change(&manager, 1)?;
    }
    for _ in 0..rounds {
        for crowd in CROWDS {
            let insert = |_: usize, until| run.bare.inserts(until);
            crowded(run, "bare INSERT", crowd, 0, insert)?.print();
            let one = |_: usize, until| changes(&manager, &small, until);
            crowded(run, "one process", crowd, SMALL, one)?.print();
            if crowd > 1 {
                let each = |writer: usize, until| {
                    let process = many.get(writer).context("there are too few processes")?;
                    changes(&manager, process, until)
                };
                crowded(run, "many processes", crowd, SMALL, each)?.print();
            }
        }
        let one = |_: usize, until| changes(&manager, &large, until);
        crowded(run, "one process", 1, LARGE, one)?.print();
        for (bytes, process) in [(SMALL, &small), (LARGE, &large)] {
            weigh(run, &manager, process, bytes)?.print();
        }
    }
    Ok(())
}

/// Makes the processes, in files and from there in the database.
fn processes(run: &Run, dir: &Path) -> Result<Vec<Measured>> {
    let files = dir.join("database");
    fs::create_dir_all(&files)?;
    for bytes in [SMALL, LARGE] {
        Measured::fill(&files, bytes)?;
    }
    let most = CROWDS.into_iter().max().unwrap_or_default();
    // Each a few bytes larger than the one before, so that it has a name of its own.
    let many = (1..=most).map(|number| Measured::fill(&files, SMALL + number));
    let many = many.collect::<Result<Vec<_>>>()?;
    run.fill("changes", &files)?;
    fs::remove_dir_all(files)?;
    Ok(many)
}

/// What each of so many writers does, until a time.
fn crowded(
    run: &Run,
    what: &'static str,
    writers: usize,
    file_bytes: usize,
    write: impl Fn(usize, Instant) -> Result<Vec<Duration>> + Sync,
) -> Result<Round> {
    let begin = Instant::now();
    let until = begin + run.time;
    let write = &write;
    let latencies = thread::scope(|scope| {
        let threads: Vec<_> = (0..writers)
            .map(|writer| scope.spawn(move || write(writer, until)))
            .collect();
        let joined = threads.into_iter().map(|thread| {
            let outcome = thread.join();
            outcome.map_err(|_| anyhow!("a writer panicked"))?
        });
        joined.collect::<Result<Vec<_>>>()
    })?;
    Ok(Round {
        what,
        file_bytes,
        writers,
        time: begin.elapsed(),
        latencies: latencies.concat(),
        ..Round::default()
    })
}

fn changes(manager: &ProcessManager, process: &Measured, until: Instant) -> Result<Vec<Duration>> {
    let mut latencies = Vec::new();
    while Instant::now() < until {
        let begin = Instant::now();
        process.change(manager, latencies.len())?;
        latencies.push(begin.elapsed());
    }
    Ok(latencies)
}

/// How many bytes of WAL a change makes, snapshots included.
fn weigh(
    run: &Run,
    manager: &ProcessManager,
    process: &Measured,
    file_bytes: usize,
) -> Result<Round> {
    let database = run.bare.connect()?;
    // Pages that are first changed after a checkpoint are written whole.
    database.run("CHECKPOINT")?;
    let begin = Instant::now();
    let before = database.wal_bytes()?;
    for number in 0..WEIGHED {
        process.change(manager, number)?;
    }
    let bytes = database.wal_bytes()? - before;
    Ok(Round {
        what: "WAL",
        file_bytes,
        writers: 1,
        record_bytes: usize::try_from(bytes)? / WEIGHED,
        time: begin.elapsed(),
        latencies: vec![begin.elapsed()],
        ..Round::default()
    })
}
