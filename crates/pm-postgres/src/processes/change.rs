//! Changes: those that wait for one process are made together, and kept by one statement.

use std::sync::{Arc, PoisonError};

use pm_core::feed::Touch;
use pm_core::history::{self, Author};
use pm_core::store::queue::{Queue, Waiting};
use pm_core::store::{Change, Requester};
use pm_core::{Action, Error, Process, ProcessName, StoreError, Timestamp};
use tokio::time::Instant;

use super::step::Step;
use super::{Answer, Processes, refuse_nul};
use crate::draft::Draft;
use crate::pool::ANSWER_WITHIN;

/// How many queues of processes are kept before those that nobody waits in are let go.
const QUEUES: usize = 1024;

/// A change that waits, and who asked for it.
pub(super) struct Asked {
    requester: Requester,
    change: Change,
}

/// The changes of one process that wait.
pub(super) type Changes = Queue<Asked, Answer>;

impl Processes {
    /// Makes a change, together with those that wait by then.
    pub(crate) fn update(
        &self,
        name: &ProcessName,
        requester: &Requester,
        change: Change,
    ) -> Answer {
        let queue = self.queue(name);
        let asked = Asked {
            requester: requester.clone(),
            change,
        };
        let answer = queue.submit(asked, || self.commit(name, &queue));
        // If there is none, the thread that made the change for this one panicked.
        answer.unwrap_or_else(|| Err(StoreError::NotApplied.into()))
    }

    fn queue(&self, name: &ProcessName) -> Arc<Changes> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        if queues.len() >= QUEUES {
            queues.retain(|_, queue| Arc::strong_count(queue) > 1);
        }
        Arc::clone(queues.entry(name.clone()).or_default())
    }

    /// Makes all changes that wait.
    fn commit(&self, name: &ProcessName, queue: &Changes) {
        let deadline = Instant::now() + ANSWER_WITHIN;
        let base = match self.cache.get(name) {
            // It may be old. If it is, that shows when a change is to be kept.
            Some(known) => Ok((known, false)),
            None => self.current(name).map(|known| (known, true)),
        };
        let mut batch = queue.take();
        let mut refusals = Vec::new();
        let made = base.and_then(|base| {
            self.make(name, base, Step::Append, deadline, |process| {
                let (draft, refused) = self.drafted(&mut batch, process);
                refusals = refused;
                Ok(draft)
            })
        });
        let made = made.map(|made| {
            let (known, entries) = made?;
            self.feed.changed(&known, || Touch::of(&entries));
            Some(known.process)
        });
        let mut refusals = refusals.into_iter();
        for waiting in batch {
            let refusal = refusals.next().flatten();
            waiting.answer(|_| match (&made, refusal) {
                // This holds also for a change that was refused: perhaps it was because of another
                // one of the batch.
                (Err(error), _) => Err(error.clone()),
                (Ok(_), Some(refusal)) => Err(refusal),
                (Ok(Some(process)), None) => Ok(Arc::clone(process)),
                (Ok(None), None) => Err(StoreError::NotApplied.into()),
            });
        }
    }

    /// Applies changes to a process; answers what came of them, and which were refused.
    fn drafted(
        &self,
        batch: &mut [Waiting<Asked, Answer>],
        process: &Process,
    ) -> (Option<Draft>, Vec<Option<Error>>) {
        let now = self.database.now().into();
        let mut process = process.clone();
        let mut entries = Vec::new();
        let refusals = batch.iter_mut().map(|waiting| {
            let asked = &mut waiting.change;
            let made = asked.requester.check().map_err(Error::from).and_then(|()| {
                let author = &asked.requester.author;
                history::commit(&mut process, author, &now, &mut asked.change)
            });
            made.map(|entry| entries.push(Arc::new(entry))).err()
        });
        let refusals = refusals.collect();
        let draft = (!entries.is_empty()).then_some(Draft { process, entries });
        (draft, refusals)
    }

    /// Gives a process another name.
    pub(crate) fn rename(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: &Action,
    ) -> Answer {
        refuse_nul(new)?;
        let deadline = Instant::now() + ANSWER_WITHIN;
        let base = self.current(name)?;
        let made = self.make(name, (base, true), Step::Rename, deadline, |process| {
            requester.check()?;
            self.renamed(process, new, &requester.author, action)
                .map(Some)
        })?;
        let (known, _) = made.ok_or(StoreError::NotApplied)?;
        let process = Arc::clone(&known.process);
        if *name != process.name {
            self.cache.forget(name);
        }
        self.feed.renamed(name, &known, &requester.author.actor);
        Ok(process)
    }

    /// The change that gives a process a name.
    pub(super) fn renamed(
        &self,
        process: &Process,
        new: &ProcessName,
        author: &Author,
        action: &Action,
    ) -> Result<Draft, Error> {
        let mut process = process.clone();
        let now = Timestamp::from(self.database.now());
        let entry = history::commit(&mut process, author, &now, |process, _| {
            process.name = new.clone();
            Ok(action.clone())
        })?;
        let entries = vec![Arc::new(entry)];
        Ok(Draft { process, entries })
    }
}
