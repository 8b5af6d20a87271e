//! New processes.

use std::io::ErrorKind;
use std::sync::Arc;

use super::super::catalog::file_entry::Depth;
use super::super::disk::locks::NamesGuard;
use super::super::disk::names;
use super::super::disk::staged_file::StagedFile;
use super::super::documents::writer::Writer;
use super::super::format::write_in_pieces;
use super::processes::{MOVED_RETRIES, Processes};
use super::trash;
use crate::store::{Requester, StoreError};
use crate::{Error, Process, ProcessName};

impl Processes {
    /// Keeps a new process.
    pub(crate) fn create(
        &self,
        mut process: Process,
        requester: &Requester,
    ) -> Result<Arc<Process>, Error> {
        process.revision = 1;
        let names = self.lock_names()?;
        requester.check()?;
        self.at_free_name(&names, &process.name, |writer| {
            let (dir, file) = (writer.dir(), writer.file());
            let staged = StagedFile::write(dir, &writer.lock_id, file, |to| {
                write_in_pieces(&process, to)
            })?;
            match staged.place(file) {
                // A file of that name was put there just now; another name is free.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(false),
                placed => placed.map_err(|error| StoreError::io("name the new file", error))?,
            }
            dir.sync_names()?;
            // Before anybody can change it.
            let hub = &self.shared.hub;
            hub.came((&process).into(), Some(&requester.author.actor));
            Ok(true)
        })?;
        Ok(Arc::new(process))
    }

    /// Runs `work` at a file name that is free for a process of this name, until it says that it
    /// has put a file there.
    pub(super) fn at_free_name(
        &self,
        _names: &NamesGuard<'_>,
        name: &ProcessName,
        work: impl Fn(&Writer<'_>) -> Result<bool, Error>,
    ) -> Result<String, Error> {
        for _ in 0..MOVED_RETRIES {
            let catalog = self.refreshed(Depth::Names)?;
            Self::refuse_new_name(&catalog, name, None)?;
            let file = names::free_file_name(name, &catalog.taken());
            drop(catalog);

            let document = self.documents.document(file.as_ref());
            let writer = document.lock(self.shared.dir.deadline())?;
            // The journal of a process whose file was taken away.
            let done = trash::put_orphans(writer.dir(), writer.file(), &writer.lock_id)
                .map_err(Error::from)
                .and_then(|()| work(&writer));
            document.forget();
            if done? {
                self.catalog().learn(name, file.as_ref());
                return Ok(file);
            }
        }
        Err(StoreError::Contended.into())
    }
}
