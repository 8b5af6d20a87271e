//! The thread that works for the subscribers of a store: it looks at the files that others may have
//! written, and tells how their processes stand.

use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use super::super::catalog::Catalog;
use super::super::catalog::file_entry::{Content, Depth, FileEntry};
use super::super::catalog::scan::{DirScan, Stamps};
use super::super::disk::fs::LockGuard;
use super::super::disk::names::{self, NAMES_LOCK};
use super::super::disk::store_dir::StoreDir;
use super::super::documents::document::Document;
use super::super::documents::state::Cached;
use super::super::journal::Journal;
use super::super::lifecycle::processes::Processes;
use super::inbox::{Hint, Inbox};
use super::watch::{Watch, Watching};
use crate::ProcessName;
use crate::feed::Touch;
use crate::store::StoreError;

/// How often the directory is looked at if the operating system tells of changes.
const WATCHED_INTERVAL: Duration = Duration::from_secs(30);

/// How long after a file came or went the directory is looked at: what comes meanwhile is found
/// at the same look.
const SURVEY_DELAY: Duration = Duration::from_millis(5);

/// How often a look is put off because a program is changing which files there are. One that takes
/// longer is taken to be stuck.
const PUT_OFF_MAX: u32 = 100;

/// Follows what happens in the storage directory.
pub(crate) struct Follower {
    processes: Arc<Processes>,
    inbox: Arc<Inbox>,
    /// The files that are used, as they were looked at last.
    files: HashMap<OsString, Seen>,
    watch: Option<Watch>,
    wants_watch: bool,
    poll_interval: Duration,
    /// When the whole directory is looked at next.
    survey_at: Instant,
    /// How often that look was put off because others were changing which files there are.
    put_off: u32,
    /// Processes that the last look at the directory did not find.
    missing: HashSet<ProcessName>,
}

/// A look at a file.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Seen {
    stamps: Stamps,
    /// Whether equal stamps prove that nothing changed.
    is_settled: bool,
}

/// A file that is used, as a look at the directory found it.
struct Used {
    file: OsString,
    name: ProcessName,
    seen: Option<Seen>,
}

/// Keeps other programs from changing which names there are, if they can be kept from it. What
/// is seen if they cannot may turn out otherwise, which the next look finds.
struct OthersOut {
    _lock: Option<Box<dyn LockGuard>>,
}

impl Follower {
    /// Takes note of how everything stands.
    pub(crate) fn start(
        processes: &Arc<Processes>,
        inbox: Arc<Inbox>,
        options: Watching,
    ) -> Result<Self, StoreError> {
        let mut follower = Self {
            processes: Arc::clone(processes),
            inbox,
            files: HashMap::new(),
            watch: None,
            wants_watch: options.watch_directory,
            poll_interval: options.poll_interval,
            survey_at: Instant::now(),
            put_off: 0,
            missing: HashSet::new(),
        };
        // The watch comes first, so that nothing falls between it and the look.
        follower.watch_again();
        follower.take_stock()?;
        Ok(follower)
    }

    /// Works until nobody subscribes any more, or the store is closed.
    pub(crate) fn run(mut self) {
        while self.round() {}
    }

    /// Waits until there is something to do, and does it; answers whether to go on.
    fn round(&mut self) -> bool {
        let Some(hints) = self.inbox.take(self.survey_at) else {
            return false;
        };
        if self
            .inbox
            .shut_if(|| !self.processes.shared.hub.is_followed())
        {
            return false;
        }
        for hint in hints {
            self.follow_up(hint);
        }
        if Instant::now() >= self.survey_at {
            self.survey();
        }
        true
    }

    /// How long to wait until the directory is looked at without a hint.
    fn interval(&self) -> Duration {
        let is_told = self.watch.is_some() && self.processes.shared.dir.is_local;
        if is_told {
            WATCHED_INTERVAL
        } else {
            self.poll_interval
        }
    }

    /// Watches the directory, if it is not watched.
    fn watch_again(&mut self) {
        if self.wants_watch && self.watch.is_none() {
            self.watch = Watch::new(&self.processes.shared.dir, &self.inbox);
        }
    }

