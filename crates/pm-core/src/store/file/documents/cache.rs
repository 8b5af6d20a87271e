//! The documents of all files, with a bound on the memory that they take.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::super::disk::locks::locked;
use super::document::Document;
use super::shared::Shared;

/// The documents of all files that were used, the least recently used of which let go of their
/// content if all together hold too much.
pub(crate) struct Documents {
    all: Mutex<HashMap<OsString, Arc<Document>>>,
    /// Counts uses; the order of uses is all that matters.
    clock: AtomicU64,
    shared: Arc<Shared>,
    limit: usize,
}

impl Documents {
    /// Makes a cache that holds the content of files of `limit` bytes in all.
    pub(crate) fn new(shared: Arc<Shared>, limit: usize) -> Self {
        Self {
            all: Mutex::default(),
            clock: AtomicU64::new(0),
            shared,
            limit,
        }
    }

    /// What they share.
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// The document of a file.
    pub(crate) fn document(&self, file: &OsStr) -> Arc<Document> {
        let now = self.clock.fetch_add(1, Ordering::Relaxed);
        let mut documents = locked(&self.all);
        if self.shared.held.load(Ordering::Relaxed) > self.limit {
            self.shrink(&mut documents);
        }
        let document = documents
            .entry(file.to_owned())
            .or_insert_with(|| Arc::new(Document::new(file, Arc::clone(&self.shared))));
        document.last_used.store(now, Ordering::Relaxed);
        Arc::clone(document)
    }

    /// The document of a file that was used before, without using it.
    pub(crate) fn peek(&self, file: &OsStr) -> Option<Arc<Document>> {
        let documents = locked(&self.all);
        documents.get(file).cloned()
    }

    /// The document of a file that was used before, if the map is free at the moment.
    pub(crate) fn known_document(&self, file: &OsStr) -> Option<Arc<Document>> {
        let documents = self.all.try_lock().ok()?;
        let document = documents.get(file)?;
        let now = self.clock.fetch_add(1, Ordering::Relaxed);
        document.last_used.store(now, Ordering::Relaxed);
        Some(Arc::clone(document))
    }

    /// Drops the document of a file that was deleted, unless a call still waits for it.
    pub(crate) fn remove(&self, file: &OsStr) {
        let mut documents = locked(&self.all);
        if documents
            .get(file)
            .is_some_and(|document| Arc::strong_count(document) == 1)
        {
            documents.remove(file);
        }
    }

    /// Lets go of the least recently used content until half the limit is free, so that this
    /// happens once in many loads. A document that is in use stays, for its waiting changes.
    fn shrink(&self, documents: &mut HashMap<OsString, Arc<Document>>) {
        let mut oldest: Vec<_> = documents
            .iter()
            .map(|(file, document)| (document.last_used.load(Ordering::Relaxed), file.clone()))
            .collect();
        oldest.sort_unstable();
        for (_, file) in oldest {
            if self.shared.held.load(Ordering::Relaxed) <= self.limit / 2 {
                break;
            }
            if let Some(document) = documents.get(&file) {
                document.forget_if_idle();
                if Arc::strong_count(document) == 1 {
                    documents.remove(&file);
                }
            }
        }
    }
}
