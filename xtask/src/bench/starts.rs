//! How long a server takes from its start to its first answer, with many processes on disk.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use serde_json::{Map, Value, json};

use super::{Effort, proc, statistics::median, target::Target, wire::Era};
use crate::table::{Table, figure};

/// What one start showed, in milliseconds since the program was started.
struct Start {
    /// The answer to the first `initialize`.
    initialize: f64,
    /// The answer to the first `process_list_all`.
    list: f64,
    /// How long the second `process_list_all` took.
    again: f64,
    /// Resident memory after that, in MiB.
    memory: Option<f64>,
}

/// Measures starts.
pub(super) fn table(binary: &Path, dir: &Path, effort: &Effort) -> Result<Table> {
    let note = "Milliseconds from the start of the program to its answer; `again` is the second \
                `process_list_all` by itself. Without an index the server has never seen the \
                directory; files are in the page cache.";
    let columns = [
        "processes",
        "index",
        "initialize",
        "process_list_all",
        "again",
        "RSS MiB",
    ];
    let mut table = Table::new("Start to first answer", note, &columns);
    for &processes in effort.start_processes {
        let storage = dir.join(format!("start-{processes}"));
        fill(&storage, processes)?;
        let mut cold = Vec::new();
        let mut warm = Vec::new();
        for _ in 0..effort.rounds {
            let private = storage.join(".pm");
            if private.exists() {
                fs::remove_dir_all(private)?;
            }
            cold.push(start(binary, &storage, processes)?);
            warm.push(start(binary, &storage, processes)?);
        }
        for (index, starts) in [("none", cold), ("kept", warm)] {
            let of =
                |value: fn(&Start) -> Option<f64>| figure(median(starts.iter().filter_map(value)));
            table.row([
                processes.to_string(),
                index.to_owned(),
                of(|start| Some(start.initialize)),
                of(|start| Some(start.list)),
                of(|start| Some(start.again)),
                of(|start| start.memory),
            ]);
        }
        fs::remove_dir_all(storage)?;
    }
    Ok(table)
}

fn start(binary: &Path, storage: &Path, processes: usize) -> Result<Start> {
    let begin = Instant::now();
    let since = |begin: Instant| begin.elapsed().as_secs_f64() * 1000.0;
    let target = Target::ours(binary, storage)?;
    let mut caller = target.caller(Era::Sessions)?;
    let initialize = since(begin);
    let listed = caller.call("process_list_all", &json!({}))?;
    let list = since(begin);
    let total = listed.get("total").and_then(Value::as_u64);
    ensure!(
        total == u64::try_from(processes).ok(),
        "{processes} processes are there, and {total:?} were listed"
    );
    let begin = Instant::now();
    caller.call("process_list_all", &json!({}))?;
    let again = since(begin);
    let memory = target.pid().and_then(proc::resident);
    caller.close()?;
    target.stop()?;
    Ok(Start {
        initialize,
        list,
        again,
        memory,
    })
}

/// Writes process files as the format has them; through the tools that would take longer than
/// all that is measured.
pub(super) fn fill(storage: &Path, processes: usize) -> Result<()> {
    const TIME: &str = "2026-01-02T03:04:05.678901Z";
    fs::create_dir_all(storage)?;
    for number in 0..processes {
        let task = |task: usize| {
            let jobs: Map<String, Value> = (0..5)
                .map(|job| {
                    let name = format!("job {job}");
                    let job = json!({
                        "name": &name,
                        "description": "Look at what the measurement has shown, and write it down",
                        "created_at": TIME,
                    });
                    (format!("{name}_{TIME}"), job)
                })
                .collect();
            let task_fields = json!({
                "description": "Holds jobs",
                "created_at": TIME,
                "jobs": jobs,
                "code": {},
            });
            (format!("task {task}"), task_fields)
        };
        let process = json!({
            "process_name": format!("Process {number}"),
            "description": "One of many processes that are on disk when the server starts",
            "created_at": TIME,
            "tasks": (0..3).map(task).collect::<Map<String, Value>>(),
        });
        let file = storage.join(format!("Process_{number}.json"));
        fs::write(file, serde_json::to_vec_pretty(&process)?)?;
    }
    // Files that were changed this moment are looked at with more care than those that were not.
    std::thread::sleep(Duration::from_millis(200));
    Ok(())
}
