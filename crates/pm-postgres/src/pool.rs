//! The connections of a store: a number of them with a bound, opened when they are needed.
//!
//! If none can be opened, calls fail at once from then on, and one task tries again and again: a
//! database that is away is not made to answer the calls of all servers that wait for it.

mod silence;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use pm_core::store::Cause;
use tokio::sync::mpsc::{Sender, UnboundedSender};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout_at};
use tokio_postgres::Row;

use self::silence::Asked;
use crate::address::Address;
use crate::connection::{Connection, Params};
use crate::failure::Failure;
use crate::tls::Connector;
use crate::tries::Tries;

/// How long a call waits for the answer to a request, and most calls in all.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// The same for what takes long in a large database.
const LONG_ANSWER_WITHIN: Duration = Duration::from_secs(60 * 60);

/// How long a call waits for a connection; more than one takes to be opened.
const LEASE_WITHIN: Duration = Duration::from_secs(2);

/// How often whoever waits for a connection looks again.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// The pauses between two attempts to reach a database that is away: from the first to the longest.
const RETRY_AFTER: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// All connections of a store, except the one that listens.
#[derive(Clone)]
pub(crate) struct Pool(Arc<Shared>);

struct Shared {
    address: Address,
    connector: Connector,
    permits: Arc<Semaphore>,
    /// How many connections there are at most.
    connections: usize,
    state: Mutex<State>,
    /// Notified when the database answers again.
    back: Notify,
    /// Whether the database answers at all, when that was last asked.
    asked: tokio::sync::Mutex<Asked>,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    /// Why the database cannot be reached; while it is so, a task tries to.
    away: Option<Cause>,
}

/// A connection, for one caller; it goes back when it is dropped.
pub(crate) struct Lease {
    /// There until it is dropped.
    connection: Option<Connection>,
    /// Whether something was begun on it that has not ended.
    busy: bool,
    /// How long the answer to a request may take.
    within: Duration,
    shared: Arc<Shared>,
    _permit: OwnedSemaphorePermit,
}

impl Pool {
    pub(crate) fn new(address: Address, connector: Connector, connections: usize) -> Self {
        Self(Arc::new(Shared {
            address,
            connector,
            permits: Arc::new(Semaphore::new(connections)),
            connections,
            state: Mutex::default(),
            back: Notify::new(),
            asked: tokio::sync::Mutex::default(),
        }))
    }

    /// How many connections there are at most.
    pub(crate) fn connections(&self) -> usize {
        self.0.connections
    }

    /// A connection, or the answer that there is none.
    pub(crate) async fn lease(&self) -> Result<Lease, Failure> {
        let deadline = Instant::now() + LEASE_WITHIN;
        let permits = Arc::clone(&self.0.permits);
        let Ok(Ok(permit)) = timeout_at(deadline, permits.acquire_owned()).await else {
            return Err(Failure::unreachable("all connections to it are busy"));
        };
        let connection = timeout_at(deadline, self.0.connection()).await;
        let connection = connection.map_err(|_| Failure::unreachable("it does not answer"))??;
        Ok(Lease {
            connection: Some(connection),
            busy: false,
            within: ANSWER_WITHIN,
            shared: Arc::clone(&self.0),
            _permit: permit,
        })
    }

    /// As [`lease`](Self::lease), and waits for a database that is away until `deadline`.
    pub(crate) async fn lease_by(&self, deadline: Instant) -> Result<Lease, Failure> {
        loop {
            let back = self.0.back.notified();
            let failure = match self.lease().await {
                Ok(lease) => return Ok(lease),
                Err(failure @ Failure::Refused(..)) => return Err(failure),
                Err(failure) => failure,
            };
            if Instant::now() >= deadline {
                return Err(failure);
            }
            // It looks again also without a notice: perhaps all connections were busy.
            let _ = timeout_at(deadline.min(Instant::now() + LOOK_EVERY), back).await;
        }
    }

    /// Opens a connection that is not one of the pool's and listens: what others notify it of is passed
    /// on until it is closed.
    pub(crate) async fn listen(&self, notes: UnboundedSender<String>) -> Result<(), Failure> {
        let (address, connector) = (&self.0.address, &self.0.connector);
        let connection = Connection::open(address, connector, Some(notes)).await?;
        tokio::spawn(async move { connection.listen().await });
        Ok(())
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn connection(self: &Arc<Self>) -> Result<Connection, Failure> {
        {
            let mut state = self.lock();
            while let Some(connection) = state.idle.pop() {
                if !connection.was_closed_meanwhile() {
                    return Ok(connection);
                }
            }
            if let Some(cause) = &state.away {
                return Err(Failure::Unreachable(Arc::clone(cause)));
            }
        }
        let opened = Connection::open(&self.address, &self.connector, None).await;
        if let Err(failure) = &opened {
            self.set_away(failure);
        }
        opened
    }

    /// Has calls fail at once until a task has reached the database again.
    fn set_away(self: &Arc<Self>, failure: &Failure) {
        let cause = Arc::clone(failure.cause());
        if self.lock().away.replace(cause).is_none() {
            tokio::spawn(reach(Arc::downgrade(self)));
        }
    }
}

/// Tries to reach the database until it answers, or the store is gone.
async fn reach(shared: Weak<Shared>) {
    let (mut pause, longest) = RETRY_AFTER;
    loop {
        sleep(pause).await;
        pause = (pause * 2).min(longest);
        let Some(shared) = shared.upgrade() else {
            return;
        };
        match Connection::open(&shared.address, &shared.connector, None).await {
            Ok(connection) => {
                let mut state = shared.lock();
                state.idle.push(connection);
                state.away = None;
                drop(state);
                shared.back.notify_waiters();
                return;
            }
            Err(failure) => shared.lock().away = Some(Arc::clone(failure.cause())),
        }
    }
}

impl Lease {
    /// For requests that may take long: they are waited for as long as the database answers others.
    pub(crate) fn for_long(mut self) -> Self {
        self.within = LONG_ANSWER_WITHIN;
        self
    }

