//! The tasks beside the calls that keep stores over one database together: one tells the others of
//! changes, one finds the changes of others.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use pm_core::{ProcessName, codec};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::oneshot;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep, sleep_until};
use tokio_postgres::Row;

use crate::connection::params;
use crate::failure::Failure;
use crate::feed::{Feed, Found};
use crate::known::unsigned;
use crate::pool::Pool;
use crate::sql;

/// The shortest time between two notifications.
const NOTIFY_EVERY: Duration = Duration::from_millis(5);

/// The most processes in a notification, which has fewer than 8,000 bytes.
const NOTIFY_PROCESSES: usize = 300;

/// How a store hears of the changes of others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FeedMode {
    /// The database notifies those that listen, some milliseconds after a change.
    #[default]
    Listen,
    /// The store looks every second, in case something in between passes on no notifications.
    Poll,
}

/// How often everything is looked at, if that is all that is done.
const POLL_EVERY: Duration = Duration::from_secs(1);

/// How often everything is looked at, if nothing is notified.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The pauses before listening is tried again: from the first to the longest.
const LISTEN_AFTER: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// Asks for a look at everything; answered once that has ended.
pub(crate) type Look = oneshot::Sender<Result<(), Failure>>;

/// What both tasks know.
#[derive(Clone)]
pub(crate) struct Follower {
    pub(crate) pool: Pool,
    pub(crate) workspace: String,
    pub(crate) feed: Arc<Feed>,
    /// Tells this store's notifications from those of others.
    pub(crate) store: i64,
    pub(crate) mode: FeedMode,
}

impl Follower {
    /// Tells the others of changes, until the store is gone.
    pub(crate) async fn notify(self) {
        loop {
            let begun = Instant::now();
            let ids: Vec<i64> = self.feed.to_send().await.into_iter().collect();
            let told = match self.mode {
                FeedMode::Listen => ids.as_slice(),
                FeedMode::Poll => &[],
            };
            for ids in told.chunks(NOTIFY_PROCESSES) {
                let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                let note = format!("{} {}", self.store, ids.join(" "));
                let sent = async {
                    let mut lease = self.pool.lease().await?;
                    lease.query(sql::NOTIFY, &params![note]).await
                };
                if let Err(failure) = sent.await {
                    // The others find it when they next look at everything.
                    tracing::debug!(cause = %failure.cause(), "others are not notified");
                }
            }
            sleep_until(begun + NOTIFY_EVERY).await;
        }
    }

    /// Finds the changes of others and tells subscribers of them, until the store is gone.
    pub(crate) async fn follow(self, mut looks: UnboundedReceiver<Look>) {
        if self.mode == FeedMode::Poll {
            let (_nobody, notes) = mpsc::unbounded_channel();
            self.listen(notes, &mut looks, POLL_EVERY).await;
            return;
        }
        let (mut pause, longest) = LISTEN_AFTER;
        // The clock runs also while the database lets nobody listen.
        let mut clock = clock(LOOK_EVERY);
        loop {
            let (sender, notes) = mpsc::unbounded_channel();
            let listening = self.pool.listen(sender);
            let listening = self.while_looking(listening, &mut looks, &mut clock).await;
            let Some(listening) = listening else {
                return;
            };
            if listening.is_ok() {
                pause = LISTEN_AFTER.0;
                if self.listen(notes, &mut looks, LOOK_EVERY).await.is_none() {
                    return;
                }
            }
            let pausing = self.while_looking(sleep(pause), &mut looks, &mut clock);
            if pausing.await.is_none() {
                return;
            }
            pause = (pause * 2).min(longest);
        }
    }

    /// Does something, and looks at everything meanwhile, whenever that is asked for or due; `None`
    /// if the store is gone.
    async fn while_looking<T>(
        &self,
        doing: impl Future<Output = T>,
        looks: &mut UnboundedReceiver<Look>,
        clock: &mut Interval,
    ) -> Option<T> {
        let mut doing = pin!(doing);
        loop {
            tokio::select! {
                done = &mut doing => return Some(done),
                asked = looks.recv() => {
                    // Whoever asked may have given up.
                    let _ = asked?.send(self.look().await);
                }
                _ = clock.tick() => {
                    // It is tried again soon.
                    let _ = self.look().await;
                }
            }
        }
    }

