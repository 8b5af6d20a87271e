//! What `task_next` costs: claiming a task, which is a durable write, and being told one's own
//! again, which is a read.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{
    Effort,
    load::Limit,
    statistics::{Latencies, median},
    target::{Call, Target},
    wire::Era,
};
use crate::table::{Table, figure};

/// How many tasks the processes have: the next one is looked for among all of them.
const TASKS: [usize; 2] = [250, 2_000];

/// How many tasks a round claims and finishes at most.
const CLAIMS: usize = 200;

/// How many callers have a task and ask for it again and again.
const CONNECTIONS: usize = 8;

/// Measures the next task of our server; no other has one.
pub(super) fn table(ours: &Target, effort: &Effort) -> Result<Table> {
    let note = format!(
        "`task_next` in sessions. `claimed` is one caller that claims a task and finishes it, \
         which is not counted, up to {CLAIMS} times a round; `had already` are {CONNECTIONS} \
         callers that ask for the task that they have."
    );
    let columns = [
        "tasks",
        "the task is",
        "conn.",
        "calls/s",
        "p50 ms",
        "p99 ms",
    ];
    let mut table = Table::new("The next task", &note, &columns);
    for tasks in TASKS {
        let mut claimed = Vec::new();
        let mut had = Vec::new();
        for round in 0..effort.rounds {
            let process = format!("Bench plan {tasks} {round}");
            plan(ours, &process, tasks)?;
            claimed.push(claims(ours, &process, effort.write_time)?);
            let limit = Limit {
                calls: usize::MAX,
                time: effort.read_time,
            };
            let again = ours.round(Era::Sessions, CONNECTIONS, &process, &Call::Next, limit)?;
            had.push((again.rate, again.latencies));
        }
        for (what, connections, rounds) in
            [("claimed", 1, &claimed), ("had already", CONNECTIONS, &had)]
        {
            let figure_of =
                |of: &dyn Fn(&(f64, Latencies)) -> f64| figure(median(rounds.iter().map(of)));
            table.row([
                tasks.to_string(),
                what.to_owned(),
                connections.to_string(),
                figure_of(&|(rate, _)| *rate),
                figure_of(&|(_, latencies)| latencies.percentile(50)),
                figure_of(&|(_, latencies)| latencies.percentile(99)),
            ]);
        }
    }
    Ok(table)
}

/// Makes a process with so many tasks.
fn plan(ours: &Target, process: &str, tasks: usize) -> Result<()> {
    let mut caller = ours.caller(Era::Sessions)?;
    caller.call("process_new", &json!({ "name": process }))?;
    for number in 0..tasks {
        let task = json!({
            "task_name": format!("task {number}"),
            "task_description": "Look at what the measurement has shown, and write it down",
        });
        caller.call("task_new", &task)?;
    }
    caller.close()
}

/// How many tasks are claimed a second, and how long each takes, by a caller that finishes one
/// after the other.
fn claims(ours: &Target, process: &str, time: Duration) -> Result<(f64, Latencies)> {
    let mut caller = ours.caller(Era::Sessions)?;
    caller.call("process_load", &json!({ "name": process }))?;
    let begin = Instant::now();
    let mut latencies: Vec<Duration> = Vec::new();
    while latencies.len() < CLAIMS && begin.elapsed() < time {
        let asked = Instant::now();
        let answer = caller.call("task_next", &json!({}))?;
        let latency = asked.elapsed();
        latencies.push(latency);
        let task = answer.get("task_name").and_then(Value::as_str);
        let task = task.with_context(|| format!("task_next answered {answer}"))?;
        let done = json!({ "task_name": task, "status": "done" });
        caller.call("task_update", &done)?;
    }
    caller.close()?;
    let spent: Duration = latencies.iter().sum();
    let count = u32::try_from(latencies.len()).map_or(0.0, f64::from);
    Ok((count / spent.as_secs_f64(), latencies.into_iter().collect()))
}
