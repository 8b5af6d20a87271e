//! One process's file: its content in memory, kept true to the file, and its changes, of which
//! those that arrive while a write runs share the next one.

use std::ffi::{OsStr, OsString};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, mpsc};
use std::time::SystemTime;

use super::format::{read_process, write_process};
use super::fs::Stamp;
use super::naming;
use super::place::{
    Absent, EDITOR_PAUSE, EDITOR_RETRIES, NotReplaced, Place, failed, missing_fields, unusable,
};
use crate::store::{Change, StoreError};
use crate::{Error, Process, ProcessName};

/// How often a batch is applied anew because somebody outside changed the file meanwhile.
const STALE_RETRIES: u32 = 32;

/// One process's file.
pub(super) struct Slot {
    file: OsString,
    lock_id: String,
    /// What was last read or written; never believed without a look at the file.
    cached: RwLock<Option<Cached>>,
    /// The changes that wait for the next write.
    waiting: Mutex<Vec<Waiting>>,
    /// Held by the thread that writes, for itself and all that wait.
    committing: Mutex<()>,
    /// When the slot was last used, on the cache's clock.
    pub(super) last_used: AtomicU64,
    /// The bytes that all slots hold, counted together.
    held: Arc<AtomicUsize>,
}

struct Cached {
    process: Arc<Process>,
    stamp: Stamp,
    /// Whether an equal stamp proves equal content; see [`Stamp::is_settled`].
    settled: bool,
    checksum: u64,
    len: usize,
}

struct Waiting {
    name: ProcessName,
    change: Change,
    reply: mpsc::Sender<Outcome>,
}

/// What became of a change.
pub(super) enum Outcome {
    /// It is durable, and this is the process since.
    Kept(Arc<Process>),
    /// It was not made.
    Refused(Error),
    /// It was not made: the file is gone or holds a process of another name by now.
    Moved(Change),
}

