//! What is kept beside the entries of a map, so that some are found by more than their key.

use rpds::RedBlackTreeMapSync;
use twox_hash::XxHash3_64;

use crate::resolve::folded;
use crate::{SnippetName, SnippetVersion, TaskName};

/// What is kept beside the entries of a map. It is called with each entry that comes or leaves.
pub trait Index<K, V>: Clone + Default {
    /// Takes note of an entry.
    fn enter(&mut self, place: u64, key: &K, value: &V);

    /// Forgets an entry, which still has this value.
    fn leave(&mut self, place: u64, key: &K, value: &V);
}

/// An index that looks at keys alone, so that values may change under it.
pub trait OfKeys {}

/// No index.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unindexed;

impl OfKeys for Unindexed {}

impl<K, V> Index<K, V> for Unindexed {
    fn enter(&mut self, _: u64, _: &K, _: &V) {}
    fn leave(&mut self, _: u64, _: &K, _: &V) {}
}

/// Names by their [`folded`] form, and those of one form by place.
///
/// The forms themselves would take as much memory again as the names. So their checksums stand
/// here, and looking for a name compares the names that are found.
#[derive(Clone)]
struct ByFolded<N>(RedBlackTreeMapSync<(u64, u64), N>);

impl<N> Default for ByFolded<N> {
    fn default() -> Self {
        Self(RedBlackTreeMapSync::new_sync())
    }
}

impl<N: AsRef<str> + Clone> ByFolded<N> {
    /// The names that differ from `name` at most in case and punctuation, in order.
    fn alike(&self, name: &str) -> impl Iterator<Item = &N> + use<'_, N> {
        let wanted = folded(name);
        let sum = checksum(&wanted);
        let names = self.0.range((sum, 0)..=(sum, u64::MAX));
        let names = names.map(|(_, name)| name);
        names.filter(move |name| folded(name.as_ref()) == wanted)
    }

    fn enter(&mut self, place: u64, name: &N) {
        let sum = checksum(&folded(name.as_ref()));
        self.0.insert_mut((sum, place), name.clone());
    }

    fn leave(&mut self, place: u64, name: &N) {
        self.0
            .remove_mut(&(checksum(&folded(name.as_ref())), place));
    }
}

fn checksum(text: &str) -> u64 {
    XxHash3_64::oneshot(text.as_bytes())
}

/// Finds tasks by their [`folded`] name.
#[derive(Clone, Default)]
pub struct ByFoldedName(ByFolded<TaskName>);

impl ByFoldedName {
    /// The names that differ from `name` at most in case and punctuation, in order.
    pub(crate) fn alike(&self, name: &str) -> impl Iterator<Item = &TaskName> + use<'_> {
        self.0.alike(name)
    }
}

impl OfKeys for ByFoldedName {}

impl<V> Index<TaskName, V> for ByFoldedName {
    fn enter(&mut self, place: u64, key: &TaskName, _: &V) {
        self.0.enter(place, key);
    }

    fn leave(&mut self, place: u64, key: &TaskName, _: &V) {
        self.0.leave(place, key);
    }
}

/// The keys of the versions of each snippet, oldest first.
type Versions = RedBlackTreeMapSync<SnippetName, RedBlackTreeMapSync<u64, String>>;

/// Finds snippet versions by the name of their snippet.
#[derive(Clone, Default)]
pub struct BySnippetName {
    versions: Versions,
    /// The snippets, each at the place of its first version.
    names: ByFolded<SnippetName>,
}

impl BySnippetName {
    /// The number of versions of the snippet of exactly this name.
    pub(crate) fn version_count(&self, name: &SnippetName) -> usize {
        self.versions.get(name).map_or(0, RedBlackTreeMapSync::size)
    }

    /// The keys of the versions of the snippet of exactly this name, oldest first.
    pub(crate) fn keys_of(&self, name: &SnippetName) -> impl Iterator<Item = &String> {
        let keys = self.versions.get(name).into_iter();
        keys.flat_map(RedBlackTreeMapSync::values)
    }

    /// The key of the last version of the snippet of exactly this name.
    pub(crate) fn last_key_of(&self, name: &SnippetName) -> Option<&String> {
        let (_, key) = self.versions.get(name)?.last()?;
        Some(key)
    }

    /// The names that differ from `name` at most in case and punctuation, in the order of their
    /// first version.
    pub(crate) fn alike(&self, name: &str) -> impl Iterator<Item = &SnippetName> + use<'_> {
        self.names.alike(name)
    }

    /// The names of all snippets, in the order of their first version.
    pub(crate) fn names(&self) -> Vec<SnippetName> {
        let names = self.names.0.iter();
        let mut names: Vec<_> = names.map(|((_, place), name)| (*place, name)).collect();
        names.sort_unstable_by_key(|(place, _)| *place);
        names.into_iter().map(|(_, name)| name.clone()).collect()
    }

    /// Runs `change` on the keys of the versions of a snippet, and lets the index of names follow
    /// the position of its first version.
    fn with_keys(
        &mut self,
        name: &SnippetName,
        change: impl FnOnce(&mut RedBlackTreeMapSync<u64, String>),
    ) {
        let mut keys = self.versions.get(name).cloned().unwrap_or_default();
        let before = keys.first().map(|(place, _)| *place);
        change(&mut keys);
        let after = keys.first().map(|(place, _)| *place);
        if before != after {
            if let Some(place) = before {
                self.names.leave(place, name);
            }
            if let Some(place) = after {
                self.names.enter(place, name);
            }
        }
        if keys.is_empty() {
            self.versions.remove_mut(name);
        } else {
            self.versions.insert_mut(name.clone(), keys);
        }
    }
}

impl Index<String, SnippetVersion> for BySnippetName {
    fn enter(&mut self, place: u64, key: &String, version: &SnippetVersion) {
        self.with_keys(&version.name, |keys| keys.insert_mut(place, key.clone()));
    }

    fn leave(&mut self, place: u64, _: &String, version: &SnippetVersion) {
        self.with_keys(&version.name, |keys| {
            keys.remove_mut(&place);
        });
    }
}