    /// Looks at the files that may have been changed.
    fn follow_up(&mut self, hint: Hint) {
        match hint {
            Hint::File(file) => self.look_at_hint(&file),
            Hint::Journal(lock_id) => {
                let usual = OsString::from(format!("{lock_id}{}", names::ENDING));
                let file = if self.files.contains_key(&usual) {
                    Some(usual)
                } else {
                    let mut files = self.files.keys();
                    files.find(|file| names::lock_id(file) == lock_id).cloned()
                };
                if let Some(file) = file {
                    self.look_at_hint(&file);
                }
            }
            Hint::Directory => self.survey_soon(),
            Hint::Watch => {
                self.watch = None;
                self.watch_again();
                self.survey_soon();
            }
        }
    }

    /// Looks at a file that may have been changed. If it came, went, has another name or is
    /// damaged, a look at the whole directory finds that.
    fn look_at_hint(&mut self, file: &OsStr) {
        if !self.look(file) {
            self.survey_soon();
        }
    }

    /// Looks at one file and its journal, and tells how its process stands; answers whether it has
    /// one that can be read and is known.
    fn look(&mut self, file: &OsStr) -> bool {
        let now = SystemTime::now();
        let hub = &self.processes.shared.hub;
        let document = self.processes.documents.document(file);
        let Ok(cached) = document.look() else {
            return false;
        };
        let Some(seen) = self
            .files
            .get_mut(file)
            .filter(|_| hub.knows(&cached.process.name))
        else {
            return false;
        };
        let before = std::mem::replace(seen, Seen::of(&cached, now));
        let standing = (&*cached.process).into();
        let later = if cached.journal.is_none() && before.stamps.file != seen.stamps.file {
            // Without a journal an edit makes no revision.
            hub.edited(standing)
        } else {
            hub.found(standing, |since| {
                touched(&self.processes.shared.dir, &document, since)
            })
        };
        // A change that was told is in the files by now, unless it was lost with the journal.
        if let Some(told) = later
            && let Ok(process) = document.current()
            && process.revision < told
        {
            hub.lost((&*process).into(), told);
        }
        true
    }

    /// Takes note of how all processes stand, and tells nothing of it.
    fn take_stock(&mut self) -> Result<(), StoreError> {
        let mut catalog = self.processes.catalog();
        self.refresh(&mut catalog, Depth::Summaries)?;
        for (_, file, entry) in catalog.used() {
            if let Some(entry) = entry
                && let Content::Summary(summary) = &entry.content
                && let Some(seen) = Seen::listed(entry)
            {
                self.processes.shared.hub.know(summary.as_ref().into());
                self.files.insert(file.to_owned(), seen);
            }
        }
        self.survey_at = Instant::now() + self.interval();
        Ok(())
    }

    /// Has the directory looked at in a moment.
    fn survey_soon(&mut self) {
        self.survey_at = self.survey_at.min(Instant::now() + SURVEY_DELAY);
    }

    /// Looks at the whole directory, and tells what is new.
    fn survey(&mut self) {
        // The watch comes first, so that nothing falls between it and the look.
        self.watch_again();
        let Some(used) = self.find() else {
            self.put_off += 1;
            self.survey_at = Instant::now() + SURVEY_DELAY;
            return;
        };
        self.put_off = 0;
        self.survey_at = Instant::now() + self.interval();
        let Ok(used) = used else {
            return;
        };
        let there: HashSet<_> = used.iter().map(|used| used.name.clone()).collect();
        let known = self.processes.shared.hub.known().into_iter();
        let missing: HashSet<_> = known.filter(|name| !there.contains(name)).collect();
        let mut before = std::mem::take(&mut self.files);
        let mut changed = Vec::new();
        for Used { file, name, seen } in used {
            let Some(now) = seen else { continue };
            let seen = before.remove(&file);
            if !self.processes.shared.hub.knows(&name) {
                self.find_new(&file);
            } else if !now.is_settled || seen != Some(now) {
                changed.push((file.clone(), now));
            }
            self.files.insert(file, seen.unwrap_or(now));
        }
        if !missing.is_empty() {
            // A file that is just being written may be back at the next look.
            self.files.extend(before);
        }
        for (file, now) in changed {
            if !self.look(&file) {
                // The file is looked at again when it is mended.
                self.files.insert(file, now);
            }
        }
        self.tell_gone(missing);
    }

