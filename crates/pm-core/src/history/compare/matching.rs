//! Which entries of two maps are the same ones, and which came or went.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::entries::{Entries, Map};
use super::Scope;
use crate::model::Key;

/// Which entries of two maps are the same ones.
pub(super) struct Matching<K> {
    /// The old keys of those that went.
    pub(super) gone: BTreeSet<K>,
    /// The new keys of those that came.
    pub(super) came: BTreeSet<K>,
    /// Those that may have changed: the old key by the new one.
    pub(super) kept: BTreeMap<K, K>,
    /// The keys of those that are in both, in both orders, if these differ.
    pub(super) order: Option<(Vec<K>, Vec<K>)>,
}

impl<K: Key> Matching<K> {
    pub(super) fn of<E: Entries<Key = K>>(
        kind: &E,
        old: &Map<E>,
        new: &Map<E>,
        scope: Scope,
    ) -> Self {
        match new.touched_since(old) {
            Some(touched) if scope == Scope::Touched => {
                let mut matching = Self {
                    gone: touched.gone().cloned().collect(),
                    came: BTreeSet::new(),
                    kept: BTreeMap::new(),
                    order: None,
                };
                for (key, origin) in touched.now() {
                    match origin {
                        None => {
                            matching.came.insert(key.clone());
                        }
                        Some(origin) if origin == key || kind.renamed(origin, key).is_some() => {
                            matching.kept.insert(key.clone(), origin.clone());
                        }
                        Some(origin) => {
                            matching.gone.insert(origin.clone());
                            matching.came.insert(key.clone());
                        }
                    }
                }
                matching.keep_what_came_back::<E>(old, new);
                matching
            }
            _ => Self::by_key::<E>(old, new),
        }
    }

    /// Entries of equal keys are the same ones.
    fn by_key<E: Entries<Key = K>>(old: &Map<E>, new: &Map<E>) -> Self {
        let only = |of: &Map<E>, other: &Map<E>| {
            let keys = of.keys().filter(|key| !other.contains_key(*key));
            keys.cloned().collect()
        };
        let common = |of: &Map<E>, other: &Map<E>| {
            let keys = of.keys().filter(|key| other.contains_key(*key));
            keys.cloned().collect::<Vec<K>>()
        };
        let (before, after) = (common(old, new), common(new, old));
        let changed = |key: &&K| match (old.get_shared(*key), new.get_shared(*key)) {
            (Some(old), Some(new)) => !Arc::ptr_eq(old, new),
            _ => false,
        };
        Self {
            gone: only(old, new),
            came: only(new, old),
            kept: after
                .iter()
                .filter(changed)
                .map(|key| (key.clone(), key.clone()))
                .collect(),
            order: (before != after).then(|| moved(&before, &after)),
        }
    }

    /// Keeps the entries that were taken out and put back at their old positions.
    ///
    /// An entry that follows the same one as before, which was itself never moved, stands in the
    /// same order as before with all that were never moved.
    fn keep_what_came_back<E: Entries<Key = K>>(&mut self, old: &Map<E>, new: &Map<E>) {
        let mut back: Vec<K> = self.came.intersection(&self.gone).cloned().collect();
        back.sort_unstable_by_key(|key| new.place(key));
        for key in back {
            let before = old.predecessor(&key);
            let stays = match new.predecessor(&key) {
                None => before.is_none(),
                Some(now) if self.came.contains(now) => false,
                Some(now) => before == Some(self.kept.get(now).unwrap_or(now)),
            };
            if stays {
                self.came.remove(&key);
                self.gone.remove(&key);
                self.kept.insert(key.clone(), key);
            }
        }
    }
}

/// Two orders of the same keys without those that stand in front of and behind all that moved.
fn moved<K: Key>(before: &[K], after: &[K]) -> (Vec<K>, Vec<K>) {
    let pairs = || before.iter().zip(after);
    let front = pairs()
        .take_while(|(before, after)| before == after)
        .count();
    let back = pairs()
        .rev()
        .take_while(|(before, after)| before == after)
        .count();
    let between = |keys: &[K]| {
        let end = keys.len().saturating_sub(back);
        keys.get(front..end).unwrap_or_default().to_vec()
    };
    (between(before), between(after))
}
