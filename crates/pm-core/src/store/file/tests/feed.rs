//! The change feed over files: of changes made here, by other programs, and by people, with real
//! threads and with whatever the operating system tells of them.

mod others;
mod own;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::super::FileStore;
use crate::{
    FeedItem, FileStoreOptions, ProcessEvent, ProcessEventKind, ProcessManager, ProcessName,
    Subscription,
};

/// Longer than anything here takes, on any machine.
const LONG: Duration = Duration::from_secs(30);

/// Long enough for what must not come to come all the same, most of the time.
const A_WHILE: Duration = Duration::from_millis(300);

fn name(text: &str) -> ProcessName {
    text.parse().unwrap()
}

/// The ways in which a store learns of what others write.
fn ways() -> [FileStoreOptions; 2] {
    let told = FileStoreOptions::default();
    let looking = FileStoreOptions {
        watch_directory: false,
        poll_interval: Duration::from_millis(20),
        ..told
    };
    [told, looking]
}

fn manager_with(dir: &Path, options: FileStoreOptions) -> ProcessManager {
    ProcessManager::new(FileStore::open_with(dir, options).unwrap())
}

fn next(changes: &mut Subscription) -> Arc<ProcessEvent> {
    match changes.recv_timeout(LONG) {
        Some(FeedItem::Event(event)) => event,
        other => panic!("{other:?}"),
    }
}

/// An event in short: what happened to whom, up to which revision, and whose doing it was.
pub(in super::super) fn short(event: &ProcessEvent) -> String {
    let kind = match &event.kind {
        ProcessEventKind::Created => "created".to_owned(),
        ProcessEventKind::Changed => "changed".to_owned(),
        ProcessEventKind::Renamed { from } => format!("renamed from {from}"),
        ProcessEventKind::Deleted => "deleted".to_owned(),
        ProcessEventKind::Restored => "restored".to_owned(),
    };
    let (process, revision, origin) = (&event.process, event.revision, event.origin);
    format!("{process} {revision} {kind} ({origin:?})")
}

/// The next events, in short, and no more than these.
#[track_caller]
fn expect(changes: &mut Subscription, expected: &[&str]) {
    for (at, expected) in expected.iter().enumerate() {
        assert_eq!(short(&next(changes)), *expected, "event {at}");
    }
    let more = changes.recv_timeout(A_WHILE);
    assert_eq!(more, None, "one too many");
}

fn add_task(manager: &ProcessManager, process: &str, task: &str) {
    let task = task.parse().unwrap();
    manager.add_task(&name(process), task, "").unwrap();
}
