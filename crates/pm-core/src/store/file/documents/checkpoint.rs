//! Checkpoints: the JSON file is brought up to what the journal holds.
//!
//! The file is written and synced under a temporary name while others go on appending to the
//! journal. Only then, under the lock, it is announced in the journal, renamed, and the directory
//! synced: at each moment the file under the real name is one that the journal knows.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime};

use super::super::disk::fs::NewFile;
use super::super::disk::names;
use super::super::disk::store_dir::{StoreDir, Unavailable, WriteFailed, failed};
use super::super::format::write_process;
use super::super::journal::{Checksum, Durable, Journal, Line};
use super::document::{Cached, Document, JsonSeen};
use super::rotate;
use crate::Process;
use crate::store::StoreError;

/// How often a checkpoint starts over because the process changed under it from outside.
const RETRIES: u32 = 4;

/// How long a checkpoint waits for those who write: one that is not made now is made later, and
/// those of other processes wait behind it.
const PATIENCE: Duration = Duration::from_millis(100);

/// What became of a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checkpoint {
    /// The file holds all that there was when the checkpoint began.
    Done,
    /// Somebody else makes one at this moment, or the file keeps changing.
    Busy,
}

/// A JSON file, durable under a temporary name that goes with it.
pub(crate) struct StagedFile<'a> {
    place: &'a StoreDir,
    temporary: PathBuf,
    target: PathBuf,
    file: Box<dyn NewFile>,
    checksum: Checksum,
    revision: u64,
}

impl<'a> StagedFile<'a> {
    /// Writes `process` for `file`, under the lock `lock_id`.
    pub(crate) fn new(
        place: &'a StoreDir,
        lock_id: &str,
        file: &OsStr,
        process: &Process,
    ) -> Result<Self, WriteFailed> {
        let target = place.path(file);
        if place.fs.is_read_only(&target) {
            return Err(WriteFailed::Failed(StoreError::FileReadOnly));
        }
        let bytes = write_process(process).map_err(|error| failed("write the file", error))?;
        let temporary = place.path(names::temporary_name(lock_id));
        let written = place.write_temporary(&temporary, &target, &bytes);
        let file = written.inspect_err(|_| {
            // Where this fails, too, the next sweep takes it.
            let _ = place.fs.remove(&temporary);
        })?;
        Ok(Self {
            place,
            temporary,
            target,
            file,
            checksum: Checksum::of(&bytes),
            revision: process.revision,
        })
    }

    /// The line that announces the file.
    pub(crate) fn announcement(&self) -> Line {
        Line::Checkpoint {
            revision: self.revision,
            json: self.checksum,
        }
    }
}

impl Drop for StagedFile<'_> {
    fn drop(&mut self) {
        // Already renamed, or of no use any more; the next sweep takes what stays.
        let _ = self.place.fs.remove(&self.temporary);
    }
}

impl Document {
    /// Brings the JSON file up to date.
    pub(crate) fn checkpoint(&self, place: &StoreDir) -> Result<Checkpoint, StoreError> {
        let started = Instant::now();
        let outcome = self.bring_up_to_date(place);
        // Whoever rests keeps no file open.
        self.close();
        let cost = u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.checkpoint_cost.store(cost, Ordering::Relaxed);
        outcome
    }

    /// How long the last checkpoint took.
    pub(crate) fn checkpoint_cost(&self) -> Duration {
        Duration::from_nanos(self.checkpoint_cost.load(Ordering::Relaxed))
    }

    fn bring_up_to_date(&self, place: &StoreDir) -> Result<Checkpoint, StoreError> {
        // A lock of its own: appending goes on meanwhile.
        let lock_id = names::checkpoint_lock_id(&self.lock_id);
        let Some(_only) = place.try_lock(&lock_id)? else {
            return Ok(Checkpoint::Busy);
        };
        // Before all is written that a lock which nobody lets go of would make vain.
        if self.hold_by(place, Instant::now() + PATIENCE)?.is_none() {
            return Ok(Checkpoint::Busy);
        }
        for _ in 0..RETRIES {
            let seen = match self.look(place) {
                Ok(seen) if seen.is_ahead() => seen,
                // Gone, or to be mended by a person first: what the journal has stays in it.
                Ok(_) | Err(_) => return Ok(Checkpoint::Done),
            };
            let staged = StagedFile::new(place, &lock_id, self.file(), &seen.process);
            let outcome = staged.and_then(|staged| self.place(place, &seen, &staged));
            match outcome {
                Ok(outcome) => return Ok(outcome),
                Err(WriteFailed::Stale) => {}
                Err(WriteFailed::Failed(error)) => return Err(error),
            }
        }
        Ok(Checkpoint::Busy)
    }

