//! Writes through the core, by turns with what the file system takes for the same bytes.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Result, anyhow};
use pm_core::{FileStore, ProcessManager};

use crate::process::Measured;
use crate::report::Round;

/// About how large the files are of the processes that are written to.
const SIZES: [usize; 4] = [10_000, 100_000, 1_000_000, 10_000_000];

/// How many write at once to the smallest, apart from the one.
const CROWDS: [usize; 2] = [8, 32];

/// What every round of a run has in common.
struct Run<'a> {
    manager: &'a ProcessManager,
    /// Where files are written without the core.
    bare: &'a Path,
    /// For how long the core is written to in a round: long enough for checkpoints to fall into
    /// it, which come about once a second.
    time: Duration,
}

/// Measures below a directory.
pub(crate) fn measure(dir: &Path, rounds: usize, time: Duration) -> Result<()> {
    let dir = dir.join("core");
    fs::create_dir_all(&dir)?;
    let processes = SIZES
        .iter()
        .map(|&bytes| Ok((bytes, Measured::fill(&dir, bytes)?)))
        .collect::<Result<Vec<_>>>()?;
    let manager = ProcessManager::new(FileStore::open(&dir)?);
    let bare = dir.join("bare");
    fs::create_dir(&bare)?;
    let run = Run {
        manager: &manager,
        bare: &bare,
        time,
    };
    for _ in 0..rounds {
        for (number, (bytes, process)) in processes.iter().enumerate() {
            let core = run.core(process, *bytes, 1)?;
            core.print();
            run.append("append", *bytes, core.record_bytes)?.print();
            run.replace(*bytes)?.print();
            if number == 0 {
                // A record that is the same in each release, to compare machines with.
                run.append("append 300", *bytes, 300)?.print();
                for crowd in CROWDS {
                    run.core(process, *bytes, crowd)?.print();
                }
            }
        }
    }
    Ok(())
}

impl Run<'_> {
    /// Each of so many writers makes one change after the other to one process.
    fn core(&self, process: &Measured, file_bytes: usize, crowd: usize) -> Result<Round> {
        // Before, so that no write pays for reading the file or making the journal; twice, so
        // that the record has a description before and after as all others do.
        process.change(self.manager, 0)?;
        process.change(self.manager, 1)?;
        let record_bytes = process.record_bytes()?;
        let begin = Instant::now();
        let until = begin + self.time;
        let outcomes = thread::scope(|scope| {
            let threads: Vec<_> = (0..crowd)
                .map(|_| scope.spawn(|| self.changes(process, until)))
                .collect();
            let joined = threads.into_iter().map(|thread| {
                let outcome = thread.join();
                outcome.map_err(|_| anyhow!("a writer panicked"))?
            });
            joined.collect::<Result<Vec<_>>>()
        })?;
        let time = begin.elapsed();
        // What the core does behind its callers' backs must not meet the others.
        self.manager.flush()?;
        Ok(Round {
            what: "core",
            file_bytes,
            writers: crowd,
            record_bytes,
            checkpoints: outcomes.iter().map(|(_, seen)| *seen).max().unwrap_or(0),
            time,
            latencies: outcomes
                .into_iter()
                .flat_map(|(latencies, _)| latencies)
                .collect(),
        })
    }

    /// One writer's changes, and how often it saw a new file.
    fn changes(&self, process: &Measured, until: Instant) -> Result<(Vec<Duration>, usize)> {
        let mut last = modified(&process.file)?;
        let mut checkpoints = 0;
        let latencies = timed(until, |number| {
            let begin = Instant::now();
            process.change(self.manager, number)?;
            let latency = begin.elapsed();
            let now = modified(&process.file)?;
            checkpoints += usize::from(now != last);
            last = now;
            Ok(latency)
        })?;
        Ok((latencies, checkpoints))
    }

    /// Replaces a file durably, with nothing around it.
    fn replace(&self, bytes: usize) -> Result<Round> {
        let content = vec![b'x'; bytes];
        let (temporary, target) = (self.bare.join("temporary"), self.bare.join("replaced"));
        let round = self.alone(|| {
            let mut file = File::create(&temporary)?;
            file.write_all(&content)?;
            file.sync_all()?;
            fs::rename(&temporary, &target)?;
            File::open(self.bare)?.sync_all()?;
            Ok(())
        })?;
        Ok(Round {
            what: "replace",
            file_bytes: bytes,
            record_bytes: bytes,
            ..round
        })
    }

    /// Appends records of a length durably, with nothing around it.
    fn append(&self, what: &'static str, file_bytes: usize, record_bytes: usize) -> Result<Round> {
        let mut file = File::create(self.bare.join("appended"))?;
        let record = vec![b'x'; record_bytes];
        let round = self.alone(|| {
            file.write_all(&record)?;
            file.sync_data()?;
            Ok(())
        })?;
        Ok(Round {
            what,
            file_bytes,
            record_bytes,
            ..round
        })
    }

    /// One writer, for a quarter of the time: nothing happens now and then.
    fn alone(&self, mut write: impl FnMut() -> Result<()>) -> Result<Round> {
        let begin = Instant::now();
        let latencies = timed(begin + self.time / 4, |_| {
            let begin = Instant::now();
            write()?;
            Ok(begin.elapsed())
        })?;
        Ok(Round {
            writers: 1,
            time: begin.elapsed(),
            latencies,
            ..Round::default()
        })
    }
}

fn timed(
    until: Instant,
    mut write: impl FnMut(usize) -> Result<Duration>,
) -> Result<Vec<Duration>> {
    let mut latencies = Vec::new();
    while Instant::now() < until {
        latencies.push(write(latencies.len())?);
    }
    Ok(latencies)
}

fn modified(file: &Path) -> Result<SystemTime> {
    Ok(fs::metadata(file)?.modified()?)
}
