//! One process's file and journal: their content in memory, kept true to them.
//!
//! What is in memory is believed only after a look at both stamps. How the content is made from
//! the two files is in `load`, changes are made in `commit`, and brought to the file in
//! `checkpoint`.

use std::ffi::{OsStr, OsString};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use super::super::disk::fs::{JournalFile, LockGuard, Stamp};
use super::super::disk::locks::{Turn, TurnGuard};
use super::super::disk::names;
use super::super::disk::store_dir::{
    EDITOR_PAUSE, EDITOR_RETRIES, StoreDir, Unavailable, unreadable_journal,
};
use super::super::journal::open_journal::OpenJournal;
use super::super::journal::{Base, Checksum, JournalState};
use super::commit::Queue;
use super::durable_names::DurableNames;
use super::load::Loaded;
pub(crate) use super::state::{Cached, JsonSeen};
use crate::store::StoreError;
use crate::{Error, Process};

/// How long a reader waits for those who write, where what it has read would better be kept.
const A_MOMENT: Duration = Duration::from_secs(1);

/// Keeps everybody, in this and in other OS processes, from changing a file and its journal.
pub(crate) struct Hold<'a> {
    _lock: Box<dyn LockGuard>,
    _turn: TurnGuard<'a>,
}

/// One process's file and journal.
pub(crate) struct Document {
    file: OsString,
    pub(crate) lock_id: String,
    /// What was last read or written; never believed without a look at the files.
    pub(crate) cached: RwLock<Option<Cached>>,
    /// The changes that wait for the next write.
    pub(crate) queue: Queue,
    /// Of the thread that writes.
    pub(crate) turn: Turn,
    /// Whether nobody knows what of the journal is durable, so that it must not be appended to.
    pub(crate) broken: AtomicBool,
    /// The journal whose name is known to be durable, and that of the file with it.
    pub(crate) named: Mutex<Option<DurableNames>>,
    /// The journal, open since the last append to it.
    handle: Mutex<Option<OpenJournal>>,
    /// How many nanoseconds the last checkpoint took.
    pub(crate) checkpoint_cost: AtomicU64,
    /// When the document was last used, on the cache's clock.
    pub(crate) last_used: AtomicU64,
    /// The bytes that all documents hold, counted together.
    held: Arc<AtomicUsize>,
}

impl Document {
    pub(crate) fn new(file: &OsStr, held: Arc<AtomicUsize>) -> Self {
        Self {
            file: file.to_owned(),
            lock_id: names::lock_id(file),
            cached: RwLock::default(),
            queue: Queue::default(),
            turn: Turn::default(),
            broken: AtomicBool::new(false),
            named: Mutex::default(),
            handle: Mutex::default(),
            checkpoint_cost: AtomicU64::new(0),
            last_used: AtomicU64::new(0),
            held,
        }
    }

    /// What a journal that begins where the JSON file stands begins with.
    pub(crate) fn journal_base<'a>(&'a self, base: &'a Cached) -> Base<'a> {
        Base {
            file: &self.file,
            marker: base.marker(),
            created_at: &base.process.created_at,
        }
    }

    /// The file's name.
    pub(crate) fn file(&self) -> &OsStr {
        &self.file
    }

    /// The process as it is now.
    pub(crate) fn current(&self, place: &StoreDir) -> Result<Arc<Process>, Unavailable> {
        self.look(place).map(|cached| cached.process)
    }

    /// What the files hold now.
    pub(crate) fn look(&self, place: &StoreDir) -> Result<Cached, Unavailable> {
        match self.glance(place)? {
            Some(cached) => Ok(cached),
            None => match self.load(place)? {
                Loaded::Known(cached) => Ok(*cached),
                Loaded::Outside(_) => {
                    if place.is_read_only {
                        return self.adopted_in_memory(place);
                    }
                    // Nobody reads later because somebody else writes: what was edited is made a
                    // part of the history by whoever comes next.
                    let soon = Instant::now() + A_MOMENT;
                    let Ok(Some(_hold)) = self.hold_by(place, soon) else {
                        return self.adopted_in_memory(place);
                    };
                    self.look_locked(place)
                        .or_else(|_| self.adopted_in_memory(place))
                }
            },
        }
    }

    /// Whether anything of the files is in memory.
    pub(crate) fn is_loaded(&self) -> bool {
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        cached.is_some()
    }

    /// The process as the files hold it now, where a look at both proves that without reading
    /// them, nobody is changing what is in memory, and the file is no larger than `most` bytes.
    pub(crate) fn current_at_once(&self, place: &StoreDir, most: u64) -> Option<Arc<Process>> {
        let (process, json, journal) = {
            let cached = self.cached.try_read().ok()?;
            let cached = cached.as_ref()?;
            if cached.size() > most {
                return None;
            }
            let journal = cached.journal.as_ref().map(|known| known.stamp);
            (Arc::clone(&cached.process), cached.json.clone(), journal)
        };
        let unchanged = json.is_unchanged(&place.stamp(&self.file).ok()?)
            && place.journal_stamp(&self.lock_id).ok()? == journal;
        unchanged.then_some(process)
    }

    /// What the files hold now; to be called under the lock, under which a change from outside
    /// is made a part of the history.
    pub(crate) fn look_locked(&self, place: &StoreDir) -> Result<Cached, Unavailable> {
        match self.glance(place)? {
            Some(cached) => Ok(cached),
            None => match self.load(place)? {
                Loaded::Known(cached) => Ok(*cached),
                Loaded::Outside(outside) => self.adopt(place, outside),
            },
        }
    }

