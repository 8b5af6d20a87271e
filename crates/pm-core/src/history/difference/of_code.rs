//! What differs in the code snippets of a task.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::facts::{ChangedBy, Presence};
use super::trail::{Ends, Trail};
use crate::{SnippetName, SnippetVersion, Task};

/// What differs in a code snippet.
#[derive(Debug, Clone, PartialEq)]
pub struct SnippetDifference {
    /// Its name, at the later revision if it is there.
    pub name: SnippetName,
    /// The name before, if that was another one.
    pub former_name: Option<SnippetName>,
    /// Whether it came or went.
    pub presence: Presence,
    /// Its last version at the earlier revision.
    pub former: Option<LastVersion>,
    /// Its last version at the later one.
    pub present: Option<LastVersion>,
    /// How many versions are there at both revisions and say something else, which only an edit of
    /// the file can do.
    pub rewritten: usize,
    /// Who changed it, the last one first.
    pub changed_by: Vec<ChangedBy>,
}

/// The last version of a snippet at a revision.
#[derive(Debug, Clone, PartialEq)]
pub struct LastVersion {
    /// Its number, from 1.
    pub number: usize,
    /// The version itself.
    pub version: Arc<SnippetVersion>,
}

/// The snippets that differ: in their order, and behind them those that are gone.
pub(super) fn between(
    old: &Task,
    new: &Task,
    (task, trail): (Ends<'_>, &Trail<'_>),
) -> Vec<SnippetDifference> {
    let names = new.snippet_names();
    let mut gone = old.snippet_names();
    let mut take = |wanted: Option<SnippetName>| {
        let wanted = wanted?;
        let place = gone.iter().position(|name| *name == wanted)?;
        Some(gone.remove(place))
    };
    let has_stayed =
        |name: &SnippetName| former_names(old, new, name).any(|former| former == *name);
    let mut pairs: Vec<(SnippetName, Option<SnippetName>)> = names
        .into_iter()
        // Snippets that kept their name find theirs before those that were renamed.
        .map(|name| {
            let same = Some(name.clone()).filter(has_stayed);
            (name, take(same))
        })
        .collect();
    for (name, former) in pairs.iter_mut().filter(|(_, former)| former.is_none()) {
        *former = former_names(old, new, name).find_map(|name| take(Some(name)));
    }
    for (name, former) in pairs.iter_mut().filter(|(_, former)| former.is_none()) {
        *former = take(Some(name.clone()));
    }
    let there = pairs.into_iter().map(|(name, former)| (former, Some(name)));
    let all = there.chain(gone.into_iter().map(|name| (Some(name), None)));
    all.filter_map(|(former, present)| {
        let one = Side::new(old, former.as_ref());
        let other = Side::new(new, present.as_ref());
        SnippetDifference::between(&one, &other, (task, trail))
    })
    .collect()
}

/// The names that the versions of a snippet had before, as far as they were there.
fn former_names<'a>(
    old: &'a Task,
    new: &'a Task,
    name: &SnippetName,
) -> impl Iterator<Item = SnippetName> + use<'a> {
    let keys: Vec<&String> = new.code.index().keys_of(name).collect();
    let versions = keys.into_iter().filter_map(|key| old.code.get(key));
    versions.map(|version| version.name.clone())
}

/// A snippet as it is at one of the two revisions, if it is there.
struct Side<'a> {
    name: Option<&'a SnippetName>,
    /// Its versions by their keys, oldest first.
    versions: Vec<(&'a String, &'a Arc<SnippetVersion>)>,
}

impl<'a> Side<'a> {
    fn new(task: &'a Task, name: Option<&'a SnippetName>) -> Self {
        let keys = name
            .into_iter()
            .flat_map(|name| task.code.index().keys_of(name));
        let versions = keys.filter_map(|key| Some((key, task.code.get_shared(key)?)));
        Self {
            versions: versions.collect(),
            name,
        }
    }

    fn last(&self) -> Option<LastVersion> {
        let (_, version) = self.versions.last()?;
        Some(LastVersion {
            number: self.versions.len(),
            version: Arc::clone(version),
        })
    }

    fn keys(&self) -> impl Iterator<Item = &'a String> {
        self.versions.iter().map(|(key, _)| *key)
    }
}

impl SnippetDifference {
    fn between(
        old: &Side<'_>,
        new: &Side<'_>,
        (task, trail): (Ends<'_>, &Trail<'_>),
    ) -> Option<Self> {
        let name = new.name.or(old.name)?;
        let rewritten = new.versions.iter().filter(|(key, version)| {
            let mut before = old.versions.iter();
            let before = before.find(|(other, _)| other == key);
            before.is_some_and(|(_, before)| !is_same_text(before, version))
        });
        let rewritten = rewritten.count();
        let is_renamed = old.name.is_some_and(|former| former != name);
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        if !is_renamed && rewritten == 0 && old.keys().eq(new.keys()) {
            return None;
        }
        Some(Self {
            name: name.clone(),
            former_name: old.name.filter(|_| is_renamed).cloned(),
            presence: Presence::of(old.name, new.name),
            former: old.last(),
            present: new.last(),
            rewritten,
            changed_by: trail.of_code(task, keys),
        })
    }
}

/// Whether two states of a version differ in nothing but their name.
fn is_same_text(one: &SnippetVersion, other: &SnippetVersion) -> bool {
    one.content == other.content
        && one.created_at == other.created_at
        && one.file_fields == other.file_fields
}
