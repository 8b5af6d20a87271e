//! Whose change is whose, when several servers work on one directory.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use time::macros::datetime;

use super::super::disk::os::OsFileSystem;
use crate::clock::ManualClock;
use crate::error::HistoryProblem;
use crate::model::DEFAULT_LEASE;
use crate::{Actor, Error, FileStore, FileStoreOptions, Identity, ProcessManager, ProcessName};

fn garden() -> ProcessName {
    "garden".parse().unwrap()
}

/// A server on a directory, and one session of the same client on it.
fn server(dir: &Path, clock: &Arc<ManualClock>) -> ProcessManager {
    let store = FileStore::open_at(
        Box::new(Arc::clone(clock)),
        Box::new(OsFileSystem),
        dir.into(),
        FileStoreOptions::default(),
    );
    ProcessManager::new(store.unwrap()).called_by(new_session())
}

fn new_session() -> Identity {
    Identity::default().named(Actor::Client {
        client: "llama-ui-mcp".into(),
        principal: None,
    })
}

fn add(manager: &ProcessManager, task: &str) {
    manager
        .add_task(&garden(), task.parse().unwrap(), "")
        .unwrap();
}

fn undone(manager: &ProcessManager) -> Result<String, Error> {
    let undone = manager.undo_own(&garden())?;
    Ok(undone.value.changes[0].entry.action.summary.clone())
}

#[track_caller]
fn has_nothing_to_undo(manager: &ProcessManager) {
    let refused = undone(manager).unwrap_err();
    assert!(
        matches!(
            refused,
            Error::History(_, HistoryProblem::NothingToUndo { .. })
        ),
        "{refused:?}"
    );
}

#[test]
fn a_session_of_another_server_keeps_its_changes_while_it_may_last() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(datetime!(2026-11-22 12:00 UTC)));
    let one = server(dir.path(), &clock);
    one.create_process(garden(), "").unwrap();
    add(&one, "soil");
    // The same client, with a session on another server.
    let other = server(dir.path(), &clock);
    has_nothing_to_undo(&other);
    add(&other, "plants");
    assert_eq!(undone(&other).unwrap(), "added the task \"plants\"");
    has_nothing_to_undo(&other);
    assert_eq!(undone(&one).unwrap(), "added the task \"soil\"");
}

#[test]
fn a_session_takes_back_what_one_did_that_is_over() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(datetime!(2026-11-22 12:00 UTC)));
    let server_before = server(dir.path(), &clock);
    server_before.create_process(garden(), "").unwrap();
    add(&server_before, "soil");
    // A page that is loaded anew has a new session on the same server.
    let again = server_before.clone().called_by(new_session());
    has_nothing_to_undo(&again);
    let again = server_before.called_by(new_session());
    assert_eq!(undone(&again).unwrap(), "added the task \"soil\"");
    add(&again, "plants");
    drop(again);
    // After a restart nobody knows the session: it may go on elsewhere for as long as its claims.
    let later = server(dir.path(), &clock);
    has_nothing_to_undo(&later);
    clock.advance(DEFAULT_LEASE + Duration::from_secs(1));
    assert_eq!(undone(&later).unwrap(), "added the task \"plants\"");
}

#[test]
fn a_session_of_another_server_that_goes_on_keeps_what_it_did_long_ago() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(datetime!(2026-11-22 12:00 UTC)));
    let one = server(dir.path(), &clock);
    one.create_process(garden(), "").unwrap();
    add(&one, "soil");
    clock.advance(DEFAULT_LEASE + Duration::from_secs(1));
    // More than are looked at first.
    for number in 0..60 {
        add(&one, &format!("plant {number}"));
    }
    let other = server(dir.path(), &clock);
    has_nothing_to_undo(&other);
    clock.advance(DEFAULT_LEASE + Duration::from_secs(1));
    assert_eq!(undone(&other).unwrap(), "added the task \"plant 59\"");
}
