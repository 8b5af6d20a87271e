//! Looking for something in all files, most of which are read and not parsed, and none of which
//! is made into a process.
//!
//! A process is its file and the changes of its journal, and a search has to find what a reader
//! would see. So the bytes of a file are searched only if its journal says that the file has all
//! there is, and nothing of the process is in memory; otherwise the process is read as always.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::catalog::Catalog;
use super::catalog::file_entry::Depth;
use super::catalog::scan::DirScan;
use super::disk::names;
use super::disk::store_dir::{Unavailable, unreadable_journal};
use super::documents::load::missing_fields;
use super::format::read_texts;
use super::journal;
use super::lifecycle::processes::{MOVED_RETRIES, Processes};
use crate::store::{StoreError, Unusable};
use crate::{Error, ProcessName, SearchHits, SearchQuery};

/// The most threads that look.
const THREADS_MAX: usize = 4;

/// How many files a thread takes at a time.
const FILES_A_TURN: usize = 64;

/// The fewest files for which another thread is worth while.
const FILES_A_THREAD_MIN: usize = 256;

/// How long a search waits for renames that are under way.
const RENAME_WAIT: Duration = Duration::from_millis(100);

/// What one thread found.
#[derive(Default)]
struct Found {
    hits: SearchHits,
    /// The files that were no longer there.
    gone: HashSet<OsString>,
}

impl Processes {
    /// Looks for something in all processes.
    pub(crate) fn search(&self, query: &SearchQuery) -> Result<SearchHits, Error> {
        let mut hits = SearchHits::default();
        let mut searched: HashSet<OsString> = HashSet::new();
        for _ in 0..MOVED_RETRIES {
            let mut files = self.all_files()?;
            let still_there = files.iter().filter(|(_, file)| searched.contains(file));
            if still_there.count() < searched.len() {
                // Perhaps its process has one of the other files by now, and would count twice.
                hits = SearchHits::default();
                searched.clear();
            }
            files.retain(|(_, file)| !searched.contains(file));
            let found = self.search_some(query, &files)?;
            hits.join(found.hits);
            if found.gone.is_empty() {
                hits.problems.sort_by(|a, b| a.file.cmp(&b.file));
                return Ok(hits);
            }
            // Its process was deleted, or has another file by now, which the next look finds.
            let files = files.into_iter().map(|(_, file)| file);
            searched.extend(files.filter(|file| !found.gone.contains(file)));
        }
        Err(StoreError::Contended.into())
    }

    /// All processes, each with its file; also those whose files are just being renamed, or are
    /// damaged.
    fn all_files(&self) -> Result<Vec<(ProcessName, OsString)>, Error> {
        let copied = |catalog: &Catalog| {
            let used = catalog.files();
            let used = used.map(|(name, file)| (name.clone(), file.clone()));
            used.chain(catalog.damaged()).collect()
        };
        for _ in 0..MOVED_RETRIES {
            let catalog = self.refreshed(Depth::Names)?;
            if !catalog.has_lost() {
                return Ok(copied(&catalog));
            }
            drop(catalog);
            // No file is renamed while this lock is held. If it cannot be had, no file is renamed
            // at all; if another program has it, the next look finds the file under its new name.
            let names = self.lock_names_by(Instant::now() + RENAME_WAIT);
            if !matches!(names, Ok(None)) {
                return Ok(copied(&*self.refreshed(Depth::Names)?));
            }
        }
        Ok(copied(&*self.refreshed(Depth::Names)?))
    }

    /// Looks through some files, with as many threads as are worth while.
    fn search_some(
        &self,
        query: &SearchQuery,
        files: &[(ProcessName, OsString)],
    ) -> Result<Found, Error> {
        let next = AtomicUsize::new(0);
        let look = || self.search_from(query, files, &next);
        let others = thread::available_parallelism().map_or(1, NonZero::get);
        let others = others
            .min(THREADS_MAX)
            .min(files.len() / FILES_A_THREAD_MIN);
        thread::scope(|threads| {
            let spawned = (1..others).map(|_| {
                let thread = thread::Builder::new().name("search".into());
                thread.spawn_scoped(threads, look)
            });
            // If the system gives no thread, the others do the work.
            let spawned: Vec<_> = spawned.filter_map(Result::ok).collect();
            let mut found = look()?;
            for thread in spawned {
                let other = thread.join().unwrap_or_else(|panic| {
                    std::panic::resume_unwind(panic);
                })?;
                found.hits.join(other.hits);
                found.gone.extend(other.gone);
            }
            Ok(found)
        })
    }

    fn search_from(
        &self,
        query: &SearchQuery,
        files: &[(ProcessName, OsString)],
        next: &AtomicUsize,
    ) -> Result<Found, Error> {
        let mut found = Found::default();
        let mut scan = DirScan::new(&self.documents);
        loop {
            let start = next.fetch_add(FILES_A_TURN, Ordering::Relaxed);
            let Some(rest) = files.get(start..).filter(|rest| !rest.is_empty()) else {
                return Ok(found);
            };
            for (name, file) in rest.iter().take(FILES_A_TURN) {
                match self.search_file(query, &mut scan, name, file, &mut found.hits) {
                    Ok(()) => {}
                    Err(Unavailable::Missing) => {
                        found.gone.insert(file.clone());
                    }
                    Err(Unavailable::Problem(kind)) => found.hits.problems.push(Unusable {
                        file: names::shown(file),
                        kind,
                    }),
                    Err(Unavailable::NotKept(error)) => return Err(error.into()),
                }
            }
        }
    }

    fn search_file(
        &self,
        query: &SearchQuery,
        scan: &mut DirScan<'_>,
        name: &ProcessName,
        file: &OsStr,
        hits: &mut SearchHits,
    ) -> Result<(), Unavailable> {
        if !query.reaches(name.as_str()) {
            return Ok(());
        }
        // What is in memory may be more than the files still have, if a journal was deleted.
        let in_memory = self
            .documents
            .peek(file)
            .filter(|document| document.is_loaded());
        if let Some(document) = in_memory {
            query.look_in(&*document.current()?, hits);
            return Ok(());
        }
        if !self.has_all(scan, file)? {
            let process = self.documents.document(file).current()?;
            query.look_in(&process, hits);
            return Ok(());
        }
        let (stamp, bytes) = self.shared.dir.read(file)?;
        if !query.may_hit(name.as_str(), &bytes) {
            return Ok(());
        }
        let may_hit = |name: &str, json: &[u8]| query.may_hit(name, json);
        match read_texts(&bytes, &missing_fields(file, &stamp, None), may_hit) {
            Some(texts) => query.look_at(&texts, hits),
            // An editor may be in the middle of writing the file, for which a reader waits.
            None => query.look_in(&*self.documents.document(file).current()?, hits),
        }
        Ok(())
    }

    /// Whether a process's file has all changes of its journal.
    fn has_all(&self, scan: &mut DirScan<'_>, file: &OsStr) -> Result<bool, Unavailable> {
        if scan.journal_stamp(file)?.is_none() {
            return Ok(true);
        }
        journal::quiet_end(&self.shared.dir, &names::lock_id(file))
            .map(|end| end.is_some())
            .map_err(|error| unreadable_journal(&error))
    }
}
