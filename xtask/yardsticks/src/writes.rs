//! Writes through the core, by turns with what the file system takes for the same bytes.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use pm_core::{FileStore, ProcessManager, ProcessName};
use serde_json::{Map, Value, json};

/// A process that is written to.
struct Size {
    /// About how large its file is.
    bytes: usize,
    /// How many writes one writer makes in a round.
    writes: usize,
    /// How many write at once, apart from the one.
    crowds: &'static [usize],
}

const SIZES: [Size; 2] = [
    Size {
        bytes: 10_000,
        writes: 200,
        crowds: &[8, 32],
    },
    Size {
        bytes: 10_000_000,
        writes: 12,
        crowds: &[],
    },
];

/// About what a journal would add for one change.
const RECORD: [u8; 300] = [b'x'; 300];

/// The task that is described anew again and again: a change that leaves the size as it is.
const TASK: &str = "described";

/// What a round showed.
struct Load {
    time: Duration,
    latencies: Vec<Duration>,
}

/// Measures below a directory, and prints one JSON object a line for each round of each way to
/// write.
pub(crate) fn measure(dir: &Path, rounds: usize) -> Result<()> {
    let dir = dir.join("core");
    fs::create_dir_all(&dir)?;
    let processes = SIZES
        .iter()
        .map(|size| Ok((size, fill(&dir, size.bytes)?)))
        .collect::<Result<Vec<_>>>()?;
    let manager = ProcessManager::new(FileStore::open(&dir)?);
    let bare = dir.join("bare");
    fs::create_dir(&bare)?;
    for _ in 0..rounds {
        for (size, process) in &processes {
            let &&Size { bytes, writes, .. } = size;
            report("core", bytes, 1, &core(&manager, process, writes, 1)?);
            report("replace", bytes, 1, &replace(&bare, bytes, writes)?);
            report("append", bytes, 1, &append(&bare, writes)?);
            for &writers in size.crowds {
                let load = core(&manager, process, writes / 2, writers)?;
                report("core", bytes, writers, &load);
            }
        }
    }
    Ok(())
}

/// Each of so many writers makes so many changes to one process.
fn core(
    manager: &ProcessManager,
    process: &ProcessName,
    writes: usize,
    crowd: usize,
) -> Result<Load> {
    // Read once, so that no write pays for that.
    manager.process(process.as_str())?;
    let write = |number: usize| {
        let description = format!("Described anew, write {:04}", number % 10_000);
        manager.describe_task(process, TASK, description)?;
        Ok(())
    };
    let begin = Instant::now();
    let latencies = thread::scope(|scope| {
        let threads: Vec<_> = (0..crowd)
            .map(|_| scope.spawn(|| timed(writes, write)))
            .collect();
        let mut all = Vec::new();
        for thread in threads {
            let latencies = thread.join().map_err(|_| anyhow!("a writer panicked"))?;
            all.extend(latencies?);
        }
        anyhow::Ok(all)
    })?;
    Ok(Load {
        time: begin.elapsed(),
        latencies,
    })
}

/// Replaces a file durably, with nothing around it.
fn replace(dir: &Path, bytes: usize, writes: usize) -> Result<Load> {
    let content = vec![b'x'; bytes];
    let (temporary, target) = (dir.join("temporary"), dir.join("replaced"));
    alone(writes, |_| {
        let mut file = File::create(&temporary)?;
        file.write_all(&content)?;
        file.sync_all()?;
        fs::rename(&temporary, &target)?;
        File::open(dir)?.sync_all()?;
        Ok(())
    })
}

/// Appends a record durably, with nothing around it.
fn append(dir: &Path, writes: usize) -> Result<Load> {
    let mut file = File::create(dir.join("appended"))?;
    alone(writes, |_| {
        file.write_all(&RECORD)?;
        file.sync_data()?;
        Ok(())
    })
}

fn alone(writes: usize, write: impl FnMut(usize) -> Result<()>) -> Result<Load> {
    let begin = Instant::now();
    let latencies = timed(writes, write)?;
    Ok(Load {
        time: begin.elapsed(),
        latencies,
    })
}

fn timed(writes: usize, mut write: impl FnMut(usize) -> Result<()>) -> Result<Vec<Duration>> {
    (0..writes)
        .map(|number| {
            let begin = Instant::now();
            write(number)?;
            Ok(begin.elapsed())
        })
        .collect()
}

/// Writes a process of about so many bytes, with jobs of about 200 bytes.
fn fill(dir: &Path, bytes: usize) -> Result<ProcessName> {
    const TIME: &str = "2026-01-02T03:04:05.678901Z";
    let jobs: Map<String, Value> = (0..bytes / 200)
        .map(|number| {
            let name = format!("job {number}");
            let job = json!({
                "name": &name,
                "description": "Look at what was measured",
                "created_at": TIME,
            });
            (format!("{name}_{TIME}"), job)
        })
        .collect();
    let name = format!("Process of {bytes} bytes");
    let task = json!({ "description": "", "created_at": TIME, "jobs": jobs, "code": {} });
    let process = json!({
        "process_name": &name,
        "description": "To be measured",
        "created_at": TIME,
        "tasks": { TASK: task },
    });
    let file = dir.join(format!("Process_of_{bytes}_bytes.json"));
    fs::write(file, serde_json::to_vec_pretty(&process)?)?;
    Ok(name.parse()?)
}

fn report(what: &str, bytes: usize, writers: usize, load: &Load) {
    let nanos: Vec<u64> = load
        .latencies
        .iter()
        .map(|latency| u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX))
        .collect();
    let line = json!({
        "what": what,
        "bytes": bytes,
        "writers": writers,
        "seconds": load.time.as_secs_f64(),
        "nanos": nanos,
    });
    println!("{line}");
}
