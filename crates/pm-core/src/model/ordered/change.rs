//! The operations that change a map: each takes note of the entries that it touches, and keeps the
//! index true.

use std::borrow::Borrow;
use std::sync::Arc;

use super::{FEW, GAP, Index, Key, OfKeys, Ordered, Position};

impl<K: Key, V, I: Index<K, V>> Ordered<K, V, I> {
    /// Puts an entry behind all others; if the key has one already, its value is replaced and it
    /// keeps its place. Answers the value before.
    pub fn insert(&mut self, key: K, value: impl Into<Arc<V>>) -> Option<Arc<V>> {
        self.insert_at(key, value, &Position::Last)
    }

    /// Like [`insert`](Self::insert), with the place of a new entry; behind all others if the entry
    /// that it was to follow is not there.
    pub fn insert_at(
        &mut self,
        key: K,
        value: impl Into<Arc<V>>,
        position: &Position<K>,
    ) -> Option<Arc<V>> {
        let value = value.into();
        if let Some(place) = self.place(&key) {
            let old = self.entries.get(&place).map(|(_, old)| Arc::clone(old));
            if let Some(old) = &old {
                self.index.leave(place, &key, old);
            }
            self.touched.changed(&key);
            self.set(place, key, value);
            return old;
        }
        self.touched.came(&key);
        let place = self.free_place(position);
        self.put(place, key, value);
        None
    }

    /// Gives an entry another key; it keeps its place. Does nothing and answers `false` if `old`
    /// has no entry or `new` has one.
    pub fn rename(&mut self, old: &K, new: K) -> bool {
        if self.contains_key(&new) {
            return false;
        }
        let Some(place) = self.place(old) else {
            return false;
        };
        let Some(value) = self.entries.get(&place).map(|(_, value)| Arc::clone(value)) else {
            return false;
        };
        self.index.leave(place, old, &value);
        self.touched.renamed(old, &new);
        self.forget_place(old);
        self.put(place, new, value);
        true
    }

    /// Takes an entry out; the others keep their order.
    pub fn shift_remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<Arc<V>>
    where
        K: Borrow<Q>,
    {
        let place = self.place(key)?;
        let (key, value) = self.entries.get(&place)?.clone();
        self.index.leave(place, &key, &value);
        self.touched.went(&key);
        self.forget_place(&key);
        self.entries.remove_mut(&place);
        Some(value)
    }

    /// Gives the entries of `keys` each other's places, so that they stand in this order; all
    /// others keep theirs. Keys without an entry are passed over.
    pub(crate) fn arrange(&mut self, keys: &[K]) {
        let entries: Vec<(K, Arc<V>)> =
            keys.iter().filter_map(|k| self.entry(k).cloned()).collect();
        let mut places: Vec<u64> = keys.iter().filter_map(|k| self.place(k)).collect();
        places.sort_unstable();
        places.dedup();
        // All of them leave the index first, since it finds entries by place.
        for (key, value) in &entries {
            if let Some(place) = self.place(key) {
                self.index.leave(place, key, value);
            }
        }
        // The base is lost instead of noting touches: an order belongs to no single entry.
        self.touched.lose_base();
        for (place, (key, value)) in places.into_iter().zip(entries) {
            self.put(place, key, value);
        }
    }

    /// Puts an entry at a place that is not noted for its key yet.
    fn put(&mut self, place: u64, key: K, value: Arc<V>) {
        if let Some(places) = &mut self.places {
            places.insert_mut(key.clone(), place);
        }
        self.set(place, key, value);
        if self.places.is_none() && self.entries.size() > FEW {
            let entries = self.entries.iter();
            let places = entries.map(|(place, (key, _))| (key.clone(), *place));
            self.places = Some(Box::new(places.collect()));
        }
    }

    /// Puts an entry at the place of its key.
    fn set(&mut self, place: u64, key: K, value: Arc<V>) {
        self.index.enter(place, &key, &value);
        self.entries.insert_mut(place, (key, value));
    }

    fn forget_place(&mut self, key: &K) {
        if let Some(places) = &mut self.places {
            places.remove_mut(key);
        }
    }

    fn free_place(&mut self, position: &Position<K>) -> u64 {
        self.gap(position).unwrap_or_else(|| {
            self.place_anew();
            // There is a gap everywhere now: more entries than fit into memory would have to leave
            // none.
            self.gap(position).unwrap_or(u64::MAX)
        })
    }

    /// A free place at `position`, if the numbers leave one.
    fn gap(&self, position: &Position<K>) -> Option<u64> {
        let last = self.entries.last().map_or(0, |(place, _)| *place);
        let (low, high) = match position {
            Position::First => (0, self.entries.first().map(|(place, _)| *place)),
            Position::After(key) => match self.place(key) {
                Some(place) => (place, self.next_place(place)),
                None => (last, None),
            },
            Position::Last => (last, None),
        };
        match high {
            None => low.checked_add(GAP),
            Some(high) => (high - low > 1).then(|| low + (high - low) / 2),
        }
    }

    fn place_anew(&mut self) {
        let entries = std::mem::take(&mut self.entries);
        self.index = I::default();
        for (place, (_, (key, value))) in (1..).map(|n| n * GAP).zip(entries.iter()) {
            self.put(place, key.clone(), Arc::clone(value));
        }
    }
}

impl<K: Key, V: Clone, I: Index<K, V>> Ordered<K, V, I> {
    /// Changes the value of a key in place; a value that is shared is copied first.
    pub fn change<Q: Ord + ?Sized, T>(
        &mut self,
        key: &Q,
        change: impl FnOnce(&mut V) -> T,
    ) -> Option<T>
    where
        K: Borrow<Q>,
    {
        let place = self.place(key)?;
        let (key, value) = self.entries.get_mut(&place)?;
        self.touched.changed(key);
        self.index.leave(place, key, value);
        let answer = change(Arc::make_mut(value));
        self.index.enter(place, key, value);
        Some(answer)
    }

    /// The value of a key, to be changed in place; one that is shared is copied first.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
        I: OfKeys,
    {
        let place = self.place(key)?;
        let (key, value) = self.entries.get_mut(&place)?;
        self.touched.changed(key);
        Some(Arc::make_mut(value))
    }
}
