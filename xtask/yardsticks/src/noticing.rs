//! How long a read takes that finds that another program has changed the process, and one that
//! finds that nobody has.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use pm_core::{FileStore, ProcessManager};

use crate::process::Measured;
use crate::report::Round;

/// About how large the files are of the processes that are read.
const SIZES: [usize; 2] = [10_000, 10_000_000];

/// How many changes are noticed in a round.
const CHANGES: usize = 200;

/// Measures below a directory.
pub(crate) fn measure(dir: &Path, rounds: usize) -> Result<()> {
    let dir = dir.join("noticed");
    fs::create_dir_all(&dir)?;
    for bytes in SIZES {
        let process = Measured::fill(&dir, bytes)?;
        let mut writer = Writer::start(&dir, bytes)?;
        let manager = ProcessManager::new(FileStore::open(&dir)?);
        for _ in 0..rounds {
            for round in notice(&process, bytes, &manager, &mut writer)? {
                round.print();
            }
        }
    }
    Ok(())
}

fn notice(
    process: &Measured,
    file_bytes: usize,
    manager: &ProcessManager,
    writer: &mut Writer,
) -> Result<[Round; 2]> {
    let read = || {
        let begin = Instant::now();
        let found = manager.process(process.name.as_str())?;
        anyhow::Ok((begin.elapsed(), found.revision))
    };
    let (mut changed, mut unchanged) = (Vec::new(), Vec::new());
    let (_, mut revision) = read()?;
    for _ in 0..CHANGES {
        writer.write()?;
        let (latency, found) = read()?;
        ensure!(found == revision + 1, "revision {found} follows {revision}");
        revision = found;
        changed.push(latency);
        unchanged.push(read()?.0);
    }
    let round = |what, latencies: Vec<Duration>| Round {
        what,
        file_bytes,
        time: latencies.iter().sum(),
        latencies,
        ..Round::default()
    };
    Ok([round("changed", changed), round("unchanged", unchanged)])
}

/// Another program that changes a process when it is told to.
struct Writer {
    child: Child,
    told: ChildStdin,
    done: BufReader<ChildStdout>,
}

impl Writer {
    fn start(dir: &Path, bytes: usize) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("writer")
            .arg(dir)
            .arg(bytes.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let told = child.stdin.take().context("the writer has no input")?;
        let done = child.stdout.take().context("the writer has no output")?;
        Ok(Self {
            child,
            told,
            done: BufReader::new(done),
        })
    }

    /// Has it make a change, and waits until it is made.
    fn write(&mut self) -> Result<()> {
        self.told.write_all(b"\n")?;
        let mut line = String::new();
        let read = self.done.read_line(&mut line)?;
        ensure!(read > 0, "the writer has ended");
        Ok(())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // It has nothing that is to be kept.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The other program: a change for each line of its input.
pub(crate) fn write_when_told(dir: &Path, bytes: usize) -> Result<()> {
    let process = Measured::of(dir, bytes)?;
    let manager = ProcessManager::new(FileStore::open(dir)?);
    let mut output = std::io::stdout();
    for (number, line) in std::io::stdin().lines().enumerate() {
        line?;
        process.change(&manager, number)?;
        writeln!(output, "done")?;
        output.flush()?;
    }
    Ok(())
}
