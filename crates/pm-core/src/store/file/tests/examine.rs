//! Examining and repairing a directory: what is found, and that looking changes nothing.

mod damaged;
mod directory;
mod repaired;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use twox_hash::XxHash3_64;

use super::super::examine;
use super::super::examine::{Finding, FindingKind};
use crate::doctor::Examination;
use crate::{FileStore, FileStoreOptions, ProcessManager, ProcessName};

/// A store whose files are brought up to date only when that is asked for.
fn lazy(dir: &Path) -> ProcessManager {
    let options = FileStoreOptions {
        checkpoint_in_background: false,
        ..FileStoreOptions::default()
    };
    ProcessManager::new(FileStore::open_with(dir, options).unwrap())
}

fn name() -> ProcessName {
    "garden".parse().unwrap()
}

/// Adds so many jobs, each of which is a revision.
fn add_jobs(manager: &ProcessManager, count: usize) {
    for number in 0..count {
        let job = format!("job {number}").parse().unwrap();
        manager.add_job(&name(), "soil", job, "to do").unwrap();
    }
}

/// A directory as a program leaves it that is killed when its file holds revision 2, and its
/// journal five jobs more: revisions 3 to 7.
fn behind() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let manager = lazy(dir.path());
    manager.create_process(name(), "Plan the garden").unwrap();
    manager
        .add_task(&name(), "soil".parse().unwrap(), "")
        .unwrap();
    manager.flush().unwrap();
    add_jobs(&manager, 5);
    let copy = tempfile::tempdir().unwrap();
    copy_dir(dir.path(), copy.path());
    copy
}

/// A directory as a program leaves it that ends in good order.
fn closed() -> tempfile::TempDir {
    let dir = behind();
    drop(lazy_flushed(dir.path()));
    dir
}

fn lazy_flushed(dir: &Path) -> ProcessManager {
    let manager = lazy(dir);
    manager.list_processes().unwrap();
    manager.flush().unwrap();
    manager
}

fn copy_dir(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_dir(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn file(dir: &Path) -> PathBuf {
    dir.join("garden.json")
}

fn journal(dir: &Path) -> PathBuf {
    dir.join(".pm/journals/garden.journal")
}

/// Everything below a directory, links not followed: content and time of the last change.
fn all(dir: &Path) -> BTreeMap<PathBuf, (SystemTime, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut left = vec![dir.to_owned()];
    while let Some(path) = left.pop() {
        let metadata = fs::symlink_metadata(&path).unwrap();
        let mut content = Vec::new();
        if metadata.is_dir() {
            let entries = fs::read_dir(&path).unwrap();
            left.extend(entries.map(|entry| entry.unwrap().path()));
        } else if metadata.is_file() && metadata.len() < 10 << 20 {
            content = fs::read(&path).unwrap();
        }
        found.insert(path, (metadata.modified().unwrap(), content));
    }
    found
}

/// Examines a directory, in which that must change no byte and no time.
#[track_caller]
fn examined(dir: &Path) -> Examination {
    let before = all(dir);
    let examination = examine::examine(dir).unwrap();
    assert!(all(dir) == before, "the examination has changed something");
    examination
}

#[track_caller]
fn found(dir: &Path) -> Vec<(String, FindingKind)> {
    let findings = examined(dir).findings.into_iter();
    findings
        .map(|Finding { file, kind }| (file, kind))
        .collect()
}

/// The one thing that is found.
#[track_caller]
fn only(dir: &Path) -> (String, FindingKind) {
    let found = found(dir);
    let [one] = found.as_slice() else {
        panic!("{found:?}")
    };
    one.clone()
}

/// Flips a bit of the line of the journal that holds `text`.
fn damage(journal: &Path, text: &str) {
    let mut bytes = fs::read(journal).unwrap();
    let place = bytes
        .windows(text.len())
        .position(|window| window == text.as_bytes());
    bytes[place.unwrap()] ^= 1;
    fs::write(journal, bytes).unwrap();
}

/// Writes a journal with other text in it, and with checksums that fit that text.
fn forge(journal: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(journal).unwrap();
    let (mut forged, mut sums) = (String::new(), Vec::<(String, String)>::new());
    for line in text.lines() {
        let (sum, json) = line.split_once(' ').unwrap();
        let mut json = json.replacen(from, to, 1);
        if let Some((old, new)) = sums.last() {
            let named = |sum: &str| format!("\"prev\":\"{sum}\"");
            json = json.replace(&named(old), &named(new));
        }
        let new = format!("{:016x}", XxHash3_64::oneshot(json.as_bytes()));
        writeln!(forged, "{new} {json}").unwrap();
        sums.push((sum.to_owned(), new));
    }
    assert_ne!(forged, text);
    fs::write(journal, forged).unwrap();
}
