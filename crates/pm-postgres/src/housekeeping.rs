//! What is done beside the calls, by one store for all: taking away what was in the trash for as
//! long as anything is.

use std::time::Duration;

use pm_core::store::trash_begins;
use time::OffsetDateTime;
use tokio::time::sleep;

use crate::connection::params;
use crate::failure::Failure;
use crate::pool::Pool;
use crate::sql;

/// How often the trash is looked through.
const PURGE_EVERY: Duration = Duration::from_secs(12 * 60 * 60);

/// How many processes are taken away at a time.
const PURGE_AT_A_TIME: i64 = 100;

/// Empties the trash of what is old, now and then, until the store is gone.
pub(crate) async fn keep_trash_young(pool: Pool, workspace: String) {
    loop {
        let purging = async {
            let mut alone = pool.lease().await?;
            alone.begin().await?;
            let rows = alone.query(sql::ALONE, &params![]).await?;
            let rows_clock = alone.query(sql::CLOCK, &params![]).await?;
            let is_alone = rows.first().is_some_and(|row| row.get(0));
            let now = rows_clock.first().map(|row| row.get::<_, i64>(0));
            // By the clock of the database: what a wrong one takes away is gone for ever.
            let now = now.map(|micros| i128::from(micros) * 1000);
            let now = now.and_then(|nanos| OffsetDateTime::from_unix_timestamp_nanos(nanos).ok());
            if let Some(now) = now.filter(|_| is_alone) {
                let time = trash_begins(now).to_string();
                let purged = purge(pool.clone(), workspace.clone(), time).await?;
                if purged > 0 {
                    tracing::info!(purged, "processes were taken away that are long deleted");
                }
            }
            alone.commit().await
        };
        let purged: Result<(), Failure> = purging.await;
        if let Err(failure) = purged {
            tracing::debug!(cause = %failure.cause(), "the trash was not looked through");
        }
        sleep(PURGE_EVERY).await;
    }
}

/// Takes away the processes that were deleted before a time; answers how many.
pub(crate) async fn purge(pool: Pool, workspace: String, time: String) -> Result<usize, Failure> {
    let mut purged = 0;
    loop {
        let params = params![workspace.clone(), time.clone(), PURGE_AT_A_TIME];
        let rows = pool.lease().await?.execute(sql::PURGE, &params).await?;
        purged += usize::try_from(rows).unwrap_or_default();
        if rows == 0 {
            return Ok(purged);
        }
    }
}