impl Slot {
    pub(super) fn new(file: &OsStr, held: Arc<AtomicUsize>) -> Self {
        Self {
            file: file.to_owned(),
            lock_id: naming::lock_id(file),
            cached: RwLock::default(),
            waiting: Mutex::default(),
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
        let stamp = place.stamp(&self.file).inspect_err(|_| self.forget())?;
        {
            let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(cached) = &*cached
                && cached.settled
                && cached.stamp == stamp
            {
                return Ok(Arc::clone(&cached.process));
            }
        }
        self.load(place)
    }

    /// Reads the file, and parses it where its content is not the one in memory.
    fn load(&self, place: &Place) -> Result<Arc<Process>, Absent> {
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        let mut attempt = 0;
        loop {
            let now = SystemTime::now();
            let outcome = place.read(&self.file).and_then(|(stamp, bytes)| {
                let settled = stamp.is_settled(now);
                let checksum = twox_hash::XxHash3_64::oneshot(&bytes);
                if let Some(cached) = cached.as_mut().filter(|c| c.checksum == checksum) {
                    cached.stamp = stamp;
                    cached.settled = settled;
                    return Ok(Arc::clone(&cached.process));
                }
                match read_process(&bytes, &missing_fields(&self.file, &stamp)) {
                    Ok(process) => {
                        let process = Arc::new(process);
                        let len = bytes.len();
                        let fresh = Cached {
                            process: Arc::clone(&process),
                            stamp,
                            settled,
                            checksum,
                            len,
                        };
                        self.keep(&mut cached, Some(fresh));
                        Ok(process)
                    }
                    Err(kind) => Err(Absent::Problem(kind)),
                }
            });
            let just_changed = || {
                place
                    .stamp(&self.file)
                    .is_ok_and(|stamp| !stamp.is_settled(SystemTime::now()))
            };
            if outcome.is_ok() || attempt == EDITOR_RETRIES || !just_changed() {
                if outcome.is_err() {
                    self.keep(&mut cached, None);
                }
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

    fn keep(&self, place: &mut Option<Cached>, fresh: Option<Cached>) {
        let bytes = |cached: &Option<Cached>| cached.as_ref().map_or(0, |cached| cached.len);
        self.held.fetch_add(bytes(&fresh), Ordering::Relaxed);
        let old = std::mem::replace(place, fresh);
        self.held.fetch_sub(bytes(&old), Ordering::Relaxed);
    }

    /// Makes a change to the process called `name`, together with all that wait by then.
    pub(super) fn submit(&self, place: &Place, name: &ProcessName, change: Change) -> Outcome {
        let (reply, outcome) = mpsc::channel();
        locked(&self.waiting).push(Waiting {
            name: name.clone(),
            change,
            reply,
        });
        // While one thread writes, others line up here with their changes already waiting; the
        // next one in takes them all, and the rest find theirs done.
        let turn = locked(&self.committing);
        if let Ok(outcome) = outcome.try_recv() {
            return outcome;
        }
        let batch = std::mem::take(&mut *locked(&self.waiting));
        self.commit(place, batch);
        drop(turn);
        outcome
            .try_recv()
            .unwrap_or(Outcome::Refused(StoreError::NotApplied.into()))
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

    fn commit(&self, place: &Place, mut batch: Vec<Waiting>) {
        match place.lock(&self.lock_id) {
            Err(error) => answer_all(batch, |_| Outcome::Refused(error.clone().into())),
            Ok(_lock) => {
                for _ in 0..STALE_RETRIES {
                    batch = match self.try_commit(place, batch) {
                        None => return,
                        Some(batch) => batch,
                    };
                }
                answer_all(batch, |_| Outcome::Refused(StoreError::Contended.into()));
            }
        }
    }

    /// Applies a batch to the present state and writes it once; gives the batch back where the
    /// file was changed from outside in between.
    fn try_commit(&self, place: &Place, mut batch: Vec<Waiting>) -> Option<Vec<Waiting>> {
        let base = match self.current(place) {
            Ok(base) => base,
            Err(Absent::Missing) => {
                answer_all(batch, Outcome::Moved);
                return None;
            }
            Err(Absent::Problem(kind)) => {
                let refusal = unusable(&self.file, kind);
                answer_all(batch, |_| Outcome::Refused(refusal.clone()));
                return None;
            }
        };
        let (here, moved): (Vec<_>, Vec<_>) = batch
            .into_iter()
            .partition(|waiting| waiting.name == base.name);
        answer_all(moved, Outcome::Moved);
        batch = here;

        let mut process = Process::clone(&base);
        let refusals: Vec<Option<Error>> = batch
            .iter_mut()
            .map(|waiting| (waiting.change)(&mut process).err())
            .collect();
        let kept = refusals.iter().filter(|refusal| refusal.is_none()).count();
        process.revision = base
            .revision
            .saturating_add(u64::try_from(kept).unwrap_or(u64::MAX));
        let written = if kept == 0 {
            Ok(base)
        } else {
            self.write(place, process)
        };

        let outcome = match written {
            Ok(process) => Ok(process),
            Err(NotReplaced::Stale) => return Some(batch),
            Err(NotReplaced::Failed(error)) => {
                // What stands on the disk now is for the disk to say.
                self.forget();
                Err(Error::from(error))
            }
        };
        for (waiting, refusal) in batch.into_iter().zip(refusals) {
            let outcome = match (refusal, &outcome) {
                (Some(error), _) => Outcome::Refused(error),
                (None, Ok(process)) => Outcome::Kept(Arc::clone(process)),
                (None, Err(error)) => Outcome::Refused(error.clone()),
            };
            // A caller waits for as long as its change does; none is ever gone.
            let _ = waiting.reply.send(outcome);
        }
        None
    }

    fn write(&self, place: &Place, process: Process) -> Result<Arc<Process>, NotReplaced> {
        let bytes = write_process(&process).map_err(|error| failed("write the file", error))?;
        let stamp = place.put(&self.lock_id, &self.file, &bytes, |temporary, target| {
            if !self.is_unchanged(place) {
                return Err(NotReplaced::Stale);
            }
            place
                .fs
                .rename(temporary, target)
                .map_err(|error| failed("replace the file", error))
        })?;
        let process = Arc::new(process);
        let checksum = twox_hash::XxHash3_64::oneshot(&bytes);
        let fresh = Cached {
            process: Arc::clone(&process),
            stamp,
            settled: false,
            checksum,
            len: bytes.len(),
        };
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        self.keep(&mut cached, Some(fresh));
        Ok(process)
    }

    /// Whether the file still holds what is in memory. People edit it without a lock; this look
    /// just before the rename leaves them a window of microseconds to be overwritten in.
    fn is_unchanged(&self, place: &Place) -> bool {
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        let Some(cached) = &*cached else { return false };
        match place.stamp(&self.file) {
            Ok(stamp) if cached.settled => stamp == cached.stamp,
            Ok(_) => place
                .read(&self.file)
                .is_ok_and(|(_, bytes)| twox_hash::XxHash3_64::oneshot(&bytes) == cached.checksum),
            Err(_) => false,
        }
    }
}

fn answer_all(batch: Vec<Waiting>, outcome: impl Fn(Change) -> Outcome) {
    for waiting in batch {
        let _ = waiting.reply.send(outcome(waiting.change));
    }
}

/// Locks a mutex whose value is whole at every moment, also where a thread panicked with it.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
