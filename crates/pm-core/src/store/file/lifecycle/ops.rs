//! The operations that change which processes there are: they give files their names and take
//! them away, under the lock on the names.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::sync::Arc;

use super::super::catalog::file_entry::Depth;
use super::super::disk::names;
use super::super::disk::store_dir::{Unavailable, WriteFailed, failed};
use super::super::documents::commit::Outcome;
use super::super::documents::document::Document;
use super::super::{FileStore, MOVED_RETRIES, format, not_found};
use super::trash;
use crate::store::rules::no_such_process;
use crate::store::{Requester, Store as _, StoreError};
use crate::{Action, Error, Process, ProcessName};

impl FileStore {
    pub(crate) fn create_file(
        &self,
        mut process: Process,
        requester: &Requester,
    ) -> Result<Arc<Process>, Error> {
        process.revision = 1;
        let bytes = format::write_process(&process)
            .map_err(|error| StoreError::io("write the file", error))?;
        let _names = self.lock_names()?;
        requester.check()?;
        self.at_free_name(&process.name, |document, lock_id| {
            let file = document.file();
            let put = self.place.put(lock_id, file, &bytes, |temporary, target| {
                let named = self.place.fs.rename_to_free_name(temporary, target);
                named.map_err(|error| match error.kind() {
                    ErrorKind::AlreadyExists => WriteFailed::Stale,
                    _ => failed("name the new file", error),
                })
            });
            match put {
                Ok(()) => {
                    // Before anybody can change it.
                    let hub = &self.place.hub;
                    hub.came((&process).into(), Some(&requester.actor));
                    Ok(true)
                }
                // Somebody put a file of that name there just now; another name is free.
                Err(WriteFailed::Stale) => Ok(false),
                Err(WriteFailed::Failed(error)) => Err(error.into()),
            }
        })?;
        Ok(Arc::new(process))
    }

    /// Runs `work` at a file name that is free for a process of this name, under its lock, until
    /// it says that it has put a file there. To be called under the lock on the names.
    pub(crate) fn at_free_name(
        &self,
        name: &ProcessName,
        work: impl Fn(&Document, &str) -> Result<bool, Error>,
    ) -> Result<String, Error> {
        for _ in 0..MOVED_RETRIES {
            let catalog = self.refreshed(Depth::Names)?;
            Self::refuse_new_name(&catalog, name, None)?;
            let file = names::free_file_name(name, &catalog.taken());
            drop(catalog);

            let document = self.documents.document(file.as_ref());
            let done = document.exclusively(&self.place, |lock_id| {
                // Of a process whose file somebody took away.
                trash::put_orphans(&self.place, file.as_ref(), lock_id)?;
                work(&document, lock_id)
            })?;
            if done {
                self.catalog().learn(name, file.as_ref());
                return Ok(file);
            }
        }
        Err(StoreError::Contended.into())
    }

    pub(crate) fn rename_file(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        self.wait_for(name)?;
        let _names = self.lock_names()?;
        let (old_file, new_file) = {
            let catalog = self.refreshed(Depth::Names)?;
            let old_file = match catalog.file_of(name.as_str()) {
                Some(file) => file.to_owned(),
                None => return Err(not_found(&catalog, name.as_str())),
            };
            Self::refuse_new_name(&catalog, new, Some(name))?;
            // Its own name is free to it, also where only the case changes.
            let mut taken = catalog.taken();
            taken.remove(&old_file.to_string_lossy().to_ascii_lowercase());
            (old_file, names::free_file_name(new, &taken))
        };

        // First the name inside, which is the identity: from here on the process is renamed.
        // The file's own name follows; where that fails it stays behind, and no harm is done.
        let to = new.clone();
        let process = self.update(
            name,
            requester,
            Box::new(move |process, _| {
                process.name = to.clone();
                Ok(action.clone())
            }),
        )?;
        self.catalog().learn_renamed(name, new, &old_file);
        let document = self.documents.document(&old_file);
        // People and other programs know a process by what its file says.
        let brought = document.checkpoint(&self.place);
        if brought.is_ok() && !old_file.eq_ignore_ascii_case(&new_file) {
            let moved = document.exclusively(&self.place, |lock_id| {
                Ok(self.move_file(&old_file, lock_id, new_file.as_ref())?)
            });
            // The process has its new name, durably; a file that keeps its old one does no harm.
            if moved.is_ok() {
                self.place.notices.renamed(&old_file, new_file.as_ref());
                self.place.damage.has_moved(&old_file);
                self.catalog().learn(new, new_file.as_ref());
            }
            self.documents.remove(&old_file);
        }
        Ok(process)
    }

