//! A map in insertion order whose clones share their common entries, so that a change costs the
//! same at any size of the map.

mod change;
mod index;
mod iter;
mod places;
#[cfg(test)]
mod tests;
mod touched;

use std::borrow::Borrow;
use std::hash::Hash;
use std::ops::Bound;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rpds::{HashTrieMapSync, RedBlackTreeMapSync};

use index::OfKeys;
pub use index::{ByFoldedName, BySnippetName};
pub(crate) use index::{Index, Unindexed};
pub use places::Moved;
pub(crate) use touched::Touched;

/// How far apart entries are placed, so that others can come between them.
const GAP: u64 = 1 << 32;

/// What can be a key.
pub trait Key: Clone + Eq + Hash + Ord {}

impl<T: Clone + Eq + Hash + Ord> Key for T {}

/// The position of an entry among the others of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position<K> {
    /// Behind all others.
    Last,
    /// In front of all others, and not also behind them.
    First,
    /// Behind this one, and others follow.
    After(K),
}

/// A map in insertion order.
///
/// A clone costs the same whatever the map holds, and shares all entries with the original until
/// one of the two changes; looking up, adding, removing and renaming cost the logarithm of the
/// number of entries. Only if entries were put into one gap again and again (some thirty times),
/// all are placed anew.
///
/// The map also keeps which entries were touched since it was last settled, so that
/// [`Patch::between`](crate::history::Patch::between) finds the changes without looking at the
/// rest.
pub struct Ordered<K, V, I = Unindexed> {
    /// The entries by place; places grow, with gaps.
    entries: RedBlackTreeMapSync<u64, (K, Arc<V>)>,
    places: HashTrieMapSync<K, u64>,
    /// Finds entries by something else than their key; of the same entries at every moment.
    index: I,
    /// Names the content at the time of the last settling: maps of one base held the same.
    base: u64,
    touched: Touched<K>,
}

/// The base of a map that holds nothing.
const EMPTY: u64 = 0;

fn fresh_base() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(EMPTY + 1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl<K: Key, V, I: Index<K, V>> Ordered<K, V, I> {
    /// Makes an empty map.
    pub fn new() -> Self {
        Self {
            entries: RedBlackTreeMapSync::new_sync(),
            places: HashTrieMapSync::new_sync(),
            index: I::default(),
            base: EMPTY,
            touched: Touched::default(),
        }
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.size()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether there is an entry of this key.
    pub fn contains_key<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.places.contains_key(key)
    }

    /// The value of a key.
    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.entry(key).map(|(_, value)| &**value)
    }

    /// The value of a key, to be shared.
    pub fn get_shared<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&Arc<V>>
    where
        K: Borrow<Q>,
    {
        self.entry(key).map(|(_, value)| value)
    }

    /// The key as the map holds it, and its value.
    pub fn get_key_value<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        self.entry(key).map(|(key, value)| (key, &**value))
    }

    fn entry<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&(K, Arc<V>)>
    where
        K: Borrow<Q>,
    {
        self.entries.get(self.places.get(key)?)
    }

    /// What tells the order of two entries of this map.
    pub(crate) fn place(&self, key: &K) -> Option<u64> {
        self.places.get(key).copied()
    }

    /// The key in front of this one.
    pub fn predecessor<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&K>
    where
        K: Borrow<Q>,
    {
        let place = *self.places.get(key)?;
        let (_, (key, _)) = self.entries.range(..place).next_back()?;
        Some(key)
    }

    /// The position of the entry of this key.
    pub fn position<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<Position<K>>
    where
        K: Borrow<Q>,
    {
        let place = *self.places.get(key)?;
        Some(if self.next_place(place).is_none() {
            Position::Last
        } else {
            match self.predecessor(key) {
                Some(before) => Position::After(before.clone()),
                None => Position::First,
            }
        })
    }

    /// What finds entries by something else than their key.
    pub(crate) fn index(&self) -> &I {
        &self.index
    }

    /// Whether nothing was touched since the map was last settled.
    pub fn is_settled(&self) -> bool {
        self.touched.is_empty()
    }

    /// Forgets what was touched: from now on changes are found against the present content.
    pub(crate) fn settle(&mut self) {
        if !self.touched.is_empty() {
            self.touched = Touched::default();
            self.base = fresh_base();
        }
    }

    /// Forgets what was touched, and claims that nothing was: a lie that shows who believes it.
    #[cfg(test)]
    pub(crate) fn forget_touches(&mut self) {
        self.touched = Touched::default();
    }

    /// The present keys of the entries that were touched since the map was last settled.
    pub(crate) fn touched_now(&self) -> Vec<K> {
        self.touched.now().map(|(key, _)| key.clone()).collect()
    }

    /// What was touched since `old`, if this map is a later state of it and knows it without a look
    /// at all entries.
    pub(crate) fn touched_since(&self, old: &Self) -> Option<&Touched<K>> {
        (self.base == old.base && old.touched.is_empty()).then_some(&self.touched)
    }

    fn next_place(&self, place: u64) -> Option<u64> {
        let bounds = (Bound::Excluded(place), Bound::Unbounded);
        self.entries.range(bounds).next().map(|(place, _)| *place)
    }
}
