//! How long it takes to open a process that its file does not have all of: a fresh store, and the
//! first read.

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use pm_core::{FileStore, FileStoreOptions, ProcessManager};

use crate::process::Measured;
use crate::report::Round;

/// About how large the process's file is.
const FILE_BYTES: usize = 10_000_000;

/// At least how long its journal is.
const JOURNAL_BYTES: u64 = 1_000_000;

/// A store that leaves the files as they are while it is open.
fn lazy() -> FileStoreOptions {
    FileStoreOptions {
        checkpoint_in_background: false,
        ..FileStoreOptions::default()
    }
}

/// Measures below a directory.
pub(crate) fn measure(dir: &Path, rounds: usize) -> Result<()> {
    let bare = dir.join("opened-bare");
    fs::create_dir_all(&bare)?;
    Measured::fill(&bare, FILE_BYTES)?;
    let long = dir.join("opened-long");
    let journal_bytes = with_journal(&bare, &long)?;
    for _ in 0..rounds {
        open("no journal", &bare, dir, 0)?.print();
        open("journal", &long, dir, journal_bytes)?.print();
        read(&long)?.print();
    }
    Ok(())
}

/// Copies a directory as it is at a moment at which the journal is long and the file old: what a
/// program leaves that is killed then.
fn with_journal(from: &Path, to: &Path) -> Result<usize> {
    let work = from.with_extension("work");
    copy(from, &work)?;
    let process = Measured::of(&work, FILE_BYTES)?;
    let manager = ProcessManager::new(FileStore::open_with(&work, lazy())?);
    let mut number = 0;
    let length = || fs::metadata(&process.journal).map_or(0, |journal| journal.len());
    while length() < JOURNAL_BYTES {
        process.change(&manager, number)?;
        number += 1;
    }
    copy(&work, to)?;
    let bytes = usize::try_from(length())?;
    drop(manager);
    fs::remove_dir_all(work)?;
    Ok(bytes)
}

/// Opens a copy: closing a store brings its files up to date.
fn open(what: &'static str, from: &Path, dir: &Path, record_bytes: usize) -> Result<Round> {
    let work = dir.join("opened");
    copy(from, &work)?;
    let process = Measured::of(&work, FILE_BYTES)?;
    let begin = Instant::now();
    let manager = ProcessManager::new(FileStore::open_with(&work, lazy())?);
    manager.process(process.name.as_str())?;
    let time = begin.elapsed();
    drop(manager);
    fs::remove_dir_all(work)?;
    Ok(Round {
        what,
        file_bytes: FILE_BYTES,
        record_bytes,
        time,
        latencies: vec![time],
        ..Round::default()
    })
}

/// Reads and parses the file as any program would that knows nothing of journals.
fn read(dir: &Path) -> Result<Round> {
    let process = Measured::of(dir, FILE_BYTES)?;
    let begin = Instant::now();
    let bytes = fs::read(&process.file)?;
    let value: serde_json::Value = serde_json::from_slice(&bytes)?;
    let time = begin.elapsed();
    value.get("tasks").context("the process has no tasks")?;
    Ok(Round {
        what: "bare parse",
        file_bytes: FILE_BYTES,
        time,
        latencies: vec![time],
        ..Round::default()
    })
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
