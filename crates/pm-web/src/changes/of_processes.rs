//! Changes of whole processes: a new one, its name and description, its end, and taking a change
//! back.

use pm_core::error::Unresolved;
use pm_core::store::process_from_json;
use pm_core::{Error, ProcessName};

use super::Made;
use super::asked::{Asked, OfProcess};
use crate::address;
use crate::found::process_of_edit;
use crate::problem::Problem;

/// A process as its file has it.
const SAMPLE: &str = include_str!("sample.json");

/// Makes a process.
pub(crate) fn create(Asked(manager, (), form): Asked<'_, ()>) -> Result<Made, Problem> {
    let name: ProcessName = form.get("name").parse()?;
    let description = form.text("description").unwrap_or_default();
    let process = manager.create_process(name, description)?;
    Ok(Made::elsewhere(address::process(&process.name)))
}

/// Makes a process to look around in.
pub(crate) fn sample(Asked(manager, (), _): Asked<'_, ()>) -> Result<Made, Problem> {
    let sample = process_from_json(SAMPLE, "A sample", &manager.now());
    let sample = sample.map_err(|problem| {
        tracing::error!(?problem, "the sample could not be read");
        Problem::failed()
    })?;
    let process = manager.create_whole(sample)?;
    Ok(Made::elsewhere(address::process(&process.name)))
}

/// Gives a process another name.
pub(crate) fn rename(Asked(manager, process, form): OfProcess<'_>) -> Result<Made, Problem> {
    let process = manager.process(process)?;
    let new: ProcessName = form.get("name").parse()?;
    let renamed = manager.rename_process(&process.name, &new)?;
    let (from, to) = (&process.name, &renamed.name);
    Ok(Made::moved(
        address::process(from),
        address::process(to),
        Some(renamed.revision),
    ))
}

/// Describes a process anew.
pub(crate) fn describe(Asked(manager, process, form): OfProcess<'_>) -> Result<Made, Problem> {
    form.needed("description")?;
    let Some(edit) = form.edit("description") else {
        return Ok(Made::nothing());
    };
    let process = match edit.from {
        Some(_) => process_of_edit(manager, process)?,
        None => manager.process(process)?,
    };
    let described = manager.describe_process(&process.name, edit)?;
    Ok(Made::back(&described))
}

/// Puts a process into the trash.
pub(crate) fn delete(Asked(manager, process, _): OfProcess<'_>) -> Result<Made, Problem> {
    let process = manager.process(process)?;
    manager.delete_process(&process.name)?;
    let home = address::with_query("/", &[("deleted", process.name.as_str())]);
    Ok(Made::elsewhere(home))
}

/// Copies a process with all that is in it.
pub(crate) fn copy(Asked(manager, process, form): OfProcess<'_>) -> Result<Made, Problem> {
    let process = manager.process(process)?;
    let new: ProcessName = form.get("name").parse()?;
    let copy = manager.copy_process(&process.name, new)?;
    Ok(Made::elsewhere(address::process(&copy.name)))
}

/// Takes a process out of the trash for ever: the one that was deleted at this time, of several of
/// the name.
pub(crate) fn purge(Asked(manager, process, form): OfProcess<'_>) -> Result<Made, Problem> {
    let at = form.needed("deleted_at")?;
    let trash = manager.trash()?;
    let item = trash.iter().find(|item| item.deleted_at.to_string() == at);
    let item = item.ok_or_else(|| Error::Trash(Unresolved::unknown(process)))?;
    manager.purge_trashed(process, Some(&item.deleted_at))?;
    Ok(Made::elsewhere("/trash"))
}

/// Puts a process back from the trash.
pub(crate) fn restore(Asked(manager, wanted, _): OfProcess<'_>) -> Result<Made, Problem> {
    let process = manager.undo_deletion(wanted)?;
    Ok(Made::elsewhere(address::process(&process.name)))
}

/// Takes a change back.
pub(crate) fn undo(Asked(manager, process, form): OfProcess<'_>) -> Result<Made, Problem> {
    let process = manager.process(process)?;
    let undone = manager.undo(&process.name, form.number("revision")?)?;
    Ok(Made::back(&undone))
}
