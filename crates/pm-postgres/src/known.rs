//! A state of a process that the database had, and what leads on from it.

use std::sync::Arc;

use pm_core::codec::{self, CodecError};
use pm_core::history::Misfit;
use pm_core::store::Cause;
use pm_core::{Process, StoreError};
use tokio_postgres::Row;

/// A state of a process that the database had.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    /// The number of the process.
    pub(crate) id: i64,
    pub(crate) process: Arc<Process>,
    /// The tag of its last change.
    pub(crate) head: i64,
    /// The fence that a change of it has to be within.
    pub(crate) fence: i32,
    /// How far the snapshot is behind.
    pub(crate) behind: Behind,
}

/// What there is beside a snapshot.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Behind {
    /// The size of the snapshot, in bytes.
    pub(crate) snapshot: usize,
    /// The changes since.
    pub(crate) changes: usize,
    /// Their size, in bytes.
    pub(crate) bytes: usize,
}

impl Behind {
    /// About how much memory the state takes, in bytes of text.
    pub(crate) fn size(self) -> usize {
        self.snapshot + self.bytes
    }

    /// The same after more changes.
    pub(crate) fn and(self, changes: usize, bytes: usize) -> Self {
        Self {
            changes: self.changes + changes,
            bytes: self.bytes + bytes,
            ..self
        }
    }
}

/// What the database said of a known state.
pub(crate) enum Since {
    /// There is no such process any more.
    Gone,
    /// This is how it stands, perhaps as it was.
    Now(Known),
    /// The changes do not lead on from it: it is another process, or the database has lost the end
    /// of it.
    Apart,
}

/// Why rows make no process.
#[derive(Debug, thiserror::Error)]
enum Damage {
    #[error("there is no snapshot of it")]
    NoSnapshot,
    #[error("the change to revision {0} does not follow the one before")]
    Gap(u64),
    #[error("the change to revision {0} does not fit: {1}")]
    Misfit(u64, Misfit),
    #[error("the change to revision {0} does not say what it changed")]
    NoPatch(u64),
    #[error("the changes do not lead to the last one")]
    Short,
    #[error(transparent)]
    Text(#[from] CodecError),
    #[error("the text of it is not UTF-8")]
    NotUtf8,
    #[error("a column cannot be read: {0}")]
    Column(#[from] tokio_postgres::Error),
}

impl Known {
    /// The revision of the snapshot that it was made from.
    pub(crate) fn snapshot_revision(&self) -> u64 {
        let changes = u64::try_from(self.behind.changes).unwrap_or(u64::MAX);
        self.process.revision.saturating_sub(changes)
    }

    /// Takes in what [`FRESH`](crate::sql::FRESH) answered of this state.
    pub(crate) fn brought_up(&self, rows: &[Row]) -> Since {
        let Some(first) = rows.first() else {
            return Since::Gone;
        };
        let columns = (first.try_get(0), first.try_get(1), first.try_get(6));
        let (Ok(id), Ok(head), Ok(fence)) = columns else {
            return Since::Apart;
        };
        if id != self.id {
            return Since::Apart;
        }
        if head == self.head {
            return Since::Now(Self {
                fence,
                ..self.clone()
            });
        }
        let mut state = State {
            process: Process::clone(&self.process),
            head: self.head,
            behind: self.behind,
        };
        match state.follow(rows, head) {
            Ok(()) => Since::Now(state.known(id, fence)),
            Err(_) => Since::Apart,
        }
    }

    /// Reads what [`LOAD`](crate::sql::LOAD) answered; `None` if there is no such process.
    pub(crate) fn loaded(rows: &[Row]) -> Result<Option<Self>, StoreError> {
        let head = |first: &Row| first.try_get(1).map_err(Damage::from);
        let loaded = rows.first().map(|first| load(rows, head(first)?));
        loaded.transpose().map_err(unreadable)
    }

    /// The same for a process in the trash, with its head, which is that of its deletion.
    pub(crate) fn loaded_from_trash(rows: &[Row]) -> Result<Option<(Self, i64)>, StoreError> {
        let ends = rows.first().zip(rows.last());
        let loaded = ends.map(|(first, last)| {
            let known = load(rows, last.try_get(4)?)?;
            Ok((known, first.try_get(1)?))
        });
        loaded.transpose().map_err(unreadable)
    }
}

/// A state to which changes are applied.
struct State {
    process: Process,
    head: i64,
    behind: Behind,
}

impl State {
    /// Applies changes that lead to `head`, if they follow one another.
    fn follow(&mut self, changes: &[Row], head: i64) -> Result<(), Damage> {
        for row in changes {
            let (Some(revision), Some(prev)) = (row.try_get(2)?, row.try_get::<_, Option<_>>(3)?)
            else {
                break;
            };
            let bytes: &[u8] = row.try_get(5)?;
            let entry = codec::read_entry(text(bytes)?)?;
            let next = self.process.revision.saturating_add(1);
            if (self.head, next) != (prev, unsigned(revision)) || entry.revision != next {
                return Err(Damage::Gap(entry.revision));
            }
            let patch = entry.patch.as_ref().ok_or(Damage::NoPatch(next))?;
            let applied = self.process.apply(patch);
            applied.map_err(|misfit| Damage::Misfit(next, misfit))?;
            self.process.revision = next;
            self.process.settle();
            self.head = row.try_get(4)?;
            self.behind = self.behind.and(1, bytes.len());
        }
        if self.head == head {
            Ok(())
        } else {
            Err(Damage::Short)
        }
    }

    fn known(self, id: i64, fence: i32) -> Known {
        Known {
            id,
            fence,
            process: Arc::new(self.process),
            head: self.head,
            behind: self.behind,
        }
    }
}

/// Reads a snapshot and the changes since, which lead to `head`.
fn load(rows: &[Row], head: i64) -> Result<Known, Damage> {
    let (snapshot, changes) = rows.split_first().ok_or(Damage::NoSnapshot)?;
    if snapshot.try_get::<_, Option<i64>>(3)?.is_some() {
        return Err(Damage::NoSnapshot);
    }
    let bytes: &[u8] = snapshot.try_get(5)?;
    let mut state = State {
        process: codec::read_process(text(bytes)?)?,
        head: snapshot.try_get(4)?,
        behind: Behind {
            snapshot: bytes.len(),
            ..Behind::default()
        },
    };
    state.follow(changes, head)?;
    Ok(state.known(snapshot.try_get(0)?, snapshot.try_get(6)?))
}

fn text(bytes: &[u8]) -> Result<&str, Damage> {
    std::str::from_utf8(bytes).map_err(|_| Damage::NotUtf8)
}

fn unreadable(damage: Damage) -> StoreError {
    StoreError::Backend {
        action: "read the process",
        source: Arc::new(damage) as Cause,
    }
}

/// A revision as the database has it.
pub(crate) fn signed(revision: u64) -> i64 {
    i64::try_from(revision).unwrap_or(i64::MAX)
}

/// A revision from the database.
pub(crate) fn unsigned(revision: i64) -> u64 {
    u64::try_from(revision).unwrap_or_default()
}
