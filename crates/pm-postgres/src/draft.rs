//! Changes that were made in memory, as the database is to take them in.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;

use pm_core::codec::{self, CodecError};
use pm_core::history::LastChange;
use pm_core::model::ProcessSummary;
use pm_core::{HistoryEntry, Process, StoreError, Timestamp};

use crate::connection::{Params, params};
use crate::known::{Known, signed};

/// Changes that lead on from a state.
pub(crate) struct Draft {
    /// The state that they lead to.
    pub(crate) process: Process,
    /// One for each change, the first one first.
    pub(crate) entries: Vec<Arc<HistoryEntry>>,
}

/// A draft as texts, each change with a tag of its own.
pub(crate) struct Written {
    /// The tag of the last change.
    pub(crate) head: i64,
    /// The revision that it makes.
    pub(crate) revision: i64,
    /// The size of the entries, in bytes.
    pub(crate) bytes: usize,
    summary: String,
    revisions: Vec<i64>,
    prevs: Vec<i64>,
    tags: Vec<i64>,
    times: Vec<String>,
    entries: Vec<Vec<u8>>,
}

impl Draft {
    /// Writes it down as what follows the change `base`.
    pub(crate) fn written(&self, base: i64) -> Result<Written, StoreError> {
        let summary = match self.entries.last() {
            Some(last) => summary(&self.process, last)?,
            None => return Err(StoreError::NotApplied),
        };
        let mut written = Written {
            head: base,
            revision: signed(self.process.revision),
            bytes: 0,
            summary,
            revisions: Vec::new(),
            prevs: Vec::new(),
            tags: Vec::new(),
            times: Vec::new(),
            entries: Vec::new(),
        };
        for entry in &self.entries {
            let text = codec::write_entry(entry).map_err(not_written)?;
            written.bytes += text.len();
            written.prevs.push(written.head);
            written.head = tag();
            written.tags.push(written.head);
            written.revisions.push(signed(entry.revision));
            written.times.push(entry.at.to_string());
            written.entries.push(text.into_bytes());
        }
        Ok(written)
    }

    /// The state that is known once the database has taken it in.
    pub(crate) fn kept(self, base: &Known, written: &Written) -> (Known, Vec<Arc<HistoryEntry>>) {
        let known = Known {
            id: base.id,
            process: Arc::new(self.process),
            head: written.head,
            fence: base.fence,
            behind: base.behind.and(self.entries.len(), written.bytes),
        };
        (known, self.entries)
    }
}

impl Written {
    /// The values of [`APPEND`](crate::sql::APPEND), for a process whose head is `head`.
    pub(crate) fn params(&self, base: &Known, head: i64) -> Params {
        params![
            base.id,
            head,
            self.revision,
            self.head,
            self.summary.clone(),
            self.revisions.clone(),
            self.prevs.clone(),
            self.tags.clone(),
            self.times.clone(),
            self.entries.clone(),
            base.fence,
        ]
    }
}

/// What lists say of a process that was just changed.
fn summary(process: &Process, last: &HistoryEntry) -> Result<String, StoreError> {
    let change = Some(Arc::new(LastChange::of(last)));
    let summary = ProcessSummary::of(process, last.at.clone(), change);
    codec::write_summary(&summary).map_err(not_written)
}

/// What lists say of a process that was created.
pub(crate) fn created_summary(process: &Process, now: &Timestamp) -> Result<String, StoreError> {
    let summary = ProcessSummary::of(process, now.clone(), None);
    codec::write_summary(&summary).map_err(not_written)
}

/// A random number that no other change has, nor any of another store.
pub(crate) fn tag() -> i64 {
    // Each RandomState has fresh random keys, by the system's randomness.
    RandomState::new()
        .hash_one(std::process::id())
        .cast_signed()
}

pub(crate) fn not_written(error: CodecError) -> StoreError {
    StoreError::Backend {
        action: "write the process",
        source: Arc::new(error),
    }
}