    /// Asks for rows.
    pub(crate) async fn query(
        &mut self,
        sql: &'static str,
        params: &Params,
    ) -> Result<Vec<Row>, Failure> {
        let mut tries = Tries::default();
        loop {
            let was_busy = std::mem::replace(&mut self.busy, true);
            let answer = self.answer(self.connection()?.query(sql, params)).await;
            if let Some(answer) = self.settled(was_busy, answer, &mut tries).await {
                return answer;
            }
        }
    }

    /// Runs a statement; answers how many rows it concerned.
    pub(crate) async fn execute(
        &mut self,
        sql: &'static str,
        params: &Params,
    ) -> Result<u64, Failure> {
        let mut tries = Tries::default();
        loop {
            let was_busy = std::mem::replace(&mut self.busy, true);
            let answer = self.answer(self.connection()?.execute(sql, params)).await;
            if let Some(answer) = self.settled(was_busy, answer, &mut tries).await {
                return answer;
            }
        }
    }

    /// Runs statements without values.
    pub(crate) async fn run(&mut self, sql: &str) -> Result<(), Failure> {
        let was_busy = std::mem::replace(&mut self.busy, true);
        let answer = self.answer(self.connection()?.run(sql)).await;
        self.answered(was_busy, &answer);
        answer
    }

    /// Begins a transaction. If the lease is dropped before the transaction has ended, so is the
    /// connection, and nothing of the transaction is kept.
    pub(crate) async fn begin(&mut self) -> Result<(), Failure> {
        self.busy = true;
        let begin = "BEGIN ISOLATION LEVEL READ COMMITTED";
        self.answer(self.connection()?.run(begin)).await
    }

    /// Ends a transaction.
    pub(crate) async fn commit(&mut self) -> Result<(), Failure> {
        let answer = self.answer(self.connection()?.run("COMMIT")).await;
        self.answered(false, &answer);
        answer
    }

    /// Asks for rows, and passes on one after the other.
    pub(crate) async fn stream(
        &mut self,
        sql: &'static str,
        params: &Params,
        sender: &Sender<Result<Row, Failure>>,
    ) -> Result<(), Failure> {
        self.busy = true;
        let rows = self.answer(self.connection()?.stream(sql, params)).await?;
        let mut rows = std::pin::pin!(rows);
        while let Some(row) = self.answer(self.connection()?.next(&mut rows)).await? {
            if sender.send(Ok(row)).await.is_err() {
                // Nobody wants the others, which are still under way.
                return Ok(());
            }
        }
        self.busy = false;
        Ok(())
    }

    /// Whether the database warned of something since this was last asked.
    pub(crate) fn take_warning(&self) -> bool {
        self.connection
            .as_ref()
            .is_some_and(Connection::take_warning)
    }

    /// Notes an answer. `None` if the request is to be made again, and a pause has passed before
    /// it: the database refused it for what others did, and that has undone nothing but this
    /// request.
    async fn settled<T>(
        &mut self,
        was_busy: bool,
        answer: Result<T, Failure>,
        tries: &mut Tries,
    ) -> Option<Result<T, Failure>> {
        self.answered(was_busy, &answer);
        match tries.pause_after(&answer).filter(|_| !was_busy) {
            Some(pause) => {
                sleep(pause).await;
                None
            }
            None => Some(answer),
        }
    }

    /// A connection over which no answer came is not used again; nor is one over which something
    /// was refused in a transaction.
    fn answered<T>(&mut self, was_busy: bool, answer: &Result<T, Failure>) {
        self.busy = was_busy || matches!(answer, Err(Failure::Lost(_)));
    }

    async fn answer<T>(
        &self,
        asking: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        self.shared.answer(asking, self.within).await
    }

    fn connection(&self) -> Result<&Connection, Failure> {
        self.connection.as_ref().ok_or_else(gone)
    }
}

fn gone() -> Failure {
    Failure::unreachable("the connection is gone")
}

impl Drop for Lease {
    fn drop(&mut self) {
        let reusable = |connection: &Connection| !self.busy && !connection.is_closed();
        if let Some(connection) = self.connection.take().filter(reusable) {
            self.shared.lock().idle.push(connection);
        }
    }
}
