//! From one state of a process to the next: the statement that makes a draft part of the database,
//! if the process is where it was known to be, and what is done if it is not.

use std::sync::Arc;
use std::thread;

use pm_core::resolve::folded;
use pm_core::store::no_such_process;
use pm_core::{Error, HistoryEntry, Process, ProcessName};
use tokio::time::Instant;

use super::{PROCESS_BYTES_MAX, Processes, no_standby, too_large, uncertain};
use crate::connection::{Params, params};
use crate::database::{Outcome, Transaction};
use crate::draft::{Draft, Written};
use crate::failure::Failure;
use crate::known::{Known, Since, signed};
use crate::sql;
use crate::tries::{Tries, again};

/// How often a change is made without a lock before it is made under one, so that nobody is too
/// late every time.
const FREE_TRIES: u32 = 2;

/// The state that changes left, and their entries.
type Kept = (Known, Vec<Arc<HistoryEntry>>);

/// How a process goes on.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// Under the name that it has.
    Append,
    /// Under the name in the draft.
    Rename,
    /// Under the name in the draft, from the trash.
    Restore,
}

/// A step, and all that it takes.
pub(super) struct Stepping<'a> {
    pub(super) step: Step,
    pub(super) base: &'a Known,
    /// The head of the process's row.
    pub(super) head: i64,
    pub(super) written: &'a Written,
    /// The name of the process from then on.
    pub(super) name: &'a ProcessName,
    pub(super) deadline: Instant,
}

/// What became of a step.
pub(super) enum Stepped {
    Kept,
    /// Somebody was faster.
    Conflict,
}

/// A statement that can be sent again if its answer was lost: what is done, it does not do twice.
pub(super) struct Repeatable<'a> {
    /// What it does, as an infinitive without `to`.
    pub(super) action: &'static str,
    pub(super) sql: &'static str,
    pub(super) params: &'a dyn Fn() -> Params,
    /// Finds what it did.
    pub(super) was_done: &'static str,
    pub(super) was_done_params: &'a dyn Fn() -> Params,
}

impl Processes {
    /// Makes changes until they are kept, on the newest state if somebody was faster. `draft` makes
    /// them of a state, and is called again for another one; `None` means that all were refused,
    /// which counts only for the newest state, and is then answered as it is.
    pub(super) fn make(
        &self,
        name: &ProcessName,
        (mut base, mut is_fresh): (Known, bool),
        step: Step,
        deadline: Instant,
        mut draft: impl FnMut(&Process) -> Result<Option<Draft>, Error>,
    ) -> Result<Option<Kept>, Error> {
        let (mut tries, mut pauses) = (0, Tries::default());
        loop {
            let mut transaction = None;
            if tries >= FREE_TRIES {
                let (locked, state) = self.locked(name, deadline)?;
                base = state;
                transaction = Some(locked);
            }
            let Some(drafted) = draft(&base.process)? else {
                if is_fresh || transaction.is_some() {
                    return Ok(None);
                }
                let known = std::mem::replace(&mut base, self.current(name)?);
                if known.head == base.head {
                    return Ok(None);
                }
                is_fresh = true;
                continue;
            };
            let written = drafted.written(base.head)?;
            if base.behind.size() + written.bytes > PROCESS_BYTES_MAX {
                return Err(too_large());
            }
            let stepping = Stepping {
                step,
                base: &base,
                head: base.head,
                written: &written,
                name: &drafted.process.name,
                deadline,
            };
            match self.step(&stepping, transaction)? {
                Stepped::Kept => {
                    let (mut known, entries) = drafted.kept(&base, &written);
                    known.behind = self.snapshots.behind(&known);
                    self.cache.put(known.clone());
                    self.snapshots.take_if_due(&known, &self.database);
                    return Ok(Some((known, entries)));
                }
                Stepped::Conflict => {
                    if tries >= FREE_TRIES {
                        thread::sleep(pauses.pause());
                    }
                    tries += 1;
                    base = self.current(name)?;
                    is_fresh = true;
                }
            }
        }
    }

