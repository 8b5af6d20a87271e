//! What must hold of a directory whose writers are all dead: for the library, for the next
//! server, and for people who read the files.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use pm_core::manager::HistoryQuery;
use pm_core::store::HISTORY_CHANGES;
use pm_core::{Process, ProcessManager};
use serde_json::{Value, json};

use super::ledger::{Ledger, about};
use super::{SHARED, TASK, Tally};
use crate::stdio_server::StdioServer;
use crate::storage::Storage;

/// The most that a journal may hold after the last server has ended in peace: the size at which
/// it becomes history.
const LONG_JOURNAL: u64 = 1 << 20;

/// The most that it may hold at any time: it only becomes history with a checkpoint, which
/// nobody may live long enough to make.
const LONGEST_JOURNAL: u64 = 4 << 20;

/// How often each change is found, by its name.
type Found = HashMap<String, usize>;

/// Goes over a directory, and adds what it finds to the tally.
pub(super) fn audit(program: &Path, storage: &Storage, ledgers: &[Ledger], tally: &mut Tally) {
    let dir = storage.path();
    for (path, bytes) in journals(dir) {
        tally.longest_journal = tally.longest_journal.max(bytes);
        if bytes > LONGEST_JOURNAL {
            let fault = format!("{} has {bytes} bytes", path.display());
            tally.faults.push(fault);
        }
    }
    // As the dead have left it: the files lack what stands in the journals.
    let found = with_the_library(&storage.open(), &mut tally.faults);
    compare("the library", &found, ledgers, tally);
    with_a_server(program, dir, &mut tally.faults);
    if !storage.is_of_files() {
        return;
    }
    // As the last server has left it: the files have everything.
    let found = with_the_eyes(dir, &mut tally.faults);
    compare("the files", &found, ledgers, tally);
    for name in temporary(dir) {
        let fault = format!("a temporary file has stayed: {}", name.display());
        tally.faults.push(fault);
    }
    for (path, bytes) in journals(dir) {
        let is = |what: &str| path.extension().is_some_and(|ending| ending == what);
        if is("damaged") || (is("journal") && bytes > LONG_JOURNAL) {
            let fault = format!("{} is there, with {bytes} bytes", path.display());
            tally.faults.push(fault);
        }
    }
}

/// Holds what was found against what was sent.
fn compare(who: &str, found: &Found, ledgers: &[Ledger], tally: &mut Tally) {
    let mut rest = found.clone();
    let mut mid_change = 0;
    for ledger in ledgers {
        for change in &ledger.acknowledged {
            if rest.remove(change.name()).is_none() {
                tally.lost += 1;
                let fault = format!("{who}: {change:?} was acknowledged and is not there");
                tally.faults.push(fault);
            }
        }
        for life in &ledger.unanswered {
            let kept = life
                .iter()
                .filter(|change| rest.remove(change.name()).is_some());
            mid_change += usize::from(kept.count() > 0);
        }
    }
    tally.mid_change = mid_change;
    let unknown = rest
        .keys()
        .map(|name| format!("{who}: nobody has sent {name}"));
    tally.faults.extend(unknown);
    let twice = found.iter().filter(|(_, times)| **times > 1);
    let twice = twice.map(|(name, times)| format!("{who}: {name} was made {times} times"));
    tally.faults.extend(twice);
}

fn with_the_library(manager: &ProcessManager, faults: &mut Vec<String>) -> Found {
    let listing = manager.list_processes().unwrap();
    let problems = listing.problems.iter();
    faults.extend(problems.map(|problem| format!("the library: {problem:?}")));
    let mut found = Found::new();
    for summary in &listing.processes {
        match manager.process(summary.name.as_str()) {
            Ok(process) => {
                note(&process, &mut found, faults);
                look_for_gaps(manager, &process, faults);
            }
            Err(error) => faults.push(format!("the library: {}: {error}", summary.name)),
        }
    }
    found
}

