//! Which entries of a map were touched since it was last settled, and what became of them.

use std::collections::{BTreeMap, BTreeSet};

/// Which entries were touched, and what became of them.
///
/// Every key of the settled map is either not in here at all, or gone, or what one present key
/// comes from.
#[derive(Clone)]
pub(crate) struct Touched<K> {
    /// The touched entries by their present key, each with the key that it had when the map was
    /// settled; without one, the entry is new.
    now: BTreeMap<K, Option<K>>,
    /// The keys that the map had when it was settled and whose entries are there no more. An
    /// entry that came since may have such a key again.
    gone: BTreeSet<K>,
}

impl<K> Default for Touched<K> {
    fn default() -> Self {
        Self {
            now: BTreeMap::new(),
            gone: BTreeSet::new(),
        }
    }
}

impl<K: Clone + Ord> Touched<K> {
    pub(crate) fn is_empty(&self) -> bool {
        self.now.is_empty() && self.gone.is_empty()
    }

    /// The touched entries by their present key, each with the key that it had when the map was
    /// settled; without one, the entry is new.
    pub(crate) fn now(&self) -> impl Iterator<Item = (&K, Option<&K>)> {
        self.now.iter().map(|(key, origin)| (key, origin.as_ref()))
    }

    /// The keys whose entries are there no more.
    pub(crate) fn gone(&self) -> impl Iterator<Item = &K> {
        self.gone.iter()
    }

    pub(super) fn changed(&mut self, key: &K) {
        if !self.now.contains_key(key) {
            self.now.insert(key.clone(), Some(key.clone()));
        }
    }

    pub(super) fn came(&mut self, key: K) {
        self.now.insert(key, None);
    }

    pub(super) fn went(&mut self, key: &K) {
        // An entry that had come since leaves no trace.
        if let Some(origin) = self.leave(key) {
            self.gone.insert(origin);
        }
    }

    pub(super) fn renamed(&mut self, old: &K, new: K) {
        let origin = self.leave(old);
        self.now.insert(new, origin);
    }

    /// Takes an entry out, and answers the key that it had when the map was settled.
    fn leave(&mut self, key: &K) -> Option<K> {
        match self.now.remove(key) {
            Some(origin) => origin,
            None => Some(key.clone()),
        }
    }
}
