//! Snapshots, written beside the calls: a process of any size is loaded from one and a bounded
//! number of changes, and no change costs more because the process is large.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use pm_core::store::{HISTORY_AGE, HISTORY_CHANGES};
use pm_core::{StoreError, Timestamp, codec};
use time::OffsetDateTime;

use crate::connection::params;
use crate::database::Database;
use crate::draft::not_written;
use crate::failure::Failure;
use crate::known::{Behind, Known, signed};
use crate::pool::Pool;
use crate::sql;

/// How many changes there are at least beside a snapshot before the next one.
const CHANGES_MIN: usize = 250;

/// How many bytes they have at least, unless the snapshot has fewer.
const BYTES_MIN: usize = 8 << 20;

/// How many snapshots are remembered until the next change.
const TAKEN: usize = 1024;

/// How long a change stays at least that somebody may look for.
const LOOKED_FOR: Duration = Duration::from_secs(60);

/// The snapshots that are being written.
#[derive(Clone, Default)]
pub(crate) struct Snapshots(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// The processes of which one is being written.
    writing: HashSet<i64>,
    /// What was last written of a process, for states that do not know of it yet.
    taken: HashMap<i64, Taken>,
    /// The processes of which changes were let go of a moment ago, and when.
    retained: HashMap<i64, Instant>,
}

/// A snapshot that was written.
struct Taken {
    /// The snapshot before it.
    since: u64,
    /// What there was beside that one.
    behind: Behind,
    /// The size of this one, in bytes.
    size: usize,
}

/// Says at its end that a snapshot is not being written any more.
struct Writing(Snapshots, i64);

impl Drop for Writing {
    fn drop(&mut self) {
        self.0.lock().writing.remove(&self.1);
    }
}

impl Snapshots {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note that there is a snapshot of a state.
    fn note(&self, known: &Known, size: usize) {
        let taken = &mut self.lock().taken;
        if taken.len() >= TAKEN {
            // A state that does not learn of its snapshot has one more written.
            taken.clear();
        }
        let (since, behind) = (known.snapshot_revision(), known.behind);
        let snapshot = Taken {
            since,
            behind,
            size,
        };
        taken.insert(known.id, snapshot);
    }

    /// Whether changes of a process may be let go of again: those of the last moment stay, and would
    /// only be looked at.
    fn retains(&self, id: i64) -> bool {
        let retained = &mut self.lock().retained;
        retained.retain(|_, at| at.elapsed() < LOOKED_FOR);
        match retained.entry(id) {
            Entry::Occupied(_) => false,
            Entry::Vacant(entry) => {
                entry.insert(Instant::now());
                true
            }
        }
    }

    /// What there is beside the last snapshot of a state. The state may have been made of one that
    /// did not know of that snapshot, which is written while changes are made.
    pub(crate) fn behind(&self, known: &Known) -> Behind {
        match self.lock().taken.remove(&known.id) {
            Some(taken) if taken.since == known.snapshot_revision() => Behind {
                snapshot: taken.size,
                changes: known.behind.changes.saturating_sub(taken.behind.changes),
                bytes: known.behind.bytes.saturating_sub(taken.behind.bytes),
            },
            _ => known.behind,
        }
    }

    /// Has a snapshot written of a state that is in the database, if it is time for one.
    pub(crate) fn take_if_due(&self, known: &Known, database: &Database) {
        let Behind {
            snapshot,
            changes,
            bytes,
        } = known.behind;
        if changes < CHANGES_MIN || bytes < snapshot.min(BYTES_MIN) {
            return;
        }
        if !self.lock().writing.insert(known.id) {
            return;
        }
        let retains = self.retains(known.id);
        let writing = Writing(self.clone(), known.id);
        let (snapshots, known, now) = (self.clone(), known.clone(), database.now());
        let pool = database.pool().clone();
        database.spawn(async move {
            let _writing = writing;
            match write(&known, &pool, now, retains).await {
                Ok(size) => snapshots.note(&known, size),
                // It is due again with the next change.
                Err(error) => {
                    tracing::warn!(error = %pm_core::reason(&error), "a snapshot was not written");
                }
            }
        });
    }
}

/// Writes a snapshot, and lets go of what nobody needs any more if `retains` says so; answers its
/// size.
async fn write(
    known: &Known,
    pool: &Pool,
    now: OffsetDateTime,
    retains: bool,
) -> Result<usize, StoreError> {
    let process = Arc::clone(&known.process);
    let written = tokio::task::spawn_blocking(move || codec::write_process(&process)).await;
    let content = match written {
        Ok(content) => content.map_err(not_written)?,
        Err(_) => return Err(StoreError::NotApplied),
    };
    let size = content.len();
    let failed = |failure: Failure| failure.into_error("write a snapshot");
    let revision = signed(known.process.revision);
    let params = params![known.id, revision, known.head, content.into_bytes()];
    let mut lease = pool.lease().await.map_err(failed)?.for_long();
    lease
        .execute(sql::SNAPSHOT, &params)
        .await
        .map_err(failed)?;
    if !retains {
        return Ok(size);
    }
    let before = |age: Duration| Timestamp::from(now - age).to_string();
    let told = i64::try_from(HISTORY_CHANGES).unwrap_or(i64::MAX);
    let params = params![
        known.id,
        revision - told,
        before(HISTORY_AGE),
        before(LOOKED_FOR),
    ];
    lease.execute(sql::RETAIN, &params).await.map_err(failed)?;
    Ok(size)
}
