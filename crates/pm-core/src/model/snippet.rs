//! A code snippet: a named text whose entries are its versions.

use std::sync::Arc;

use super::{FileFields, Rename, Task, entry_key};
use crate::error::{InTask, Taken, Unresolved, VersionProblem};
use crate::resolve::{folded, near, unresolved};
use crate::{Error, SnippetName, Timestamp};

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
    /// The number of the version that holds the content, from 1.
    pub version: usize,
    /// Whether the version is new; if the last one held the same content already, nothing was kept.
    pub is_new: bool,
    /// Other snippets of the task with a similar name, if this one is new.
    pub similar: Vec<SnippetName>,
}

/// What deleting a snippet took away.
#[derive(Debug, Clone)]
pub struct DeletedSnippets {
    /// The snippet's name.
    pub name: SnippetName,
    /// The versions, in the order of the file.
    pub versions: Vec<SnippetVersion>,
}

/// Why a snippet was not read, written or deleted, as its task says it.
#[derive(Debug)]
pub(crate) enum SnippetRefusal {
    Unresolved(Unresolved<SnippetName>),
    Version(VersionProblem),
    /// Another snippet has the name.
    Taken {
        wanted: SnippetName,
        existing: SnippetName,
    },
}

impl SnippetRefusal {
    /// The refusal as that of a snippet in this task.
    pub(crate) fn within(self, within: InTask) -> Error {
        match self {
            Self::Unresolved(unresolved) => Error::Snippet(within, unresolved),
            Self::Version(problem) => Error::Version(within, problem),
            Self::Taken { wanted, existing } => Error::Taken(Taken::Snippet {
                within,
                wanted,
                existing,
            }),
        }
    }
}

impl Task {
    /// The names of the task's snippets, each once, in the order of their first version.
    pub fn snippet_names(&self) -> Vec<SnippetName> {
        self.code.index().names()
    }

    /// The versions of the name `wanted`; or else of those that equal it but for case and
    /// punctuation, or else hold it. In the order of the file.
    pub fn snippets_matching(&self, wanted: &str) -> Vec<&SnippetVersion> {
        matching(
            || self.code.values(),
            wanted,
            |version| version.name.as_str(),
        )
    }

    /// Adds a version under exactly `name`, unless the last one holds the same content.
    ///
    /// A name that differs from another snippet's only in case or punctuation is refused.
    pub(crate) fn add_snippet(
        &mut self,
        name: SnippetName,
        content: String,
        now: &Timestamp,
    ) -> Result<AddedSnippet, SnippetRefusal> {
        match self.snippets_alike(&name).as_slice() {
            [existing, ..] if *existing != name => Err(SnippetRefusal::Taken {
                existing: existing.clone(),
                wanted: name,
            }),
            _ => self.push_version(name, content, now),
        }
    }

    /// Adds a version to the snippet that `name` means, unless the last one holds the same content;
    /// makes that snippet if none fits.
    pub(crate) fn update_snippet(
        &mut self,
        name: SnippetName,
        content: String,
        now: &Timestamp,
    ) -> Result<AddedSnippet, SnippetRefusal> {
        match self.snippets_alike(&name).as_slice() {
            [existing] => self.push_version(existing.clone(), content, now),
            [] => {
                let similar = near(name.as_str(), self.snippet_names()).collect();
                let added = self.push_version(name, content, now)?;
                Ok(AddedSnippet { similar, ..added })
            }
            candidates => Err(self.unresolved(name.as_str(), candidates.to_vec())),
        }
    }

    /// The snippet that `wanted` means, exactly or but for case and punctuation.
    pub(crate) fn snippet_to_change(
        &self,
        wanted: &SnippetName,
    ) -> Result<SnippetName, SnippetRefusal> {
        self.only(wanted.as_str(), self.snippets_alike(wanted))
    }

    /// Gives all versions of the snippet that `wanted` means, exactly or but for case and
    /// punctuation, another name. One that another snippet has, also loosely, is refused.
    pub(crate) fn rename_snippet(
        &mut self,
        wanted: &SnippetName,
        new: &SnippetName,
    ) -> Result<Rename<SnippetName>, SnippetRefusal> {
        let old = self.snippet_to_change(wanted)?;
        // Another spelling of its own name is free to it.
        let is_taken = |name: &&SnippetName| *name == new || **name != old;
        let taken = self.code.index().alike(new.as_str()).find(is_taken);
        if let Some(existing) = taken.cloned() {
            let wanted = new.clone();
            return Err(SnippetRefusal::Taken { wanted, existing });
        }
        let keys: Vec<String> = self.code.index().keys_of(&old).cloned().collect();
        for key in &keys {
            self.code
                .change(key, |version| version.name.clone_from(new));
        }
        let new = new.clone();
        Ok(Rename { old, new })
    }

