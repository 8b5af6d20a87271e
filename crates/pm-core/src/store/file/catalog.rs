//! What the storage directory holds: which file has the process of which name, with a summary of
//! each, kept true to the files by their stamps.

pub(crate) mod file_entry;
pub(crate) mod moved;
mod problems;
pub(crate) mod saved_index;
pub(crate) mod scan;
pub(crate) mod summary_text;

use std::collections::{BTreeMap, HashMap, HashSet, btree_map};
use std::ffi::{OsStr, OsString};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use self::file_entry::{Content, Depth, FileEntry, Renewal};
use self::scan::DirScan;
use super::disk::fs::Stamp;
use super::disk::names;
use super::disk::store_dir::StoreDir;
use crate::ProcessName;
use crate::store::{Conflict, Listing, StoreError};

/// What is known of the storage directory.
#[derive(Default)]
pub(crate) struct Catalog {
    files: HashMap<OsString, FileEntry>,
    /// The names in the directory that are no process's file.
    others: Vec<OsString>,
    by_name: BTreeMap<ProcessName, OsString>,
    /// Whether `by_name` holds no more than `files` say, and nothing that was learned besides.
    names_known: bool,
    /// Whether several files hold a process of the same name.
    has_duplicates: bool,
    /// The answer of a list; `None` if a file was read since it was put together.
    listing: Option<Listing>,
    /// How many looks there were; the first reads the index.
    looks: u64,
    /// How many files were summed up since the index was written.
    unsaved: usize,
    /// Whether the last look missed a file that it had reason to expect.
    has_lost: bool,
    /// The last look.
    last: Option<LastLook>,
}

/// What tells whether it is time for another look.
struct LastLook {
    /// The directory's own stamp from before the look, if an equal one proves that no file has come
    /// or gone since.
    dir: Option<Stamp>,
    /// When that was last compared.
    at: Instant,
    /// How long the look took.
    took: Duration,
    /// Whether a journal could not follow its file.
    is_owed: bool,
}

/// How long a look is believed to have found every file, and how many times as long as it took at
/// least: a file that is put beside a process is found in this time by the calls that use the
/// process.
const LOOK_INTERVAL: Duration = Duration::from_secs(2);
const LOOK_SHARE: u32 = 50;

/// How many files must have been summed up before the index is written again; fewer are read
/// again at the next start, in no time.
const WORTH_SAVING: usize = 64;

impl Catalog {
    /// Looks at the directory again; reads only files that are new or may have changed.
    pub(crate) fn refresh(
        &mut self,
        scan: &mut DirScan<'_>,
        depth: Depth,
    ) -> Result<(), StoreError> {
        let store_dir = scan.dir;
        let begun = Instant::now();
        let dir = store_dir
            .fs
            .stat(&store_dir.dir)
            .ok()
            .map(|stat| stat.stamp);
        let dir = dir.filter(|stamp| stamp.is_settled(SystemTime::now()));
        let names = store_dir
            .fs
            .names(&store_dir.dir)
            .map_err(|error| StoreError::io("list the storage directory", error))?;
        if self.looks == 0 {
            self.start_from(saved_index::load(store_dir));
        }
        self.looks += 1;
        self.others.clear();
        let known = self.files.len();
        let (mut there, mut listed) = (0, 0);
        for name in names {
            if names::is_process_file(&name) {
                listed += 1;
                there += usize::from(self.look_at(scan, name, depth));
            } else {
                self.others.push(name);
            }
        }
        self.has_lost = there < listed.max(self.files.len());
        let lost = self.files.len() - there;
        if lost > 0 {
            let looks = self.looks;
            self.files.retain(|_, entry| entry.seen == looks);
            self.names_known = false;
        }
        let has_come = self.files.len() + lost > known;
        let has_reason = has_come || lost > 0 || self.is_owed();
        let is_owed = store_dir.locks_work && has_reason && self.follow_moved(scan, depth);
        if !self.names_known {
            self.index_names();
        }
        if self.unsaved >= WORTH_SAVING && !store_dir.is_read_only {
            self.save_index(store_dir);
        }
        self.last = Some(LastLook {
            dir,
            at: Instant::now(),
            took: begun.elapsed(),
            is_owed,
        });
        Ok(())
    }

    /// Whether some time has passed since the last look, and files may have come or gone in it.
    pub(crate) fn is_look_due(&mut self, dir: &StoreDir) -> bool {
        let Some(last) = &mut self.last else {
            return true;
        };
        if last.at.elapsed() < LOOK_INTERVAL.max(last.took * LOOK_SHARE) {
            return false;
        }
        let now = dir.fs.stat(&dir.dir).ok().map(|stat| stat.stamp);
        if now.is_none() || now != last.dir || last.is_owed {
            return true;
        }
        last.at = Instant::now();
        false
    }

