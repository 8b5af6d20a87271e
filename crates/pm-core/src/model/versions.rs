//! The versions of a snippet by number: entries of one name, in the order of the file.

use super::snippet::{SnippetRefusal, matching};
use super::{Process, SnippetVersion, Task};
use crate::resolve::near;
use crate::{Error, SnippetName, TaskName};

/// A version of a snippet, and which one it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NumberedVersion<'a> {
    /// Its number, from 1.
    pub version: usize,
    /// How many versions the snippet has.
    pub of: usize,
    /// The version itself.
    pub snippet: &'a SnippetVersion,
}

impl NumberedVersion<'_> {
    /// Whether it is the last version.
    pub fn is_latest(&self) -> bool {
        self.version == self.of
    }
}

/// Why there is no such version.
#[derive(Debug)]
pub(crate) enum VersionRefusal {
    Snippet(SnippetRefusal),
    NoVersion { snippet: SnippetName, of: usize },
}

impl Task {
    /// The versions of the snippet of exactly this name, oldest first.
    pub fn versions_of(&self, name: &SnippetName) -> impl Iterator<Item = NumberedVersion<'_>> {
        let of = self.code.index().version_count(name);
        let keys = self.code.index().keys_of(name);
        let versions = keys.filter_map(|key| self.code.get(key));
        versions
            .zip(1..)
            .map(move |(snippet, version)| NumberedVersion {
                version,
                of,
                snippet,
            })
    }

    /// The last version of each snippet, in the order of the first versions.
    pub fn latest_versions(&self) -> Vec<NumberedVersion<'_>> {
        let names = self.snippet_names();
        let latest = |name: &SnippetName| self.versions_of(name).last();
        names.iter().filter_map(latest).collect()
    }

    /// Like [`snippets_matching`](Self::snippets_matching), with the number of each version.
    pub fn versions_matching(&self, wanted: &str) -> Vec<NumberedVersion<'_>> {
        let mut count = std::collections::HashMap::new();
        let versions = self.snippets_matching(wanted).into_iter();
        // What matches is the name, so that all versions of a snippet are there or none.
        let numbered = versions.map(|snippet| {
            let version = count.entry(&snippet.name).or_default();
            *version += 1;
            NumberedVersion {
                version: *version,
                of: self.code.index().version_count(&snippet.name),
                snippet,
            }
        });
        numbered.collect()
    }

    /// A version of the one snippet that `wanted` means, the last one if no number is given. For
    /// reading: if neither an exact nor a loose name fits, a part of just one will do.
    pub(crate) fn version(
        &self,
        wanted: &str,
        version: Option<usize>,
    ) -> Result<NumberedVersion<'_>, VersionRefusal> {
        let name = self.snippet_to_read(wanted);
        let name = name.map_err(VersionRefusal::Snippet)?;
        self.numbered(&name, version)
    }

    /// A version of the snippet of exactly this name, the last one if no number is given.
    pub(crate) fn numbered(
        &self,
        name: &SnippetName,
        version: Option<usize>,
    ) -> Result<NumberedVersion<'_>, VersionRefusal> {
        let of = self.code.index().version_count(name);
        let wanted = version.unwrap_or(of);
        let mut versions = self.versions_of(name);
        let found = wanted
            .checked_sub(1)
            .and_then(|before| versions.nth(before));
        found.ok_or_else(|| VersionRefusal::NoVersion {
            snippet: name.clone(),
            of,
        })
    }

    fn snippet_to_read(&self, wanted: &str) -> Result<SnippetName, SnippetRefusal> {
        let wanted = wanted.trim();
        let names = self.snippet_names();
        if let Some(name) = names.iter().find(|name| name.as_str() == wanted) {
            return Ok(name.clone());
        }
        let mut alike: Vec<SnippetName> = self.code.index().alike(wanted).cloned().collect();
        if alike.is_empty() && !wanted.is_empty() {
            let parts = matching(|| names.iter(), wanted, |name| name.as_str());
            alike = parts.into_iter().cloned().collect();
        }
        match (alike.pop(), alike.is_empty()) {
            (Some(name), true) => Ok(name),
            (Some(last), false) => {
                alike.push(last);
                Err(SnippetRefusal::Ambiguous(alike))
            }
            (None, _) => {
                let near = near(wanted, names.iter()).cloned().collect();
                Err(SnippetRefusal::NotFound(near))
            }
        }
    }
}

impl Process {
    /// Finds a version of a task's snippet to read; the last one if no number is given.
    ///
    /// The task is found as in [`task`](Self::task), the snippet likewise or, if that fails, by a
    /// part of its name that no other has. [`Error::VersionNotFound`] if it has no version of this
    /// number.
    pub fn snippet_version(
        &self,
        task: &str,
        snippet: &str,
        version: Option<usize>,
    ) -> Result<(&TaskName, NumberedVersion<'_>), Error> {
        let (name, task) = self.task(task)?;
        match task.version(snippet, version) {
            Ok(found) => Ok((name, found)),
            Err(refusal) => {
                let (task, wanted) = (name.clone(), SnippetName::stored(snippet));
                Err(self.version_refused(task, wanted, version, refusal))
            }
        }
    }

    /// The error for a refusal about a version of the snippet `wanted`.
    pub(crate) fn version_refused(
        &self,
        task: TaskName,
        wanted: SnippetName,
        version: Option<usize>,
        refusal: VersionRefusal,
    ) -> Error {
        match refusal {
            VersionRefusal::Snippet(refusal) => self.snippet_refused(task, wanted, refusal),
            VersionRefusal::NoVersion { snippet, of } => Error::VersionNotFound {
                process: self.name.clone(),
                task,
                snippet,
                wanted: version.unwrap_or(of),
                of,
            },
        }
    }
}
