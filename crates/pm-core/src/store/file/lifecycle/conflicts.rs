//! Conflict files, beside the processes that they are about: reading one, and taking one away that a
//! person has settled.

use std::ffi::{OsStr, OsString};
use std::io;

use super::super::catalog::Catalog;
use super::super::catalog::file_entry::Depth;
use super::super::disk::names;
use super::super::disk::store_dir::{Unavailable, modified_at};
use super::super::documents::conflict;
use super::processes::Processes;
use crate::Error;
use crate::store::rules::no_such_conflict;
use crate::store::{Conflict, KeptChanges, Requester, StoreError};

impl Processes {
    /// The changes that a conflict file holds.
    pub(crate) fn read_conflict(&self, wanted: &Conflict) -> Result<KeptChanges, Error> {
        let file = self.conflict_file(wanted)?;
        let (stamp, bytes) = match self.shared.dir.read(&file) {
            Err(Unavailable::Missing) => return Err(no_such_conflict(&wanted.id)),
            read => read.map_err(|absent| absent.refusal(&file))?,
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Ok(KeptChanges {
            at: modified_at(&stamp),
            patch: conflict::changes_in(&text),
            text,
        })
    }

    /// Takes a conflict file away.
    pub(crate) fn discard_conflict(
        &self,
        wanted: &Conflict,
        requester: &Requester,
    ) -> Result<(), Error> {
        let file = self.conflict_file(wanted)?;
        requester.check()?;
        let dir = &self.shared.dir;
        match dir.fs.remove(&dir.path(&file)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(no_such_conflict(&wanted.id));
            }
            removed => removed.map_err(|error| StoreError::io("discard the changes", error))?,
        }
        self.shared.notices.settled(&wanted.id);
        Ok(dir.sync_names()?)
    }

    /// Has conflict files go by the new name of the file that they are about. One that keeps its old
    /// name is about no process that is known, and can be read and discarded all the same.
    pub(crate) fn rename_conflicts(&self, old: &OsStr, new: &OsStr) {
        let (old, new) = (names::shown_stem(old), names::shown_stem(new));
        let renamed = |file: &OsStr| match names::of_conflict(file) {
            Some((stem, revision)) if *stem == *old => Some(names::conflict_name(&new, revision)),
            _ => None,
        };
        let conflicts: Vec<(OsString, String)> = {
            let catalog = self.catalog();
            let files = catalog.conflicts().into_iter();
            let moving = files.filter_map(|(file, _)| Some((file.to_owned(), renamed(file)?)));
            moving.collect()
        };
        let dir = &self.shared.dir;
        for (file, name) in &conflicts {
            let (from, to) = (dir.path(file), dir.path(name));
            let _ = dir.fs.rename_to_free_name(&from, &to);
        }
        if !conflicts.is_empty() {
            // Their old names would do as well.
            let _ = dir.sync_names();
        }
    }

    /// The file of a conflict. It is looked for among those that are there, as no path is built from
    /// a name that somebody sent.
    fn conflict_file(&self, wanted: &Conflict) -> Result<OsString, Error> {
        let found = |catalog: &Catalog| {
            let mut conflicts = catalog.conflicts().into_iter();
            let found = conflicts.find(|(_, conflict)| conflict.id == wanted.id);
            found.map(|(file, _)| file.to_owned())
        };
        let known = found(&self.catalog());
        match known {
            Some(file) => Ok(file),
            None => {
                found(&*self.refreshed(Depth::Names)?).ok_or_else(|| no_such_conflict(&wanted.id))
            }
        }
    }
}