    /// A process that nobody else changes until the end of the transaction.
    fn locked(
        &self,
        name: &ProcessName,
        deadline: Instant,
    ) -> Result<(Transaction<'_>, Known), Error> {
        let missing = || no_such_process(name.as_str());
        let named = |further| self.named(name.as_str(), further);
        let locked = again(|| {
            let mut transaction = self.database.begin(deadline)?;
            if transaction.read(sql::LOCK, named(params![]))?.is_empty() {
                return Ok(None);
            }
            if let Some(known) = self.cache.get(name) {
                let params = named(params![signed(known.process.revision)]);
                let rows = transaction.read(sql::FRESH, params)?;
                if let Since::Now(known) = known.brought_up(&rows) {
                    return Ok(Some((transaction, Ok(Some(known)))));
                }
            }
            let rows = transaction.read(sql::LOAD, named(params![]))?;
            Ok(Some((transaction, Known::loaded(&rows))))
        });
        let locked = locked.map_err(|failure| failure.into_error("lock the process"))?;
        let (transaction, known) = locked.ok_or_else(missing)?;
        Ok((transaction, known?.ok_or_else(missing)?))
    }

    /// Has the database take in a draft, and finds out whether it did.
    pub(super) fn step(
        &self,
        stepping: &Stepping<'_>,
        transaction: Option<Transaction<'_>>,
    ) -> Result<Stepped, Error> {
        const ACTION: &str = "keep the change";
        let (base, name) = (stepping.base, stepping.name);
        let mut params = stepping.written.params(base, stepping.head);
        let sql = match stepping.step {
            Step::Append => sql::APPEND,
            Step::Rename => sql::RENAME,
            Step::Restore => sql::RESTORE,
        };
        if !matches!(stepping.step, Step::Append) {
            params.extend(params![name.to_string(), folded(name.as_str())]);
        }
        let outcome = match transaction {
            None => self.database.write(sql, params, stepping.deadline),
            Some(transaction) => transaction.write(sql, &params),
        };
        let lost = match outcome {
            Ok(Outcome::Done(None)) => return Ok(Stepped::Conflict),
            Ok(Outcome::Done(Some(_))) => return Ok(Stepped::Kept),
            Ok(Outcome::Unknown(lost)) => match self.was_made(stepping) {
                Ok(Some(_)) => return Ok(Stepped::Kept),
                Ok(None) => return Ok(Stepped::Conflict),
                Err(_) => lost,
            },
            Ok(Outcome::Warned) => no_standby(),
            Err(failure) if failure.is_conflict() => return Ok(Stepped::Conflict),
            Err(failure) if failure.is_taken() => {
                // If nobody is found, whoever had the name has given it up.
                return self.refuse_taken(name).map(|()| Stepped::Conflict);
            }
            Err(failure) => return Err(failure.into_error(ACTION).into()),
        };
        self.cache.forget(&base.process.name);
        Err(uncertain(ACTION, &lost))
    }

    /// Whether a step was made whose answer was lost. If not, it will not be made any more.
    fn was_made(&self, stepping: &Stepping<'_>) -> Result<Option<i64>, Failure> {
        let (base, written) = (stepping.base, stepping.written);
        let fence = params![base.id, stepping.head, base.fence];
        let was_made = params![base.id, written.revision, written.head];
        let (fence, was_made) = ((sql::FENCE, fence), (sql::WAS_MADE, was_made));
        self.database
            .was_made(Some(fence), was_made, stepping.deadline)
    }

    /// Has something done, and answers to which process; `None` if there was nothing to do it to.
    pub(super) fn repeat(
        &self,
        statement: &Repeatable<'_>,
        deadline: Instant,
    ) -> Result<Option<i64>, Error> {
        let Repeatable { action, .. } = *statement;
        let mut may_be_done = false;
        loop {
            let params = (statement.params)();
            let failure = match self.database.write(statement.sql, params, deadline) {
                Ok(Outcome::Done(None)) if may_be_done => {
                    let was_done = (statement.was_done, (statement.was_done_params)());
                    let found = self.database.was_made(None, was_done, deadline);
                    return found.map_err(|failure| uncertain(action, &failure));
                }
                Ok(Outcome::Done(done)) => return Ok(done),
                Ok(Outcome::Warned) => return Err(uncertain(action, &no_standby())),
                Ok(Outcome::Unknown(lost)) => lost,
                Err(failure) if !may_be_done => return Err(failure.into_error(action).into()),
                Err(failure) => failure,
            };
            if Instant::now() >= deadline {
                return Err(uncertain(action, &failure));
            }
            may_be_done = true;
            self.database.wait_for_connection(deadline);
        }
    }
}
