//! How long it takes to look for something in many processes that are not in memory.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use pm_core::search::SearchQuery;
use pm_core::{FileStore, ProcessManager};
use serde_json::{Map, Value, json};

use crate::report::Round;

/// About how large each file is.
const FILE_BYTES: usize = 10_000;

/// What is looked for, and where it is: in one process, in none, in each.
pub(crate) const QUERIES: [(&str, &str); 3] = [
    ("in one", "Wheelbarrow"),
    ("in none", "Tractor"),
    ("in all", "watering"),
];

/// Measures below a directory.
pub(crate) fn measure(dir: &Path, rounds: usize, processes: usize) -> Result<()> {
    let storage = dir.join("searched");
    fs::create_dir_all(&storage)?;
    fill(&storage, processes)?;
    let manager = ProcessManager::new(FileStore::open(&storage)?);
    for round in 0..=rounds {
        for (what, text) in QUERIES {
            let query: SearchQuery = text.parse()?;
            let begin = Instant::now();
            let found = manager.search(&query)?;
            let time = begin.elapsed();
            let expected = match what {
                "in one" => 1,
                "in none" => 0,
                _ => processes,
            };
            let total = found.total;
            ensure!(
                total == expected,
                "{total} were found of {text}, and not {expected}"
            );
            // The first time the store learns which files there are.
            if round > 0 {
                report(what, time);
            }
        }
        if round > 0 {
            report("bare read", read_all(&storage)?);
        }
    }
    fs::remove_dir_all(storage)?;
    Ok(())
}

fn report(what: &'static str, time: Duration) {
    let round = Round {
        what,
        file_bytes: FILE_BYTES,
        time,
        latencies: vec![time],
        ..Round::default()
    };
    round.print();
}

/// Reads all files one by one, and does nothing with them.
fn read_all(storage: &Path) -> Result<Duration> {
    let begin = Instant::now();
    let mut bytes = 0;
    for entry in fs::read_dir(storage)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            bytes += fs::read(entry.path())?.len();
        }
    }
    let time = begin.elapsed();
    ensure!(bytes > 0, "nothing was read");
    Ok(time)
}

/// Writes process files as the format has them.
pub(crate) fn fill(storage: &Path, processes: usize) -> Result<()> {
    const TIME: &str = "2026-01-02T03:04:05.678901Z";
    for number in 0..processes {
        let task = |task: usize| {
            let jobs: Map<String, Value> = (0..8)
                .map(|job| {
                    let name = format!("job {job}");
                    let description = "Dig, rake and sow, then see to it that nothing dries out";
                    let fields =
                        json!({"name": &name, "description": description, "created_at": TIME});
                    (format!("{name}_{TIME}"), fields)
                })
                .collect();
            let lines: Vec<String> = (0..24)
                .map(|line| format!("    beds[{line}].sow({number} + {line}); // über Nacht\n"))
                .collect();
            let name = format!("bed_{task}.rs");
            let code = json!({"name": &name, "content": lines.concat(), "created_at": TIME});
            let fields = json!({
                "description": "What is to be done in one of the beds",
                "created_at": TIME,
                "jobs": jobs,
                "code": {format!("{name}_{TIME}"): code},
            });
            (format!("task {task}"), fields)
        };
        let tool = if number == processes / 2 {
            "wheelbarrow"
        } else {
            "spade"
        };
        let process = json!({
            "process_name": format!("Process {number}"),
            "description": format!("Needs a {tool} and a watering can"),
            "created_at": TIME,
            "tasks": (0..3).map(task).collect::<Map<String, Value>>(),
        });
        let bytes = serde_json::to_vec_pretty(&process)?;
        fs::write(storage.join(format!("Process_{number}.json")), bytes)?;
    }
    // Files that were changed this moment are looked at with more care than those that were not.
    std::thread::sleep(Duration::from_millis(200));
    Ok(())
}