    fn place(
        &self,
        place: &StoreDir,
        seen: &Cached,
        staged: &StagedFile<'_>,
    ) -> Result<Checkpoint, WriteFailed> {
        self.settle(place);
        let soon = Instant::now() + PATIENCE;
        let hold = self.hold_by(place, soon).map_err(WriteFailed::Failed)?;
        let Some(_hold) = hold else {
            return Ok(Checkpoint::Busy);
        };
        let base = self.look_locked(place).map_err(|absent| match absent {
            Unavailable::NotKept(error) => WriteFailed::Failed(error),
            Unavailable::Missing | Unavailable::Problem(_) => WriteFailed::Stale,
        })?;
        let epoch = |cached: &Cached| cached.journal.as_ref().map(|j| j.head.epoch);
        // Whatever was staged follows from this file and this journal, or it is out of date.
        if base.json.checksum != seen.json.checksum
            || epoch(&base) != epoch(seen)
            || !self.still_holds(place, &base.json)
        {
            return Err(WriteFailed::Stale);
        }
        // Where the journal was taken away, the file will have all that it held for us to keep.
        let journal = if base.journal.is_some() {
            let known = self.append(place, &base, vec![staged.announcement()]);
            Some(known.map_err(|error| WriteFailed::Failed(error.error))?)
        } else {
            None
        };
        let placed = self.put_in_place(place, Cached { journal, ..base }, staged)?;
        // The file is in place; a journal that stays long is cut at the next checkpoint.
        let _ = rotate::if_long(self, place, &placed);
        Ok(Checkpoint::Done)
    }

    /// Gives an announced file its real name. To be called under the lock.
    pub(crate) fn put_in_place(
        &self,
        place: &StoreDir,
        base: Cached,
        staged: &StagedFile<'_>,
    ) -> Result<Cached, WriteFailed> {
        place
            .fs
            .rename(&staged.temporary, &staged.target)
            .map_err(|error| failed("replace the file", error))?;
        // From here on the file may be the new one or, after a power cut, the old one. The
        // journal knows both until the name is durable.
        let synced = place.sync_names();
        let stamp = staged.file.stamp();
        let (Ok(()), Ok(stamp)) = (&synced, stamp) else {
            self.forget();
            return synced
                .map_err(WriteFailed::Failed)
                .and(Err(WriteFailed::Stale));
        };
        let mut fresh = Cached {
            json: JsonSeen {
                stamp,
                settled: stamp.is_settled(SystemTime::now()),
                checksum: staged.checksum,
            },
            in_json: staged.revision,
            ..base
        };
        self.has_named_file(&fresh.json);
        if let Some(known) = &fresh.journal
            && let Ok(Some((mut journal, _))) = Journal::open(place, &self.lock_id, Some(known))
        {
            let json = staged.checksum;
            // Without it the journal goes on knowing both files, which is no more than untidy.
            let _ = journal.append(&[Line::Placed { json }], Durable::Later);
            fresh.journal = Some(journal.known);
        }
        self.remember(fresh.clone());
        Ok(fresh)
    }

    /// Reads a file whose stamp proved nothing when it was last read, and proves something now,
    /// before others have to wait for that.
    fn settle(&self, place: &StoreDir) {
        let seen = {
            let cached = self.cached.read();
            let cached = cached.unwrap_or_else(std::sync::PoisonError::into_inner);
            cached.as_ref().map(|cached| cached.json.clone())
        };
        let Some(seen) = seen.filter(|seen| !seen.settled) else {
            return;
        };
        let now = SystemTime::now();
        if let Ok((stamp, bytes)) = place.read(self.file())
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
