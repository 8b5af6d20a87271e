//! Conflict files: changes that do not fit on a file that was edited at the same time, kept beside
//! it for a person.

use std::ffi::OsStr;
use std::fmt::Write as _;

use super::super::disk::names;
use super::super::disk::staged_file::StagedFile;
use super::super::disk::store_dir::{WriteFailed, failed};
use super::super::journal::{edits_for_people, read_patch};
use super::shared::Shared;
use crate::{Edit, Patch};

/// What stands between the words for people and the changes.
const HEAD_END: &str = "\n\n";

/// Keeps changes that do not fit, in a text file beside the process's own. A file of the same
/// name holds the same: the revision is the same.
pub(crate) fn keep(
    shared: &Shared,
    file: &OsStr,
    revision: u64,
    misfits: &[Edit],
    changes: Vec<String>,
) -> Result<(), WriteFailed> {
    let shown = names::shown(file);
    let name = names::conflict_name(&names::shown_stem(file), revision);
    let mut text = format!(
        "The file {shown} was edited while programs changed the same places.\n\
         The edited file was kept, as revision {revision}, and these changes are not in it.\n\
         Take over by hand what is missing, then delete this file.{HEAD_END}",
    );
    let edits =
        edits_for_people(misfits).map_err(|error| failed("describe a conflict", error.into()))?;
    // Writing to a string does not fail.
    let _ = writeln!(text, "{edits}");

    let dir = &shared.dir;
    let staged = StagedFile::write(dir, &names::lock_id(file), file, |to| {
        to.write_all(text.as_bytes())
    })?;
    staged
        .replace(&name)
        .and_then(|()| dir.fs.sync_dir(&dir.dir))
        .map_err(|error| failed("keep a conflict", error))?;
    shared
        .notices
        .add(file, super::notices::conflict(name, changes));
    Ok(())
}

/// The changes in the text of a conflict file; `None` if a person has changed the text so that they
/// cannot be made out.
pub(crate) fn changes_in(text: &str) -> Option<Patch> {
    let (_, edits) = text.split_once(HEAD_END)?;
    read_patch(edits).ok().flatten()
}
