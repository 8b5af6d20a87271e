//! Many writers at once: nothing is lost, and writers share file writes.

use std::sync::{Arc, Barrier};

use super::{garden, job_names, manager};
use crate::{FileStore, ProcessName};

fn garden_name() -> ProcessName {
    "garden".parse().unwrap()
}

#[test]
fn sixty_four_threads_lose_no_job_and_share_writes() {
    let (_dir, manager) = garden();
    // A file large enough that writing takes a while, as it does on a slow disk.
    let content = "x".repeat(4 << 20);
    manager
        .add_snippet(&garden_name(), "soil", "big".parse().unwrap(), content)
        .unwrap();
    let before = manager.process("garden").unwrap().revision;
    let barrier = Barrier::new(64);
    let mut states: Vec<usize> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..64)
            .map(|number| {
                let (manager, barrier) = (manager.clone(), &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    let job = format!("job {number}").parse().unwrap();
                    let changed = manager.add_job(&garden_name(), "soil", job, "").unwrap();
                    // Writers that shared a write were given the same state.
                    std::sync::Arc::as_ptr(&changed.process).addr()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let process = manager.process("garden").unwrap();
    assert_eq!(process.revision, before + 64);
    assert_eq!(job_names(&process, "soil").len(), 64);
    states.sort_unstable();
    states.dedup();
    assert!(states.len() <= 16, "{} writes for 64 jobs", states.len());
}

#[test]
fn threads_that_write_again_and_again_go_on_sharing_writes() {
    let (_dir, manager) = garden();
    let content = "x".repeat(256 << 10);
    manager
        .add_snippet(&garden_name(), "soil", "big".parse().unwrap(), content)
        .unwrap();
    let mut revisions: Vec<u64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|_| {
                let manager = manager.clone();
                scope.spawn(move || {
                    let add = || {
                        let job = "job".parse().unwrap();
                        manager.add_job(&garden_name(), "soil", job, "").unwrap()
                    };
                    // Writers that shared a write were given the same state.
                    (0..10).map(|_| add().process.revision).collect::<Vec<_>>()
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    revisions.sort_unstable();
    revisions.dedup();
    let writes = revisions.len();
    assert!(writes <= 40, "{writes} writes for 160 jobs");
}

#[test]
fn stores_that_create_the_same_name_agree_on_one() {
    let dir = tempfile::tempdir().unwrap();
    let barrier = Barrier::new(8);
    let created: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let (manager, barrier) = (manager(dir.path()), &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    usize::from(manager.create_process("One".parse().unwrap(), "").is_ok())
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    assert_eq!(created, 1);
    assert_eq!(super::names(dir.path()), ["One.json"]);
}

#[test]
fn changes_of_several_stores_to_one_process_are_all_kept() {
    let (dir, _) = garden();
    std::thread::scope(|scope| {
        for store in 0..4 {
            let manager = manager(dir.path());
            scope.spawn(move || {
                for number in 0..25 {
                    let job = format!("job {store} {number}").parse().unwrap();
                    manager.add_job(&garden_name(), "soil", job, "").unwrap();
                }
            });
        }
    });
    let process = manager(dir.path()).process("garden").unwrap();
    assert_eq!(job_names(&process, "soil").len(), 100);
    assert_eq!(process.revision, 102);
}

#[test]
fn a_file_has_one_document() {
    let dir = tempfile::tempdir().unwrap();
    let store = FileStore::open(dir.path()).unwrap();
    let documents = &store.processes.documents;
    let document = documents.document("a.json".as_ref());
    assert!(Arc::ptr_eq(
        &document,
        &documents.document("a.json".as_ref())
    ));
    assert!(!Arc::ptr_eq(
        &document,
        &documents.document("b.json".as_ref())
    ));
}
