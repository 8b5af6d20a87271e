//! What happened to a process's files that a person should know of.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::Mutex;

use super::naming;
use super::slot::locked;
use crate::store::{FileNotice, FileNoticeKind};

/// The most notices that are kept; the oldest go first.
const MOST: usize = 100;

/// Notices since the store was opened.
#[derive(Default)]
pub(super) struct Notices(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    all: Vec<FileNotice>,
    /// How many of a file's notices were not handed out yet, the latest of which they are.
    waiting: HashMap<OsString, Vec<FileNotice>>,
}

impl Notices {
    /// Adds a notice about a file.
    pub(super) fn add(&self, file: &OsStr, kind: FileNoticeKind) {
        let notice = FileNotice {
            file: naming::shown(file),
            kind,
        };
        let mut kept = locked(&self.0);
        if kept.all.len() == MOST {
            kept.all.remove(0);
        }
        kept.all.push(notice.clone());
        let waiting = kept.waiting.entry(file.to_owned()).or_default();
        if waiting.len() < MOST {
            waiting.push(notice);
        }
    }

    /// All of them, oldest first.
    pub(super) fn all(&self) -> Vec<FileNotice> {
        locked(&self.0).all.clone()
    }

    /// Those about a file that were not taken yet.
    pub(super) fn take(&self, file: &OsStr) -> Vec<FileNotice> {
        locked(&self.0).waiting.remove(file).unwrap_or_default()
    }
}

/// A journal was set aside.
pub(super) fn set_aside(aside: &Path) -> FileNoticeKind {
    FileNoticeKind::JournalSetAside {
        kept: aside.file_name().map(naming::shown).unwrap_or_default(),
    }
}

/// Changes did not fit on a file that was edited meanwhile.
pub(super) fn conflict(kept: String, changes: usize) -> FileNoticeKind {
    FileNoticeKind::Conflict { kept, changes }
}
