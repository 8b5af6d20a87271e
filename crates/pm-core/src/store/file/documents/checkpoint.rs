//! Checkpoints: the JSON file is brought up to date with the journal, in the order that
//! `docs/storage.md#orders-and-why-they-are-safe` gives.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::super::disk::names;
use super::super::disk::store_dir::{Unavailable, WriteFailed};
use super::document::Document;
use super::staged_process::StagedProcess;
use super::state::Cached;
use crate::store::StoreError;

/// How often a checkpoint starts over because the process changed under it from outside.
const RETRIES: u32 = 4;

/// How long a checkpoint waits for writers: one that is not made now is made later, and those of
/// other processes wait behind it.
const PATIENCE: Duration = Duration::from_millis(100);

/// What became of a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checkpoint {
    /// The file holds all that there was when the checkpoint began.
    Done,
    /// Another program makes one at this moment, or the file keeps changing.
    Busy,
}

impl Document {
    /// Brings the JSON file up to date.
    pub(crate) fn checkpoint(&self) -> Result<Checkpoint, StoreError> {
        let started = Instant::now();
        let outcome = self.bring_up_to_date();
        // A document that rests keeps no file open.
        self.close();
        let cost = u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.checkpoint_ns.store(cost, Ordering::Relaxed);
        outcome
    }

    /// How long the last checkpoint took.
    pub(crate) fn checkpoint_cost(&self) -> Duration {
        Duration::from_nanos(self.checkpoint_ns.load(Ordering::Relaxed))
    }

    fn bring_up_to_date(&self) -> Result<Checkpoint, StoreError> {
        // A lock of its own: appending goes on meanwhile.
        let lock_id = names::checkpoint_lock_id(&self.lock_id);
        let Some(_only) = self.dir().try_lock(&lock_id)? else {
            return Ok(Checkpoint::Busy);
        };
        // The lock is tried before the file is written: if nobody lets go of it, writing would be
        // in vain.
        if self.lock_by(Instant::now() + PATIENCE)?.is_none() {
            return Ok(Checkpoint::Busy);
        }
        for _ in 0..RETRIES {
            let seen = match self.look() {
                Ok(seen) if seen.is_ahead() => seen,
                // The file is gone, or a person has to mend it first: what the journal has stays in
                // it.
                Ok(_) | Err(_) => return Ok(Checkpoint::Done),
            };
            let staged = StagedProcess::new(self.dir(), &lock_id, self.file(), &seen.process);
            let outcome = staged.and_then(|staged| self.put(&seen, &staged));
            match outcome {
                Ok(outcome) => return Ok(outcome),
                Err(WriteFailed::Stale) => {}
                Err(WriteFailed::Failed(error)) => return Err(error),
            }
        }
        Ok(Checkpoint::Busy)
    }

    fn put(&self, seen: &Cached, staged: &StagedProcess<'_>) -> Result<Checkpoint, WriteFailed> {
        self.settle();
        let soon = Instant::now() + PATIENCE;
        let writer = self.lock_by(soon).map_err(WriteFailed::Failed)?;
        let Some(writer) = writer else {
            return Ok(Checkpoint::Busy);
        };
        let base = writer.look().map_err(|absent| match absent {
            Unavailable::NotKept(error) => WriteFailed::Failed(error),
            Unavailable::Missing | Unavailable::Problem(_) => WriteFailed::Stale,
        })?;
        let epoch = |cached: &Cached| cached.journal.as_ref().map(|j| j.head.epoch);
        // Whatever was staged follows from this file and this journal, or it is out of date.
        if base.json.checksum != seen.json.checksum
            || epoch(&base) != epoch(seen)
            || !self.still_holds(&base.json)
        {
            return Err(WriteFailed::Stale);
        }
        // If the journal was taken away, the file will have all that is known of what the journal
        // held.
        let journal = if base.journal.is_some() {
            let known = writer.append(&base, vec![staged.announcement()]);
            Some(known.map_err(|error| WriteFailed::Failed(error.error))?)
        } else {
            None
        };
        let placed = writer.put_in_place(Cached { journal, ..base }, staged)?;
        // If this fails, the file is in place all the same, and the journal is cut at the next
        // checkpoint.
        let _ = writer.rotate_if_long(&placed);
        Ok(Checkpoint::Done)
    }
}
