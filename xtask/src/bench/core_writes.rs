//! Durable writes without a transport, beside what the file system takes for the same bytes.

use std::path::Path;

use anyhow::Result;

use super::{
    Effort,
    core_rounds::{Round, Rounds, kilobytes},
};
use crate::table::{Table, figure};

/// Measures writes through the core.
pub(super) fn table(binary: &Path, dir: &Path, effort: &Effort) -> Result<Table> {
    let (count, time) = (effort.rounds.to_string(), effort.core_time.as_secs_f64());
    let arguments = ["writes", &count, &time.to_string()];
    let rounds = Rounds::measured(binary, &arguments, dir)?;
    let note = "`pm-core` without a server: a task of one process described anew, again and \
                again, while the process's file is brought up to date in the background \
                (`checkpoints` of it a round). `append` is as many bytes as such a change takes \
                in the journal, and fdatasync; `append 300` is the same with 300 bytes; `replace` is a temporary file of the size \
                of the process's, fsync, rename and fsync of the directory. `/ append` is the p50 \
                beside that of `append` (aim: at most 1.5), `/ 10 kB` beside \
                that of the smallest process (aim: at most 1.5), `/ 1 writer` the writes a second \
                beside those of one (aim: at least 5 for 32).";
    let columns = [
        "what",
        "file kB",
        "bytes",
        "writers",
        "writes/s",
        "p50 ms",
        "p99 ms",
        "checkpoints",
        "/ append",
        "/ 10 kB",
        "/ 1 writer",
    ];
    let mut table = Table::new("Durable writes through the core", note, &columns);
    let kinds = rounds.kinds();
    let find = |wanted: &dyn Fn(&Round) -> bool| kinds.iter().copied().find(|kind| wanted(kind));
    let smallest = find(&|kind| kind.key.what == "core");
    for kind in &kinds {
        let is_core = kind.key.what == "core";
        let alone = is_core && kind.key.writers == 1;
        let append =
            find(&|it| it.key.what == "append" && it.key.file_bytes == kind.key.file_bytes);
        let one = find(&|it| {
            let (it, kind) = (&it.key, &kind.key);
            it.what == kind.what && it.file_bytes == kind.file_bytes && it.writers == 1
        });
        let against = |base: Option<&Round>, of: fn(&Round) -> f64, wanted: bool| {
            let base = base.filter(|base| wanted && base.key != kind.key);
            figure(base.and_then(|base| rounds.ratio(kind, base, of)))
        };
        let checkpoints = rounds.median(kind, |it| it.checkpoints);
        table.row([
            kind.key.what.clone(),
            figure(kilobytes(kind.key.file_bytes)),
            kind.record_bytes.to_string(),
            kind.key.writers.to_string(),
            figure(rounds.median(kind, Round::rate)),
            figure(rounds.median(kind, Round::p50)),
            figure(rounds.median(kind, Round::p99)),
            figure(checkpoints.filter(|_| is_core)),
            against(append, Round::p50, alone),
            against(smallest, Round::p50, alone),
            against(one, Round::rate, is_core),
        ]);
    }
    Ok(table)
}
