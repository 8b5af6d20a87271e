//! What happened to a process's files that a person should know of.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::disk::locks::locked;
use super::super::disk::names;
use crate::store::{StoreNotice, StoreNoticeKind};

/// The most notices that are kept, of which the oldest go first; and the most that wait for one
/// file: further ones do not wait.
const MOST: usize = 100;

/// Notices since the store was opened.
#[derive(Default)]
pub(crate) struct Notices {
    kept: Mutex<Kept>,
    /// Whether any of them was not handed out yet; asked by each read.
    any_wait: AtomicBool,
}

#[derive(Default)]
struct Kept {
    /// Each with the file that it is about, by its present name.
    all: Vec<(OsString, StoreNotice)>,
    /// The notices about each file that were not handed out yet, oldest first.
    waiting: HashMap<OsString, Vec<StoreNotice>>,
}

impl Notices {
    /// Adds a notice about a file.
    pub(crate) fn add(&self, file: &OsStr, kind: StoreNoticeKind) {
        let notice = StoreNotice {
            file: names::shown(file),
            kind,
        };
        let mut kept = locked(&self.kept);
        if kept.all.iter().any(|(_, kept)| *kept == notice) {
            // Some work was begun again: the names of files that are kept are never used twice.
            return;
        }
        if kept.all.len() == MOST {
            kept.all.remove(0);
        }
        kept.all.push((file.to_owned(), notice.clone()));
        let waiting = kept.waiting.entry(file.to_owned()).or_default();
        if waiting.len() < MOST {
            waiting.push(notice);
        }
        self.any_wait.store(true, Ordering::Relaxed);
    }

    /// All of them, oldest first.
    pub(crate) fn all(&self) -> Vec<StoreNotice> {
        let kept = locked(&self.kept);
        kept.all.iter().map(|(_, notice)| notice.clone()).collect()
    }

    /// Those about a file, also those that were taken, oldest first.
    pub(crate) fn about(&self, file: &OsStr) -> Vec<StoreNotice> {
        let kept = locked(&self.kept);
        let about = kept.all.iter().filter(|(of, _)| of == file);
        about.map(|(_, notice)| notice.clone()).collect()
    }

    /// Those about a file that were not taken yet.
    pub(crate) fn take(&self, file: &OsStr) -> Vec<StoreNotice> {
        let mut kept = locked(&self.kept);
        let taken = kept.waiting.remove(file).unwrap_or_default();
        let any_wait = !kept.waiting.is_empty();
        self.any_wait.store(any_wait, Ordering::Relaxed);
        taken
    }

    /// Whether there is any, about whatever file, that was not taken yet.
    pub(crate) fn any_wait(&self) -> bool {
        self.any_wait.load(Ordering::Relaxed)
    }

    /// Whether there is one about a file that was not taken yet.
    pub(crate) fn waits(&self, file: &OsStr) -> bool {
        locked(&self.kept).waiting.contains_key(file)
    }

    /// Takes note of a file's new name.
    pub(crate) fn renamed(&self, old: &OsStr, new: &OsStr) {
        let mut kept = locked(&self.kept);
        if let Some(mut waiting) = kept.waiting.remove(old) {
            for notice in &mut waiting {
                renamed(notice, new);
            }
            kept.waiting.insert(new.to_owned(), waiting);
        }
        for (file, notice) in kept.all.iter_mut().filter(|(file, _)| file == old) {
            new.clone_into(file);
            renamed(notice, new);
        }
    }

    /// Forgets the conflict that is kept in the file of this name, which a person has settled.
    pub(crate) fn settled(&self, conflict: &str) {
        let is_other = |notice: &StoreNotice| !matches!(&notice.kind, StoreNoticeKind::Conflict { kept, .. } if kept == conflict);
        let mut kept = locked(&self.kept);
        kept.all.retain(|(_, notice)| is_other(notice));
        kept.waiting.retain(|_, waiting| {
            waiting.retain(is_other);
            !waiting.is_empty()
        });
        let any_wait = !kept.waiting.is_empty();
        self.any_wait.store(any_wait, Ordering::Relaxed);
    }

    /// Takes note of a file that is gone: nobody will ask about its process any more.
    pub(crate) fn gone(&self, file: &OsStr) {
        self.take(file);
        let mut kept = locked(&self.kept);
        for (file, _) in kept.all.iter_mut().filter(|(of, _)| of == file) {
            // Another process may get a file of this name.
            file.clear();
        }
    }
}

/// Gives a notice the names that files have now that the process's file is called `new`.
fn renamed(notice: &mut StoreNotice, new: &OsStr) {
    if let StoreNoticeKind::Conflict { kept, .. } = &mut notice.kind
        && let Some((_, revision)) = names::of_conflict(OsStr::new(kept.as_str()))
    {
        *kept = names::conflict_name(&names::shown_stem(new), revision);
        notice.file = names::shown(new);
    }
}

/// Other files hold the process of `file` as well; nothing if there are none.
pub(crate) fn copied(file: &OsStr, others: &[&OsStr]) -> Option<StoreNotice> {
    (!others.is_empty()).then(|| StoreNotice {
        file: names::shown(file),
        kind: StoreNoticeKind::Copied {
            others: others.iter().map(|file| names::shown(file)).collect(),
        },
    })
}

/// Changes did not fit on a file that was edited meanwhile.
pub(crate) fn conflict(kept: String, changes: Vec<String>) -> StoreNoticeKind {
    StoreNoticeKind::Conflict { kept, changes }
}