    /// Tells of a new process.
    fn find_new(&self, file: &OsStr) {
        // A file that cannot be read is found once it is mended.
        if let Ok(process) = self.processes.documents.document(file).current() {
            self.processes.shared.hub.came((&*process).into(), None);
        }
    }

    /// Tells that processes are gone which were missing at the last look, too: a file that is
    /// renamed by hand may be missing from a list under both names.
    fn tell_gone(&mut self, missing: HashSet<ProcessName>) {
        let before = std::mem::take(&mut self.missing);
        let (gone, missing): (HashSet<_>, HashSet<_>) =
            missing.into_iter().partition(|name| before.contains(name));
        for name in gone {
            self.processes.shared.hub.gone(&name, None);
        }
        if !missing.is_empty() {
            self.survey_soon();
        }
        self.missing = missing;
    }

    /// Lists the directory at a moment at which no program is changing which files there are;
    /// `None` if one is.
    fn find(&self) -> Option<Result<Vec<Used>, StoreError>> {
        let _own = self.processes.naming.try_take()?;
        let _others = self.keep_others_out()?;
        let mut catalog = self.processes.catalog();
        if let Err(error) = self.refresh(&mut catalog, Depth::Names) {
            return Some(Err(error));
        }
        let used = catalog.used().map(|(name, file, entry)| Used {
            file: file.to_owned(),
            name: name.clone(),
            seen: entry.and_then(Seen::listed),
        });
        Some(Ok(used.collect()))
    }

    /// Takes the lock on the names, if it is free: a program that never lets go of it must not hold
    /// up the end of the store.
    fn keep_others_out(&self) -> Option<OthersOut> {
        match self.processes.shared.dir.try_lock(NAMES_LOCK) {
            Ok(None) if self.put_off < PUT_OFF_MAX => None,
            Ok(lock) => Some(OthersOut { _lock: lock }),
            Err(_) => Some(OthersOut { _lock: None }),
        }
    }

    fn refresh(&self, catalog: &mut Catalog, depth: Depth) -> Result<(), StoreError> {
        let mut scan = DirScan::new(&self.processes.documents);
        let looked = catalog.refresh(&mut scan, depth);
        for document in &scan.behind {
            self.processes.background.found_behind(document);
        }
        looked
    }
}

impl Seen {
    fn of(cached: &Cached, now: SystemTime) -> Self {
        Self {
            stamps: Stamps {
                file: cached.json.stamp,
                journal: cached.journal.as_ref().map(|known| known.stamp),
            },
            is_settled: cached.json.stamp.is_settled(now),
        }
    }

    fn listed(entry: &FileEntry) -> Option<Self> {
        Some(Self {
            stamps: entry.stamps?,
            is_settled: entry.is_settled(),
        })
    }
}

/// What the changes of a journal touched that came after `since`, as far as it has them.
fn touched(dir: &StoreDir, document: &Document, since: Option<u64>) -> Touch {
    // A journal that cannot be read tells nothing.
    let opened = Journal::open(dir, &document.lock_id, None).ok().flatten();
    let changes = opened.map(|(_, reading)| reading.changes());
    Touch::since(since, &changes.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{FileStore, FileStoreOptions, ProcessManager};

    #[test]
    fn a_damaged_file_is_not_looked_at_again_and_again() {
        let dir = tempfile::tempdir().unwrap();
        let manager = ProcessManager::new(FileStore::open(dir.path()).unwrap());
        manager
            .create_process("garden".parse().unwrap(), "")
            .unwrap();
        drop(manager);
        let store = FileStore::open_with(dir.path(), FileStoreOptions::default()).unwrap();
        let _changes = store.processes.shared.hub.subscribe();
        let a_day = Duration::from_secs(24 * 60 * 60);
        let watching = Watching {
            watch_directory: false,
            poll_interval: a_day,
        };
        let mut follower = Follower::start(&store.processes, Arc::default(), watching).unwrap();
        let path = dir.path().join("garden.json");
        let whole = fs::read_to_string(&path).unwrap();
        fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        follower.follow_up(Hint::File("garden.json".into()));
        // A look at the whole directory finds what became of it, and then there is nothing more to
        // find.
        follower.survey_at = Instant::now();
        assert!(follower.round());
        assert!(follower.survey_at > Instant::now() + a_day / 2);
    }
}