    /// What is in memory, where that is what the files hold.
    fn glance(&self, place: &StoreDir) -> Result<Option<Cached>, Unavailable> {
        let json = place.stamp(&self.file).inspect_err(|_| self.forget())?;
        let journal = place
            .journal_stamp(&self.lock_id)
            .map_err(|error| unreadable_journal(&error))?;
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        let current = cached.as_ref().filter(|cached| {
            cached.json.is_unchanged(&json) && cached.journal.as_ref().map(|j| j.stamp) == journal
        });
        Ok(current.cloned())
    }

    /// Reads what is not known yet, and keeps it.
    fn load(&self, place: &StoreDir) -> Result<Loaded, Unavailable> {
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        let mut attempt = 0;
        loop {
            let outcome = self.read(place, cached.as_ref());
            let just_changed = || {
                place
                    .stamp(&self.file)
                    .is_ok_and(|stamp| !stamp.is_settled(SystemTime::now()))
            };
            if outcome.is_ok() || attempt == EDITOR_RETRIES || !just_changed() {
                match &outcome {
                    Ok(Loaded::Known(known)) => self.keep(&mut cached, Some(Cached::clone(known))),
                    // What was known is needed to tell what was changed.
                    Ok(Loaded::Outside(_)) => {}
                    Err(_) => self.keep(&mut cached, None),
                }
                return outcome;
            }
            attempt += 1;
            std::thread::sleep(EDITOR_PAUSE);
        }
    }

    /// Forgets what is in memory, so that the next look reads the files.
    pub(crate) fn forget(&self) {
        self.close();
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        self.keep(&mut cached, None);
    }

    /// Takes note of what the files hold since they were written.
    pub(crate) fn remember(&self, fresh: Cached) {
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        self.keep(&mut cached, Some(fresh));
    }

    /// Forgets what is in memory, unless somebody is using it this moment.
    pub(crate) fn forget_if_idle(&self) {
        self.close();
        if let Ok(mut cached) = self.cached.try_write() {
            self.keep(&mut cached, None);
        }
    }

    fn keep(&self, place: &mut Option<Cached>, fresh: Option<Cached>) {
        let bytes = |cached: &Option<Cached>| {
            let len = cached.as_ref().map_or(0, |cached| cached.json.stamp.len);
            usize::try_from(len).unwrap_or(usize::MAX)
        };
        self.held.fetch_add(bytes(&fresh), Ordering::Relaxed);
        let old = std::mem::replace(place, fresh);
        self.held.fetch_sub(bytes(&old), Ordering::Relaxed);
    }

    /// Keeps everybody else from changing the file or its journal, as soon as nobody does that;
    /// refused where somebody still does at `deadline`.
    pub(crate) fn hold(&self, place: &StoreDir, deadline: Instant) -> Result<Hold<'_>, StoreError> {
        let hold = self.hold_by(place, deadline)?;
        hold.ok_or_else(|| place.held(&self.lock_id))
    }

    /// Like [`hold`](Self::hold), where it is nothing to speak of that somebody else was at it.
    pub(crate) fn hold_by(
        &self,
        place: &StoreDir,
        deadline: Instant,
    ) -> Result<Option<Hold<'_>>, StoreError> {
        let Some(turn) = self.turn.take_by(deadline) else {
            return Ok(None);
        };
        let lock = place.lock_by(&self.lock_id, deadline)?;
        Ok(lock.map(|lock| Hold {
            _lock: lock,
            _turn: turn,
        }))
    }

    /// Runs `work` while nobody, in no OS process, changes the file or its journal.
    pub(crate) fn exclusively<T>(
        &self,
        place: &StoreDir,
        work: impl FnOnce(&str) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let _hold = self.hold(place, place.deadline())?;
        let outcome = work(&self.lock_id);
        self.forget();
        outcome
    }

    /// The journal as it was left open, where that is the file that `journal` is about. To be
    /// called under the lock, with what was just found under the journal's name.
    pub(crate) fn take_open(&self, journal: &JournalState) -> Option<Box<dyn JournalFile>> {
        locked(&self.handle).take()?.file_of(&journal.stamp)
    }

    /// Leaves the journal open for the next append, which is likely to come soon; on the disk of
    /// this machine alone. Network file systems ask the server what others have written when a
    /// file is opened, and a mere look may tell what was true some seconds ago: who writes on then
    /// writes over what others have appended.
    pub(crate) fn leave_open(&self, place: &StoreDir, file: Box<dyn JournalFile>, stamp: &Stamp) {
        if place.is_local {
            *locked(&self.handle) = OpenJournal::new(file, stamp);
        }
    }

    /// Closes the journal, where it was left open.
    pub(crate) fn close(&self) {
        locked(&self.handle).take();
    }

    /// Whether the file still holds what it held at an earlier look, also where its stamp does
    /// not tell. People edit it without a lock; this look just before a rename leaves them a
    /// window of microseconds to be overwritten in.
    pub(crate) fn still_holds(&self, place: &StoreDir, seen: &JsonSeen) -> bool {
        match place.stamp(&self.file) {
            Ok(stamp) if seen.settled => stamp == seen.stamp,
            Ok(_) => place
                .read(&self.file)
                .is_ok_and(|(_, bytes)| Checksum::of(&bytes) == seen.checksum),
            Err(_) => false,
        }
    }
}

/// Locks a mutex whose value is whole at every moment, also where a thread panicked with it.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
