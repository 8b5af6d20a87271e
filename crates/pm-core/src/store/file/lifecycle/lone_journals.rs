//! Journals whose files are gone, where their names are wanted for new files: they step aside, and
//! are found again when their files come back.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use super::super::disk::fs::Stamp;
use super::super::disk::names;
use super::super::disk::store_dir::StoreDir;
use super::super::journal::segments;
use super::trash::milliseconds;
use crate::store::StoreError;

/// Sees to it that the file with the lock `lock_id`, which is about to be made, has no journal: one
/// that is there gets a name that goes with no file, unless it has a second name already.
pub(super) fn step_aside(dir: &StoreDir, lock_id: &str) -> Result<(), StoreError> {
    let failed = |error| StoreError::io("give an old journal another name", error);
    let journals = segments::journals(dir, lock_id).map_err(failed)?;
    if journals.is_empty() {
        // One that was just taken away comes back in a crash unless that is durable.
        return dir.sync_journals().map_err(failed);
    }
    let kept = || -> io::Result<()> {
        if !have_other_names(dir, &journals)? {
            let new_id = names::lock_id_aside(lock_id, milliseconds(dir.clock.now()));
            segments::name_too(dir, &journals, lock_id, &new_id)?;
        }
        journals.iter().try_for_each(|path| dir.fs.remove(path))?;
        dir.sync_journals()
    };
    kept().map_err(failed)
}

/// Whether each of `journals` stands in the trash as well, or beside another file: then its process
/// was deleted or renamed, and only this name was left behind.
fn have_other_names(dir: &StoreDir, journals: &[PathBuf]) -> io::Result<bool> {
    let mut elsewhere = HashSet::new();
    for path in all_in(dir, &dir.journals_dir())? {
        if !journals.contains(&path) {
            elsewhere.extend(stamp(dir, &path));
        }
    }
    for item in all_in(dir, &dir.trash_dir())? {
        for path in all_in(dir, &item)? {
            elsewhere.extend(stamp(dir, &path));
        }
    }
    let mut stamps = journals.iter().map(|path| stamp(dir, path));
    Ok(stamps.all(|stamp| stamp.is_some_and(|stamp| elsewhere.contains(&stamp))))
}

/// What all names of a file share, if the system numbers files. The number alone is no proof: on some
/// file systems two files have the same.
fn stamp(dir: &StoreDir, path: &Path) -> Option<Stamp> {
    let stat = dir.fs.stat(path).ok()?;
    (stat.stamp.inode != 0).then_some(stat.stamp)
}

/// What is in a directory; nothing if there is no such directory.
fn all_in(dir: &StoreDir, path: &Path) -> io::Result<Vec<PathBuf>> {
    use io::ErrorKind::{NotADirectory, NotFound};
    match dir.fs.names(path) {
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => Ok(Vec::new()),
        names => Ok(names?.iter().map(|name| path.join(name)).collect()),
    }
}
