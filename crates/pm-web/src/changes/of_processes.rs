//! Changes of whole processes: a new one, its name and description, its end, and taking a change
//! back.

use axum::extract::State;
use axum::response::Response;
use pm_core::error::Unresolved;
use pm_core::{Error, ProcessName};

use super::{Made, Sent};
use crate::address;
use crate::found::process_of_edit;
use crate::front_end::FrontEnd;
use crate::names::Names;

/// Makes a process.
pub(crate) async fn create(State(front): State<FrontEnd>, sent: Sent) -> Response {
    front
        .change(sent, |manager, form| {
            let name: ProcessName = form.get("name").parse()?;
            let description = form.text("description").unwrap_or_default();
            let process = manager.create_process(name, description)?;
            Ok(Made::elsewhere(address::process(&process.name)))
        })
        .await
}

/// Gives a process another name.
pub(crate) async fn rename(
    State(front): State<FrontEnd>,
    Names(process): Names<String>,
    sent: Sent,
) -> Response {
    front
        .change(sent, move |manager, form| {
            let process = manager.process(&process)?;
            let new: ProcessName = form.get("name").parse()?;
            let renamed = manager.rename_process(&process.name, &new)?;
            Ok(Made::of(
                address::process(&renamed.name),
                Some(renamed.revision),
            ))
        })
        .await
}

/// Describes a process anew.
pub(crate) async fn describe(
    State(front): State<FrontEnd>,
    Names(process): Names<String>,
    sent: Sent,
) -> Response {
    front
        .change(sent, move |manager, form| {
            form.needed("description")?;
            let Some(edit) = form.edit("description") else {
                return Ok(Made::nothing());
            };
            let process = match edit.from {
                Some(_) => process_of_edit(manager, &process)?,
                None => manager.process(&process)?,
            };
            let described = manager.describe_process(&process.name, edit)?;
            Ok(Made::back(&described))
        })
        .await
}

/// Puts a process into the trash.
pub(crate) async fn delete(
    State(front): State<FrontEnd>,
    Names(process): Names<String>,
    sent: Sent,
) -> Response {
    front
        .change(sent, move |manager, _| {
            let process = manager.process(&process)?;
            manager.delete_process(&process.name)?;
            let home = address::with_query("/", &[("deleted", process.name.as_str())]);
            Ok(Made::elsewhere(home))
        })
        .await
}

/// Copies a process with all that is in it.
pub(crate) async fn copy(
    State(front): State<FrontEnd>,
    Names(process): Names<String>,
    sent: Sent,
) -> Response {
    front
        .change(sent, move |manager, form| {
            let process = manager.process(&process)?;
            let new: ProcessName = form.get("name").parse()?;
            let copy = manager.copy_process(&process.name, new)?;
            Ok(Made::elsewhere(address::process(&copy.name)))
        })
        .await
}

/// Takes a process out of the trash for ever: the one that was deleted at this time, of several of
/// the name.
pub(crate) async fn purge(
    State(front): State<FrontEnd>,
    Names(process): Names<String>,
    sent: Sent,
) -> Response {
    front
        .change(sent, move |manager, form| {
            let at = form.needed("deleted_at")?;
            let trash = manager.trash()?;
            let item = trash.iter().find(|item| item.deleted_at.to_string() == at);
            let item = item.ok_or_else(|| Error::Trash(Unresolved::unknown(&process)))?;
            manager.purge_trashed(&process, Some(&item.deleted_at))?;
            Ok(Made::elsewhere("/trash"))
        })
        .await
}

/// Puts a process back from the trash.
pub(crate) async fn restore(
    State(front): State<FrontEnd>,
    Names(wanted): Names<String>,
    sent: Sent,
) -> Response {
    front
        .change(sent, move |manager, _| {
            let process = manager.undo_deletion(&wanted)?;
            Ok(Made::elsewhere(address::process(&process.name)))
        })
        .await
}

/// Takes a change back.
pub(crate) async fn undo(
    State(front): State<FrontEnd>,
    Names(process): Names<String>,
    sent: Sent,
) -> Response {
    front
        .change(sent, move |manager, form| {
            let process = manager.process(&process)?;
            let undone = manager.undo(&process.name, form.number("revision")?)?;
            Ok(Made::back(&undone))
        })
        .await
}
