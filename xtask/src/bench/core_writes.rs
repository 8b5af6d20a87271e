//! Durable writes without a transport, beside what the file system takes for the same bytes.
//!
//! The measuring itself is done by the yardsticks, which are built like the servers.

use std::{path::Path, time::Duration};

use anyhow::{Context, Result};
use serde_json::Value;

use super::{
    Effort,
    load::Load,
    statistics::{Latencies, median},
    table::{Table, figure},
};
use crate::cmd::cmd;

/// One round of one way to write.
struct Round {
    what: String,
    bytes: u64,
    writers: u64,
    load: Load,
}

/// Measures writes through the core.
pub(super) fn table(binary: &Path, dir: &Path, effort: &Effort) -> Result<Table> {
    let lines = cmd(binary)
        .arg("writes")
        .arg(dir)
        .arg(effort.rounds.to_string())
        .read()?;
    let rounds = lines.lines().map(parse).collect::<Result<Vec<Round>>>()?;
    let note = "`pm-core` without a server: a task of one process described anew. `replace` is a \
                temporary file of the same size, fsync, rename and fsync of the directory; \
                `append` is 300 bytes and fdatasync.";
    let columns = [
        "what",
        "file kB",
        "writers",
        "writes/s",
        "p50 ms",
        "p99 ms",
        "core / this",
    ];
    let mut table = Table::new("Durable writes through the core", note, &columns);
    let mut seen: Vec<(&str, u64, u64)> = Vec::new();
    for round in &rounds {
        let key = round.key();
        if seen.contains(&key) {
            continue;
        }
        seen.push(key);
        let of = |value: fn(&Round) -> f64| {
            median(rounds.iter().filter(|it| it.key() == key).map(value))
        };
        let core = rounds
            .iter()
            .filter(|it| it.key() == ("core", round.bytes, 1))
            .map(|it| it.load.rate());
        let same = rounds
            .iter()
            .filter(|it| it.key() == key)
            .map(|it| it.load.rate());
        let ratio = median(core.zip(same).map(|(core, same)| core / same));
        table.row([
            round.what.clone(),
            figure(u32::try_from(round.bytes / 1000).ok().map(f64::from)),
            round.writers.to_string(),
            figure(of(|it| it.load.rate())),
            figure(of(|it| it.load.latencies.percentile(50))),
            figure(of(|it| it.load.latencies.percentile(99))),
            figure(ratio.filter(|_| key != ("core", round.bytes, 1))),
        ]);
    }
    Ok(table)
}

impl Round {
    fn key(&self) -> (&str, u64, u64) {
        (&self.what, self.bytes, self.writers)
    }
}

/// Reads a line of the yardsticks.
fn parse(line: &str) -> Result<Round> {
    let round: Value = serde_json::from_str(line)?;
    let read = || {
        let number = |name: &str| round.get(name)?.as_u64();
        let nanos = round.get("nanos")?.as_array()?.iter();
        let latencies: Latencies = nanos
            .filter_map(Value::as_u64)
            .map(Duration::from_nanos)
            .collect();
        let load = Load {
            time: Duration::try_from_secs_f64(round.get("seconds")?.as_f64()?).ok()?,
            latencies,
            failed: (0, String::new()),
        };
        Some(Round {
            what: round.get("what")?.as_str()?.to_owned(),
            bytes: number("bytes")?,
            writers: number("writers")?,
            load,
        })
    };
    read().with_context(|| format!("{line:.200} is no measurement"))
}
