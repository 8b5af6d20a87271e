//! Faults of the operating system, injected by strace into the release build: each system call
//! that a session makes on its files fails, or is the last thing that the server does.
//!
//! strace counts the calls of each thread for itself, so that one run may meet several faults; and
//! which thread does what differs from run to run. So the numbers go on until no thread makes as
//! many calls, and each is tried more than once.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use anyhow::{Context, Result, bail};

use super::session::{Answer, Session};
use super::table::table;
use crate::{
    cmd::{Cmd, cmd},
    workspace::{self, Profile},
};

/// The system calls that change files, or make them durable.
const CALLS: [&str; 12] = [
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "rename",
    "renameat2",
    "openat",
    "ftruncate",
    "linkat",
    "link",
    "unlink",
    "mkdir",
];

/// What happens instead of a call.
const FAULTS: [&str; 3] = ["error=EIO", "error=ENOSPC", "signal=KILL"];

/// How often each is tried.
const ROUNDS: usize = 2;

/// How many numbers more are tried after one to which no thread came.
const FURTHER: usize = 2;

/// The most calls of a kind that a thread may make; past it something loops.
const MOST_CALLS: usize = 400;

/// A run with one number.
#[derive(Clone)]
struct Run {
    call: &'static str,
    fault: &'static str,
    number: usize,
}

/// What some runs came to.
#[derive(Default)]
struct Tally {
    runs: usize,
    /// Those in which a file of the store was hit.
    hit: usize,
    made: usize,
    refused: usize,
    uncertain: usize,
    unanswered: usize,
    hung: usize,
    problems: Vec<String>,
}

/// Tries all faults, prints a table, and fails where a server did not tell the truth.
pub(super) fn run() -> Result<()> {
    if let Err(reason) = strace_works() {
        println!("not run: {reason:#}");
        return Ok(());
    }
    let binary = workspace::binaries(Profile::Release)?.stdio;
    let head = [
        "call",
        "fault",
        "runs",
        "hit the store",
        "acknowledged",
        "refused",
        "uncertain",
        "unanswered",
        "hung",
        "problems",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let mut problems = Vec::new();
    for call in CALLS {
        for fault in FAULTS {
            let tally = try_all(&binary, call, fault)?;
            let cells = [
                tally.runs,
                tally.hit,
                tally.made,
                tally.refused,
                tally.uncertain,
                tally.unanswered,
                tally.hung,
                tally.problems.len(),
            ];
            let words = [call, fault].map(str::to_owned).into_iter();
            rows.push(words.chain(cells.map(|cell| cell.to_string())).collect());
            println!(
                "{}",
                rows.last().map(|row| row.join(" ")).unwrap_or_default()
            );
            problems.extend(tally.problems);
        }
    }
    println!("\n{}", table(&rows));
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    Ok(())
}

fn strace_works() -> Result<()> {
    let run = cmd("strace").args(["-f", "-o", "/dev/null", "true"]).read();
    run.map(drop).context("strace cannot follow programs here")
}

/// Tries a fault with the first call of each thread, the second, and so on.
fn try_all(binary: &Path, call: &'static str, fault: &'static str) -> Result<Tally> {
    let next = AtomicUsize::new(0);
    // The last number that is tried.
    let end = AtomicUsize::new(MOST_CALLS);
    let work = || {
        let mut tally = Tally::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed) / ROUNDS + 1;
            if number > end.load(Ordering::Relaxed) {
                return Ok(tally);
            }
            let run = Run {
                call,
                fault,
                number,
            };
            if !run.make(binary, &mut tally)? {
                // Another session may come a little further.
                end.fetch_min(number + FURTHER, Ordering::Relaxed);
            }
        }
    };
    let parts: Vec<Result<Tally>> = thread::scope(|scope| {
        // They mostly wait: for a disk, for a checkpoint to be due.
        let threads = thread::available_parallelism().map_or(2, |cores| cores.get() * 2);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let join = |worker: thread::ScopedJoinHandle<'_, _>| match worker.join() {
            Ok(part) => part,
            Err(_) => bail!("a worker panicked"),
        };
        workers.into_iter().map(join).collect()
    });
    let mut whole = Tally::default();
    for part in parts {
        whole.add(part?);
    }
    Ok(whole)
}

impl Run {
    /// Makes it; whether any thread came to as many calls.
    fn make(&self, binary: &Path, tally: &mut Tally) -> Result<bool> {
        let folder = workspace::temp_dir()?;
        let (dir, log) = (folder.path().join("processes"), folder.path().join("calls"));
        let complaints = folder.path().join("complaints");
        fs::create_dir(&dir)?;
        let session = Session::hold(self.server(binary, &dir, &log), &complaints)?;
        let (any, on_files) = Self::hits(&fs::read_to_string(&log)?, &dir);
        tally.runs += 1;
        tally.hit += usize::from(on_files);
        tally.made += session.count(Answer::Made);
        tally.refused += session.count(Answer::Refused);
        tally.uncertain += session.count(Answer::Uncertain);
        tally.unanswered += session.count(Answer::None);
        tally.hung += usize::from(session.hung);
        let after = folder.path().join("complaints afterwards");
        let problems = session
            .check(binary, &dir, &after)
            .unwrap_or_else(|error| vec![format!("afterwards: {error:#}")]);
        if !problems.is_empty() {
            let kept: PathBuf = folder.keep();
            let what = format!("{}:{}:when={}", self.call, self.fault, self.number);
            let problems = problems.join("; ");
            tally
                .problems
                .push(format!("{what}: {problems} ({})", kept.display()));
        }
        Ok(any)
    }

    fn server(&self, binary: &Path, dir: &Path, log: &Path) -> Cmd {
        let inject = format!("inject={}:{}:when={}", self.call, self.fault, self.number);
        let trace = format!("trace={}", self.call);
        cmd("strace")
            .args([
                "-f",
                "-y",
                "-qq",
                "-e",
                "signal=none",
                "-e",
                &trace,
                "-e",
                &inject,
                "-o",
            ])
            .arg(log)
            .arg("--")
            .arg(binary)
            .arg("--dir")
            .arg(dir)
    }

    /// Whether a fault was met at all, and whether on a file of the store.
    fn hits(log: &str, dir: &Path) -> (bool, bool) {
        let dir = dir.display().to_string();
        // A call that a signal comes before has no result.
        let is_hit = |line: &&str| {
            line.contains("(INJECTED)") || line.ends_with("= ?") || line.contains("<unfinished")
        };
        let hits: Vec<_> = log.lines().filter(is_hit).collect();
        (
            !hits.is_empty(),
            hits.iter().any(|line| line.contains(&dir)),
        )
    }
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.runs += other.runs;
        self.hit += other.hit;
        self.made += other.made;
        self.refused += other.refused;
        self.uncertain += other.uncertain;
        self.unanswered += other.unanswered;
        self.hung += other.hung;
        self.problems.extend(other.problems);
    }
}