    /// Starts from what the index kept. It is in the order of the processes' names, which are
    /// therefore known with hardly a comparison.
    fn start_from(&mut self, kept: Vec<(OsString, FileEntry)>) {
        let names = kept
            .iter()
            .filter_map(|(file, entry)| Some((entry.content.name()?.clone(), file.clone())));
        self.by_name = names.collect();
        let count = kept.len();
        self.files = kept.into_iter().collect();
        self.names_known = [self.by_name.len(), self.files.len()] == [count; 2];
    }

    /// Looks at one file again; answers whether it is there.
    fn look_at(&mut self, scan: &mut DirScan<'_>, file: OsString, depth: Depth) -> bool {
        let looks = self.looks;
        let Some(entry) = self.files.get_mut(&file) else {
            let Some(mut entry) = FileEntry::read(scan, &file, depth) else {
                return false;
            };
            entry.seen = looks;
            entry.came = looks;
            self.unsaved += usize::from(entry.is_summary());
            self.files.insert(file, entry);
            self.names_known = false;
            return true;
        };
        let found = entry.renew(scan, &file, depth);
        if found == Renewal::Gone {
            return false;
        }
        entry.seen = looks;
        if let Renewal::Read { renamed } = found {
            self.unsaved += usize::from(entry.is_summary());
            self.names_known &= !renamed;
            self.listing = None;
        }
        true
    }

    /// Has the journals that lost their files follow those that have none: a copy may have been
    /// there before the file itself went. Answers whether one of them could not.
    fn follow_moved(&mut self, scan: &mut DirScan<'_>, depth: Depth) -> bool {
        let looks = self.looks;
        let is_bare = |entry: &FileEntry| entry.content.name().is_some() && !entry.has_history();
        let bare = self.files.iter().filter(|(_, entry)| is_bare(entry));
        let mut bare: Vec<(u64, &OsString)> =
            bare.map(|(file, entry)| (entry.came, file)).collect();
        // Those that are new first.
        bare.sort_unstable_by(|a, b| b.cmp(a));
        let bare = bare.into_iter().map(|(_, file)| file);
        let followed = moved::follow(scan.dir, bare, self.files.keys());
        for file in followed.files {
            scan.documents.document(&file).forget();
            if let Some(mut entry) = FileEntry::read(scan, &file, depth) {
                entry.seen = looks;
                self.files.insert(file, entry);
                self.names_known = false;
            }
        }
        followed.is_busy
    }

    /// Whether a journal could not follow its file yet, as a program was at work on one of them.
    pub(crate) fn is_owed(&self) -> bool {
        self.last.as_ref().is_some_and(|last| last.is_owed)
    }

    /// Keeps what is known for the next start.
    pub(crate) fn save_index(&mut self, dir: &StoreDir) {
        self.unsaved = 0;
        let files = self.by_name.values();
        let known = files.filter_map(|file| self.files.get_key_value(file));
        saved_index::save(dir, known.filter_map(|(file, entry)| entry.to_keep(file)));
    }

    /// The file that holds the process of exactly this name, as of the last look.
    pub(crate) fn file_of(&self, name: &str) -> Option<&OsStr> {
        self.by_name.get(name).map(OsString::as_os_str)
    }

    /// The files that are used, and what is known of them, as of the last look.
    pub(crate) fn used(&self) -> impl Iterator<Item = (&ProcessName, &OsStr, Option<&FileEntry>)> {
        let used = self.by_name.iter();
        used.map(|(name, file)| (name, file.as_os_str(), self.files.get(file)))
    }

    /// Takes note of the file in which a process was put just now, which saves the next caller
    /// a look at the whole directory.
    pub(crate) fn learn(&mut self, name: &ProcessName, file: &OsStr) {
        self.by_name.insert(name.clone(), file.to_owned());
        self.names_known = false;
    }

    /// Takes note of a process's new name, which its file does not have yet.
    pub(crate) fn learn_renamed(&mut self, name: &ProcessName, new: &ProcessName, file: &OsStr) {
        self.by_name.remove(name);
        self.learn(new, file);
    }

    /// Looks at all of a file that turned out to be damaged behind its process's name, so that
    /// the name no longer counts as one that can be opened.
    pub(crate) fn look_closer(&mut self, scan: &mut DirScan<'_>, file: &OsStr) {
        if let Some(entry) = FileEntry::read(scan, file, Depth::Summaries) {
            self.files.insert(file.to_owned(), entry);
            self.index_names();
        }
    }

    /// The names of all processes, in order.
    pub(crate) fn names(&self) -> Vec<ProcessName> {
        self.by_name.keys().cloned().collect()
    }

