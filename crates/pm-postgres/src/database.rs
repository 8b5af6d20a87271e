//! Requests to the database, each with an end to its waiting, and what became of those that are to
//! be kept.
//!
//! A commit is never cancelled: whoever cancels one does not know what became of it, and a wait for
//! a standby that is cancelled answers success. If its answer is late or lost, what became of it is
//! found out from the database.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use time::OffsetDateTime;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_postgres::Row;

use crate::bridge::Bridge;
use crate::connection::Params;
use crate::failure::Failure;
use crate::housekeeping::{clock_ahead, keep_time};
use crate::pool::{ANSWER_WITHIN, Lease, Pool};

/// How often a read is asked in all, if its connections break.
const READ_RETRIES: u32 = 3;

/// The pause before the database is asked once more what became of a change.
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(50);

/// What became of a statement that was to be kept.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It was done, to the process of this number; `None` if there was nothing to do it to.
    Done(Option<i64>),
    /// Nobody knows.
    Unknown(Failure),
    /// It was done on this server, and perhaps not on others that should have it as well.
    Warned,
}

/// The database as the store's methods ask it: they wait for the answer.
pub(crate) struct Database {
    bridge: Bridge,
    pool: Pool,
    /// By how much the database's clock is ahead of this machine's, in microseconds.
    ahead: Arc<AtomicI64>,
}

/// A transaction that is under way.
pub(crate) struct Transaction<'a> {
    database: &'a Database,
    /// There until it has ended.
    lease: Option<Lease>,
    deadline: Instant,
}

impl Database {
    pub(crate) fn new(bridge: Bridge, pool: Pool) -> Self {
        Self {
            bridge,
            pool,
            ahead: Arc::default(),
        }
    }

    pub(crate) fn pool(&self) -> &Pool {
        &self.pool
    }