    /// Gives a file and its journal other names.
    fn move_file(&self, old: &OsStr, lock_id: &str, new: &OsStr) -> Result<(), StoreError> {
        let place = &self.place;
        let failed = |error| StoreError::io("rename the file", error);
        let new_id = names::lock_id(new);
        trash::put_orphans(place, new, &new_id)?;
        let journals = trash::journals(place, lock_id).map_err(failed)?;
        let dir = place.journals_dir();
        // The journal has both names before the file has the new one: it never lacks it.
        for path in &journals {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let rest = name.strip_prefix(lock_id).unwrap_or_default();
            let target = dir.join(format!("{new_id}{rest}"));
            place.link_or_copy(path, &target).map_err(failed)?;
        }
        if !journals.is_empty() {
            place.sync_journals().map_err(failed)?;
        }
        let (from, to) = (place.path(old), place.path(new));
        place.fs.rename_to_free_name(&from, &to).map_err(failed)?;
        place.sync_names()?;
        for path in journals {
            // What stays is put into the trash when the file name is used again.
            let _ = place.fs.remove(&path);
        }
        Ok(())
    }

    pub(crate) fn delete_file(
        &self,
        name: &ProcessName,
        requester: &Requester,
    ) -> Result<(), Error> {
        self.wait_for(name)?;
        let _names = self.lock_names()?;
        let actor = &requester.actor;
        let file = self.with_document(name.as_str(), |document| {
            document.exclusively(&self.place, |lock_id| {
                match document.look_locked(&self.place) {
                    Ok(cached) if cached.process.name == *name => {}
                    Ok(_) | Err(Unavailable::Missing) => return Ok(None),
                    Err(absent) => return Err(absent.refusal(document.file())),
                }
                requester.check()?;
                trash::put(&self.place, document.file(), lock_id, name, actor)?;
                self.place.hub.gone(name, Some(actor));
                Ok(Some(document.file().to_owned()))
            })
        })?;
        self.documents.remove(&file);
        self.place.notices.gone(&file);
        self.place.damage.has_moved(&file);
        self.schedule.look_after_trash();
        Ok(())
    }

    /// What is in the trash, the last deleted first.
    pub(crate) fn trashed(&self) -> Result<Vec<trash::Item>, StoreError> {
        trash::items(&self.place).map_err(|error| StoreError::io("look into the trash", error))
    }

    pub(crate) fn restore_file(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        let _names = self.lock_names()?;
        requester.check()?;
        let items = self.trashed()?;
        let item = items.iter().find(|item| item.describe().name == *name);
        let item = item.ok_or_else(|| no_such_process(name.as_str()))?;
        let file = self.at_free_name(new, |document, lock_id| {
            match item.restore(&self.place, document.file(), lock_id) {
                Ok(()) => Ok(true),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
                Err(error) => Err(StoreError::io("put the process back", error).into()),
            }
        })?;
        let document = self.documents.document(file.as_ref());
        let new = new.clone();
        let restored = Box::new(move |process: &mut Process, _: &_| {
            process.name = new.clone();
            Ok(action.clone())
        });
        // From here on the process is back, whether or not anybody waits for the answer.
        let requester = requester.actor.clone().into();
        match document.submit(&self.place, name, &requester, restored) {
            Outcome::Kept(process) => {
                self.place.damage.has_moved(file.as_ref());
                // The file still has the old name, by which others would know the process.
                match document.checkpoint(&self.place) {
                    Ok(_) | Err(StoreError::FileReadOnly) => Ok(process),
                    Err(error) => Err(error.into()),
                }
            }
            Outcome::Refused(error) => Err(error),
            Outcome::Moved(_) => Err(StoreError::Contended.into()),
        }
    }
}
