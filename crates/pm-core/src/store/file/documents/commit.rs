//! Group commit ([`queue`]): the changes that arrive while the journal is being written share the next
//! write.

use std::sync::Arc;
use std::time::Instant;

use super::super::disk::store_dir::{StoreDir, Unavailable, WriteFailed};
use super::super::format::write_process;
use super::super::journal::Line;
use super::document::Document;
use super::request::{Outcome, Request};
use super::staged_process::StagedProcess;
use super::state::Cached;
use super::writer::Writer;
use crate::store::{Change, Requester, StoreError, queue};
use crate::{Error, Process, ProcessName};

/// How often a batch is applied anew because the journal was taken away meanwhile.
const STALE_RETRIES: u32 = 32;

/// A change that waits for the next write.
type Waiting = queue::Waiting<Request, Outcome>;

impl Document {
    /// Makes a change to the process called `name`, together with all that wait by then.
    pub(crate) fn submit(
        &self,
        name: &ProcessName,
        requester: &Requester,
        change: Change,
    ) -> Outcome {
        let request = Request {
            name: name.clone(),
            requester: requester.clone(),
            change,
        };
        let deadline = self.dir().deadline();
        let outcome = self.queue.submit(request, || self.commit(deadline));
        // If there is no outcome, the thread that wrote for this one panicked.
        outcome.unwrap_or_else(|| Outcome::Refused(StoreError::NotApplied.into()))
    }

    /// Makes all changes that wait once it has the lock. If it does not get the lock by `deadline`,
    /// none of them waits any longer: those that came later would wait in vain, too.
    fn commit(&self, deadline: Instant) {
        let writer = self.lock(deadline);
        let mut batch = self.queue.take();
        match writer {
            Err(error) => answer_all(batch, |_| Outcome::Refused(error.clone().into())),
            Ok(writer) => {
                for _ in 0..STALE_RETRIES {
                    batch = match writer.try_commit(batch) {
                        None => return,
                        Some(batch) => batch,
                    };
                }
                answer_all(batch, |_| Outcome::Refused(StoreError::Contended.into()));
            }
        }
    }
}

impl Writer<'_> {
    /// Applies a batch to the present state and appends it to the journal at once; gives the batch
    /// back if the journal was taken away in between.
    fn try_commit(&self, batch: Vec<Waiting>) -> Option<Vec<Waiting>> {
        let base = match self.look() {
            Ok(base) => base,
            Err(Unavailable::Missing) => {
                answer_all(batch, Outcome::Moved);
                return None;
            }
            Err(absent) => {
                let refusal = absent.refusal(self.file());
                answer_all(batch, |_| Outcome::Refused(refusal.clone()));
                return None;
            }
        };
        let (mut batch, moved): (Vec<_>, Vec<_>) = batch
            .into_iter()
            .partition(|waiting| waiting.change.name == base.process.name);
        answer_all(moved, Outcome::Moved);

        let mut process = Process::clone(&base.process);
        let now = self.dir().clock.now().into();
        let mut lines = Vec::new();
        let refusals: Vec<Option<Error>> = batch
            .iter_mut()
            .map(|waiting| match waiting.change.apply(&mut process, &now) {
                Ok(entry) => {
                    let entry = Arc::new(entry);
                    lines.push(Line::Change { entry, json: None });
                    None
                }
                Err(refusal) => Some(refusal),
            })
            .collect();
        let kept = if lines.is_empty() {
            Ok(base.process)
        } else {
            self.write(base, process, lines)
        };
        let outcome = match kept {
            Ok(process) => Ok(process),
            Err(StoreError::Contended) => return Some(batch),
            Err(error) => {
                // What stands on the disk now is for the disk to say.
                self.forget();
                Err(Error::from(error))
            }
        };
        for (waiting, refusal) in batch.into_iter().zip(refusals) {
            let outcome = match (&outcome, refusal) {
                // A change that was refused gets the error, too: perhaps it was because of another
                // one of the batch.
                (Err(error), _) => Outcome::Refused(error.clone()),
                (Ok(_), Some(refusal)) => Outcome::Refused(refusal),
                (Ok(process), None) => Outcome::Kept(Arc::clone(process)),
            };
            waiting.answer(|_| outcome);
        }
        None
    }

    /// Appends the changes that made `process` of `base` to the journal.
    fn write(
        &self,
        base: Cached,
        process: Process,
        lines: Vec<Line>,
    ) -> Result<Arc<Process>, StoreError> {
        let base = self.with_all_in_reach(base)?;
        let fits = |appended| refuse_too_large(self.dir(), &base, &process, appended);
        let appended = self.append_if(&base, lines, fits);
        let known = appended.map_err(|failed| failed.error)?;
        let process = Arc::new(process);
        self.remember(Cached {
            process: Arc::clone(&process),
            journal: Some(known),
            ..base
        });
        Ok(process)
    }

    /// If the journal was taken away with changes that the file lacks, brings the file up to date
    /// first: a new journal has to begin with the state of the file.
    fn with_all_in_reach(&self, base: Cached) -> Result<Cached, StoreError> {
        if base.journal.is_some() || !base.is_ahead() {
            return Ok(base);
        }
        let process = Arc::clone(&base.process);
        let put = StagedProcess::new(self.dir(), &self.lock_id, self.file(), &process)
            .and_then(|staged| self.put_in_place(base, &staged));
        put.map_err(|error| match error {
            WriteFailed::Stale => StoreError::Contended,
            WriteFailed::Failed(error) => error,
        })
    }
}

/// Refuses a process whose file would be larger than the store reads.
///
/// The file is not written here, and writing it to find out would cost as much as it is large. So
/// its size is worked out only if the file, what the journal has beyond it, and the `appended`
/// bytes come near the limit.
fn refuse_too_large(
    dir: &StoreDir,
    base: &Cached,
    process: &Process,
    appended: u64,
) -> Result<(), StoreError> {
    let limit = dir.max_file_bytes;
    let size = base.size().saturating_add(appended);
    if size < limit / 2 {
        return Ok(());
    }
    let bytes = write_process(process).map_err(|error| StoreError::io("write the file", error))?;
    if bytes.len() as u64 > limit {
        return Err(StoreError::TooLarge { limit });
    }
    Ok(())
}

fn answer_all(batch: Vec<Waiting>, outcome: impl Fn(Change) -> Outcome) {
    for waiting in batch {
        waiting.answer(|request| outcome(request.change));
    }
}
