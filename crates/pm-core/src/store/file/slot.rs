//! One process's file: its content in memory, kept true to the file. Its changes are made in
//! `commit`.

use std::ffi::{OsStr, OsString};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::SystemTime;

use super::commit::Queue;
use super::format::read_process;
use super::fs::Stamp;
use super::naming;
use super::place::{Absent, EDITOR_PAUSE, EDITOR_RETRIES, Place, missing_fields};
use crate::{Error, Process};

/// One process's file.
pub(super) struct Slot {
    file: OsString,
    pub(super) lock_id: String,
    /// What was last read or written; never believed without a look at the file.
    cached: RwLock<Option<Cached>>,
    /// The changes that wait for the next write.
    pub(super) queue: Mutex<Queue>,
    /// Held by the thread that writes.
    pub(super) committing: Mutex<()>,
    /// When the slot was last used, on the cache's clock.
    pub(super) last_used: AtomicU64,
    /// The bytes that all slots hold, counted together.
    held: Arc<AtomicUsize>,
}

/// What a file held when it was last looked at.
#[derive(Clone)]
pub(super) struct Cached {
    pub(super) process: Arc<Process>,
    stamp: Stamp,
    /// Whether an equal stamp proves equal content; see [`Stamp::is_settled`].
    settled: bool,
    checksum: u64,
    len: usize,
}

impl Slot {
    pub(super) fn new(file: &OsStr, held: Arc<AtomicUsize>) -> Self {
        Self {
            file: file.to_owned(),
            lock_id: naming::lock_id(file),
            cached: RwLock::default(),
            queue: Mutex::default(),
            committing: Mutex::default(),
            last_used: AtomicU64::new(0),
            held,
        }
    }

    /// The file's name.
    pub(super) fn file(&self) -> &OsStr {
        &self.file
    }

    /// The process as the file holds it now.
    pub(super) fn current(&self, place: &Place) -> Result<Arc<Process>, Absent> {
        self.look(place).map(|cached| cached.process)
    }

    /// What the file holds now, with what tells whether it still does later.
    pub(super) fn look(&self, place: &Place) -> Result<Cached, Absent> {
        let stamp = place.stamp(&self.file).inspect_err(|_| self.forget())?;
        {
            let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(cached) = &*cached
                && cached.settled
                && cached.stamp == stamp
            {
                return Ok(cached.clone());
            }
        }
        self.load(place)
    }

    /// The process as the file holds it now, where one look at the file proves that without
    /// reading it, nobody is changing what is in memory, and the file is no larger than `most`.
    pub(super) fn current_at_once(&self, place: &Place, most: usize) -> Option<Arc<Process>> {
        let (process, stamp) = {
            let cached = self.cached.try_read().ok()?;
            let cached = cached.as_ref()?;
            if !cached.settled || cached.len > most {
                return None;
            }
            (Arc::clone(&cached.process), cached.stamp)
        };
        (place.stamp(&self.file).ok()? == stamp).then_some(process)
    }

    /// Reads the file, and parses it where its content is not the one in memory.
    fn load(&self, place: &Place) -> Result<Cached, Absent> {
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        let mut attempt = 0;
        loop {
            let now = SystemTime::now();
            let outcome = place.read(&self.file).and_then(|(stamp, bytes)| {
                let settled = stamp.is_settled(now);
                let checksum = twox_hash::XxHash3_64::oneshot(&bytes);
                let process = match cached.as_ref().filter(|c| c.checksum == checksum) {
                    Some(cached) => Arc::clone(&cached.process),
                    None => read_process(&bytes, &missing_fields(&self.file, &stamp))
                        .map(Arc::new)
                        .map_err(Absent::Problem)?,
                };
                let len = bytes.len();
                Ok(Cached {
                    process,
                    stamp,
                    settled,
                    checksum,
                    len,
                })
            });
            let just_changed = || {
                place
                    .stamp(&self.file)
                    .is_ok_and(|stamp| !stamp.is_settled(SystemTime::now()))
            };
            if outcome.is_ok() || attempt == EDITOR_RETRIES || !just_changed() {
                self.keep(&mut cached, outcome.as_ref().ok().cloned());
                return outcome;
            }
            attempt += 1;
            std::thread::sleep(EDITOR_PAUSE);
        }
    }

    /// Forgets what is in memory, so that the next look reads the file.
    pub(super) fn forget(&self) {
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        self.keep(&mut cached, None);
    }

    /// Takes note of what was written, of which the file then had this stamp.
    pub(super) fn remember(&self, process: Arc<Process>, bytes: &[u8], stamp: Stamp) {
        let fresh = Cached {
            process,
            stamp,
            settled: false,
            checksum: twox_hash::XxHash3_64::oneshot(bytes),
            len: bytes.len(),
        };
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        self.keep(&mut cached, Some(fresh));
    }

    /// Forgets what is in memory, unless somebody is using it this moment.
    pub(super) fn forget_if_idle(&self) {
        if let Ok(mut cached) = self.cached.try_write() {
            self.keep(&mut cached, None);
        }
    }

    fn keep(&self, place: &mut Option<Cached>, fresh: Option<Cached>) {
        let bytes = |cached: &Option<Cached>| cached.as_ref().map_or(0, |cached| cached.len);
        self.held.fetch_add(bytes(&fresh), Ordering::Relaxed);
        let old = std::mem::replace(place, fresh);
        self.held.fetch_sub(bytes(&old), Ordering::Relaxed);
    }

    /// Runs `work` while nobody, in no OS process, changes the file.
    pub(super) fn exclusively<T>(
        &self,
        place: &Place,
        work: impl FnOnce(&str) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let _turn = locked(&self.committing);
        let _lock = place.lock(&self.lock_id)?;
        let outcome = work(&self.lock_id);
        self.forget();
        outcome
    }

    /// Whether the file still holds what it held at an earlier look. People edit it without a
    /// lock; this look just before the rename leaves them a window of microseconds to be
    /// overwritten in.
    pub(super) fn still_holds(&self, place: &Place, base: &Cached) -> bool {
        match place.stamp(&self.file) {
            Ok(stamp) if base.settled => stamp == base.stamp,
            Ok(_) => place
                .read(&self.file)
                .is_ok_and(|(_, bytes)| twox_hash::XxHash3_64::oneshot(&bytes) == base.checksum),
            Err(_) => false,
        }
    }
}

/// Locks a mutex whose value is whole at every moment, also where a thread panicked with it.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
