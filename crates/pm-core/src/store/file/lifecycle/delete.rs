//! Processes that go into the trash.

use std::ffi::OsString;
use std::time::Instant;

use super::super::disk::locks::NamesGuard;
use super::super::disk::store_dir::Unavailable;
use super::super::documents::document::Document;
use super::processes::{BRIEFLY, MOVED_RETRIES, Processes};
use super::trash;
use crate::store::{Requester, StoreError};
use crate::{Error, ProcessName};

/// What became of a process that was to go.
enum Deletion {
    Done(OsString),
    /// Somebody else has the lock of its file.
    Held,
}

impl Processes {
    /// Puts a process into the trash.
    pub(crate) fn delete(&self, name: &ProcessName, requester: &Requester) -> Result<(), Error> {
        for _ in 0..MOVED_RETRIES {
            let names = self.lock_names_to_change(name)?;
            let deletion = self.with_document(name.as_str(), |document| {
                self.put_away(&names, document, name, requester)
            })?;
            let Deletion::Done(file) = deletion else {
                continue;
            };
            self.documents.remove(&file);
            self.shared.notices.gone(&file);
            self.shared.damage.has_moved(&file);
            self.background.look_after_trash();
            return Ok(());
        }
        Err(StoreError::Contended.into())
    }

    /// Puts the process of a document into the trash; `None` if the file is not its own any more.
    fn put_away(
        &self,
        names: &NamesGuard<'_>,
        document: &Document,
        name: &ProcessName,
        requester: &Requester,
    ) -> Result<Option<Deletion>, Error> {
        let Some(writer) = document.lock_by(Instant::now() + BRIEFLY)? else {
            return Ok(Some(Deletion::Held));
        };
        match writer.look() {
            Ok(cached) if cached.process.name == *name => {}
            Ok(_) | Err(Unavailable::Missing) => return Ok(None),
            Err(absent) => return Err(absent.refusal(document.file())),
        }
        requester.check()?;
        let actor = &requester.author.actor;
        let put = trash::put(names, &writer, name, actor);
        writer.forget();
        put?;
        self.shared.hub.gone(name, Some(actor));
        Ok(Some(Deletion::Done(document.file().to_owned())))
    }
}