    /// Whether a file went away since the look before, or during the last one. Perhaps it was
    /// renamed, and the new name was not among those that were listed.
    pub(crate) fn has_lost(&self) -> bool {
        self.has_lost
    }

    /// The names of all processes, each with its file, in order.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&ProcessName, &OsString)> {
        self.by_name.iter()
    }

    /// Names of all kinds of things in the directory, in lower case: what a new file must not be
    /// called.
    pub(crate) fn taken(&self) -> HashSet<String> {
        let names = self.files.keys().chain(&self.others);
        let lower_case = names.map(|name| name.to_string_lossy().to_ascii_lowercase());
        lower_case.collect()
    }

    /// The temporary files that the last look found.
    pub(crate) fn temporary(&self) -> Vec<OsString> {
        let others = self.others.iter();
        others
            .filter(|name| names::lock_of_temporary(name).is_some())
            .cloned()
            .collect()
    }

    /// A summary of every process, and the files that cannot be opened.
    pub(crate) fn listing(&mut self) -> Listing {
        let conflicts = self.conflicts().into_iter();
        let conflicts = conflicts.map(|(_, conflict)| conflict).collect();
        Listing {
            conflicts,
            ..self.listing_of_files()
        }
    }

    fn listing_of_files(&mut self) -> Listing {
        if let Some(listing) = &self.listing {
            return listing.clone();
        }
        let files = self.by_name.values();
        let processes = files.filter_map(|file| match &self.files.get(file)?.content {
            Content::Summary(summary) => Some(Arc::clone(summary)),
            Content::Named(_) | Content::Problem { .. } | Content::Foreign(_) => None,
        });
        let listing = Listing {
            processes: processes.collect(),
            problems: self.problems(),
            conflicts: Vec::new(),
        };
        self.listing.insert(listing).clone()
    }

    /// The conflict files that the last look found, and the changes in each, in order.
    pub(crate) fn conflicts(&self) -> Vec<(&OsStr, Conflict)> {
        let others = self.others.iter();
        let mut found: Vec<_> = others
            .filter_map(|file| Some((file, names::of_conflict(file)?)))
            .collect();
        if found.is_empty() {
            return Vec::new();
        }
        found.sort_unstable();
        let used = self.by_name.iter();
        let processes: HashMap<String, &ProcessName> = used
            .map(|(name, file)| (names::shown_stem(file), name))
            .collect();
        let conflicts = found.into_iter().map(|(file, (stem, revision))| {
            let conflict = Conflict {
                id: names::shown(file),
                process: processes.get(stem).map(|name| (*name).clone()),
                revision,
            };
            (file.as_os_str(), conflict)
        });
        conflicts.collect()
    }

    /// The files beside the one that is used that hold the process of this name as well.
    pub(crate) fn copies(&self, name: &str) -> Vec<&OsStr> {
        if !self.has_duplicates {
            return Vec::new();
        }
        let used = self.file_of(name);
        let files = self.files.iter();
        let mut copies: Vec<_> = files
            .filter(|(_, entry)| entry.content.name().is_some_and(|it| it.as_str() == name))
            .map(|(file, _)| file.as_os_str())
            .filter(|file| Some(*file) != used)
            .collect();
        copies.sort_unstable();
        copies
    }

    /// Finds out which file has which name; of several with the same process, usually copies that
    /// were put beside the first, [`rank`] says which one is used.
    fn index_names(&mut self) {
        self.by_name.clear();
        self.has_duplicates = false;
        for (file, entry) in &self.files {
            let Some(name) = entry.content.name() else {
                continue;
            };
            match self.by_name.entry(name.clone()) {
                btree_map::Entry::Vacant(free) => {
                    free.insert(file.clone());
                }
                btree_map::Entry::Occupied(mut used) => {
                    self.has_duplicates = true;
                    let other = used.get();
                    let has_history =
                        |file: &OsString| self.files.get(file).is_some_and(FileEntry::has_history);
                    if rank(file, name, entry.has_history()) < rank(other, name, has_history(other))
                    {
                        used.insert(file.clone());
                    }
                }
            }
        }
        self.names_known = true;
        self.listing = None;
    }
}

/// The order in which files with the process `name` are used: one with its history in front of
/// all others, then one whose own name follows the scheme, then the first.
pub(crate) fn rank<'a>(
    file: &'a OsStr,
    name: &ProcessName,
    has_history: bool,
) -> (bool, bool, &'a OsStr) {
    let is_usual = file.to_str() == Some(&usual_file_name(name));
    (!has_history, !is_usual, file)
}

/// The name of a process's file if that is free.
fn usual_file_name(name: &ProcessName) -> String {
    names::free_file_name(name, &HashSet::new())
}