    /// Runs something beside the calls; it ends with the store.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        if let Some(handle) = self.bridge.handle() {
            handle.spawn(task);
        }
    }

    /// Runs something and waits for it.
    pub(crate) fn wait<T>(
        &self,
        future: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        self.bridge.wait(future)?
    }

    /// Lets `doing` go on to its end, and waits for that until `deadline`. It answers which process
    /// it concerned, and whether there was a warning.
    fn to_the_end(
        &self,
        deadline: Instant,
        doing: impl Future<Output = (Result<Option<i64>, Failure>, bool)> + Send + 'static,
    ) -> Result<Outcome, Failure> {
        match self.bridge.wait_until(deadline, doing)? {
            Some((Ok(_), true)) => Ok(Outcome::Warned),
            Some((Ok(done), false)) => Ok(Outcome::Done(done)),
            Some((Err(lost @ Failure::Lost(_)), _)) => Ok(Outcome::Unknown(lost)),
            Some((Err(failure), _)) => Err(failure),
            None => Ok(Outcome::Unknown(late())),
        }
    }

    /// The time by the database's clock, without asking it.
    pub(crate) fn now(&self) -> OffsetDateTime {
        let ahead = time::Duration::microseconds(self.ahead.load(Ordering::Relaxed));
        let now = OffsetDateTime::now_utc();
        now.checked_add(ahead).unwrap_or(now)
    }

    /// Compares the clocks, and goes on doing so.
    pub(crate) fn keep_time(&self) -> Result<(), Failure> {
        let pool = self.pool.clone();
        let ahead = self.wait(async move { clock_ahead(&pool).await })?;
        self.ahead.store(ahead, Ordering::Relaxed);
        self.spawn(keep_time(self.pool.clone(), Arc::clone(&self.ahead)));
        Ok(())
    }

    /// Asks for rows, and again if a connection turns out to be broken.
    pub(crate) fn read(&self, sql: &'static str, params: Params) -> Result<Vec<Row>, Failure> {
        let pool = self.pool.clone();
        let deadline = Instant::now() + ANSWER_WITHIN;
        self.wait(async move {
            let asking = async {
                let mut failure = None;
                for _ in 0..READ_RETRIES {
                    match pool.lease().await?.query(sql, &params).await {
                        Err(lost @ Failure::Lost(_)) => failure = Some(lost),
                        answer => return answer,
                    }
                }
                Err(failure.unwrap_or_else(late))
            };
            let answer = timeout_at(deadline, asking).await;
            answer.unwrap_or_else(|_| Err(late()))
        })
    }

    /// Has a statement done that is a transaction of its own; fails if it was surely not done.
    pub(crate) fn write(
        &self,
        sql: &'static str,
        params: Params,
        deadline: Instant,
    ) -> Result<Outcome, Failure> {
        let mut lease = self.wait(self.pool.lease())?;
        if Instant::now() >= deadline {
            // Nobody would wait for what becomes of it.
            return Err(Failure::unreachable("it took too long before"));
        }
        lease.take_warning();
        self.to_the_end(deadline, async move {
            let answer = lease.query(sql, &params).await;
            (answer.map(|rows| number(&rows)), lease.take_warning())
        })
    }

    /// Waits until the database answers again, and a moment at least, but not beyond `deadline`.
    pub(crate) fn wait_for_connection(&self, deadline: Instant) {
        let pool = self.pool.clone();
        // The next request shows whether it does.
        let _ = self.wait(async move {
            sleep_until(deadline.min(Instant::now() + ASK_AGAIN_AFTER)).await;
            pool.lease_by(deadline).await.map(drop)
        });
    }

    /// Begins a transaction.
    pub(crate) fn begin(&self, deadline: Instant) -> Result<Transaction<'_>, Failure> {
        let pool = self.pool.clone();
        let lease = self.wait(async move {
            let mut lease = pool.lease().await?;
            let begun = timeout_at(deadline, lease.begin()).await;
            begun.unwrap_or_else(|_| Err(late()))?;
            Ok(lease)
        })?;
        Ok(Transaction {
            database: self,
            lease: Some(lease),
            deadline,
        })
    }

    /// Finds out whether something was kept whose answer was lost, and of which process: with the
    /// statement `fence` it waits for whoever may still be at it, then it looks with `was_made`.
    /// Fails if that cannot be found out by `deadline`.
    pub(crate) fn was_made(
        &self,
        fence: Option<(&'static str, Params)>,
        was_made: (&'static str, Params),
        deadline: Instant,
    ) -> Result<Option<i64>, Failure> {
        let pool = self.pool.clone();
        self.wait(async move {
            let asking = async {
                loop {
                    match look(&pool, fence.as_ref(), &was_made, deadline).await {
                        Err(Failure::Lost(_) | Failure::Unreachable(_)) => {
                            sleep_until(Instant::now() + ASK_AGAIN_AFTER).await;
                        }
                        answer => return answer,
                    }
                }
            };
            let answer = timeout_at(deadline, asking).await;
            answer.unwrap_or_else(|_| Err(late()))
        })
    }

    /// Has rows sent one after the other, to be looked at while more come, over as many connections
    /// as there are parts. The channel ends with the rows, or tells of a failure.
    pub(crate) fn stream(
        &self,
        sql: &'static str,
        parts: Vec<Params>,
        ahead: usize,
    ) -> mpsc::Receiver<Result<Row, Failure>> {
        let (sender, receiver) = mpsc::channel(ahead);
        for params in parts {
            let (pool, sender) = (self.pool.clone(), sender.clone());
            self.spawn(async move {
                let streaming = async { pool.lease().await?.stream(sql, &params, &sender).await };
                if let Err(failure) = streaming.await {
                    // Whoever asked may have gone.
                    let _ = sender.send(Err(failure)).await;
                }
            });
        }
        receiver
    }
}

impl Transaction<'_> {
    /// Asks for rows.
    pub(crate) fn read(&mut self, sql: &'static str, params: Params) -> Result<Vec<Row>, Failure> {
        let (mut lease, deadline) = (self.lease.take().ok_or_else(ended)?, self.deadline);
        let (lease, rows) = self.database.wait(async move {
            let answer = timeout_at(deadline, lease.query(sql, &params)).await;
            let rows = answer.unwrap_or_else(|_| Err(late()))?;
            Ok((lease, rows))
        })?;
        self.lease = Some(lease);
        Ok(rows)
    }

    /// Does something and ends the transaction; fails if it was surely not done.
    pub(crate) fn write(self, sql: &'static str, params: &Params) -> Result<Outcome, Failure> {
        let (mut lease, deadline) = (self.lease.ok_or_else(ended)?, self.deadline);
        let answer = self
            .database
            .wait(async { Ok(timeout_at(deadline, lease.query(sql, params)).await) })?;
        // If this fails, nothing is kept: the transaction does not come to its end.
        let done = number(&answer.unwrap_or_else(|_| Err(late()))?);
        lease.take_warning();
        self.database.to_the_end(deadline, async move {
            let answer = lease.commit().await;
            (answer.map(|()| done), lease.take_warning())
        })
    }
}

async fn look(
    pool: &Pool,
    fence: Option<&(&'static str, Params)>,
    (sql, params): &(&'static str, Params),
    deadline: Instant,
) -> Result<Option<i64>, Failure> {
    let mut lease = pool.lease_by(deadline).await?;
    if let Some((fence, values)) = fence {
        lease.execute(fence, values).await?;
    }
    Ok(number(&lease.query(sql, params).await?))
}

/// The number of the process that a statement concerned.
fn number(rows: &[Row]) -> Option<i64> {
    rows.first()?.try_get(0).ok()
}

fn ended() -> Failure {
    Failure::unreachable("the transaction has ended")
}

fn late() -> Failure {
    Failure::lost("it did not answer in time")
}
