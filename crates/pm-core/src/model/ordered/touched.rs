//! Which entries of a map were touched since it was last settled, and what became of them.

use std::collections::{BTreeMap, BTreeSet};

use std::sync::atomic::{AtomicU64, Ordering};

/// The base of a map that held nothing.
const EMPTY: u64 = 0;

fn fresh_base() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(EMPTY + 1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Which entries were touched, and what became of them; no notes are taken of a map that held
/// nothing when it was settled, as all its entries are new.
#[derive(Clone)]
pub(crate) struct Touched<K> {
    /// Names the content at the time of the last settling: maps of one base held the same.
    base: u64,
    /// Nearly all maps have none.
    notes: Option<Box<Notes<K>>>,
}

/// Every key of the settled map is either not in here at all, or gone, or what one present key
/// comes from.
#[derive(Clone)]
struct Notes<K> {
    /// The touched entries by their present key, each with the key that it had when the map was
    /// settled; without one, the entry is new.
    now: BTreeMap<K, Option<K>>,
    /// The keys that the map had when it was settled and whose entries are there no more. An
    /// entry that came since may have such a key again.
    gone: BTreeSet<K>,
}

/// The notes on a map that holds nothing.
impl<K> Default for Touched<K> {
    fn default() -> Self {
        Self {
            base: EMPTY,
            notes: None,
        }
    }
}

impl<K> Touched<K> {
    /// The notes on a map that is settled now.
    pub(super) fn since_now() -> Self {
        Self {
            base: fresh_base(),
            notes: None,
        }
    }

    /// Whether the map held nothing when it was settled.
    pub(super) fn is_all(&self) -> bool {
        self.base == EMPTY
    }

    /// Whether both maps held the same when they were settled.
    pub(super) fn has_base_of(&self, other: &Self) -> bool {
        self.base == other.base
    }

    /// Makes it unknown what changed since the map was settled.
    pub(super) fn lose_base(&mut self) {
        if !self.is_all() {
            self.base = fresh_base();
        }
    }

    /// Forgets all notes.
    #[cfg(test)]
    pub(super) fn forget(&mut self) {
        self.notes = None;
    }
}

impl<K: Clone + Ord> Touched<K> {
    pub(crate) fn is_empty(&self) -> bool {
        self.now().next().is_none() && self.gone().next().is_none()
    }

    /// The touched entries by their present key, each with the key that it had when the map was
    /// settled; without one, the entry is new.
    pub(crate) fn now(&self) -> impl Iterator<Item = (&K, Option<&K>)> {
        let now = self.notes.iter().flat_map(|notes| &notes.now);
        now.map(|(key, origin)| (key, origin.as_ref()))
    }

    /// The keys whose entries are there no more.
    pub(crate) fn gone(&self) -> impl Iterator<Item = &K> {
        self.notes.iter().flat_map(|notes| &notes.gone)
    }

    fn notes(&mut self) -> Option<&mut Notes<K>> {
        let new = || {
            Box::new(Notes {
                now: BTreeMap::new(),
                gone: BTreeSet::new(),
            })
        };
        (!self.is_all()).then(|| &mut **self.notes.get_or_insert_with(new))
    }

    pub(super) fn changed(&mut self, key: &K) {
        if let Some(notes) = self.notes()
            && !notes.now.contains_key(key)
        {
            notes.now.insert(key.clone(), Some(key.clone()));
        }
    }

    pub(super) fn came(&mut self, key: &K) {
        if let Some(notes) = self.notes() {
            notes.now.insert(key.clone(), None);
        }
    }

    pub(super) fn went(&mut self, key: &K) {
        if let Some(notes) = self.notes()
            && let Some(origin) = notes.leave(key)
        {
            notes.gone.insert(origin);
        }
    }

    pub(super) fn renamed(&mut self, old: &K, new: &K) {
        if let Some(notes) = self.notes() {
            let origin = notes.leave(old);
            notes.now.insert(new.clone(), origin);
        }
    }
}

impl<K: Clone + Ord> Notes<K> {
    /// Takes an entry out, and answers the key that it had when the map was settled. An entry that
    /// had come since leaves no trace.
    fn leave(&mut self, key: &K) -> Option<K> {
        match self.now.remove(key) {
            Some(origin) => origin,
            None => Some(key.clone()),
        }
    }
}
