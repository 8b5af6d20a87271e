//! The files in the storage directory that cannot be used.

use std::ffi::{OsStr, OsString};

use super::super::disk::names;
use super::Catalog;
use super::file_entry::{Content, FileEntry};
use crate::store::{Unusable, UnusableKind};
use crate::{ProcessName, folded};

impl Catalog {
    /// The files that cannot be used, in the order of their names.
    pub(crate) fn problems(&self) -> Vec<Unusable> {
        let files = self.files.iter();
        let mut problems: Vec<_> = files
            .filter_map(|(file, entry)| Some((file, self.problem(file, entry)?)))
            .collect();
        problems.sort_unstable_by_key(|(file, _)| *file);
        problems.into_iter().map(|(_, problem)| problem).collect()
    }

    /// The file that cannot be used and is shown by this name.
    pub(crate) fn unusable(&self, shown: &str) -> Option<OsString> {
        let mut files = self.files.iter();
        let found = files.find(|(file, entry)| {
            names::shown(file) == shown && self.problem(file, entry).is_some()
        });
        found.map(|(file, _)| file.clone())
    }

    /// The files that are known to be damaged, each with the name of its process, or its own if
    /// that cannot be made out.
    pub(crate) fn damaged(&self) -> impl Iterator<Item = (ProcessName, OsString)> {
        self.files.iter().filter_map(|(file, entry)| {
            let Content::Problem { name, .. } = &entry.content else {
                return None;
            };
            let name = name.clone().unwrap_or_else(|| {
                let shown = names::shown(file);
                ProcessName::stored(shown.strip_suffix(names::ENDING).unwrap_or(&shown))
            });
            Some((name, file.clone()))
        })
    }

    /// The unusable file that the process `wanted` would be in.
    pub(crate) fn problem_for(&self, wanted: &str) -> Option<Unusable> {
        self.file_meant(wanted, |content| matches!(content, Content::Problem { .. }))
    }

    /// The foreign file that a caller means by the process `wanted`.
    pub(crate) fn foreign_for(&self, wanted: &str) -> Option<Unusable> {
        self.file_meant(wanted, |content| matches!(content, Content::Foreign(_)))
    }

    /// The first file that may be meant by `wanted`, among those of which `is_looked_for` says so.
    fn file_meant(
        &self,
        wanted: &str,
        is_looked_for: impl Fn(&Content) -> bool,
    ) -> Option<Unusable> {
        let key = folded(wanted);
        let means = |file: &OsStr, entry: &FileEntry| {
            let name = match &entry.content {
                Content::Problem { name, .. } => name.as_ref(),
                _ => None,
            };
            let shown = names::shown(file);
            let stem = shown.strip_suffix(names::ENDING).unwrap_or(&shown);
            folded(stem) == key
                || names::may_be_file_of(file, wanted)
                || name.is_some_and(|name| folded(name.as_str()) == key)
        };
        let found = self.files.iter();
        let found =
            found.filter(|(file, entry)| is_looked_for(&entry.content) && means(file, entry));
        let (file, entry) = found.min_by_key(|(file, _)| *file)?;
        match &entry.content {
            Content::Foreign(kind) => Some(Unusable {
                file: names::shown(file),
                kind: kind.clone(),
            }),
            _ => self.problem(file, entry),
        }
    }

    fn problem(&self, file: &OsStr, entry: &FileEntry) -> Option<Unusable> {
        let kind = match &entry.content {
            Content::Problem { kind, .. } => kind.clone(),
            content => {
                let name = content.name().filter(|_| self.has_duplicates)?;
                let used = self.by_name.get(name).filter(|used| *used != file)?;
                UnusableKind::Duplicate {
                    name: name.clone(),
                    used: names::shown(used),
                }
            }
        };
        Some(Unusable {
            file: names::shown(file),
            kind,
        })
    }
}
