//! Operations on the code snippets of a task.

use std::collections::BTreeSet;

use super::{Changed, ProcessManager};
use crate::history::quoted;
use crate::{Action, AddedSnippet, DeletedSnippets, Error, ProcessName, SnippetName, TaskName};

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
            let added = process.add_snippet(&task, snippet.clone(), content.clone(), now)?;
            let action = Action::new("add_snippet", summary(&added));
            Ok((added, action))
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
            let added = process.update_snippet(&task, snippet.clone(), content.clone(), now)?;
            let action = Action::new("update_snippet", summary(&added));
            Ok((added, action))
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
            let deleted = process.delete_snippets(&task, snippet.clone())?;
            let names: BTreeSet<_> = deleted.1.versions.iter().map(|v| &v.name).collect();
            // An exact or loose name means one snippet; only a part of one may mean several.
            let what = match names.first() {
                Some(name) if names.len() == 1 => format!("code {}", quoted(name)),
                _ => format!("code with {} in its name", quoted(&snippet)),
            };
            let (task, versions) = (quoted(&deleted.0), deleted.1.versions.len());
            let summary = format!("deleted the {what} from the task {task} (versions: {versions})");
            Ok((deleted, Action::new("delete_snippets", summary)))
        })
    }
}

fn summary((task, added): &(TaskName, AddedSnippet)) -> String {
    let (name, task) = (quoted(&added.name), quoted(task));
    match added.version {
        1 => format!("added the code {name} to the task {task}"),
        version => format!("added version {version} of the code {name} to the task {task}"),
    }
}
