//! Group commit: the changes that arrive while a file is being written share the next write.
//!
//! One of the waiting threads leads: it writes for all that wait by then, and passes the lead on
//! to the first of those that came meanwhile. The others wait for their own outcome and not for a
//! lock: freed one by one by a lock, each would write for itself alone again.

use std::sync::{Arc, Mutex, mpsc};

use super::format::write_process;
use super::place::{Absent, NotReplaced, Place, failed, unusable};
use super::slot::{Cached, Slot, locked};
use crate::store::{Change, StoreError};
use crate::{Error, Process, ProcessName};

/// How often a batch is applied anew because somebody outside changed the file meanwhile.
const STALE_RETRIES: u32 = 32;

/// The changes that wait for the next write.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Vec<Waiting>,
    /// Whether a thread leads. While none does, none waits.
    led: bool,
}

/// A change that waits for the next write.
struct Waiting {
    name: ProcessName,
    change: Change,
    reply: mpsc::Sender<Word>,
}

/// What a waiting thread is told.
enum Word {
    /// To write, for itself and all that wait.
    Lead,
    /// What became of its change.
    Done(Outcome),
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
    /// Makes a change to the process called `name`, together with all that wait by then.
    pub(super) fn submit(&self, place: &Place, name: &ProcessName, change: Change) -> Outcome {
        let (reply, words) = mpsc::channel();
        let waiting = Waiting {
            name: name.clone(),
            change,
            reply,
        };
        if locked(&self.queue).enter(waiting) {
            self.lead(place);
        }
        loop {
            match words.recv() {
                Ok(Word::Lead) => self.lead(place),
                Ok(Word::Done(outcome)) => return outcome,
                // The thread that wrote for this one panicked.
                Err(_) => return Outcome::Refused(StoreError::NotApplied.into()),
            }
        }
    }

    /// Makes all changes that wait.
    fn lead(&self, place: &Place) {
        // Also where a change panics: nobody else would write for those that wait.
        let _lead = PassOn(&self.queue);
        let _turn = locked(&self.committing);
        let batch = std::mem::take(&mut locked(&self.queue).waiting);
        self.commit(place, batch);
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
        let base = match self.look(place) {
            Ok(base) => base,
            Err(Absent::Missing) => {
                answer_all(batch, Outcome::Moved);
                return None;
            }
            Err(Absent::Problem(kind)) => {
                let refusal = unusable(self.file(), kind);
                answer_all(batch, |_| Outcome::Refused(refusal.clone()));
                return None;
            }
        };
        let (here, moved): (Vec<_>, Vec<_>) = batch
            .into_iter()
            .partition(|waiting| waiting.name == base.process.name);
        answer_all(moved, Outcome::Moved);
        batch = here;

        let mut process = Process::clone(&base.process);
        let refusals: Vec<Option<Error>> = batch
            .iter_mut()
            .map(|waiting| (waiting.change)(&mut process).err())
            .collect();
        let kept = refusals.iter().filter(|refusal| refusal.is_none()).count();
        process.revision = base
            .process
            .revision
            .saturating_add(u64::try_from(kept).unwrap_or(u64::MAX));
        let written = if kept == 0 {
            Ok(base.process)
        } else {
            self.write(place, &base, process)
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
            let outcome = match (&outcome, refusal) {
                // Also where a change was refused: perhaps because of another one of the batch.
                (Err(error), _) => Outcome::Refused(error.clone()),
                (Ok(_), Some(refusal)) => Outcome::Refused(refusal),
                (Ok(process), None) => Outcome::Kept(Arc::clone(process)),
            };
            tell(&waiting.reply, outcome);
        }
        None
    }

    /// Puts `process` in the place of `base`, unless the file holds something else by now.
    fn write(
        &self,
        place: &Place,
        base: &Cached,
        process: Process,
    ) -> Result<Arc<Process>, NotReplaced> {
        let bytes = write_process(&process).map_err(|error| failed("write the file", error))?;
        let stamp = place.put(&self.lock_id, self.file(), &bytes, |temporary, target| {
            if !self.still_holds(place, base) {
                return Err(NotReplaced::Stale);
            }
            place
                .fs
                .rename(temporary, target)
                .map_err(|error| failed("replace the file", error))
        })?;
        let process = Arc::new(process);
        match stamp {
            Some(stamp) => self.remember(Arc::clone(&process), &bytes, stamp),
            None => self.forget(),
        }
        Ok(process)
    }
}

fn answer_all(batch: Vec<Waiting>, outcome: impl Fn(Change) -> Outcome) {
    for waiting in batch {
        tell(&waiting.reply, outcome(waiting.change));
    }
}

fn tell(reply: &mpsc::Sender<Word>, outcome: Outcome) {
    // A caller waits for as long as its change does; none is ever gone.
    let _ = reply.send(Word::Done(outcome));
}

impl Queue {
    /// Enters a change, and says whether its thread is to lead.
    fn enter(&mut self, waiting: Waiting) -> bool {
        self.waiting.push(waiting);
        !std::mem::replace(&mut self.led, true)
    }
}

/// The lead, passed on when it is dropped.
struct PassOn<'a>(&'a Mutex<Queue>);

impl Drop for PassOn<'_> {
    fn drop(&mut self) {
        let mut queue = locked(self.0);
        let told = |next: &Waiting| next.reply.send(Word::Lead).is_ok();
        queue.led = queue.waiting.iter().any(told);
    }
}
