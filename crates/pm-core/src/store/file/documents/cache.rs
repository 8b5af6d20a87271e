//! The slots of all files, with a bound on what they hold in memory.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::document::Slot;

/// The slots of all files that were used, the least recently used of which let go of their
/// content where all together hold too much.
pub(crate) struct Cache {
    slots: Mutex<HashMap<OsString, Arc<Slot>>>,
    /// Counts uses; the order of uses is all that matters.
    clock: AtomicU64,
    /// The bytes of the files whose content is held.
    held: Arc<AtomicUsize>,
    limit: usize,
}

impl Cache {
    /// Makes a cache that holds the content of files of `limit` bytes in all.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            slots: Mutex::default(),
            clock: AtomicU64::new(0),
            held: Arc::default(),
            limit,
        }
    }

    /// The slot of a file.
    pub(crate) fn slot(&self, file: &OsStr) -> Arc<Slot> {
        let now = self.clock.fetch_add(1, Ordering::Relaxed);
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if self.held.load(Ordering::Relaxed) > self.limit {
            self.shrink(&mut slots);
        }
        let slot = slots
            .entry(file.to_owned())
            .or_insert_with(|| Arc::new(Slot::new(file, Arc::clone(&self.held))));
        slot.last_used.store(now, Ordering::Relaxed);
        Arc::clone(slot)
    }

    /// The slot of a file that was used before, without using it.
    pub(crate) fn peek(&self, file: &OsStr) -> Option<Arc<Slot>> {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.get(file).cloned()
    }

    /// The slot of a file that was used before, where nobody is looking for one at the moment.
    pub(crate) fn known_slot(&self, file: &OsStr) -> Option<Arc<Slot>> {
        let slots = self.slots.try_lock().ok()?;
        let slot = slots.get(file)?;
        let now = self.clock.fetch_add(1, Ordering::Relaxed);
        slot.last_used.store(now, Ordering::Relaxed);
        Some(Arc::clone(slot))
    }

    /// Drops the slot of a file that was deleted, unless somebody still waits for it.
    pub(crate) fn remove(&self, file: &OsStr) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots
            .get(file)
            .is_some_and(|slot| Arc::strong_count(slot) == 1)
        {
            slots.remove(file);
        }
    }

    /// Lets go of the least recently used content until half the limit is free, so that this
    /// comes up once in many loads. A slot that somebody uses stays, for its waiting changes.
    fn shrink(&self, slots: &mut HashMap<OsString, Arc<Slot>>) {
        let mut oldest: Vec<_> = slots
            .iter()
            .map(|(file, slot)| (slot.last_used.load(Ordering::Relaxed), file.clone()))
            .collect();
        oldest.sort_unstable();
        for (_, file) in oldest {
            if self.held.load(Ordering::Relaxed) <= self.limit / 2 {
                break;
            }
            if let Some(slot) = slots.get(&file) {
                slot.forget_if_idle();
                if Arc::strong_count(slot) == 1 {
                    slots.remove(&file);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_slot() {
        let cache = Cache::new(1);
        let slot = cache.slot(OsStr::new("a.json"));
        assert!(Arc::ptr_eq(&slot, &cache.slot(OsStr::new("a.json"))));
        assert!(!Arc::ptr_eq(&slot, &cache.slot(OsStr::new("b.json"))));
    }
}
