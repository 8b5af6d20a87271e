//! Which snippets become which files.

use std::collections::{HashMap, HashSet};

use super::{ExportPath, PathProblem};
use crate::{Error, NumberedVersion, Process, SnippetName, TaskName};

/// The last versions of a process's snippets as files.
#[derive(Debug, Clone)]
pub struct ExportPlan<'a> {
    /// The files, no two of which are one on any file system.
    pub files: Vec<ExportFile<'a>>,
    /// The snippets that cannot be files.
    pub not_exported: Vec<NotExported>,
}

/// A snippet as a file.
#[derive(Debug, Clone)]
pub struct ExportFile<'a> {
    /// Its path.
    pub path: ExportPath,
    /// The task that holds it; if several hold the same, the first.
    pub task: &'a TaskName,
    /// The snippet's last version.
    pub version: NumberedVersion<'a>,
}

/// A snippet that cannot be a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotExported {
    /// The task that holds it.
    pub task: TaskName,
    /// The snippet's name.
    pub snippet: SnippetName,
    /// Why.
    pub why: WhyNotExported,
}

/// Why a snippet cannot be a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyNotExported {
    /// Its name is no path.
    Path(PathProblem),
    /// Another snippet is the same file, on some file system at least, and holds something else;
    /// or one of the two would be a directory in which the other is.
    Clash {
        /// The task that holds the other one.
        task: TaskName,
        /// The other one.
        snippet: SnippetName,
    },
}

impl<'a> ExportPlan<'a> {
    /// The files, each with its path and what is in it.
    pub fn contents(&self) -> impl Iterator<Item = (String, &'a str)> {
        let files = self.files.iter();
        files.map(|file| (file.path.to_string(), file.version.snippet.content.as_str()))
    }
}

impl Process {
    /// Plans the last versions of all snippets, or of those of one task, as files.
    ///
    /// The task is found, or refused, as in [`task`](Self::task). Of snippets that mean one path
    /// and hold different things none becomes a file: nobody knows which is meant.
    pub fn export_plan(&self, task: Option<&str>) -> Result<ExportPlan<'_>, Error> {
        let tasks = match task {
            Some(wanted) => vec![self.task(wanted)?],
            None => self.tasks.iter().collect(),
        };
        let mut found = Vec::new();
        let mut not_exported = Vec::new();
        for (task, version) in tasks.into_iter().flat_map(|(name, task)| {
            let versions = task.latest_versions().into_iter();
            versions.map(move |version| (name, version))
        }) {
            match version.snippet.name.as_str().parse() {
                Ok(path) => found.push(ExportFile {
                    path,
                    task,
                    version,
                }),
                Err(problem) => not_exported.push(NotExported {
                    task: task.clone(),
                    snippet: version.snippet.name.clone(),
                    why: WhyNotExported::Path(problem),
                }),
            }
        }
        let clashes = clashes(&found);
        let mut files: Vec<ExportFile<'_>> = Vec::new();
        let mut known = HashSet::new();
        for (file, clash) in found.into_iter().zip(clashes) {
            match clash {
                Some(why) => not_exported.push(NotExported {
                    task: file.task.clone(),
                    snippet: file.version.snippet.name.clone(),
                    why,
                }),
                // The same content at the same path is one file.
                None if !known.insert(file.path.folded()) => {}
                None => files.push(file),
            }
        }
        Ok(ExportPlan {
            files,
            not_exported,
        })
    }
}

/// For each file, the other one beside which it cannot stand, if there is one.
fn clashes(files: &[ExportFile<'_>]) -> Vec<Option<WhyNotExported>> {
    let folded: Vec<String> = files.iter().map(|file| file.path.folded()).collect();
    let mut by_path: HashMap<&str, Vec<usize>> = HashMap::new();
    // The files that stand in a directory, under the path of each directory on the way.
    let mut in_directory: HashMap<&str, usize> = HashMap::new();
    for (place, path) in folded.iter().enumerate() {
        by_path.entry(path).or_default().push(place);
        for (end, _) in path.match_indices('/') {
            if let Some(directory) = path.get(..end) {
                in_directory.entry(directory).or_insert(place);
            }
        }
    }
    let clash_of = |(place, file): (usize, &ExportFile<'_>)| {
        let path = folded.get(place)?;
        let same = by_path.get(path.as_str()).into_iter().flatten().copied();
        let different = same.filter(|other| {
            let other = files.get(*other);
            other.is_some_and(|other| !is_same(file, other))
        });
        let within = in_directory.get(path.as_str()).copied();
        let above = path.match_indices('/').filter_map(|(end, _)| {
            let directory = by_path.get(path.get(..end)?)?;
            directory.first().copied()
        });
        let other = different.chain(within).chain(above).next()?;
        let other = files.get(other)?;
        Some(WhyNotExported::Clash {
            task: other.task.clone(),
            snippet: other.version.snippet.name.clone(),
        })
    };
    files.iter().enumerate().map(clash_of).collect()
}

/// Whether two files are one: their paths are equal to the letter, and so is what they hold.
fn is_same(one: &ExportFile<'_>, other: &ExportFile<'_>) -> bool {
    one.path == other.path && one.version.snippet.content == other.version.snippet.content
}
