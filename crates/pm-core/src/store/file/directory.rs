//! What the storage directory holds: which file has the process of which name, with a summary of
//! each, kept true to the files by their stamps.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::sync::Arc;

use super::cache::Cache;
use super::entry::{Content, Depth, Entry, Stamps};
use super::fs::Stamp;
use super::place::{Absent, Place, unreadable_journal};
use super::slot::Slot;
use super::{index, naming};
use crate::store::{FileProblem, FileProblemKind, Listing, StoreError};
use crate::{ProcessName, ProcessSummary, folded};

/// What is known of the storage directory.
#[derive(Default)]
pub(super) struct Directory {
    files: BTreeMap<OsString, Entry>,
    by_name: HashMap<ProcessName, OsString>,
    /// Names of all kinds of things, in lower case: what a new file must not be called.
    taken: HashSet<String>,
    /// Temporary files that the last look found.
    temporary: Vec<OsString>,
    /// Whether the index was read.
    started: bool,
    /// How many files were summed up since the index was written.
    unsaved: usize,
}

/// How many files must have been summed up before the index is written again; fewer are read
/// again at the next start, in no time.
const WORTH_SAVING: usize = 64;

/// One look at the directory.
pub(super) struct Looking<'a> {
    pub(super) place: &'a Place,
    pub(super) cache: &'a Cache,
    /// The names in the directory of the journals.
    journals: HashSet<OsString>,
    /// Processes whose files lack changes that their journals have.
    pub(super) behind: Vec<Arc<Slot>>,
}

impl<'a> Looking<'a> {
    pub(super) fn new(place: &'a Place, cache: &'a Cache) -> Result<Self, StoreError> {
        let journals = match place.fs.names(&place.journals_dir()) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            names => names.map_err(|error| StoreError::io("list the journals", error))?,
        };
        Ok(Self {
            place,
            cache,
            journals: journals.into_iter().collect(),
            behind: Vec::new(),
        })
    }

    /// Stamps the journal of a file, where there is one.
    pub(super) fn journal_stamp(&self, file: &OsStr) -> Result<Option<Stamp>, Absent> {
        let lock_id = naming::lock_id(file);
        if !self
            .journals
            .contains(OsStr::new(&naming::journal(&lock_id)))
        {
            return Ok(None);
        }
        let stamp = self.place.journal_stamp(&lock_id);
        stamp.map_err(|error| unreadable_journal(&error))
    }

    pub(super) fn stamps(&self, file: &OsStr) -> Result<Stamps, Absent> {
        Ok(Stamps {
            file: self.place.stamp(file)?,
            journal: self.journal_stamp(file)?,
        })
    }
}

impl Directory {
    /// Looks at the directory again; reads only files that are new or may have changed.
    pub(super) fn refresh(
        &mut self,
        looking: &mut Looking<'_>,
        depth: Depth,
    ) -> Result<(), StoreError> {
        let place = looking.place;
        let names = place
            .fs
            .names(&place.dir)
            .map_err(|error| StoreError::io("list the storage directory", error))?;
        self.taken = names
            .iter()
            .map(|name| name.to_string_lossy().to_ascii_lowercase())
            .collect();
        let (files, others): (Vec<_>, Vec<_>) = names
            .into_iter()
            .partition(|name| naming::is_process_file(name));
        self.temporary = others
            .into_iter()
            .filter(|name| naming::lock_of_temporary(name).is_some())
            .collect();

        let mut known = std::mem::take(&mut self.files);
        if !self.started {
            self.started = true;
            let kept = index::load(place).into_iter();
            known = kept
                .map(|(file, (stamps, summary))| (file, Entry::kept(stamps, summary)))
                .collect();
        }
        for file in files {
            let entry = match known.remove(&file) {
                Some(entry) => entry.renewed(looking, &file, depth),
                None => Entry::read(looking, &file, depth),
            };
            if let Some(entry) = entry {
                self.unsaved += usize::from(entry.fresh);
                self.files.insert(file, entry);
            }
        }
        self.index_names();
        if self.unsaved >= WORTH_SAVING {
            self.unsaved = 0;
            index::save(
                place,
                self.files
                    .iter()
                    .filter_map(|(file, entry)| entry.to_keep(file)),
            );
        }
        Ok(())
    }

