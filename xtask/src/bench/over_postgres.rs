//! The store in PostgreSQL, beside what the database takes for the same without it, and the server
//! over it beside the server over files.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result};

use super::{
    Effort,
    core_rounds::{Round, Rounds, kilobytes},
    load::Limit,
    process,
    series::{COLUMNS, compare},
    servers::Programs,
    target::{Call, Target},
    wire::Era,
};
use crate::table::{Table, figure};

/// What is measured without the store.
const INSERT: &str = "bare INSERT";
const SELECT: &str = "bare SELECT";

/// What is weighed and not timed.
const WAL: &str = "WAL";

/// The process that is read over HTTP, and how many jobs it has.
const READ: (&str, usize) = ("Bench small", 20);

/// How many read it at once.
const CONNECTIONS: usize = 8;

/// Measures the store: its changes, and what is looked at.
pub(super) fn tables(binary: &Path, dir: &Path, effort: &Effort) -> Result<[Table; 2]> {
    let (count, time) = (effort.rounds.to_string(), effort.core_time.as_secs_f64());
    let processes = effort.search_processes.to_string();
    let arguments = ["database", &count, &time.to_string(), &processes];
    let rounds = Rounds::measured(binary, &arguments, dir)?;
    Ok([changes(&rounds), looks(&rounds, &processes)])
}

fn changes(rounds: &Rounds) -> Table {
    let note = "`pm-postgres` without a server of ours, over a PostgreSQL of its own on this \
                machine: a task described anew, again and again. `many processes` are as many as \
                there are writers. `bare INSERT` is a commit of 330 bytes on a connection for each \
                writer. `/ bare` are the changes a second beside that with as many writers (aims: \
                0.8 for one writer, 0.4 for 32 to many), `/ 1 writer` beside one (aim: 8 for 32 to \
                one process). `WAL` are the bytes that the database writes for a change, snapshots \
                and whole pages included (aim: at most 900).";
    let columns = [
        "what",
        "file kB",
        "writers",
        "changes/s",
        "p50 ms",
        "p99 ms",
        "bytes a change",
        "/ bare",
        "/ 1 writer",
    ];
    let mut table = Table::new("Changes over PostgreSQL", note, &columns);
    let kinds = rounds.kinds();
    let find = |wanted: &dyn Fn(&Round) -> bool| kinds.iter().copied().find(|kind| wanted(kind));
    for kind in kinds.iter().filter(|kind| is_change(kind)) {
        let key = &kind.key;
        let insert = find(&|it| it.key.what == INSERT && it.key.writers == key.writers);
        let one = find(&|it| {
            (&it.key.what, it.key.file_bytes, it.key.writers) == (&key.what, key.file_bytes, 1)
        });
        let against = |base: Option<&Round>| {
            let base = base.filter(|base| base.key != kind.key);
            figure(base.and_then(|base| rounds.ratio(kind, base, Round::rate)))
        };
        table.row([
            key.what.clone(),
            figure(kilobytes(key.file_bytes)),
            key.writers.to_string(),
            figure(rounds.median(kind, Round::rate)),
            figure(rounds.median(kind, Round::p50)),
            figure(rounds.median(kind, Round::p99)),
            String::new(),
            against(insert),
            against(one),
        ]);
    }
    for kind in kinds.iter().filter(|kind| kind.key.what == WAL) {
        table.row([
            kind.key.what.clone(),
            figure(kilobytes(kind.key.file_bytes)),
            "1".to_owned(),
            String::new(),
            String::new(),
            String::new(),
            figure(rounds.median(kind, Round::bytes)),
            String::new(),
            String::new(),
        ]);
    }
    table
}

/// Whether a round is one of changes, each with one writer or more.
fn is_change(kind: &Round) -> bool {
    kind.key.writers > 0 && kind.key.what != WAL
}

fn looks(rounds: &Rounds, processes: &str) -> Table {
    let note = format!(
        "The same store. `read` asks the database whether what is in memory is the present state; \
         `opening` is the first read of a store. A list and searches (a word that one process \
         holds, none, or each) are over {processes} processes; `bare SELECT` is what a list needs \
         at least (aim: at most twice that). `told` is how long after a change was answered a \
         subscriber of another store hears of it."
    );
    let columns = ["what", "file kB", "p50 ms", "p99 ms", "/ bare"];
    let mut table = Table::new("Looking over PostgreSQL", &note, &columns);
    let kinds = rounds.kinds();
    let select = kinds.iter().copied().find(|kind| kind.key.what == SELECT);
    let is_look = |kind: &&&Round| !is_change(kind) && kind.key.what != WAL;
    for kind in kinds.iter().filter(is_look) {
        let bare = select.filter(|_| kind.key.what == "list");
        table.row([
            kind.key.what.clone(),
            figure(kilobytes(kind.key.file_bytes)),
            figure(rounds.median(kind, Round::p50)),
            figure(rounds.median(kind, Round::p99)),
            figure(bare.and_then(|bare| rounds.ratio(kind, bare, Round::p50))),
        ]);
    }
    table
}

/// Measures reads of a server over a database beside those of one over files.
pub(super) fn over_http(programs: &Programs, dir: &Path, effort: &Effort) -> Result<Table> {
    let note = "`task_list` of a process of one task and 20 jobs, by our server over files and over \
                a PostgreSQL on this machine. `ours / this` is that over files beside the other \
                (aim: at most 1.5).";
    let columns: Vec<&str> = ["conn."].into_iter().chain(COLUMNS).collect();
    let mut table = Table::new("Reads over HTTP and PostgreSQL", note, &columns);
    let database = Database::start(&programs.yardsticks)?;
    let binary = &programs.servers.http;
    let files = Target::ours(binary, &dir.join("beside"))?;
    let other = Target::over_database(binary, &dir.join("unused"), &database.address)?;
    for target in [&files, &other] {
        process::prepare(target, READ.0, READ.1, effort.prepare)?;
    }
    let limit = Limit {
        calls: usize::MAX,
        time: effort.read_time,
    };
    let scenario = [CONNECTIONS.to_string()];
    compare(
        &mut table,
        &scenario,
        &[&files, &other],
        effort.rounds,
        |target| target.round(Era::Sessions, CONNECTIONS, READ.0, &Call::Read, limit),
    )?;
    files.stop()?;
    other.stop()?;
    Ok(table)
}

/// A database server that ends with this.
struct Database {
    child: Child,
    address: String,
}

impl Database {
    fn start(yardsticks: &Path) -> Result<Self> {
        let mut child = Command::new(yardsticks)
            .arg("database")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("no database server could be started")?;
        let mut address = String::new();
        let output = child.stdout.take().context("it has no output")?;
        BufReader::new(output).read_line(&mut address)?;
        Ok(Self {
            child,
            address: address.trim().to_owned(),
        })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // It ends with its input.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
