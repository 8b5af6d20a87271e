//! What is kept beside the entries of a map, so that some are found by more than their key.

use rpds::RedBlackTreeMapSync;

use crate::resolve::folded;
use crate::{SnippetName, SnippetVersion, TaskName};

/// What is kept beside the entries of a map. It is called with each entry that comes or leaves.
pub trait Index<K, V>: Clone + Default {
    /// Takes note of an entry.
    fn enter(&mut self, place: u64, key: &K, value: &V);

    /// Forgets an entry, which has this value still.
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

/// Values by place, in order.
type ByPlace<T> = RedBlackTreeMapSync<u64, T>;

/// Several values for each key, in order of place.
type Grouped<K, T> = RedBlackTreeMapSync<K, ByPlace<T>>;

/// Finds tasks by their [`folded`] name.
#[derive(Clone, Default)]
pub struct ByFoldedName(Grouped<String, TaskName>);

impl ByFoldedName {
    /// The names that differ from `name` at most in case and punctuation, in order.
    pub(crate) fn alike(&self, name: &str) -> impl Iterator<Item = &TaskName> + use<'_> {
        let names = self.0.get(&folded(name));
        names.into_iter().flat_map(ByPlace::values)
    }
}

impl OfKeys for ByFoldedName {}

impl<V> Index<TaskName, V> for ByFoldedName {
    fn enter(&mut self, place: u64, key: &TaskName, _: &V) {
        add(&mut self.0, folded(key.as_str()), place, key.clone());
    }

    fn leave(&mut self, place: u64, key: &TaskName, _: &V) {
        take(&mut self.0, &folded(key.as_str()), place);
    }
}

/// Finds snippet versions by the name of their snippet.
#[derive(Clone, Default)]
pub struct BySnippetName {
    /// The keys of the versions, oldest first.
    versions: Grouped<SnippetName, String>,
    /// The snippets by their folded name, each at the place of its first version.
    folded: Grouped<String, SnippetName>,
}

impl BySnippetName {
    /// The number of versions of the snippet of exactly this name.
    pub(crate) fn version_count(&self, name: &SnippetName) -> usize {
        self.versions.get(name).map_or(0, ByPlace::size)
    }

    /// The keys of the versions of the snippet of exactly this name, oldest first.
    pub(crate) fn keys_of(&self, name: &SnippetName) -> impl Iterator<Item = &String> {
        self.versions
            .get(name)
            .into_iter()
            .flat_map(ByPlace::values)
    }

    /// The key of the last version of the snippet of exactly this name.
    pub(crate) fn last_key_of(&self, name: &SnippetName) -> Option<&String> {
        let (_, key) = self.versions.get(name)?.last()?;
        Some(key)
    }

    /// The names that differ from `name` at most in case and punctuation, in the order of their
    /// first version.
    pub(crate) fn alike(&self, name: &str) -> impl Iterator<Item = &SnippetName> + use<'_> {
        let names = self.folded.get(&folded(name));
        names.into_iter().flat_map(ByPlace::values)
    }

    /// The names of all snippets, in the order of their first version.
    pub(crate) fn names(&self) -> Vec<SnippetName> {
        let mut names: Vec<(u64, &SnippetName)> = self
            .versions
            .iter()
            .filter_map(|(name, keys)| keys.first().map(|(place, _)| (*place, name)))
            .collect();
        names.sort_unstable_by_key(|(place, _)| *place);
        names.into_iter().map(|(_, name)| name.clone()).collect()
    }

    fn first_place(&self, name: &SnippetName) -> Option<u64> {
        let (place, _) = self.versions.get(name)?.first()?;
        Some(*place)
    }

    /// Runs `change` on the versions of a snippet, and lets the index of names follow the position
    /// of its first one.
    fn with_versions(
        &mut self,
        name: &SnippetName,
        change: impl FnOnce(&mut Grouped<SnippetName, String>),
    ) {
        let before = self.first_place(name);
        change(&mut self.versions);
        let after = self.first_place(name);
        if before != after {
            let key = folded(name.as_str());
            if let Some(place) = before {
                take(&mut self.folded, &key, place);
            }
            if let Some(place) = after {
                add(&mut self.folded, key, place, name.clone());
            }
        }
    }
}

impl Index<String, SnippetVersion> for BySnippetName {
    fn enter(&mut self, place: u64, key: &String, version: &SnippetVersion) {
        self.with_versions(&version.name, |versions| {
            add(versions, version.name.clone(), place, key.clone());
        });
    }

    fn leave(&mut self, place: u64, _: &String, version: &SnippetVersion) {
        self.with_versions(&version.name, |versions| {
            take(versions, &version.name, place);
        });
    }
}

fn add<K: Clone + Ord, T: Clone>(groups: &mut Grouped<K, T>, key: K, place: u64, value: T) {
    if let Some(group) = groups.get_mut(&key) {
        group.insert_mut(place, value);
    } else {
        let mut group = ByPlace::new_sync();
        group.insert_mut(place, value);
        groups.insert_mut(key, group);
    }
}

fn take<K, Q, T>(groups: &mut Grouped<K, T>, key: &Q, place: u64)
where
    K: Clone + Ord + std::borrow::Borrow<Q>,
    Q: Ord + ?Sized,
    T: Clone,
{
    if let Some(group) = groups.get_mut(key) {
        group.remove_mut(&place);
        if group.is_empty() {
            groups.remove_mut(key);
        }
    }
}
