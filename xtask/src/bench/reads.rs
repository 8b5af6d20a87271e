//! Reads a second: `task_list` of a small process, beside the echo server that is the ceiling.

use std::time::Duration;

use anyhow::Result;

use super::{
    Effort,
    load::Limit,
    process,
    series::{COLUMNS, compare},
    servers::Servers,
    target::{Call, Target},
    wire::Era,
};
use crate::table::Table;

/// The process that is read.
const SMALL: &str = "Bench small";

/// How many jobs it has.
const JOBS: usize = 20;

/// Measures reads.
pub(super) fn table(servers: &Servers, effort: &Effort) -> Result<Table> {
    let note = "`task_list` of a process of one task and 20 jobs. `bare echo` is a server on the \
                same library with one tool that answers its argument: the ceiling. `echo, same answer` is \
                the same with an answer like ours, as text and as an object.";
    let columns: Vec<&str> = ["protocol", "conn."].into_iter().chain(COLUMNS).collect();
    let mut table = Table::new("Reads", note, &columns);
    for target in servers.managers() {
        process::prepare(target, SMALL, JOBS, effort.prepare)?;
    }
    let limit = Limit {
        calls: usize::MAX,
        time: effort.read_time,
    };
    for era in [Era::Sessions, Era::Sessionless] {
        let targets: Vec<&Target> = servers
            .with_ceiling()
            .filter(|target| speaks(target, era))
            .collect();
        for connections in [8, 64] {
            let scenario = [era.to_string(), connections.to_string()];
            compare(&mut table, &scenario, &targets, effort.rounds, |target| {
                target.round(era, connections, SMALL, &Call::Read, limit)
            })?;
        }
    }
    Ok(table)
}

/// Whether a server speaks an era; one that we have not started may not.
fn speaks(target: &Target, era: Era) -> bool {
    let one = Limit {
        calls: 1,
        time: Duration::from_secs(1),
    };
    target.pid().is_some() || target.round(era, 1, SMALL, &Call::Read, one).is_ok()
}
