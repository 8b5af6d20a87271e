//! A process whose file does not say when it was created: the first change settles it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::doctor::examine;
use crate::manager::HistoryQuery;
use crate::{Edit, FileStore, FileStoreOptions, ProcessManager, ProcessName, Timestamp};

const BARE: &str = r#"{"process_name": "old", "tasks": {"soil": {"jobs": {}}}}"#;
const EDITED: &str = r#"{"process_name": "old", "description": "x", "tasks": {"soil": {}}}"#;

fn name() -> ProcessName {
    "old".parse().unwrap()
}

/// A manager that leaves the file behind the journal.
fn lazy(dir: &Path) -> ProcessManager {
    let options = FileStoreOptions {
        checkpoint_in_background: false,
        ..FileStoreOptions::default()
    };
    ProcessManager::new(FileStore::open_with(dir, options).unwrap())
}

/// A process that was dropped into a directory, with one change that its file lacks.
fn scene() -> (tempfile::TempDir, PathBuf, ProcessManager, Timestamp) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("old.json");
    fs::write(&path, BARE).unwrap();
    let manager = lazy(dir.path());
    let changed = manager.add_task(&name(), "beds".parse().unwrap(), "");
    let created_at = changed.unwrap().process.created_at.clone();
    (dir, path, manager, created_at)
}

/// Writes the file at a time at which nothing else of this test wrote it.
fn edit(path: &Path, text: &str) {
    std::thread::sleep(Duration::from_millis(60));
    fs::write(path, text).unwrap();
}

fn listed(manager: &ProcessManager) -> Timestamp {
    let listing = manager.list_processes().unwrap();
    listing.processes[0].created_at.clone()
}

#[test]
fn an_edit_by_hand_does_not_move_it() {
    let (dir, path, manager, created_at) = scene();
    let of_soil = |manager: &ProcessManager| {
        let process = manager.process("old").unwrap();
        let (_, soil) = process.task("soil").unwrap();
        soil.created_at.clone()
    };
    assert_eq!(of_soil(&manager), created_at);
    edit(&path, EDITED);
    let process = manager.process("old").unwrap();
    assert_eq!((process.description.as_str(), process.revision), ("x", 2));
    assert_eq!(process.created_at, created_at);
    assert_eq!(of_soil(&manager), created_at);
    // Nobody is said to have changed it.
    let page = manager.history(&name(), &HistoryQuery::default()).unwrap();
    let edits: Vec<&Edit> = page
        .changes
        .iter()
        .flat_map(|change| change.entry.patch.iter().flat_map(|patch| &patch.0))
        .collect();
    let is_time = |edit: &&Edit| matches!(edit, Edit::Field { field, .. } if field == "created_at");
    assert_eq!(edits.into_iter().filter(is_time).count(), 0);
    // Others, who saw only the edited file, say the same.
    let other = lazy(dir.path());
    assert_eq!(listed(&other), created_at);
    assert_eq!(other.process("old").unwrap().created_at, created_at);
}

#[test]
fn a_file_that_is_only_written_anew_is_as_old_as_it_was() {
    let (dir, path, manager, created_at) = scene();
    manager.flush().unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let line = format!("  \"created_at\": \"{created_at}\",\n");
    assert!(text.starts_with("{\n") && text.contains(&line));
    edit(&path, &text.replacen(&line, "", 1));
    assert_eq!(manager.process("old").unwrap().revision, 1);
    // The journal says that the file has all there is, and the file does not say when it was
    // created.
    let other = lazy(dir.path());
    assert_eq!(listed(&other), created_at);
    assert_eq!(other.process("old").unwrap().created_at, created_at);
}

#[test]
fn what_an_edit_by_hand_says_of_it_counts_and_can_be_undone() {
    let (dir, path, manager, created_at) = scene();
    let says = EDITED.replacen('{', r#"{"created_at": "2020-02-02T02:02:02", "#, 1);
    edit(&path, &says);
    let by_hand = Timestamp::stored("2020-02-02T02:02:02");
    assert_eq!(manager.process("old").unwrap().created_at, by_hand);
    assert_eq!(lazy(dir.path()).process("old").unwrap().created_at, by_hand);
    // Taken away again, it is what it was.
    edit(&path, EDITED);
    assert_eq!(manager.process("old").unwrap().created_at, created_at);
    // The change that undoes this is made on what the journal says, and not the file's time.
    manager.undo(&name(), 3).unwrap();
    assert_eq!(manager.process("old").unwrap().created_at, by_hand);
    edit(&path, &fs::read_to_string(&path).unwrap());
    let examined = examine(dir.path()).unwrap();
    assert!(
        examined
            .findings
            .iter()
            .all(|found| found.file == "old.json"),
        "{:?}",
        examined.findings
    );
    let other = lazy(dir.path());
    assert_eq!(other.process("old").unwrap().created_at, by_hand);
    other.flush().unwrap();
    assert!(
        fs::read_to_string(&path)
            .unwrap()
            .contains(by_hand.as_str())
    );
}
