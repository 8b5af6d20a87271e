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
use std::ops::Bound;
use std::sync::Arc;

use rpds::RedBlackTreeMapSync;

use index::OfKeys;
pub use index::{ByFoldedName, BySnippetName};
pub(crate) use index::{Index, Unindexed};
pub use places::Moved;
pub(crate) use touched::Touched;

/// How far apart entries are placed, so that others can come between them.
const GAP: u64 = 1 << 32;

/// Up to how many entries a key is found by looking at each: nearly all tasks have no more jobs,
/// and a second tree would take as much memory as the entries do.
const FEW: usize = 8;

/// What can be a key.
pub trait Key: Clone + Ord {}

impl<T: Clone + Ord> Key for T {}

/// The position of an entry among the others of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position<K> {
    /// Behind all others.
    Last,
    /// In front of all others, of which there is at least one.
    First,
    /// Behind the entry of this key, and in front of at least one other.
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
    /// The place of each key; none if there were never more than a few.
    places: Option<Box<RedBlackTreeMapSync<K, u64>>>,
    /// Finds entries by something else than their key; holds the same entries as the map at every
    /// moment.
    index: I,
    touched: Touched<K>,
}

impl<K: Key, V, I: Index<K, V>> Ordered<K, V, I> {
    /// Makes an empty map.
    pub fn new() -> Self {
        Self {
            entries: RedBlackTreeMapSync::new_sync(),
            places: None,
            index: I::default(),
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
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.place(key).is_some()
    }

    /// The value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.entry(key).map(|(_, value)| &**value)
    }

    /// The value of a key, to be shared.
    pub fn get_shared<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&Arc<V>>
    where
        K: Borrow<Q>,
    {
        self.entry(key).map(|(_, value)| value)
    }

    /// The key as the map holds it, and its value.
    pub fn get_key_value<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        self.entry(key).map(|(key, value)| (key, &**value))
    }

    fn entry<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&(K, Arc<V>)>
    where
        K: Borrow<Q>,
    {
        self.entries.get(&self.place(key)?)
    }

    /// What tells the order of two entries of this map.
    pub(crate) fn place<Q: Ord + ?Sized>(&self, key: &Q) -> Option<u64>
    where
        K: Borrow<Q>,
    {
        if let Some(places) = &self.places {
            return places.get(key).copied();
        }
        let mut entries = self.entries.iter();
        let found = entries.find(|(_, (other, _))| other.borrow() == key);
        found.map(|(place, _)| *place)
    }

    /// The key in front of this one.
    pub fn predecessor<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&K>
    where
        K: Borrow<Q>,
    {
        let place = self.place(key)?;
        let (_, (key, _)) = self.entries.range(..place).next_back()?;
        Some(key)
    }

    /// The position of the entry of this key.
    pub fn position<Q: Ord + ?Sized>(&self, key: &Q) -> Option<Position<K>>
    where
        K: Borrow<Q>,
    {
        let place = self.place(key)?;
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
        if self.touched.is_all() {
            self.is_empty()
        } else {
            self.touched.is_empty()
        }
    }

    /// Forgets what was touched: from now on changes are found against the present content.
    pub(crate) fn settle(&mut self) {
        if !self.is_settled() {
            self.touched = Touched::since_now();
        }
    }

    /// Forgets what was touched, and claims that nothing was: a lie that shows who believes it.
    #[cfg(test)]
    pub(crate) fn forget_touches(&mut self) {
        self.touched.forget();
    }

    /// The present keys of the entries that were touched since the map was last settled.
    pub(crate) fn touched_now(&self) -> Vec<K> {
        if self.touched.is_all() {
            self.keys().cloned().collect()
        } else {
            self.touched.now().map(|(key, _)| key.clone()).collect()
        }
    }

    /// What was touched since `old`, if this map is a later state of it and knows it without a look
    /// at all entries.
    pub(crate) fn touched_since(&self, old: &Self) -> Option<&Touched<K>> {
        let has_notes = !self.touched.is_all() || self.is_empty();
        let is_known = has_notes && self.touched.has_base_of(&old.touched) && old.is_settled();
        is_known.then_some(&self.touched)
    }

    fn next_place(&self, place: u64) -> Option<u64> {
        let bounds = (Bound::Excluded(place), Bound::Unbounded);
        self.entries.range(bounds).next().map(|(place, _)| *place)
    }
}
