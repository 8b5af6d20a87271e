//! Reads through the core that find something new: a process that is opened, and one that
//! another program has changed.

use std::path::Path;

use anyhow::Result;

use super::{
    Effort,
    core_rounds::{Round, Rounds, kilobytes},
};
use crate::table::{Table, figure};

/// Measures opening a large process.
pub(super) fn opening(binary: &Path, dir: &Path, effort: &Effort) -> Result<Table> {
    let rounds = Rounds::measured(binary, &["opening", &effort.rounds.to_string()], dir)?;
    let note = "`pm-core` without a server: a fresh store and the first read, with the file up to \
                date and with the changes of a long journal to be made on it. `bare parse` reads \
                the file and parses it as JSON. Files are in the page cache.";
    let columns = ["what", "file kB", "journal kB", "ms"];
    let mut table = Table::new("Opening a large process", note, &columns);
    for kind in rounds.kinds() {
        table.row([
            kind.key.what.clone(),
            figure(kilobytes(kind.key.file_bytes)),
            figure(kilobytes(kind.record_bytes)),
            figure(rounds.median(kind, Round::p50)),
        ]);
    }
    Ok(table)
}

/// Measures reads of what another program changed.
pub(super) fn noticing(binary: &Path, dir: &Path, effort: &Effort) -> Result<Table> {
    let rounds = Rounds::measured(binary, &["noticing", &effort.rounds.to_string()], dir)?;
    let note = "Two programs with a store each on one directory: one changes a process, and then \
                the other reads it (`changed`) and reads it again (`unchanged`). Brought up to \
                date in the background meanwhile.";
    let columns = ["read", "file kB", "p50 µs", "p99 µs"];
    let mut table = Table::new("Noticing what others changed", note, &columns);
    for kind in rounds.kinds() {
        table.row([
            kind.key.what.clone(),
            figure(kilobytes(kind.key.file_bytes)),
            figure(rounds.median(kind, |round| round.p50() * 1000.0)),
            figure(rounds.median(kind, |round| round.p99() * 1000.0)),
        ]);
    }
    Ok(table)
}