    /// The file that holds the process of exactly this name, as of the last look.
    pub(super) fn file_of(&self, name: &str) -> Option<&OsStr> {
        self.by_name.get(name).map(OsString::as_os_str)
    }

    /// Takes note of the file in which a process was put just now, which saves the next caller
    /// a look at the whole directory.
    pub(super) fn learn(&mut self, name: &ProcessName, file: &OsStr) {
        self.by_name.insert(name.clone(), file.to_owned());
    }

    /// Takes note of a process's new name, which its file does not have yet.
    pub(super) fn learn_renamed(&mut self, name: &ProcessName, new: &ProcessName, file: &OsStr) {
        self.by_name.remove(name);
        self.learn(new, file);
    }

    /// Looks at all of a file that turned out to be damaged behind its process's name, so that
    /// the name no longer counts as one that can be opened.
    pub(super) fn look_closer(&mut self, looking: &mut Looking<'_>, file: &OsStr) {
        if let Some(entry) = Entry::read(looking, file, Depth::Summaries) {
            self.files.insert(file.to_owned(), entry);
            self.index_names();
        }
    }

    /// The names of all processes, in order.
    pub(super) fn names(&self) -> Vec<ProcessName> {
        let mut names: Vec<_> = self.by_name.keys().cloned().collect();
        names.sort_unstable();
        names
    }

    /// Names of all kinds of things in the directory, in lower case.
    pub(super) fn taken(&self) -> &HashSet<String> {
        &self.taken
    }

    /// Takes the temporary files that the last look found.
    pub(super) fn take_temporary(&mut self) -> Vec<OsString> {
        std::mem::take(&mut self.temporary)
    }

    /// A summary of every process, and what cannot be opened.
    pub(super) fn listing(&self) -> Listing {
        let mut processes: Vec<ProcessSummary> = self
            .by_name
            .values()
            .filter_map(|file| match &self.files.get(file)?.content {
                Content::Summary(summary) => Some(summary.clone()),
                Content::Named(_) | Content::Problem { .. } => None,
            })
            .collect();
        processes.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Listing {
            processes,
            problems: self.problems(),
        }
    }

    /// The files that cannot be used.
    pub(super) fn problems(&self) -> Vec<FileProblem> {
        self.files
            .iter()
            .filter_map(|(file, entry)| self.problem(file, entry))
            .collect()
    }

    /// The unusable file that a caller means who asks for the process `wanted`.
    pub(super) fn problem_for(&self, wanted: &str) -> Option<FileProblem> {
        let key = folded(wanted);
        self.files.iter().find_map(|(file, entry)| {
            let Content::Problem { name, .. } = &entry.content else {
                return None;
            };
            let shown = naming::shown(file);
            let stem = shown.strip_suffix(naming::ENDING).unwrap_or(&shown);
            let meant = folded(stem) == key
                || naming::may_be_file_of(file, wanted)
                || name
                    .as_ref()
                    .is_some_and(|name| folded(name.as_str()) == key);
            if meant {
                self.problem(file, entry)
            } else {
                None
            }
        })
    }

    fn problem(&self, file: &OsStr, entry: &Entry) -> Option<FileProblem> {
        let kind = match &entry.content {
            Content::Problem { kind, .. } => kind.clone(),
            content => {
                let name = content.name()?;
                let used = self.by_name.get(name).filter(|used| *used != file)?;
                FileProblemKind::Duplicate {
                    name: name.clone(),
                    used: naming::shown(used),
                }
            }
        };
        Some(FileProblem {
            file: naming::shown(file),
            kind,
        })
    }

    /// Finds out which file has which name. Of several files with the same process, usually a
    /// copy that somebody put beside the first, the one whose own name follows the scheme is
    /// used, or the first.
    fn index_names(&mut self) {
        self.by_name.clear();
        for (file, entry) in &self.files {
            let Some(name) = entry.content.name() else {
                continue;
            };
            match self.by_name.get(name) {
                Some(_) if file.to_str() != Some(&usual_file_name(name)) => {}
                _ => {
                    self.by_name.insert(name.clone(), file.clone());
                }
            }
        }
    }
}

fn usual_file_name(name: &ProcessName) -> String {
    naming::free_file_name(name, &HashSet::new())
}
