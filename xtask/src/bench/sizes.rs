//! How much memory the server takes, and how large the programs are.

use std::fs;

use anyhow::Result;

use super::servers::Programs;
use crate::table::{Table, figure};

/// What programs and their memory come to.
pub(super) fn table(programs: &Programs, [idle, after, most]: [Option<f64>; 3]) -> Result<Table> {
    let note = "The HTTP server over an empty directory before its first tool call, at the end \
                of the measurements above, and at most in between.";
    let mut table = Table::new("Memory and binaries", note, &["what", "MiB"]);
    let mut row = |what: &str, value| table.row([what.to_owned(), figure(value)]);
    row("resident, idle", idle);
    row("resident, after the run", after);
    row("resident, at most", most);
    let binaries = [
        ("pm-mcp-http, stripped", &programs.servers.http),
        ("pm-mcp-stdio, stripped", &programs.servers.stdio),
    ];
    for (what, binary) in binaries {
        let bytes = u32::try_from(fs::metadata(binary)?.len())?;
        row(what, Some(f64::from(bytes) / f64::from(1 << 20)));
    }
    Ok(table)
}
