//! One connection: opening it, the settings of its session, and what the database warns of.

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::TryStreamExt as _;
use tokio::runtime::Handle;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::timeout;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, Row, RowStream, SimpleQueryMessage, Statement};

use crate::address::Address;
use crate::connecting::{Moving, Place, Unasked, connect, places};
use crate::failure::Failure;
use crate::tls::Connector;

/// How long opening a connection may take, its login included.
pub(crate) const CONNECT_WITHIN: Duration = Duration::from_millis(1500);

/// How soon the next server is tried if one is slow.
const NEXT_SERVER_AFTER: Duration = Duration::from_millis(500);

/// How long a connection waits for answers that nobody wants any more, before it is cut.
const LINGER: Duration = Duration::from_secs(10);

/// What each session begins with. A commit waits for the disk, also if the database's own setting
/// asks for less; more than that (`remote_apply`) stays. Waits end by our own deadlines, since
/// nobody knows what became of a commit that the database has cancelled.
const SESSION: &str = "\
    SELECT set_config('synchronous_commit', 'on', false) \
    WHERE current_setting('synchronous_commit') <> 'remote_apply'; \
    SET plan_cache_mode = force_generic_plan; SET statement_timeout = 0; SET lock_timeout = 0; \
    SET idle_in_transaction_session_timeout = '60s'";

/// What a session begins with that is told of the changes of others.
const LISTEN: &str = "LISTEN pm";

/// Values of a statement.
pub(crate) type Params = Vec<Box<dyn ToSql + Sync + Send>>;

/// Boxes the values of a statement.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        vec![$(Box::new($value) as Box<dyn tokio_postgres::types::ToSql + Sync + Send>),*]
    };
}
pub(crate) use params;

/// One connection. What is sent and received over it is moved by whoever waits for an answer, so that
/// no other thread has to be woken for that. It is closed when it is dropped, after what it was asked
/// for; or after a while, if no answer comes.
pub(crate) struct Connection {
    client: Client,
    unasked: Arc<Unasked>,
    prepared: Mutex<HashMap<&'static str, Statement>>,
    moving: Mutex<Option<Moving>>,
    /// The store's own: where a connection is dropped, there may be another one, or none.
    runtime: Handle,
}

impl Connection {
    /// Opens a connection; one with `notes` listens, and passes on what others notify it of.
    pub(crate) async fn open(
        address: &Address,
        connector: &Connector,
        notes: Option<UnboundedSender<String>>,
    ) -> Result<Self, Failure> {
        let opening = Self::open_first(address.configs(), connector, notes);
        let opened = timeout(CONNECT_WITHIN, opening).await;
        let opened = opened.map_err(|_| Failure::unreachable("it does not answer"))?;
        // Nothing was asked for yet.
        opened.map_err(|failure| match failure {
            Failure::Lost(cause) => Failure::Unreachable(cause),
            other => other,
        })
    }

