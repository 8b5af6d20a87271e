//! The processes that the measurements work in, made through the servers' own tools.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use super::{
    load::Limit,
    target::{Call, Target, expect_jobs},
    wire::{Era, NUMBER},
};

/// The task that holds the jobs that a process is to have.
const STOCK: &str = "stock";

/// How many connections prepare a process of ours: writes that arrive together share the cost.
/// Other servers may lose jobs that come over several at once, or fail.
const PREPARING: usize = 64;

/// A job as it is added again and again, about 200 bytes in the file.
pub(super) fn job(task: &str) -> Value {
    json!({
        "task_name": task,
        "job_name": format!("job {NUMBER}"),
        "job_description": "Look at what the measurement has shown, and write it down",
    })
}

/// Makes a process afresh with `jobs` jobs, and says whether the server was quick enough to do
/// that within `time`.
pub(super) fn prepare(target: &Target, process: &str, jobs: usize, time: Duration) -> Result<bool> {
    let mut caller = target.caller(Era::Sessions)?;
    // From an earlier run, on a server that is not ours.
    let _ = caller.call("process_delete", &json!({ "name": process }));
    caller.call(
        "process_new",
        &json!({ "name": process, "description": "To be measured" }),
    )?;
    new_task(&mut caller, STOCK)?;
    if jobs == 0 {
        caller.close()?;
        return Ok(true);
    }
    if let Some(files) = &target.files {
        put_file(files, process, jobs)?;
        caller.call("process_load", &json!({ "name": process }))?;
        caller.close()?;
        return Ok(true);
    }
    let connections = if target.pid().is_some() { PREPARING } else { 1 };
    let callers = target.callers(Era::Sessions, connections.min(jobs), process)?;
    let limit = Limit { calls: jobs, time };
    let load = target.drive(&callers, Era::Sessions, process, &Call::Write(STOCK), limit)?;
    for caller in callers {
        caller.close()?;
    }
    let added = load.latencies.len();
    caller.call("process_load", &json!({ "name": process }))?;
    expect_jobs(target, &mut caller, STOCK, added)?;
    caller.close()?;
    Ok(added == jobs)
}

/// Writes a process with so many jobs over the file that a server has just made for it.
fn put_file(files: &Path, process: &str, jobs: usize) -> Result<()> {
    const TIME: &str = "2026-01-02T03:04:05.678901";
    let jobs: Map<String, Value> = (0..jobs)
        .map(|number| {
            let name = format!("job {number:010}");
            let description = job(STOCK).get("job_description").cloned();
            let job = json!({ "name": &name, "description": description, "created_at": TIME });
            (format!("{name}_{TIME}"), job)
        })
        .collect();
    let task = json!({ "description": "Holds jobs", "created_at": TIME, "jobs": jobs, "code": {} });
    let content = json!({
        "process_name": process,
        "description": "To be measured",
        "created_at": TIME,
        "tasks": { STOCK: task },
    });
    let file = files.join(format!("{}.json", process.replace(' ', "_")));
    // One that is not there would be made where nobody looks.
    fs::metadata(&file).with_context(|| format!("the server has not made {}", file.display()))?;
    fs::write(file, serde_json::to_vec_pretty(&content)?)?;
    Ok(())
}

/// Adds a task to the process that is open.
pub(super) fn new_task(caller: &mut super::caller::Caller, task: &str) -> Result<()> {
    let arguments = json!({ "task_name": task, "task_description": "Holds jobs" });
    caller.call("task_new", &arguments).map(drop)
}
