//! One process's file and journal: their content in memory, kept true to them by a look at both stamps.

use std::ffi::{OsStr, OsString};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, SystemTime};

use super::super::disk::fs::Stamp;
use super::super::disk::locks::{Turn, locked};
use super::super::disk::names;
use super::super::disk::store_dir::{StoreDir, Unavailable, unreadable_journal};
use super::super::journal::Checksum;
use super::super::journal::open_journal::OpenJournal;
use super::durable_names::DurableNames;
use super::load::{Files, Loaded};
use super::request::{Outcome, Request};
use super::shared::Shared;
use super::state::{Cached, JsonSeen};
use crate::Process;
use crate::store::queue::Queue;

/// How often, and how long apart, a file is read again that looks damaged and was changed a
/// moment ago: an editor that writes in place may be in the middle of it.
pub(crate) const EDITOR_RETRIES: u32 = 5;
/// See [`EDITOR_RETRIES`].
pub(crate) const EDITOR_PAUSE: Duration = Duration::from_millis(10);

/// One process's file and journal.
pub(crate) struct Document {
    file: OsString,
    pub(crate) lock_id: String,
    pub(super) shared: Arc<Shared>,
    /// What was last read or written; never believed without a look at the files.
    cached: RwLock<Option<Cached>>,
    /// The changes that wait for the next write.
    pub(super) queue: Queue<Request, Outcome>,
    /// The turn of the thread that writes.
    pub(super) turn: Turn,
    /// The epoch of the journal that must not be appended to, because it is not known how much of
    /// it is durable; 0 if there is none.
    pub(super) broken: AtomicU64,
    /// The journal whose name is known to be durable, with the name of the JSON file.
    pub(super) named: Mutex<Option<DurableNames>>,
    /// The journal, open since the last append to it.
    pub(super) open_journal: Mutex<Option<OpenJournal>>,
    /// How many nanoseconds the last checkpoint took.
    pub(super) checkpoint_ns: AtomicU64,
    /// When the document was last used, on the cache's clock.
    pub(super) last_used: AtomicU64,
}

impl Document {
    pub(crate) fn new(file: &OsStr, shared: Arc<Shared>) -> Self {
        Self {
            file: file.to_owned(),
            lock_id: names::lock_id(file),
            shared,
            cached: RwLock::default(),
            queue: Queue::default(),
            turn: Turn::default(),
            broken: AtomicU64::new(0),
            named: Mutex::default(),
            open_journal: Mutex::default(),
            checkpoint_ns: AtomicU64::new(0),
            last_used: AtomicU64::new(0),
        }
    }

    /// The file's name.
    pub(crate) fn file(&self) -> &OsStr {
        &self.file
    }

    /// What all documents of the store share.
    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// The storage directory.
    pub(crate) fn dir(&self) -> &StoreDir {
        &self.shared.dir
    }

    /// Whether anything of the files is in memory.
    pub(crate) fn is_loaded(&self) -> bool {
        self.cached().is_some()
    }

    /// What the files hold now, without waiting for anybody: an edit by hand is put together with
    /// the other changes of the journal in memory, anew at each look.
    pub(crate) fn peek(&self) -> Result<Cached, Unavailable> {
        Ok(match self.look_without_lock()? {
            Loaded::Known(cached) => *cached,
            Loaded::Outside(outside) => outside.merged(),
        })
    }

    /// The state that the files hold now, whether it is in the history or was written from outside.
    pub(crate) fn look_without_lock(&self) -> Result<Loaded, Unavailable> {
        match self.unchanged()? {
            Some(cached) => Ok(Loaded::Known(Box::new(cached))),
            None => self.load(EDITOR_RETRIES),
        }
    }

    /// Like [`look_without_lock`](Self::look_without_lock), also if an editor is in the middle of
    /// the file: then what stands there is damaged.
    pub(crate) fn look_at_once(&self) -> Result<Loaded, Unavailable> {
        match self.unchanged()? {
            Some(cached) => Ok(Loaded::Known(Box::new(cached))),
            None => self.load(0),
        }
    }

    /// The process as the files hold it now, if a look at both proves that without reading them,
    /// nobody is changing what is in memory, and the file is no larger than `bytes_max`.
    pub(crate) fn current_at_once(&self, bytes_max: u64) -> Option<Arc<Process>> {
        let (process, json, journal) = {
            let cached = self.cached.try_read().ok()?;
            let cached = cached.as_ref()?;
            if cached.size() > bytes_max {
                return None;
            }
            let journal = cached.journal.as_ref().map(|journal| journal.stamp);
            (Arc::clone(&cached.process), cached.json.clone(), journal)
        };
        let unchanged = json.is_unchanged(&self.dir().stamp(&self.file).ok()?)
            && self.dir().journal_stamp(&self.lock_id).ok()? == journal;
        unchanged.then_some(process)
    }