    /// The content of a version of the snippet that `wanted` means, exactly or but for case and
    /// punctuation.
    pub(crate) fn content_of(
        &self,
        wanted: &SnippetName,
        version: usize,
    ) -> Result<(SnippetName, String), SnippetRefusal> {
        let name = self.snippet_to_change(wanted)?;
        let found = self.numbered(&name, Some(version))?;
        Ok((name, found.snippet.content.clone()))
    }

    /// Deletes all versions of the snippet that `wanted` means; if neither an exact nor a loose
    /// name fits, it means the only snippet whose name holds it.
    pub(crate) fn delete_snippets(
        &mut self,
        wanted: &SnippetName,
    ) -> Result<DeletedSnippets, SnippetRefusal> {
        let mut fitting = self.snippets_alike(wanted);
        if fitting.is_empty() {
            fitting = self.snippets_holding(wanted);
        }
        let name = self.only(wanted.as_str(), fitting)?;
        let doomed: Vec<String> = self.code.index().keys_of(&name).cloned().collect();
        let versions = doomed.iter().filter_map(|key| self.code.shift_remove(key));
        let versions = versions.map(Arc::unwrap_or_clone).collect();
        Ok(DeletedSnippets { name, versions })
    }

    /// The one of `fitting`, if it is just one.
    pub(super) fn only(
        &self,
        wanted: &str,
        mut fitting: Vec<SnippetName>,
    ) -> Result<SnippetName, SnippetRefusal> {
        match (fitting.len(), fitting.pop()) {
            (1, Some(name)) => Ok(name),
            (_, last) => {
                fitting.extend(last);
                Err(self.unresolved(wanted, fitting))
            }
        }
    }

    fn unresolved(&self, wanted: &str, fitting: Vec<SnippetName>) -> SnippetRefusal {
        SnippetRefusal::Unresolved(unresolved(wanted, fitting, &self.snippet_names()))
    }

    /// The snippets whose names hold `part`.
    fn snippets_holding(&self, part: &SnippetName) -> Vec<SnippetName> {
        let mut names = self.snippet_names();
        names.retain(|name| name.as_str().contains(part.as_str()));
        names
    }

    /// Whether `wanted` is the name of no snippet, not even loosely.
    pub(crate) fn lacks_snippet(&self, wanted: &SnippetName) -> bool {
        self.snippets_alike(wanted).is_empty()
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
    ) -> Result<AddedSnippet, SnippetRefusal> {
        let versions = self.code.index().version_count(&name);
        let last = self.code.index().last_key_of(&name);
        let last = last.and_then(|key| self.code.get(key));
        if last.is_some_and(|last| last.content == content) {
            return Err(SnippetRefusal::Version(VersionProblem::Unchanged {
                snippet: name,
                version: versions,
            }));
        }
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
        Ok(AddedSnippet {
            name,
            version: 1 + versions,
            is_new: true,
            similar: Vec::new(),
        })
    }
}

/// The entries of the name `wanted`; or else those whose names equal it loosely, or else hold it.
///
/// Reading matches parts of names, as the reference does; it never looks at an entry's key,
/// whose timestamp would match a short number.
pub(super) fn matching<'a, T, I: Iterator<Item = &'a T>>(
    entries: impl Fn() -> I,
    wanted: &str,
    name: impl Fn(&T) -> &str,
) -> Vec<&'a T> {
    let wanted = wanted.trim();
    let key = folded(wanted);
    let ways: [&dyn Fn(&str) -> bool; 3] = [
        &|name| name == wanted,
        &|name| folded(name) == key,
        &|name| name.contains(wanted),
    ];
    let fitting = |fits: &dyn Fn(&str) -> bool| -> Vec<&'a T> {
        entries().filter(|entry| fits(name(entry))).collect()
    };
    let mut found = ways.into_iter().map(fitting);
    found.find(|found| !found.is_empty()).unwrap_or_default()
}