    /// Opens one to the first of some servers that lets us in. The next one is tried if a server refuses,
    /// and beside it if it is slow: it may be frozen, or its machine may be gone, and another one
    /// may have taken over.
    fn open_first<'a>(
        servers: &'a [Config],
        connector: &'a Connector,
        notes: Option<UnboundedSender<String>>,
    ) -> Pin<Box<dyn Future<Output = Result<Self, Failure>> + Send + 'a>> {
        Box::pin(async move {
            let Some((server, others)) = servers.split_first() else {
                return Err(Failure::unreachable("no server is named"));
            };
            let mut opening = Box::pin(Self::open_one(server, connector, notes.clone()));
            if others.is_empty() {
                return opening.await;
            }
            let opened = timeout(NEXT_SERVER_AFTER, &mut opening).await;
            let mut others = Self::open_first(others, connector, notes);
            match opened {
                Ok(Ok(connection)) => Ok(connection),
                Ok(Err(_)) => others.await,
                Err(_) => tokio::select! {
                    opened = &mut opening => match opened {
                        Ok(connection) => Ok(connection),
                        Err(_) => others.await,
                    },
                    opened = &mut others => match opened {
                        Ok(connection) => Ok(connection),
                        Err(_) => opening.await,
                    },
                },
            }
        })
    }

    async fn open_one(
        server: &Config,
        connector: &Connector,
        notes: Option<UnboundedSender<String>>,
    ) -> Result<Self, Failure> {
        let mut failure = Failure::unreachable("its name leads nowhere");
        for place in places(server).await? {
            match Self::open_at(server, place, connector, notes.clone()).await {
                Ok(connection) => return Ok(connection),
                Err(why) => failure = why,
            }
        }
        Err(failure)
    }

    async fn open_at(
        server: &Config,
        place: Place<'_>,
        connector: &Connector,
        notes: Option<UnboundedSender<String>>,
    ) -> Result<Self, Failure> {
        let unasked = Arc::new(Unasked {
            notes,
            ..Unasked::default()
        });
        let (client, moving) = connect(server, place, connector, Arc::clone(&unasked)).await?;
        let opened = Self {
            client,
            unasked,
            prepared: Mutex::default(),
            moving: Mutex::new(Some(moving)),
            runtime: Handle::current(),
        };
        opened.refuse_read_only().await?;
        opened.run(SESSION).await?;
        if opened.unasked.notes.is_some() {
            opened.run(LISTEN).await?;
        }
        Ok(opened)
    }

    /// Waits for what others notify it of, until it is closed.
    pub(crate) async fn listen(&self) {
        poll_fn(|cx| self.poll_moving(cx)).await;
    }

    /// A standby is not what is looked for.
    async fn refuse_read_only(&self) -> Result<(), Failure> {
        let asking = self.client.simple_query("SHOW transaction_read_only");
        for answer in self.answered(asking).await? {
            if let SimpleQueryMessage::Row(row) = answer
                && row.get(0) == Some("on")
            {
                return Err(Failure::unreachable("it does not allow writes"));
            }
        }
        Ok(())
    }

    /// Whether it was of no use any more when it was last used.
    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Whether the other side has closed it by now.
    pub(crate) fn was_closed_meanwhile(&self) -> bool {
        let is_over = self.poll_moving(&mut Context::from_waker(Waker::noop()));
        is_over.is_ready() || self.is_closed()
    }

    /// Waits for an answer to what was asked over it, and moves what is sent and received meanwhile.
    async fn answered<T>(&self, asking: impl Future<Output = T>) -> T {
        let mut asking = pin!(asking);
        poll_fn(|cx| {
            if let Poll::Ready(answer) = asking.as_mut().poll(cx) {
                return Poll::Ready(answer);
            }
            // If it is closed, the answer says so.
            let _ = self.poll_moving(cx);
            asking.as_mut().poll(cx)
        })
        .await
    }

    /// Moves what can be moved at once; it is over if the connection is closed.
    fn poll_moving(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut moving = self.moving.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(future) = moving.as_mut() else {
            return Poll::Ready(());
        };
        let polled = future.as_mut().poll(cx);
        if polled.is_ready() {
            *moving = None;
        }
        polled
    }

    /// Whether there was a warning since this was last asked.
    pub(crate) fn take_warning(&self) -> bool {
        self.unasked.warned.swap(false, Ordering::SeqCst)
    }

    /// Asks for rows.
    pub(crate) async fn query(
        &self,
        sql: &'static str,
        params: &Params,
    ) -> Result<Vec<Row>, Failure> {
        let statement = self.statement(sql).await?;
        let params: Vec<_> = params.iter().map(|value| &**value as _).collect();
        Ok(self
            .answered(self.client.query(&statement, &params))
            .await?)
    }

    /// Asks for rows that are not to be in memory all at once.
    pub(crate) async fn stream(
        &self,
        sql: &'static str,
        params: &Params,
    ) -> Result<RowStream, Failure> {
        let statement = self.statement(sql).await?;
        let params = params.iter().map(|value| &**value as &(dyn ToSql + Sync));
        let params: Vec<_> = params.collect();
        let asking = self.client.query_raw(&statement, params);
        Ok(self.answered(asking).await?)
    }

    /// The next of the rows that were asked for; `None` behind the last.
    pub(crate) async fn next(
        &self,
        rows: &mut Pin<&mut RowStream>,
    ) -> Result<Option<Row>, Failure> {
        Ok(self.answered(rows.try_next()).await?)
    }

    /// Runs a statement; answers how many rows it concerned.
    pub(crate) async fn execute(&self, sql: &'static str, params: &Params) -> Result<u64, Failure> {
        let statement = self.statement(sql).await?;
        let params: Vec<_> = params.iter().map(|value| &**value as _).collect();
        let executing = self.client.execute(&statement, &params);
        Ok(self.answered(executing).await?)
    }

    /// Runs statements without values.
    pub(crate) async fn run(&self, sql: &str) -> Result<(), Failure> {
        Ok(self.answered(self.client.batch_execute(sql)).await?)
    }

    async fn statement(&self, sql: &'static str) -> Result<Statement, Failure> {
        let prepared = || self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        let known = prepared().get(sql).cloned();
        if let Some(statement) = known {
            return Ok(statement);
        }
        let statement = self.answered(self.client.prepare(sql)).await?;
        prepared().insert(sql, statement.clone());
        Ok(statement)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let moving = self
            .moving
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        // Once nobody can ask for more, it ends with the last answer, and says so to the database.
        if let Some(moving) = moving.take() {
            drop(self.runtime.spawn(async { timeout(LINGER, moving).await }));
        }
    }
}
