//! Damaged journals, for as long as they lie on the disk: in their place, or set aside under a name
//! of their own.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::{OsStr, OsString};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use super::super::disk::fs::Stamp;
use super::super::disk::locks::locked;
use super::super::disk::names;
use super::super::disk::store_dir::StoreDir;
use super::super::journal::{salvage, scan};
use crate::store::{Revisions, StoreNotice, StoreNoticeKind};

/// The changes of a damaged journal that cannot be had; `None` if none are known.
pub(crate) type Lost = Option<Revisions>;

/// What is known of damaged journals.
#[derive(Default)]
pub(crate) struct Damage {
    known: Mutex<Known>,
    /// Whether any damaged journal is known; asked by each read.
    any: AtomicBool,
    /// Whether others may have set one aside since the directory was listed.
    is_stale: AtomicBool,
}

#[derive(Default)]
struct Known {
    /// The files whose journals are damaged in their place.
    in_place: BTreeSet<OsString>,
    /// The journals that were set aside, by the lock of their process.
    set_aside: BTreeMap<String, Vec<String>>,
    /// The directory's stamp when it was listed last.
    listed: Option<Stamp>,
    /// Whether an equal stamp proves that it holds the same names.
    is_settled: bool,
    /// What is missing of a journal that was set aside, which does not change any more.
    lost: HashMap<String, Lost>,
}

impl Known {
    fn is_any(&self) -> bool {
        !self.in_place.is_empty() || !self.set_aside.is_empty()
    }
}

impl Damage {
    /// Takes note of a journal that was read.
    pub(crate) fn looked_at(&self, file: &OsStr, is_damaged: bool) {
        if is_damaged || self.any.load(Ordering::Relaxed) {
            let mut known = locked(&self.known);
            if is_damaged {
                known.in_place.insert(file.to_owned());
            } else {
                known.in_place.remove(file);
            }
            self.any.store(known.is_any(), Ordering::Relaxed);
        }
    }

    /// Takes note of a file that was given another name or taken away, with its journal.
    pub(crate) fn has_moved(&self, file: &OsStr) {
        self.looked_at(file, false);
        self.is_stale.store(true, Ordering::Relaxed);
    }

    /// Takes note of a journal that nobody here has seen before: others may have set aside the one
    /// in whose place it came.
    pub(crate) fn is_new(&self) {
        self.is_stale.store(true, Ordering::Relaxed);
    }

    /// Takes note of what is in the directory of the journals.
    pub(crate) fn listed(&self, names: &[OsString], stamp: Option<Stamp>) {
        let mut set_aside: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for name in names {
            if let Some(lock_id) = names::lock_of_damaged(name)
                && let Some(name) = name.to_str()
            {
                let kept = set_aside.entry(lock_id.to_owned()).or_default();
                kept.push(name.to_owned());
            }
        }
        for kept in set_aside.values_mut() {
            kept.sort_unstable();
        }
        let mut known = locked(&self.known);
        known.set_aside = set_aside;
        known.listed = stamp;
        known.is_settled = stamp.is_some_and(|stamp| stamp.is_settled(SystemTime::now()));
        self.any.store(known.is_any(), Ordering::Relaxed);
    }

    /// Lists the directory of the journals, if names came to it or went since it was listed.
    fn list(&self, store_dir: &StoreDir) {
        self.is_stale.store(false, Ordering::Relaxed);
        let dir = store_dir.journals_dir();
        // The stamp is taken before the names: what comes meanwhile shows in the next stamp.
        let stamp = store_dir.fs.stat(&dir).ok().map(|stat| stat.stamp);
        let is_known = {
            let known = locked(&self.known);
            known.is_settled && known.listed == stamp
        };
        if !is_known {
            self.listed(&store_dir.fs.names(&dir).unwrap_or_default(), stamp);
        }
    }

    /// Whether a file's journal is known to be damaged in its place.
    pub(crate) fn is_in_place(&self, file: &OsStr) -> bool {
        self.any.load(Ordering::Relaxed) && locked(&self.known).in_place.contains(file)
    }

