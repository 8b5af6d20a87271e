//! Has the operating system tell of writes to the storage directory. What it tells is a hint to
//! look; nothing is believed because of it, nor because of its silence.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use notify::event::{EventKind, ModifyKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::super::disk::names;
use super::super::disk::store_dir::StoreDir;
use super::inbox::{Hint, Inbox};

/// How a store learns of the writes of others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watching {
    /// Whether the operating system is asked to tell.
    pub(crate) watch_directory: bool,
    /// How often the directory is looked at otherwise.
    pub(crate) poll_interval: Duration,
}

/// Leaves hints for as long as it is kept.
pub(crate) struct Watch {
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Watches the files and the journals; `None` if the operating system cannot, or has no more
    /// watches to give.
    pub(crate) fn new(store_dir: &StoreDir, inbox: &Arc<Inbox>) -> Option<Self> {
        let dirs = [store_dir.dir.clone(), store_dir.journals_dir()];
        let (ours, inbox) = (dirs.clone(), Arc::clone(inbox));
        let mut watcher = notify::recommended_watcher(move |event| match event {
            Ok(event) => leave_hints(&inbox, &ours, &event),
            Err(_) => inbox.put(Hint::Watch),
        })
        .ok()?;
        for dir in &dirs {
            watcher.watch(dir, RecursiveMode::NonRecursive).ok()?;
        }
        Some(Self { _watcher: watcher })
    }
}

fn leave_hints(inbox: &Inbox, dirs: &[PathBuf], event: &Event) {
    if event.need_rescan() {
        inbox.put(Hint::Directory);
    }
    // A reader of a journal opens it for writing, too, and closes it: only writes count.
    if matches!(
        event.kind,
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_))
    ) {
        return;
    }
    for path in &event.paths {
        if dirs.contains(path) {
            if matches!(
                event.kind,
                EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))
            ) {
                inbox.put(Hint::Watch);
            }
        } else if let Some(hint) = hint(path) {
            inbox.put(hint);
        }
    }
}

/// What a name in one of the directories stands for; nothing for temporary files and the like.
fn hint(path: &Path) -> Option<Hint> {
    let name = path.file_name()?;
    if names::is_process_file(name) {
        return Some(Hint::File(name.to_owned()));
    }
    names::lock_of_journal(name).map(|lock_id| Hint::Journal(lock_id.to_owned()))
}
