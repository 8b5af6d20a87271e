//! Journals that are left open between two appends, since opening one takes longer than looking
//! whether it is still the same.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::disk::fs::{JournalFile, Stamp};

/// The most journals that an OS process leaves open: few beside the files that it may have open.
const MOST: usize = 64;

/// How many are open.
static OPEN: AtomicUsize = AtomicUsize::new(0);

/// An open journal.
pub(crate) struct OpenJournal {
    /// `None` only once it was taken out, just before the drop.
    file: Option<Box<dyn JournalFile>>,
    inode: u64,
}

impl OpenJournal {
    /// Leaves a journal open; `None` if enough are open, or if the file system does not number its
    /// files, so that this one could not be told from another of its name.
    pub(crate) fn new(file: Box<dyn JournalFile>, stamp: &Stamp) -> Option<Self> {
        if stamp.inode == 0 {
            return None;
        }
        // Dropped if it is one too many.
        let handle = Self {
            file: Some(file),
            inode: stamp.inode,
        };
        (OPEN.fetch_add(1, Ordering::Relaxed) < MOST).then_some(handle)
    }

    /// The journal, if it is the file with this stamp: a number is not used again while its file is
    /// open, even after its name is gone.
    pub(crate) fn file_of(mut self, stamp: &Stamp) -> Option<Box<dyn JournalFile>> {
        self.file.take().filter(|_| self.inode == stamp.inode)
    }
}

impl Drop for OpenJournal {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::Relaxed);
    }
}
