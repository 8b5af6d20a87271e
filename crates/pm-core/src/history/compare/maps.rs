//! Compares the entries of two maps, and puts the edits between them into an order in which each
//! fits the state that those before it left.

use std::sync::Arc;

use super::super::EntryEdit;
use super::super::entries::{Entries, Map};
use super::matching::Matching;
use super::{Edit, Scope};
use crate::Position;

/// Adds the edits that lead from the entries of `old` to those of `new`, but for what changed
/// within entries; answers the old and new keys of the entries that may have changed within.
pub(super) fn compare<E: Entries>(
    kind: &E,
    old: &Map<E>,
    new: &Map<E>,
    scope: Scope,
    edits: &mut Vec<Edit>,
) -> Vec<(E::Key, E::Key)> {
    let mut matching = Matching::of(kind, old, new, scope);
    let mut walk = Walk {
        kind,
        // The edits are made here one by one, since each says at which position it finds its entry.
        // A clone costs nothing.
        state: old.clone(),
        edits,
    };

    // From the last one on, so that an undo puts those that stood at the end back at the end,
    // whatever is there then.
    let mut gone: Vec<&E::Key> = matching.gone.iter().collect();
    gone.sort_unstable_by_key(|key| std::cmp::Reverse(old.place(*key)));
    for key in gone {
        walk.take(key);
    }

    let kept = matching.kept.iter();
    let mut renames: Vec<(E::Key, E::Key)> = kept
        .filter(|(key, origin)| key != origin)
        .map(|(key, origin)| (origin.clone(), key.clone()))
        .collect();
    while !renames.is_empty() {
        let waiting = renames.len();
        renames.retain(|(origin, key)| !walk.rename(origin, key));
        // Entries that swap their names block each other: one of them goes and comes instead.
        if renames.len() == waiting
            && let Some((origin, key)) = renames.pop()
        {
            walk.take(&origin);
            matching.kept.remove(&key);
            matching.came.insert(key);
        }
    }

    if let Some((before, after)) = &matching.order {
        walk.arrange(before, after);
    }

    let mut came: Vec<&E::Key> = matching.came.iter().collect();
    came.sort_unstable_by_key(|key| new.place(*key));
    if let Some((last, others)) = came.split_last() {
        for key in others {
            let position = walk.put(key, new);
            walk.tell_came(key, new, position);
        }
        // With the last one the state would be `new`, so its position is known without putting it
        // there; most changes add just one.
        if let Some(position) = new.position(*last) {
            walk.tell_came(last, new, position);
        }
    }
    matching
        .kept
        .into_iter()
        .map(|(key, origin)| (origin, key))
        .collect()
}

/// The way from one state to another, edit by edit.
struct Walk<'a, E: Entries> {
    kind: &'a E,
    state: Map<E>,
    edits: &'a mut Vec<Edit>,
}

impl<E: Entries> Walk<'_, E> {
    fn take(&mut self, key: &E::Key) {
        let Some(position) = self.state.position(key) else {
            return;
        };
        let old = self.state.shift_remove(key);
        self.edits.push(self.kind.edit(EntryEdit {
            key: key.clone(),
            old: old.as_ref().map(E::kept),
            new: None,
            position,
        }));
    }

    /// Renames an entry if the new name is free, and answers whether it was.
    fn rename(&mut self, old: &E::Key, new: &E::Key) -> bool {
        let renamed = self.state.rename(old, new.clone());
        if renamed {
            self.edits.extend(self.kind.renamed(old, new));
        }
        renamed
    }

    fn arrange(&mut self, before: &[E::Key], after: &[E::Key]) {
        self.state.arrange(after);
        let keys = |keys: &[E::Key]| keys.iter().map(|key| key.as_ref().to_owned()).collect();
        self.edits.push(Edit::Order {
            entity: self.kind.owner(),
            entries: E::FIELD.to_owned(),
            old: keys(before),
            new: keys(after),
        });
    }

    /// Puts an entry at the position that it has in `to`, and says which that is in this state:
    /// behind all others if none of those that follow is there yet.
    fn put(&mut self, key: &E::Key, to: &Map<E>) -> Position<E::Key> {
        let position = match to.predecessor(key) {
            Some(before) => Position::After(before.clone()),
            None => Position::First,
        };
        if let Some(value) = to.get_shared(key) {
            self.state
                .insert_at(key.clone(), Arc::clone(value), &position);
        }
        self.state.position(key).unwrap_or(Position::Last)
    }

    fn tell_came(&mut self, key: &E::Key, to: &Map<E>, position: Position<E::Key>) {
        self.edits.push(self.kind.edit(EntryEdit {
            key: key.clone(),
            old: None,
            new: to.get_shared(key).map(E::kept),
            position,
        }));
    }
}
