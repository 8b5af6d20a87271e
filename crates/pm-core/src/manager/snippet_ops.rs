//! Operations on the code snippets of a task.

use super::{Changed, ProcessManager};
use crate::{AddedSnippet, DeletedSnippets, Error, ProcessName, SnippetName, TaskName};

impl ProcessManager {
    /// Adds a snippet, or a version where one of exactly this name exists.
    ///
    /// A name that differs from another snippet's only in case or punctuation is refused.
    pub fn add_snippet(
        &self,
        process: &ProcessName,
        task: &str,
        snippet: SnippetName,
        content: impl Into<String>,
    ) -> Result<Changed<(TaskName, AddedSnippet)>, Error> {
        let (task, content) = (task.to_owned(), content.into());
        self.change(process, move |process, now| {
            process.add_snippet(&task, snippet.clone(), content.clone(), now)
        })
    }

    /// Adds a version to the snippet that the name means, exactly or but for case and
    /// punctuation; makes the snippet where none fits.
    pub fn update_snippet(
        &self,
        process: &ProcessName,
        task: &str,
        snippet: SnippetName,
        content: impl Into<String>,
    ) -> Result<Changed<(TaskName, AddedSnippet)>, Error> {
        let (task, content) = (task.to_owned(), content.into());
        self.change(process, move |process, now| {
            process.update_snippet(&task, snippet.clone(), content.clone(), now)
        })
    }

    /// Deletes all versions of a snippet, and returns them.
    ///
    /// An exact name wins, then one that differs only in case and punctuation; where neither
    /// fits, every snippet whose name holds the text goes.
    pub fn delete_snippets(
        &self,
        process: &ProcessName,
        task: &str,
        snippet: SnippetName,
    ) -> Result<Changed<(TaskName, DeletedSnippets)>, Error> {
        let task = task.to_owned();
        self.change(process, move |process, _| {
            process.delete_snippets(&task, snippet.clone())
        })
    }
}
