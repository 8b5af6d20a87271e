//! Changes of the code of a task.

use pm_core::error::{InTask, Unresolved};
use pm_core::resolve::folded;
use pm_core::{Error, SnippetName};

use super::Made;
use super::asked::{Asked, OfPart, OfTask};
use crate::address;
use crate::found::task_of_edit;
use crate::problem::Problem;

/// Adds a snippet to a task.
pub(crate) fn add(Asked(manager, (process, task), form): OfTask<'_>) -> Result<Made, Problem> {
    let process = manager.process(process)?;
    let name: SnippetName = form.get("name").parse()?;
    let content = form.needed("content")?;
    let added = manager.add_snippet(&process.name, task, name, content)?;
    let (task, snippet) = &added.value;
    let page = address::snippet(&process.name, task, &snippet.name);
    Ok(Made::at(page, &added))
}

/// Stores code as a new version.
pub(crate) fn save(
    Asked(manager, (process, task, code), form): OfPart<'_>,
) -> Result<Made, Problem> {
    let name: SnippetName = code.parse()?;
    form.needed("content")?;
    let Some(edit) = form.edit("content") else {
        return Ok(Made::nothing());
    };
    let stored = if edit.from.is_some() {
        let (process, task) = task_of_edit(manager, (process, task))?;
        manager.update_snippet(&process.name, task.as_str(), name, edit)?
    } else {
        let process = manager.process(process)?;
        manager.update_snippet(&process.name, task, name, edit)?
    };
    let (task, snippet) = &stored.value;
    let page = address::snippet(&stored.process.name, task, &snippet.name);
    Ok(Made::at(page, &stored))
}

/// Gives a snippet another name, with all its versions.
pub(crate) fn rename(
    Asked(manager, (process, task, code), form): OfPart<'_>,
) -> Result<Made, Problem> {
    let process = manager.process(process)?;
    let (name, new) = (code.parse()?, form.get("name").parse()?);
    let renamed = manager.rename_snippet(&process.name, task, name, new)?;
    let (task, rename) = &renamed.value;
    let page = address::snippet(&process.name, task, &rename.new);
    Ok(Made::at(page, &renamed))
}

/// Makes a former version the last one once more.
pub(crate) fn restore(
    Asked(manager, (process, task, code), form): OfPart<'_>,
) -> Result<Made, Problem> {
    let process = manager.process(process)?;
    let (name, version) = (code.parse()?, form.number("version")?);
    let restored = manager.restore_snippet(&process.name, task, name, version)?;
    let (task, snippet) = &restored.value;
    let page = address::snippet(&process.name, task, &snippet.name);
    Ok(Made::at(page, &restored))
}

/// Deletes all versions of a snippet.
pub(crate) fn delete(
    Asked(manager, (process, task, code), _): OfPart<'_>,
) -> Result<Made, Problem> {
    let process = manager.process(process)?;
    let (task, found) = process.task(task)?;
    // Only code of this name is deleted, and not code whose name merely holds it, as models may
    // mean.
    let is_it = |name: &SnippetName| folded(name.as_str()) == folded(code.trim());
    let name = found.snippet_names().into_iter().find(is_it);
    let name = name.ok_or_else(|| {
        let within = InTask {
            process: process.name.clone(),
            task: task.clone(),
        };
        Error::Snippet(within, Unresolved::unknown(code))
    })?;
    let deleted = manager.delete_snippets(&process.name, task.as_str(), name)?;
    let page = address::task(&process.name, &deleted.value.0);
    Ok(Made::at(page, &deleted))
}
