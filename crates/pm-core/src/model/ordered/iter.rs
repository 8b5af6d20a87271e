//! Going through the entries of a map, and the traits of every collection.

use std::fmt;
use std::sync::Arc;

use rpds::RedBlackTreeMapSync;

use super::{Index, Key, Ordered, Touched};

type Entries<'a, K, V> = <&'a RedBlackTreeMapSync<u64, (K, Arc<V>)> as IntoIterator>::IntoIter;

/// The entries of an [`Ordered`] in their order.
pub struct Iter<'a, K, V>(Entries<'a, K, V>);

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(_, (key, value))| (key, &**value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|(_, (key, value))| (key, &**value))
    }
}

impl<K, V> ExactSizeIterator for Iter<'_, K, V> {}

impl<K: Key, V, I: Index<K, V>> Ordered<K, V, I> {
    /// The entries in their order.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter(self.entries.iter())
    }

    /// The keys in the order of their entries.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator {
        self.iter().map(|(key, _)| key)
    }

    /// The values in the order of their entries.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator {
        self.iter().map(|(_, value)| value)
    }
}

impl<'a, K: Key, V, I: Index<K, V>> IntoIterator for &'a Ordered<K, V, I> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Iter<'a, K, V> {
        self.iter()
    }
}

/// Makes a settled map. Of equal keys the first gives the place and the last the value.
impl<K: Key, V, I: Index<K, V>> FromIterator<(K, V)> for Ordered<K, V, I> {
    fn from_iter<T: IntoIterator<Item = (K, V)>>(entries: T) -> Self {
        let mut map = Self::new();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map.settle();
        map
    }
}

impl<K: Key, V, I: Index<K, V>> Default for Ordered<K, V, I> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Key, V, I: Clone> Clone for Ordered<K, V, I> {
    fn clone(&self) -> Self {
        Self {
            entries: self.entries.clone(),
            places: self.places.clone(),
            index: self.index.clone(),
            touched: self.touched.clone(),
        }
    }
}

/// Equal if both hold equal entries in the same order.
impl<K: Key, V: PartialEq, I: Index<K, V>> PartialEq for Ordered<K, V, I> {
    fn eq(&self, other: &Self) -> bool {
        let unchanged = |touched: &Touched<K>| touched.is_empty();
        if self.touched_since(other).is_some_and(unchanged) {
            return true;
        }
        let pairs = self.entries.values().zip(other.entries.values());
        self.len() == other.len()
            && pairs
                .into_iter()
                .all(|((a, x), (b, y))| a == b && (Arc::ptr_eq(x, y) || x == y))
    }
}

impl<K: Key, V: Eq, I: Index<K, V>> Eq for Ordered<K, V, I> {}

impl<K: Key + fmt::Debug, V: fmt::Debug, I: Index<K, V>> fmt::Debug for Ordered<K, V, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}
