//! Other places for entries among the others of a map.

use std::collections::BTreeSet;

use super::{Index, Key, Ordered, Position};

/// The place of an entry among the others of its kind before and after a move, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// Its place before.
    pub old: usize,
    /// Its place after.
    pub new: usize,
}

impl Moved {
    /// Whether it stands where it stood.
    pub fn is_nowhere_else(self) -> bool {
        self.old == self.new
    }
}

impl<K: Key, V, I: Index<K, V>> Ordered<K, V, I> {
    /// Moves an entry to a position among the others, which make room and keep their order. It
    /// stays if it is to follow itself, or an entry that is not there.
    pub(crate) fn move_to(&mut self, key: &K, position: &Position<K>) -> Moved {
        let old = self.keys().position(|other| other == key).unwrap_or(0);
        let mut others = self.keys().filter(|other| *other != key);
        let before = match position {
            Position::First => 0,
            Position::Last => usize::MAX,
            Position::After(neighbour) => others
                .position(|other| other == neighbour)
                .map_or(old, |place| place + 1),
        };
        drop(others);
        let new = self.move_behind(std::slice::from_ref(key), before);
        Moved {
            old: old + 1,
            new: new + 1,
        }
    }

    /// Moves the entries of `keys`, in this order, behind the first `count` of the others, which
    /// keep their order; answers how many those are. No key may be given twice, or have no entry.
    pub(crate) fn move_behind(&mut self, keys: &[K], count: usize) -> usize {
        let moving: BTreeSet<&K> = keys.iter().collect();
        let before: Vec<K> = self.keys().cloned().collect();
        let others = before.iter().filter(|key| !moving.contains(key));
        let mut after: Vec<K> = others.cloned().collect();
        let count = count.min(after.len());
        after.splice(count..count, keys.iter().cloned());
        let pairs = || before.iter().zip(&after);
        let front = pairs()
            .take_while(|(before, after)| before == after)
            .count();
        let back = pairs().rev().take_while(|(before, after)| before == after);
        let end = after.len().saturating_sub(back.count());
        // Those in front of and behind all that move are not touched.
        if let Some(between) = after.get(front..end) {
            self.arrange(between);
        }
        count
    }
}
