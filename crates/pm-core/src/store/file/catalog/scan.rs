//! One look at the whole directory: at the files and journals of all processes, by their stamps.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::super::disk::fs::{OpenDirectory, Stamp, Stat};
use super::super::disk::names;
use super::super::disk::store_dir::{StoreDir, Unavailable, unreadable_journal};
use super::super::documents::cache::Documents;
use super::super::documents::document::Document;
use super::super::journal::segments;
use crate::history::LastChange;

/// What tells whether a process changed: the stamps of its file and its journal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamps {
    pub(crate) file: Stamp,
    pub(crate) journal: Option<Stamp>,
}

/// One look at the directory.
pub(crate) struct DirScan<'a> {
    pub(crate) dir: &'a StoreDir,
    pub(crate) documents: &'a Documents,
    files: View<'a>,
    journals: Journals<'a>,
    /// The files of history, once one was asked for.
    history: Option<segments::Newest>,
    /// Processes whose files lack changes that their journals have.
    pub(crate) behind: Vec<Arc<Document>>,
    /// Whether a file looks damaged that was changed a moment ago.
    pub(crate) in_flux: bool,
}

/// A directory in which many names are looked at.
struct View<'a> {
    store_dir: &'a StoreDir,
    dir: PathBuf,
    open: Option<Box<dyn OpenDirectory>>,
}

/// The directory of the journals, as one look sees it.
struct Journals<'a> {
    view: View<'a>,
    /// How many journals were not there.
    missing: usize,
    /// The names of all of them, once it was worth while to list them.
    names: Option<HashSet<OsString>>,
    /// The buffer in which a journal's name is put together.
    name: String,
}

/// How many journals must be missing before they are all listed, so that the others that are
/// missing, too, need not be looked for one by one.
const WORTH_LISTING: usize = 64;

impl<'a> DirScan<'a> {
    pub(crate) fn new(documents: &'a Documents) -> Self {
        let dir = &documents.shared().dir;
        Self {
            dir,
            documents,
            files: View::new(dir, dir.dir.clone()),
            journals: Journals {
                view: View::new(dir, dir.journals_dir()),
                missing: 0,
                names: None,
                name: String::new(),
            },
            history: None,
            behind: Vec::new(),
            in_flux: false,
        }
    }

    /// Stamps a file.
    fn file_stamp(&self, file: &OsStr) -> Result<Stamp, Unavailable> {
        self.dir.stamp_of(self.files.stat(file))
    }

    /// Stamps the journal of a file, if there is one.
    pub(crate) fn journal_stamp(&mut self, file: &OsStr) -> Result<Option<Stamp>, Unavailable> {
        let stamp = self.journals.stamp(file);
        stamp.map_err(|error| unreadable_journal(&error))
    }

    /// The change that made `revision`, with which the journal of a file begins, if that followed a
    /// long one. What cannot be read is not known.
    pub(crate) fn change_before_journal(
        &mut self,
        file: &OsStr,
        revision: u64,
    ) -> Option<Arc<LastChange>> {
        if self.history.is_none() {
            self.history = segments::Newest::find(self.dir).ok();
        }
        let history = self.history.as_ref()?;
        let change = history.last_change(self.dir, &names::lock_id(file), revision);
        change.ok().flatten()
    }

    /// Stamps a file and its journal.
    pub(crate) fn stamps(&mut self, file: &OsStr) -> Result<Stamps, Unavailable> {
        Ok(Stamps {
            file: self.file_stamp(file)?,
            journal: self.journal_stamp(file)?,
        })
    }
}

impl<'a> View<'a> {
    fn new(store_dir: &'a StoreDir, dir: PathBuf) -> Self {
        let open = store_dir.fs.open_directory(&dir);
        Self {
            store_dir,
            dir,
            open,
        }
    }

    fn stat(&self, name: &OsStr) -> io::Result<Stat> {
        match &self.open {
            Some(open) => open.stat(name),
            None => self.store_dir.fs.stat(&self.dir.join(name)),
        }
    }
}

impl Journals<'_> {
    fn stamp(&mut self, file: &OsStr) -> io::Result<Option<Stamp>> {
        names::write_journal(file, &mut self.name);
        let name = OsStr::new(&self.name);
        if self.names.as_ref().is_some_and(|all| !all.contains(name)) {
            return Ok(None);
        }
        match self.view.stat(name) {
            Ok(stat) => Ok(Some(stat.stamp)),
            // Only this answer means that there is none.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.missing += 1;
                if self.missing == WORTH_LISTING {
                    // If they cannot be listed, each is looked for by its name, which shows what is
                    // wrong.
                    let names = self.view.store_dir.fs.names(&self.view.dir);
                    self.names = names.ok().map(|names| names.into_iter().collect());
                }
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}
