//! New names for processes and their files.

use std::ffi::OsStr;
use std::sync::{Arc, mpsc};
use std::time::Instant;

use super::super::catalog::file_entry::Depth;
use super::super::disk::names;
use super::super::documents::writer::Writer;
use super::super::journal::segments;
use super::lone_journals::step_aside;
use super::processes::{BRIEFLY, Processes, not_found};
use crate::store::{Requester, StoreError};
use crate::{Action, Error, Process, ProcessName};

impl Processes {
    /// Gives a process a new name, and its file the one that goes with it.
    pub(crate) fn rename(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        let _names = self.lock_names_to_change(name)?;
        let (old_file, new_file) = {
            let catalog = self.refreshed(Depth::Names)?;
            let old_file = match catalog.file_of(name.as_str()) {
                Some(file) => file.to_owned(),
                None => return Err(not_found(&catalog, name.as_str())),
            };
            Self::refuse_new_name(&catalog, new, Some(name))?;
            // Its own name is free to it, even if only the case changes.
            let mut taken = catalog.taken();
            taken.remove(&old_file.to_string_lossy().to_ascii_lowercase());
            (old_file, names::free_file_name(new, &taken))
        };

        // First the name inside, which is the identity: from here on the process is renamed. The
        // file's own name follows; if that fails it stays behind, and no harm is done.
        let to = new.clone();
        let (sender, receiver) = mpsc::channel();
        // It was free a moment ago. Whoever takes its lock now and is stopped is waited for as in any
        // call.
        let process = self.update(
            name,
            requester,
            Box::new(move |process, _| {
                process.name = to.clone();
                let mut renamed = process.clone();
                renamed.revision = renamed.revision.saturating_add(1);
                // The receiver outlives the update; a send can only fail if nobody waits.
                let _ = sender.send(renamed);
                Ok(action.clone())
            }),
        )?;
        // Others may have changed the process in the same write; the last of these is what was
        // kept of the rename alone.
        let process = match receiver.try_iter().last() {
            Some(mut renamed) if renamed.revision != process.revision => {
                renamed.settle();
                Arc::new(renamed)
            }
            _ => process,
        };
        self.catalog().learn_renamed(name, new, &old_file);
        let document = self.documents.document(&old_file);
        // People and other programs know a process by the name in its file.
        let brought = document.checkpoint();
        if brought.is_ok() && !old_file.eq_ignore_ascii_case(&new_file) {
            let moved = match document.lock_by(Instant::now() + BRIEFLY) {
                Ok(Some(writer)) => move_file(&writer, new_file.as_ref()).is_ok(),
                Ok(None) | Err(_) => false,
            };
            document.forget();
            // The process has its new name, durably; a file that keeps its old one does no harm.
            if moved {
                self.rename_conflicts(&old_file, new_file.as_ref());
                self.shared.notices.renamed(&old_file, new_file.as_ref());
                self.shared.damage.has_moved(&old_file);
                self.catalog().learn(new, new_file.as_ref());
            }
            self.documents.remove(&old_file);
        }
        Ok(process)
    }
}

/// Gives a file and its journal other names.
fn move_file(writer: &Writer<'_>, new: &OsStr) -> Result<(), StoreError> {
    let dir = writer.dir();
    let failed = |error| StoreError::io("rename the file", error);
    let new_id = names::lock_id(new);
    step_aside(dir, &new_id)?;
    let journals = segments::journals(dir, &writer.lock_id).map_err(failed)?;
    // The journal has both names before the file has the new one: it never lacks it.
    segments::name_too(dir, &journals, &writer.lock_id, &new_id).map_err(failed)?;
    let (from, to) = (dir.path(writer.file()), dir.path(new));
    dir.fs.rename_to_free_name(&from, &to).map_err(failed)?;
    dir.sync_names()?;
    // What stays is taken away when the file name is used again.
    segments::remove(dir, &journals);
    Ok(())
}
