//! What is done beside the calls: taking away what was in the trash for as long as anything is, by
//! one store for all, and looking at the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use pm_core::store::trash_begins;
use time::OffsetDateTime;
use tokio::time::sleep;

use crate::connection::params;
use crate::failure::Failure;
use crate::pool::{Lease, Pool};
use crate::sql;

/// How often the trash is looked through.
const PURGE_EVERY: Duration = Duration::from_secs(12 * 60 * 60);

/// When it is looked through again if that did not work out.
const PURGE_AGAIN_AFTER: Duration = Duration::from_secs(60);

/// How often the clock of the database is looked at.
const LOOK_AT_CLOCK_EVERY: Duration = Duration::from_secs(60);

/// By how much a look at the clock may be wrong, in microseconds.
const CLOCK_JITTER_MICROS: u64 = 100_000;

/// Empties the trash of what is old, now and then, until the store is gone.
pub(crate) async fn keep_trash_young(pool: Pool, workspace: String) {
    loop {
        let pause = match purge_old(&pool, &workspace).await {
            Ok(0) => PURGE_EVERY,
            Ok(purged) => {
                tracing::info!(purged, "processes were taken away that are long deleted");
                PURGE_EVERY
            }
            Err(failure) => {
                tracing::debug!(cause = %failure.cause(), "the trash was not looked through");
                PURGE_AGAIN_AFTER
            }
        };
        sleep(pause).await;
    }
}

/// Takes away what has been in the trash for as long as anything is, unless another store does so.
/// Answers how many processes.
pub(crate) async fn purge_old(pool: &Pool, workspace: &str) -> Result<usize, Failure> {
    let mut purged = 0;
    loop {
        let mut alone = pool.lease().await?.for_long();
        // Each piece is a transaction of its own, so that it locks few processes, and only for a
        // moment.
        alone.begin().await?;
        let rows = alone
            .query(sql::ALONE, &params![workspace.to_owned()])
            .await?;
        let is_alone = rows.first().is_some_and(|row| row.get(0));
        // The clock of the database counts: what is taken away by a wrong clock is gone for ever.
        let rows = alone.query(sql::CLOCK, &params![]).await?;
        let now = rows.first().and_then(|row| time_of(row.get(0)));
        let Some(now) = now.filter(|_| is_alone) else {
            alone.commit().await?;
            return Ok(purged);
        };
        let piece = purge_some(&mut alone, workspace, &trash_begins(now).to_string()).await?;
        if piece == 0 {
            let workspace = params![workspace.to_owned()];
            alone.execute(sql::FORGET_CALLERS, &workspace).await?;
        }
        alone.commit().await?;
        if piece == 0 {
            return Ok(purged);
        }
        purged += piece;
    }
}

/// Compares the clock of the database with this machine's, now and then, until the store is gone.
/// `ahead` is by how much it was ahead, in microseconds.
pub(crate) async fn keep_time(pool: Pool, ahead: Arc<AtomicI64>) {
    loop {
        sleep(LOOK_AT_CLOCK_EVERY).await;
        // If it cannot be seen now, the next time is soon enough.
        let Ok(now) = clock_ahead(&pool).await else {
            continue;
        };
        let known = ahead.load(Ordering::Relaxed);
        // How long the answer took makes some difference each time, and times are not to go back.
        if now.abs_diff(known) > CLOCK_JITTER_MICROS {
            ahead.store(now, Ordering::Relaxed);
        }
    }
}

/// By how much the clock of the database is ahead of this machine's, in microseconds.
pub(crate) async fn clock_ahead(pool: &Pool) -> Result<i64, Failure> {
    let micros = |at: OffsetDateTime| at.unix_timestamp_nanos() / 1000;
    let mut lease = pool.lease().await?;
    let before = micros(OffsetDateTime::now_utc());
    let rows = lease.query(sql::CLOCK, &params![]).await?;
    let after = micros(OffsetDateTime::now_utc());
    let there = rows.first().map_or(0, |row| row.get::<_, i64>(0));
    let ahead = i128::from(there) - i128::midpoint(before, after);
    Ok(i64::try_from(ahead).unwrap_or_default())
}

fn time_of(micros: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000).ok()
}

/// Takes away the processes that were deleted before a time; answers how many.
pub(crate) async fn purge(
    lease: &mut Lease,
    workspace: &str,
    time: &str,
) -> Result<usize, Failure> {
    let mut purged = 0;
    loop {
        match purge_some(lease, workspace, time).await? {
            0 => return Ok(purged),
            piece => purged += piece,
        }
    }
}

/// Takes away some of them.
async fn purge_some(lease: &mut Lease, workspace: &str, time: &str) -> Result<usize, Failure> {
    let params = params![workspace.to_owned(), time.to_owned()];
    let rows = lease.execute(sql::PURGE, &params).await?;
    Ok(usize::try_from(rows).unwrap_or_default())
}