    /// What is in memory, if that is what the files hold.
    fn unchanged(&self) -> Result<Option<Cached>, Unavailable> {
        let json = (self.dir().stamp(&self.file)).inspect_err(|_| self.forget())?;
        let journal = self.journal_stamp()?;
        let cached = self.cached();
        let current = cached.as_ref().filter(|cached| {
            cached.json.is_unchanged(&json) && cached.journal.as_ref().map(|j| j.stamp) == journal
        });
        Ok(current.cloned())
    }

    fn journal_stamp(&self) -> Result<Option<Stamp>, Unavailable> {
        let stamp = self.dir().journal_stamp(&self.lock_id);
        stamp.map_err(|error| unreadable_journal(&error))
    }

    /// Reads what is not known yet, and keeps it; a file that an editor may be in the middle of is
    /// read as often as `retries` says.
    fn load(&self, retries: u32) -> Result<Loaded, Unavailable> {
        let files = Files {
            shared: &self.shared,
            file: &self.file,
            lock_id: &self.lock_id,
        };
        let mut retries = retries;
        loop {
            let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
            let outcome = files.load(cached.as_ref());
            match &outcome {
                Ok(Loaded::Known(known)) => self.keep(&mut cached, Some(Cached::clone(known))),
                // The state that was known is needed to find what was changed.
                Ok(Loaded::Outside(_)) => {}
                Err(_) if !self.may_be_in_the_middle() => self.keep(&mut cached, None),
                // It is needed for that as well once the editor is done.
                Err(_) if retries == 0 => {}
                Err(_) => {
                    drop(cached);
                    retries -= 1;
                    std::thread::sleep(EDITOR_PAUSE);
                    continue;
                }
            }
            return outcome;
        }
    }

    /// Whether an editor may be in the middle of the file, as it changed a moment ago.
    fn may_be_in_the_middle(&self) -> bool {
        let stamp = self.dir().stamp(&self.file);
        stamp.is_ok_and(|stamp| !stamp.is_settled(SystemTime::now()))
    }

    /// What is in memory.
    pub(super) fn cached(&self) -> RwLockReadGuard<'_, Option<Cached>> {
        self.cached.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets what is in memory, so that the next look reads the files.
    pub(crate) fn forget(&self) {
        self.close();
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        self.keep(&mut cached, None);
    }

    /// Takes note of what the files hold since they were written.
    pub(super) fn remember(&self, fresh: Cached) {
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        self.keep(&mut cached, Some(fresh));
    }

    /// Forgets what is in memory, unless it is in use at this moment.
    pub(super) fn forget_if_idle(&self) {
        self.close();
        if let Ok(mut cached) = self.cached.try_write() {
            self.keep(&mut cached, None);
        }
    }

    fn keep(&self, cached: &mut Option<Cached>, fresh: Option<Cached>) {
        let bytes = |cached: &Option<Cached>| {
            let len = cached.as_ref().map_or(0, |cached| cached.json.stamp.len);
            usize::try_from(len).unwrap_or(usize::MAX)
        };
        let held = &self.shared.held;
        held.fetch_add(bytes(&fresh), Ordering::Relaxed);
        let old = std::mem::replace(cached, fresh);
        held.fetch_sub(bytes(&old), Ordering::Relaxed);
    }

    /// Closes the journal, if it was left open.
    pub(super) fn close(&self) {
        locked(&self.open_journal).take();
    }

    /// Whether the file still holds what it held at an earlier look, even if its stamp does not
    /// tell. People edit it without a lock; after this look just before a rename, only an edit
    /// within microseconds is overwritten.
    pub(super) fn still_holds(&self, seen: &JsonSeen) -> bool {
        match self.dir().stamp(&self.file) {
            Ok(stamp) if seen.settled => stamp == seen.stamp,
            Ok(_) => {
                let read = self.dir().read(&self.file);
                read.is_ok_and(|(_, bytes)| Checksum::of(&bytes) == seen.checksum)
            }
            Err(_) => false,
        }
    }

    /// Reads a file whose stamp proved nothing when it was last read, and proves something now,
    /// before others have to wait for that.
    pub(super) fn settle(&self) {
        let seen = self.cached().as_ref().map(|cached| cached.json.clone());
        let Some(seen) = seen.filter(|seen| !seen.settled) else {
            return;
        };
        let now = SystemTime::now();
        if let Ok((stamp, bytes)) = self.dir().read(&self.file)
            && stamp.is_settled(now)
            && stamp == seen.stamp
            && Checksum::of(&bytes) == seen.checksum
        {
            let mut cached = self.cached.write();
            let cached = cached.as_deref_mut().ok().and_then(Option::as_mut);
            if let Some(cached) = cached.filter(|cached| cached.json.stamp == stamp) {
                cached.json.settled = true;
            }
        }
    }
}
