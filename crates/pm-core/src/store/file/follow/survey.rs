//! The look at the whole directory, for what nobody told of: at the start, where files come and
//! go, and now and then.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use super::super::NAMES_LOCK;
use super::super::directory::Directory;
use super::super::entry::{Depth, Stamps};
use super::super::fs::LockGuard;
use super::super::looking::Looking;
use super::super::slot::locked;
use super::follower::Follower;
use super::known::{Followed, Seen};
use crate::ProcessName;
use crate::store::StoreError;

/// How long after a file came or went the directory is looked at: what comes meanwhile is found
/// at the same look.
const SOON: Duration = Duration::from_millis(5);

/// How often a look is put off because somebody is changing which files there are. One who takes
/// longer is taken to be stuck.
const MOST_PUT_OFF: u32 = 100;

/// What a look at the directory found.
struct Found {
    /// The files that are used.
    used: HashMap<OsString, Used>,
    /// Those that were known and are there, and hold no process that can be used.
    unusable: HashSet<OsString>,
}

/// A file that is used.
struct Used {
    /// The name of its process.
    name: ProcessName,
    stamps: Option<Stamps>,
}

/// Keeps other programs from changing which names there are, where they can be kept from it. What
/// is seen where they cannot may turn out otherwise, which the next look finds.
struct OthersOut {
    _lock: Option<Box<dyn LockGuard>>,
}

impl Follower {
    /// Takes note of how everything stands, of which nothing is told.
    pub(super) fn take_stock(&mut self) -> Result<(), StoreError> {
        // Whoever began to write before it was told to leave notes is done by now, and whoever
        // begins later leaves them.
        let naming = Arc::clone(&self.naming);
        let _naming = naming.take();
        for slot in self.cache.all() {
            drop(slot.turn.take());
        }
        // They tell of what is found now, and would be told of what came after it.
        self.outbox.forget_notes();
        let directory = Arc::clone(&self.directory);
        let mut directory = locked(&directory);
        self.refresh(&mut directory, Depth::Summaries)?;
        let used = directory.used();
        self.files = used
            .filter_map(|(_, file, entry)| Some((file.to_owned(), Followed::listed(entry?)?)))
            .collect();
        self.survey_at = Instant::now() + self.patience();
        Ok(())
    }

    /// Has the directory looked at in a moment.
    pub(super) fn survey_soon(&mut self) {
        self.survey_at = self.survey_at.min(Instant::now() + SOON);
    }

    /// Looks at the whole directory, and tells what is new.
    pub(super) fn survey(&mut self) {
        // First, so that nothing falls between the look and the watch.
        self.watch_again();
        let Some(found) = self.find() else {
            self.put_off += 1;
            self.survey_at = Instant::now() + SOON;
            return;
        };
        self.put_off = 0;
        self.survey_at = Instant::now() + self.patience();
        let Ok(found) = found else {
            return;
        };
        let mut came: Vec<_> = found
            .used
            .keys()
            .filter(|file| !self.files.contains_key(*file))
            .cloned()
            .collect();
        came.sort_unstable();
        let mut went: Vec<_> = self
            .files
            .keys()
            .filter(|file| !found.used.contains_key(*file))
            .cloned()
            .collect();
        went.sort_unstable();
        came.retain(|file| !self.moved(file, &mut went));
        went.retain(|file| !found.unusable.contains(file));
        let names: HashSet<_> = came
            .iter()
            .filter_map(|file| Some(&found.used.get(file)?.name))
            .collect();
        for file in self.are_gone(went, &names) {
            self.gone(&file);
        }
        for file in came {
            self.discover(&file);
        }
        for (file, Used { stamps, .. }) in found.used {
            // One that is not known by now cannot be used, and whoever mends it is noticed.
            let is_told = self.files.get(&file).is_none_or(|followed| {
                followed.seen.settled
                    && stamps.is_some_and(|stamps| {
                        Some(stamps.file) == followed.seen.file
                            && stamps.journal == followed.seen.journal
                    })
            });
            if !is_told {
                self.look(&file);
            }
        }
    }

    /// Which files are gone for certain. One that is renamed by hand may be missing from a list
    /// under both names, and is not to be taken for gone before it is missing once more.
    fn are_gone(&mut self, missing: Vec<OsString>, came: &HashSet<&ProcessName>) -> Vec<OsString> {
        let before = std::mem::take(&mut self.missing);
        let (gone, missing): (Vec<_>, Vec<_>) = missing.into_iter().partition(|file| {
            let followed = self.files.get(file);
            before.contains(file) || followed.is_some_and(|gone| came.contains(&gone.name))
        });
        if !missing.is_empty() {
            self.survey_soon();
        }
        self.missing = missing;
        gone
    }

    /// Lists the directory at a moment at which nobody is changing which files there are; `None`
    /// where somebody is.
    fn find(&self) -> Option<Result<Found, StoreError>> {
        let _own = self.naming.try_take()?;
        let _others = self.keep_others_out()?;
        if self.outbox.has_notes() {
            return None;
        }
        let directory = Arc::clone(&self.directory);
        let mut directory = locked(&directory);
        if let Err(error) = self.refresh(&mut directory, Depth::Names) {
            return Some(Err(error));
        }
        let used = directory.used();
        let used: HashMap<_, _> = used
            .map(|(name, file, entry)| {
                let used = Used {
                    name: name.clone(),
                    stamps: entry.and_then(|entry| entry.stamps),
                };
                (file.to_owned(), used)
            })
            .collect();
        let known = self.files.keys();
        let unusable = known.filter(|file| !used.contains_key(*file) && directory.has(file));
        Some(Ok(Found {
            unusable: unusable.cloned().collect(),
            used,
        }))
    }

    /// Takes the lock on the names, where nobody holds it: one who never lets go of it must not
    /// hold up the end of the store.
    fn keep_others_out(&self) -> Option<OthersOut> {
        match self.place.try_lock(NAMES_LOCK) {
            Ok(None) if self.put_off < MOST_PUT_OFF => None,
            Ok(lock) => Some(OthersOut { _lock: lock }),
            Err(_) => Some(OthersOut { _lock: None }),
        }
    }

    fn refresh(&self, directory: &mut Directory, depth: Depth) -> Result<(), StoreError> {
        let mut looking = Looking::new(&self.place, &self.cache);
        let looked = directory.refresh(&mut looking, depth);
        for slot in &looking.behind {
            self.schedule.found_behind(slot);
        }
        looked
    }

    /// Whether a new file has a process of one that went, and goes on with that.
    fn moved(&mut self, file: &OsString, went: &mut Vec<OsString>) -> bool {
        if went.is_empty() {
            return false;
        }
        let now = SystemTime::now();
        let slot = self.cache.slot(file);
        let Ok(cached) = slot.look(&self.place) else {
            return false;
        };
        let from = went.iter().position(|from| {
            let process = &cached.process;
            self.files.get(from).is_some_and(|followed| {
                followed.created_at == process.created_at
                    || (followed.name == process.name
                        && !followed.is_replaced_by(&process.created_at, process.revision))
            })
        });
        let Some(from) = from.map(|from| went.remove(from)) else {
            return false;
        };
        if let Some(mut followed) = self.files.remove(&from) {
            followed.seen = Seen::default();
            followed.journal = None;
            followed.unread = None;
            self.files.insert(file.clone(), followed);
            self.catch_up(&slot, &cached, now);
        }
        true
    }
}
