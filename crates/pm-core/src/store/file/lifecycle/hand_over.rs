//! Processes with all that is kept of them, on their way from this directory into another store,
//! and from another one into this.

use std::io::{self, ErrorKind};
use std::path::Path;

use super::super::disk::staged_file::StagedFile;
use super::super::disk::store_dir::{Unavailable, modified_at};
use super::super::documents::writer::Writer;
use super::super::journal::rebuilt::write_journals;
use super::super::journal::{Base, Checksum, Marker, segments};
use super::processes::Processes;
use super::trash;
use crate::Error;
use crate::store::{Requester, StoreError, Trashed, WholeProcess};

impl Processes {
    /// All that is kept of the process of this name.
    pub(crate) fn read_whole(&self, name: &str) -> Result<WholeProcess, Error> {
        self.with_document(name, |document| {
            let refusal = |absent: Unavailable| absent.refusal(document.file());
            let cached = match document.look() {
                Ok(cached) if cached.process.name.as_str() == name => cached,
                Ok(_) | Err(Unavailable::Missing) => return Ok(None),
                Err(absent) => return Err(refusal(absent)),
            };
            let history = segments::history(document.dir(), &document.lock_id, 0);
            let journal = cached.journal.as_ref().map(|journal| journal.stamp);
            let latest = modified_at(&journal.unwrap_or(cached.json.stamp));
            let latest = latest.not_before(&cached.process.created_at);
            let whole = WholeProcess::new(cached.process, history.map_err(refusal)?)?;
            let whole = whole.updated_at_time(latest);
            // If the file does not have all that there is, what it says is not this.
            let read = document.dir().read(document.file()).ok();
            let text = read.and_then(|(_, bytes)| String::from_utf8(bytes).ok());
            Ok(Some(match text {
                Some(text) => whole.in_the_words_of(text),
                None => whole,
            }))
        })
    }

    /// All that is kept of the process of `item`.
    pub(crate) fn read_whole_trashed(&self, item: &Trashed) -> Result<WholeProcess, Error> {
        self.item(item)?.whole(&self.shared.dir)
    }

    /// Keeps a process that came from another store.
    pub(crate) fn keep_whole(
        &self,
        whole: &WholeProcess,
        requester: &Requester,
    ) -> Result<(), Error> {
        let names = self.lock_names()?;
        requester.check()?;
        if let Some(item) = whole.trashed() {
            trash::keep_whole(&names, &self.shared.dir, whole, &item)?;
            self.background.look_after_trash();
            return Ok(());
        }
        self.at_free_name(&names, whole.name(), |writer| {
            let is_placed = place(writer, whole)?;
            if is_placed {
                let hub = &self.shared.hub;
                hub.came((&**whole.process()).into(), Some(&requester.author.actor));
            }
            Ok(is_placed)
        })?;
        Ok(())
    }
}

/// Puts a process where neither it nor a journal of it is; false if a file was put there just now.
fn place(writer: &Writer<'_>, whole: &WholeProcess) -> Result<bool, Error> {
    let (dir, file, lock_id) = (writer.dir(), writer.file(), &writer.lock_id);
    let failed = |error| StoreError::io("keep the process", error);
    let staged = StagedFile::write(dir, lock_id, file, |to| {
        to.write_all(whole.text().as_bytes())
    })?;
    staged.set_modified(whole.updated_at()).map_err(failed)?;
    let base = Base {
        file,
        marker: Marker {
            revision: whole.process().revision,
            json: Checksum::of(whole.text().as_bytes()),
        },
        process: whole.name(),
        created_at: &whole.process().created_at,
    };
    let journals = dir.journals_dir();
    let named = || -> io::Result<bool> {
        dir.make_private(&journals)?;
        // The journal comes first: the file must not be there without its history.
        let written = write_journals(dir, &journals, lock_id, &base, whole.history())?;
        let modify = |path: &Path| dir.set_modified(path, whole.updated_at());
        written.iter().try_for_each(|path| modify(path))?;
        match staged.place(file) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            placed => placed.map(|()| true),
        }
    };
    let placed = named();
    if !matches!(placed, Ok(true)) {
        // What stays of it is put into the trash when the file name is used.
        let written = segments::journals(dir, lock_id).unwrap_or_default();
        segments::remove(dir, &written);
    }
    if placed.map_err(failed)? {
        dir.sync_names()?;
        return Ok(true);
    }
    Ok(false)
}
