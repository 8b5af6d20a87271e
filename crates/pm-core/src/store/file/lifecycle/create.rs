//! New processes.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Instant;

use super::super::catalog::file_entry::Depth;
use super::super::disk::locks::NamesGuard;
use super::super::disk::names;
use super::super::disk::staged_file::StagedFile;
use super::super::documents::writer::Writer;
use super::super::format::write_in_pieces;
use super::lone_journals::step_aside;
use super::processes::{BRIEFLY, MOVED_RETRIES, Processes};
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
        let mut held = HashSet::new();
        for _ in 0..MOVED_RETRIES {
            let catalog = self.refreshed(Depth::Names)?;
            Self::refuse_new_name(&catalog, name, None)?;
            let mut taken = catalog.taken();
            taken.extend(held.iter().cloned());
            let file = names::free_file_name(name, &taken);
            drop(catalog);

            let document = self.documents.document(file.as_ref());
            let Some(writer) = document.lock_by(Instant::now() + BRIEFLY)? else {
                // A program was stopped while it made or deleted such a file; another name does.
                held.insert(file.to_ascii_lowercase());
                continue;
            };
            // The journal of a process whose file was taken away.
            let done = step_aside(writer.dir(), &writer.lock_id)
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