    /// Whether there may be something to say of any file.
    pub(crate) fn may_be(&self, dir: &StoreDir) -> bool {
        // The mark is taken away before the look: whatever comes after that sets it again.
        if self.is_stale.swap(false, Ordering::Relaxed) {
            let stamp = dir.fs.stat(&dir.journals_dir());
            let stamp = stamp.ok().map(|stat| stat.stamp);
            // Most journals that nobody here has seen before have always been there.
            if locked(&self.known).listed != stamp {
                self.is_stale.store(true, Ordering::Relaxed);
                return true;
            }
        }
        self.any.load(Ordering::Relaxed)
    }

    /// Whether there may be something to say of a file.
    pub(crate) fn may_concern(&self, file: &OsStr) -> bool {
        if self.is_stale.load(Ordering::Relaxed) {
            return true;
        }
        let known = locked(&self.known);
        known.in_place.contains(file) || known.set_aside.contains_key(&names::lock_id(file))
    }

    /// The journals of the process with this lock that were set aside.
    pub(crate) fn set_aside(&self, dir: &StoreDir, lock_id: &str) -> Vec<String> {
        self.list(dir);
        let known = locked(&self.known);
        known.set_aside.get(lock_id).cloned().unwrap_or_default()
    }

    /// The notices of damaged journals of a file. `lost_in_place` says what is missing of one that
    /// is in its place; `None` if it is not damaged any more.
    pub(crate) fn of(
        &self,
        dir: &StoreDir,
        file: &OsStr,
        lost_in_place: impl Fn(&OsStr) -> Option<Lost>,
    ) -> Vec<StoreNotice> {
        if self.is_stale.load(Ordering::Relaxed) {
            self.list(dir);
        }
        let (is_in_place, kept) = {
            let known = locked(&self.known);
            let kept = known.set_aside.get(&names::lock_id(file)).cloned();
            (known.in_place.contains(file), kept.unwrap_or_default())
        };
        let notice = |kind| StoreNotice {
            file: names::shown(file),
            kind,
        };
        let in_place = is_in_place.then(|| lost_in_place(file)).flatten();
        let in_place = in_place.map(|lost| notice(StoreNoticeKind::JournalDamaged { lost }));
        let set_aside = kept.into_iter().filter_map(|kept| {
            let lost = self.lost_of(dir, &kept)?;
            Some(notice(StoreNoticeKind::JournalSetAside { kept, lost }))
        });
        in_place.into_iter().chain(set_aside).collect()
    }

    /// What there is to say of all journals; `files` are those of the processes.
    pub(crate) fn all<'a>(
        &self,
        dir: &StoreDir,
        files: impl Iterator<Item = &'a OsString>,
        lost_in_place: impl Fn(&OsStr) -> Option<Lost>,
    ) -> Vec<StoreNotice> {
        self.list(dir);
        if !self.any.load(Ordering::Relaxed) {
            return Vec::new();
        }
        let mut concerned: BTreeSet<OsString> = BTreeSet::new();
        {
            let known = locked(&self.known);
            concerned.extend(known.in_place.iter().cloned());
            let mut lock_ids: BTreeSet<_> = known.set_aside.keys().cloned().collect();
            for file in files {
                if lock_ids.remove(&names::lock_id(file)) {
                    concerned.insert(file.clone());
                }
            }
            // These are of processes that are gone.
            let usual = |lock_id: String| OsString::from(format!("{lock_id}{}", names::ENDING));
            concerned.extend(lock_ids.into_iter().map(usual));
        }
        let all = concerned.iter();
        all.flat_map(|file| self.of(dir, file, &lost_in_place))
            .collect()
    }

    /// The changes that cannot be read from a journal that was set aside; `None` if it is gone.
    fn lost_of(&self, dir: &StoreDir, kept: &str) -> Option<Lost> {
        let path = dir.journals_dir().join(kept);
        if let Some(lost) = locked(&self.known).lost.get(kept) {
            return dir.fs.stat(&path).is_ok().then_some(*lost);
        }
        let (_, bytes) = dir.fs.read(&path, u64::MAX).ok()?;
        let lost = unreadable(&bytes);
        locked(&self.known).lost.insert(kept.to_owned(), lost);
        Some(lost)
    }
}

/// The changes that cannot be had, though whole lines behind the damage of a journal tell of them.
fn unreadable(journal: &[u8]) -> Lost {
    let head = scan(journal).head;
    let end = usize::try_from(head.end).unwrap_or(usize::MAX);
    let behind = salvage(journal.get(end..).unwrap_or_default());
    Revisions::between(head.revision + 1, behind.last?)
}
