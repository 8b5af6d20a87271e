//! A code snippet: a named text whose entries are its versions.

use std::sync::Arc;

use super::{FileFields, Task, entry_key};
use crate::resolve::{folded, near};
use crate::{SnippetName, Timestamp};

/// One version of a named piece of text.
#[derive(Debug, Clone, PartialEq)]
pub struct SnippetVersion {
    /// The snippet's name; entries of one name are its versions, oldest first.
    pub name: SnippetName,
    /// The text, to the letter.
    pub content: String,
    /// When this version was written.
    pub created_at: Timestamp,
    /// How it stood in its file.
    pub file_fields: FileFields,
}

/// What adding or updating a snippet did.
#[derive(Debug, Clone)]
pub struct AddedSnippet {
    /// The snippet's name as it is kept.
    pub name: SnippetName,
    /// The number of the new version, from 1.
    pub version: usize,
    /// Other snippets of the task with a similar name, where this one is new.
    pub similar: Vec<SnippetName>,
}

/// What deleting a snippet took away.
#[derive(Debug, Clone)]
pub struct DeletedSnippets {
    /// The versions, in the order of the file.
    pub versions: Vec<SnippetVersion>,
}

/// Why a snippet was not written or deleted.
#[derive(Debug)]
pub(crate) enum SnippetRefusal {
    Exists(SnippetName),
    Ambiguous(Vec<SnippetName>),
    NotFound(Vec<SnippetName>),
}

impl Task {
    /// The names of the task's snippets, each once, in the order of their first version.
    pub fn snippet_names(&self) -> Vec<SnippetName> {
        self.code.index().names()
    }

    /// The versions whose name holds `wanted`, or equals it but for case and punctuation where
    /// none holds it; in the order of the file.
    pub fn snippets_matching(&self, wanted: &str) -> Vec<&SnippetVersion> {
        matching(
            || self.code.values(),
            wanted,
            |version| version.name.as_str(),
        )
    }

    /// Adds a version under exactly `name`.
    ///
    /// A name that differs from another snippet's only in case or punctuation is refused.
    pub(crate) fn add_snippet(
        &mut self,
        name: SnippetName,
        content: String,
        now: &Timestamp,
    ) -> Result<AddedSnippet, SnippetRefusal> {
        match self.snippets_alike(&name).as_slice() {
            [existing, ..] if *existing != name => Err(SnippetRefusal::Exists(existing.clone())),
            _ => Ok(self.push_version(name, content, now)),
        }
    }

    /// Adds a version to the snippet that `name` means, or makes that snippet where none fits.
    pub(crate) fn update_snippet(
        &mut self,
        name: SnippetName,
        content: String,
        now: &Timestamp,
    ) -> Result<AddedSnippet, SnippetRefusal> {
        match self.snippets_alike(&name).as_slice() {
            [existing] => Ok(self.push_version(existing.clone(), content, now)),
            [] => {
                let similar = near(name.as_str(), self.snippet_names()).collect();
                let added = self.push_version(name, content, now);
                Ok(AddedSnippet { similar, ..added })
            }
            candidates => Err(SnippetRefusal::Ambiguous(candidates.to_vec())),
        }
    }

    /// Deletes all versions of the snippet that `wanted` means; where neither an exact nor a
    /// loose name fits, of every snippet whose name holds it.
    pub(crate) fn delete_snippets(
        &mut self,
        wanted: &SnippetName,
    ) -> Result<DeletedSnippets, SnippetRefusal> {
        let doomed = match self.snippets_alike(wanted).as_slice() {
            [name] => self.code.index().keys_of(name).cloned().collect(),
            [] => {
                let holds =
                    |version: &SnippetVersion| version.name.as_str().contains(wanted.as_str());
                let held = self.code.iter().filter(|(_, version)| holds(version));
                let keys: Vec<String> = held.map(|(key, _)| key.clone()).collect();
                if keys.is_empty() {
                    let near = near(wanted.as_str(), self.snippet_names()).collect();
                    return Err(SnippetRefusal::NotFound(near));
                }
                keys
            }
            candidates => return Err(SnippetRefusal::Ambiguous(candidates.to_vec())),
        };
        let versions = doomed.iter().filter_map(|key| self.code.shift_remove(key));
        Ok(DeletedSnippets {
            versions: versions.map(Arc::unwrap_or_clone).collect(),
        })
    }

    /// The snippets that `wanted` may mean: the one of exactly this name, or else all whose
    /// names differ from it only in case and punctuation.
    fn snippets_alike(&self, wanted: &SnippetName) -> Vec<SnippetName> {
        let index = self.code.index();
        if index.version_count(wanted) > 0 {
            return vec![wanted.clone()];
        }
        index.alike(wanted.as_str()).cloned().collect()
    }

    fn push_version(
        &mut self,
        name: SnippetName,
        content: String,
        now: &Timestamp,
    ) -> AddedSnippet {
        let version = 1 + self.code.index().version_count(&name);
        let key = entry_key(name.as_str(), now, |key| self.code.contains_key(key));
        self.code.insert(
            key,
            SnippetVersion {
                name: name.clone(),
                content,
                created_at: now.clone(),
                file_fields: FileFields::default(),
            },
        );
        AddedSnippet {
            name,
            version,
            similar: Vec::new(),
        }
    }
}

/// The entries whose name holds `wanted`, or equals it loosely where none does.
///
/// Reading matches parts of names, as the reference does; it never looks at an entry's key,
/// whose timestamp would match a short number.
pub(super) fn matching<'a, T, I: Iterator<Item = &'a T>>(
    entries: impl Fn() -> I,
    wanted: &str,
    name: impl Fn(&T) -> &str,
) -> Vec<&'a T> {
    let wanted = wanted.trim();
    let holds: Vec<&T> = entries()
        .filter(|entry| name(entry).contains(wanted))
        .collect();
    if !holds.is_empty() {
        return holds;
    }
    let key = folded(wanted);
    entries()
        .filter(|entry| folded(name(entry)) == key)
        .collect()
}
