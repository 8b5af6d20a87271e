//! Durable writes a second: `task_job_add` into processes of several sizes.

use anyhow::Result;
use serde_json::json;

use super::{
    Effort,
    load::Limit,
    process::{new_task, prepare},
    series::{COLUMNS, compare},
    servers::Servers,
    target::{Call, Round, Target, expect_jobs},
    wire::Era,
};
use crate::table::Table;

/// The task that a round adds to, and that is taken away after it.
const ROUND: &str = "round";

/// How many jobs a round adds to a process at most.
const CALLS: usize = 500;

/// Measures writes.
pub(super) fn table(servers: &Servers, effort: &Effort) -> Result<Table> {
    let note = format!(
        "`task_job_add`, all connections into one process of so many jobs, in sessions. A round \
         adds up to {CALLS} jobs, which are counted and taken away after it."
    );
    let columns: Vec<&str> = ["jobs", "conn."].into_iter().chain(COLUMNS).collect();
    let mut table = Table::new("Durable writes", &note, &columns);
    for &jobs in effort.process_jobs {
        let process = format!("Bench {jobs}");
        let mut targets = Vec::new();
        for target in servers.managers() {
            if prepare(target, &process, jobs, effort.prepare)? {
                targets.push(target);
            } else {
                println!(
                    "{} took more than {:?} to get {jobs} jobs; it is left out here",
                    target.name, effort.prepare
                );
            }
        }
        for connections in [8, 64] {
            let scenario = [jobs.to_string(), connections.to_string()];
            compare(&mut table, &scenario, &targets, effort.rounds, |target| {
                round(target, &process, connections, effort)
            })?;
        }
    }
    Ok(table)
}

/// One round, which leaves the process as it was.
fn round(target: &Target, process: &str, connections: usize, effort: &Effort) -> Result<Round> {
    let mut caller = target.caller(Era::Sessions)?;
    caller.call("process_load", &json!({ "name": process }))?;
    new_task(&mut caller, ROUND)?;
    let limit = Limit {
        calls: CALLS,
        time: effort.write_time,
    };
    let round = target.round(
        Era::Sessions,
        connections,
        process,
        &Call::Write(ROUND),
        limit,
    )?;
    // A server may have closed the connection meanwhile, which was idle.
    let mut caller = target.caller(Era::Sessions)?;
    caller.call("process_load", &json!({ "name": process }))?;
    expect_jobs(target, &mut caller, ROUND, round.latencies.len())?;
    caller.call("task_delete", &json!({ "task_name": ROUND }))?;
    caller.close()?;
    Ok(round)
}
