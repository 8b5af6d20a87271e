//! The versions of a snippet by number: entries of one name, in the order of the file.

use super::snippet::{SnippetRefusal, matching};
use super::{Process, SnippetVersion, Task};
use crate::error::VersionProblem;
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
    ) -> Result<NumberedVersion<'_>, SnippetRefusal> {
        let name = self.snippet_to_read(wanted)?;
        self.numbered(&name, version)
    }

    /// A version of the snippet of exactly this name, the last one if no number is given.
    pub(crate) fn numbered(
        &self,
        name: &SnippetName,
        version: Option<usize>,
    ) -> Result<NumberedVersion<'_>, SnippetRefusal> {
        let of = self.code.index().version_count(name);
        let wanted = version.unwrap_or(of);
        let mut versions = self.versions_of(name);
        let found = wanted
            .checked_sub(1)
            .and_then(|before| versions.nth(before));
        found.ok_or_else(|| {
            let snippet = name.clone();
            SnippetRefusal::Version(VersionProblem::NotFound {
                snippet,
                wanted,
                of,
            })
        })
    }

    fn snippet_to_read(&self, wanted: &str) -> Result<SnippetName, SnippetRefusal> {
        let (sent, wanted) = (wanted, wanted.trim());
        let names = self.snippet_names();
        if let Some(name) = names.iter().find(|name| name.as_str() == wanted) {
            return Ok(name.clone());
        }
        let mut fitting: Vec<SnippetName> = self.code.index().alike(wanted).cloned().collect();
        if fitting.is_empty() && !wanted.is_empty() {
            let parts = matching(|| names.iter(), wanted, |name| name.as_str());
            fitting = parts.into_iter().cloned().collect();
        }
        self.only(sent, fitting)
    }
}

impl Process {
    /// Finds a version of a task's snippet to read; the last one if no number is given.
    ///
    /// The task is found as in [`task`](Self::task), the snippet likewise or, if that fails, by a
    /// part of its name that no other has. [`VersionProblem::NotFound`] if it has no version of
    /// this number.
    pub fn snippet_version(
        &self,
        task: &str,
        snippet: &str,
        version: Option<usize>,
    ) -> Result<(&TaskName, NumberedVersion<'_>), Error> {
        let (name, task) = self.task(task)?;
        match task.version(snippet, version) {
            Ok(found) => Ok((name, found)),
            Err(refusal) => Err(refusal.within(self.within(name.clone()))),
        }
    }
}
