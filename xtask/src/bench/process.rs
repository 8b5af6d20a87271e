//! The processes that the measurements work in, made through the servers' own tools.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use super::{
    load::Limit,
    target::{Call, Target, expect_jobs},
    wire::{Era, NUMBER},
};

/// The task that holds the jobs that a process is to have.
const STOCK: &str = "stock";

/// How many connections prepare a process: writes that arrive together share the cost.
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
    let callers = target.callers(Era::Sessions, PREPARING.min(jobs), process)?;
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

/// Adds a task to the process that is open.
pub(super) fn new_task(caller: &mut super::caller::Caller, task: &str) -> Result<()> {
    let arguments = json!({ "task_name": task, "task_description": "Holds jobs" });
    caller.call("task_new", &arguments).map(drop)
}
