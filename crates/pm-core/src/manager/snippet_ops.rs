//! Operations on the code snippets of a task.

use super::{Changed, ProcessManager};
use crate::error::{InTask, VersionProblem};
use crate::history::quoted;
use crate::{
    Action, AddedSnippet, DeletedSnippets, Error, ProcessName, Rename, SnippetName, TaskName,
    TextEdit,
};

impl ProcessManager {
    /// Adds a snippet, or a version if one of exactly this name exists. Nothing changes if its last
    /// version holds the same content.
    ///
    /// A name that differs from another snippet's only in case or punctuation is refused, and an
    /// edit of another content than that of the last version
    /// ([`Error::ChangedMeanwhile`]).
    pub fn add_snippet(
        &self,
        process: &ProcessName,
        task: &str,
        snippet: SnippetName,
        content: impl Into<TextEdit>,
    ) -> Result<Changed<(TaskName, AddedSnippet)>, Error> {
        let (task, edit) = (task.to_owned(), content.into());
        let changed = self.change(process, move |process, now| {
            process.refuse_stale_code(&task, &snippet, &edit)?;
            let added = process.add_snippet(&task, snippet.clone(), edit.text.clone(), now)?;
            let action = Action::new("add_snippet", summary(&added));
            Ok((added, action))
        });
        self.or_unchanged(changed)
    }

    /// Adds a version to the snippet that the name means, exactly or but for case and punctuation;
    /// makes the snippet if none fits. Nothing changes if its last version holds the same content.
    ///
    /// [`Error::ChangedMeanwhile`] if that holds another content
    /// than the one from which the edit was made; such an edit makes no snippet.
    pub fn update_snippet(
        &self,
        process: &ProcessName,
        task: &str,
        snippet: SnippetName,
        content: impl Into<TextEdit>,
    ) -> Result<Changed<(TaskName, AddedSnippet)>, Error> {
        let (task, edit) = (task.to_owned(), content.into());
        let changed = self.change(process, move |process, now| {
            process.refuse_stale_code(&task, &snippet, &edit)?;
            let added = process.update_snippet(&task, snippet.clone(), edit.text.clone(), now)?;
            let action = Action::new("update_snippet", summary(&added));
            Ok((added, action))
        });
        self.or_unchanged(changed)
    }

    /// Makes a former version of a snippet the last one once more, as a new version. Nothing
    /// changes if the last one holds the same content.
    ///
    /// The name means a snippet exactly or but for case and punctuation;
    /// [`VersionProblem::NotFound`] if that has no such version.
    pub fn restore_snippet(
        &self,
        process: &ProcessName,
        task: &str,
        snippet: SnippetName,
        version: usize,
    ) -> Result<Changed<(TaskName, AddedSnippet)>, Error> {
        let task = task.to_owned();
        let changed = self.change(process, move |process, now| {
            let added = process.restore_snippet(&task, &snippet, version, now)?;
            let (
                task,
                AddedSnippet {
                    name, version: new, ..
                },
            ) = &added;
            let (name, task) = (quoted(name), quoted(task));
            let summary = format!(
                "restored version {version} of the code {name} in the task {task} as version {new}"
            );
            Ok((added, Action::new("restore_snippet", summary)))
        });
        self.or_unchanged(changed)
    }

    /// Takes it for success that the content is there already.
    fn or_unchanged(
        &self,
        changed: Result<Changed<(TaskName, AddedSnippet)>, Error>,
    ) -> Result<Changed<(TaskName, AddedSnippet)>, Error> {
        match changed {
            Err(Error::Version(
                InTask { process, task },
                VersionProblem::Unchanged { snippet, version },
            )) => {
                let unchanged = AddedSnippet {
                    name: snippet,
                    version,
                    is_new: false,
                    similar: Vec::new(),
                };
                let process = self.store.read(process.as_str())?;
                Ok(Changed::nothing((task, unchanged), process))
            }
            changed => changed,
        }
    }

    /// Gives a snippet a new name, with all of its versions. It is found exactly or but for case
    /// and punctuation; a name that another snippet of the task has, also loosely, is refused.
    ///
    /// This cannot be taken back while a version stands that came under the new name.
    pub fn rename_snippet(
        &self,
        process: &ProcessName,
        task: &str,
        snippet: SnippetName,
        new: SnippetName,
    ) -> Result<Changed<(TaskName, Rename<SnippetName>)>, Error> {
        let task = task.to_owned();
        self.change(process, move |process, _| {
            let renamed = process.rename_snippet(&task, &snippet, &new)?;
            let (task, Rename { old, new }) = (quoted(&renamed.0), &renamed.1);
            let (old, new) = (quoted(old), quoted(new));
            let summary = format!("renamed the code {old} of the task {task} to {new}");
            Ok((renamed, Action::new("rename_snippet", summary)))
        })
    }

    /// Deletes all versions of a snippet, and returns them.
    ///
    /// An exact name wins, then one that differs only in case and punctuation; if neither fits, the
    /// only snippet whose name holds the text is deleted.
    /// [`Unresolved::Ambiguous`](crate::error::Unresolved::Ambiguous) if several do.
    pub fn delete_snippets(
        &self,
        process: &ProcessName,
        task: &str,
        snippet: SnippetName,
    ) -> Result<Changed<(TaskName, DeletedSnippets)>, Error> {
        let task = task.to_owned();
        self.change(process, move |process, _| {
            let deleted = process.delete_snippets(&task, &snippet)?;
            let (task, code) = (quoted(&deleted.0), quoted(&deleted.1.name));
            let versions = deleted.1.versions.len();
            let summary =
                format!("deleted the code {code} from the task {task} (versions: {versions})");
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