fn note(process: &Process, found: &mut Found, faults: &mut Vec<String>) {
    let mut note = |name: &str, description: &str| {
        *found.entry(name.to_owned()).or_default() += 1;
        if description != about(name) {
            faults.push(format!("the library: only half of {name}: {description}"));
        }
    };
    if !SHARED.contains(&process.name.as_str()) {
        note(process.name.as_str(), &process.description);
    }
    for job in process.tasks.values().flat_map(|task| task.jobs.values()) {
        note(job.name.as_str(), &job.description);
    }
}

/// Looks whether the history leads to where a process stands, change by change.
fn look_for_gaps(manager: &ProcessManager, process: &Process, faults: &mut Vec<String>) {
    let history = manager.history(&process.name, &HistoryQuery::default());
    let changes = history.unwrap().changes;
    let found = changes.iter().map(|change| change.entry.revision);
    // Those before the last thousand may be kept no more.
    let kept = usize::try_from(process.revision - 1)
        .unwrap()
        .min(HISTORY_CHANGES);
    let wanted = (2..=process.revision).rev().take(changes.len().max(kept));
    if !found.eq(wanted) {
        let fault = format!("the library: the history of {} has a gap", process.name);
        faults.push(fault);
    }
}

/// Starts a server, has each process changed once more, and lets it end in peace.
fn with_a_server(program: &Path, dir: &Path, faults: &mut Vec<String>) {
    let mut command = StdioServer::command_of(program, dir);
    let (mut server, _) = StdioServer::open(&mut command, "2024-11-05");
    let listed = server.call("process_list_all", json!({})).ok();
    if !listed["problems"].is_null() {
        faults.push(format!("a server: {}", listed["problems"]));
    }
    for process in SHARED {
        let change = json!({"process": process, "task_name": TASK, "new_description": "audited"});
        let answer = server.call("task_update_description", change);
        if answer.is_error || answer.text.contains("note") {
            faults.push(format!("a server: {process}: {}", answer.text));
        }
    }
    server.close_input();
    let status = server.process.wait();
    if !status.success() {
        faults.push(format!("a server: {status}: {}", server.process.log()));
    }
}

fn with_the_eyes(dir: &Path, faults: &mut Vec<String>) -> Found {
    let mut found = Found::new();
    let mut note = |entry: &Value| {
        let name = entry.as_str().unwrap_or_default().to_owned();
        *found.entry(name).or_default() += 1;
    };
    for path in entries(dir) {
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let process: Value = match fs::read(&path).map(|bytes| serde_json::from_slice(&bytes)) {
            Ok(Ok(process)) => process,
            problem => {
                faults.push(format!("{}: {problem:?}", path.display()));
                continue;
            }
        };
        if !SHARED.iter().any(|name| process["process_name"] == *name) {
            note(&process["process_name"]);
        }
        let jobs = process["tasks"][TASK]["jobs"].as_object();
        jobs.into_iter()
            .flat_map(|jobs| jobs.values())
            .for_each(|job| note(&job["name"]));
    }
    found
}

/// The journals and all that lies beside them, with their lengths.
fn journals(dir: &Path) -> Vec<(PathBuf, u64)> {
    let paths = entries(&dir.join(".pm/journals")).into_iter();
    let length = |path: &PathBuf| fs::metadata(path).map_or(0, |metadata| metadata.len());
    paths.map(|path| (path.clone(), length(&path))).collect()
}

/// The names of the temporary files.
pub(super) fn temporary(dir: &Path) -> Vec<OsString> {
    let paths = [dir.to_owned(), dir.join(".pm/journals")];
    let names = paths.iter().flat_map(|dir| entries(dir));
    let names = names.filter_map(|path| path.file_name().map(ToOwned::to_owned));
    names
        .filter(|name| name.as_encoded_bytes().ends_with(b".pm-tmp"))
        .collect()
}

/// What is in a directory; nothing if it is not there, as over a database.
fn entries(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}