    /// Follows while a connection listens; `None` if the store is gone.
    async fn listen(
        &self,
        mut notes: UnboundedReceiver<String>,
        looks: &mut UnboundedReceiver<Look>,
        look_every: Duration,
    ) -> Option<()> {
        let mut clock = clock(look_every);
        loop {
            let looked = tokio::select! {
                note = notes.recv() => match note {
                    Some(note) => self.look_at(&self.numbers(note, &mut notes)).await,
                    // The connection has ended.
                    None => return Some(()),
                },
                asked = looks.recv() => {
                    let looked = self.look().await;
                    // Whoever asked may have given up.
                    let _ = asked?.send(looked.clone());
                    looked
                }
                _ = clock.tick() => self.look().await,
            };
            if let Err(failure) = looked {
                tracing::debug!(cause = %failure.cause(), "the changes of others are not seen");
            }
        }
    }

    /// The processes in a notification and in all that came with it, apart from this store's own.
    fn numbers(&self, note: String, notes: &mut UnboundedReceiver<String>) -> Vec<i64> {
        let mut ids = BTreeSet::new();
        let others = std::iter::from_fn(|| notes.try_recv().ok());
        for note in std::iter::once(note).chain(others) {
            let mut numbers = note.split(' ').map(str::parse);
            if numbers.next() != Some(Ok(self.store)) {
                ids.extend(numbers.filter_map(Result::ok));
            }
        }
        ids.into_iter().collect()
    }

    /// Looks at all processes.
    async fn look(&self) -> Result<(), Failure> {
        if !self.feed.is_followed() {
            self.feed.set_whole(false);
            return Ok(());
        }
        let told = self.feed.told();
        let mut lease = self.pool.lease().await?;
        let rows = lease
            .query(sql::STANDINGS, &params![self.workspace.clone()])
            .await?;
        drop(lease);
        let standing =
            |row: &Row| -> (i64, ProcessName, i64) { (row.get(0), name(row, 1), row.get(3)) };
        let all: Vec<_> = rows.iter().map(standing).collect();
        self.look_at(&self.feed.compare(&all, told)).await?;
        self.feed.set_whole(true);
        Ok(())
    }

    /// Looks at some processes.
    async fn look_at(&self, ids: &[i64]) -> Result<(), Failure> {
        if ids.is_empty() || !self.feed.is_followed() {
            return Ok(());
        }
        let told = self.feed.told();
        let revisions = self.feed.revisions(ids);
        let params = params![self.workspace.clone(), ids.to_vec(), revisions];
        let mut lease = self.pool.lease().await?;
        let rows = lease.query(sql::FOLLOW, &params).await?;
        drop(lease);
        let same = |a: &Row, b: &Row| a.get::<_, i64>(0) == b.get::<_, i64>(0);
        let found = rows.chunk_by(same).filter_map(found);
        self.feed.found(found.collect(), told);
        Ok(())
    }
}

/// Says when it is time for a look, at once for the first time.
fn clock(every: Duration) -> Interval {
    let mut clock = interval(every);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    clock
}

/// Where a process stands, by its rows; `None` if it cannot be read, as whoever reads it is told.
fn found(rows: &[Row]) -> Option<Found> {
    let first = rows.first()?;
    let entries = rows.iter().filter_map(|row| {
        let entry: Option<&[u8]> = row.get(6);
        let text = std::str::from_utf8(entry?).ok()?;
        codec::read_entry(text).ok().map(Arc::new)
    });
    let is_there: bool = first.get(1);
    Some(Found {
        id: first.get(0),
        name: is_there.then(|| name(first, 2)),
        revision: unsigned(first.get(3)),
        created_at: codec::read_summary(first.get(5)).ok()?.created_at,
        head: first.get(4),
        entries: entries.collect(),
    })
}

fn name(row: &Row, column: usize) -> ProcessName {
    codec::read_name(row.get(column))
}

/// Asks for a look at everything, and waits to hear how it went.
pub(crate) async fn look(looks: UnboundedSender<Look>) -> Result<(), Failure> {
    let gone = || Failure::unreachable("nobody follows");
    let (sender, receiver) = oneshot::channel();
    looks.send(sender).map_err(|_| gone())?;
    receiver.await.unwrap_or_else(|_| Err(gone()))
}
