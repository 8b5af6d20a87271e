//! Looking for something in many processes.

use std::path::Path;

use anyhow::Result;

use super::{
    Effort,
    core_rounds::{Round, Rounds, kilobytes},
};
use crate::table::{Table, figure};

/// Measures searches.
pub(super) fn table(binary: &Path, dir: &Path, effort: &Effort) -> Result<Table> {
    let processes = effort.search_processes.to_string();
    let arguments = ["searching", &effort.rounds.to_string(), &processes];
    let rounds = Rounds::measured(binary, &arguments, dir)?;
    let note = "`pm-core` without a server: a word that one process holds, none, or each of them. \
                No process is in memory; files are in the page cache. `bare read` reads all files \
                one after the other and does nothing with them.";
    let columns = ["search", "processes", "file kB", "ms"];
    let mut table = Table::new("Searching all processes", note, &columns);
    for kind in rounds.kinds() {
        table.row([
            kind.key.what.clone(),
            processes.clone(),
            figure(kilobytes(kind.key.file_bytes)),
            figure(rounds.median(kind, Round::p50)),
        ]);
    }
    Ok(table)
}
