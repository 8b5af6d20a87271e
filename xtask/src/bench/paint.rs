//! How long it takes until people see something, in a real browser.

use anyhow::{Context, Result};
use serde::Deserialize;

use super::{
    Effort,
    page_files::{PROCESSES, SNIPPETS, TASKS},
    statistics::Latencies,
    target::Target,
};
use crate::{
    browser::Setup,
    table::{Table, figure},
};

/// How many changes are waited for.
const CHANGES: usize = 50;

/// What `paint.mjs` prints of one thing that it measured.
#[derive(Deserialize)]
struct Measured {
    what: String,
    /// In milliseconds.
    times: Vec<f64>,
}

/// Measures a server over the files of [`page_files`](super::page_files) in Chromium.
pub(super) fn table(setup: &Setup, ours: &Target, effort: &Effort) -> Result<Table> {
    let rounds = effort.rounds.to_string();
    let printed = setup
        .script("paint.mjs")
        .arg(format!("http://{}", ours.authority()))
        .args([rounds, SNIPPETS.to_string(), CHANGES.to_string()])
        .read()?;
    let note = format!(
        "In Chromium, each time with a new window that has nothing of the server yet, from the beginning \
         of the visit. Home has {PROCESSES} processes, the board {TASKS} tasks. A change is a new \
         task, from the answer to the caller until it stands on the page of its process."
    );
    let columns = ["what", "times", "ms p50", "ms p95"];
    let mut table = Table::new("Until it is seen", &note, &columns);
    for line in printed.lines() {
        let Measured { what, times } = serde_json::from_str(line)
            .with_context(|| format!("paint.mjs prints what it measured, and not {line}"))?;
        let count = times.len();
        let seconds = times.into_iter().map(|ms| ms.max(0.0) / 1000.0);
        let times: Latencies = seconds.map(std::time::Duration::from_secs_f64).collect();
        table.row([
            what,
            count.to_string(),
            figure(Some(times.percentile(50))),
            figure(Some(times.percentile(95))),
        ]);
    }
    Ok(table)
}
