//! The file store on real files, and on a file system with faults.

mod at_once;
mod concurrency;
mod conflicts;
mod crash;
mod created;
mod damage;
mod examine;
pub(crate) mod faults;
pub(crate) mod feed;
mod held;
mod journal;
mod listing;
mod mutation;
mod outside;
mod owner;
mod read_only;
mod search;
mod sessions;
mod told;
mod trash;

use std::path::Path;

use super::FileStore;
use crate::{FileStoreOptions, Process, ProcessManager};

fn manager(dir: &Path) -> ProcessManager {
    ProcessManager::new(FileStore::open(dir).unwrap())
}

/// A manager whose files stay behind their journals until it is told to write them.
fn staying_behind(dir: &Path) -> ProcessManager {
    let options = FileStoreOptions {
        checkpoint_in_background: false,
        ..FileStoreOptions::default()
    };
    ProcessManager::new(FileStore::open_with(dir, options).unwrap())
}

/// A manager over a fresh directory with the process `garden` and its task `soil`.
fn garden() -> (tempfile::TempDir, ProcessManager) {
    let dir = tempfile::tempdir().unwrap();
    let manager = manager(dir.path());
    let garden = manager
        .create_process("garden".parse().unwrap(), "Plan the garden")
        .unwrap();
    manager
        .add_task(&garden.name, "soil".parse().unwrap(), "Test the soil")
        .unwrap();
    (dir, manager)
}

/// The names in a directory but for the private one, in order.
fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != ".pm")
        .collect();
    names.sort();
    names
}

fn job_names(process: &Process, task: &str) -> Vec<String> {
    let (_, task) = process.task(task).unwrap();
    task.jobs.values().map(|job| job.name.to_string()).collect()
}
