//! Whether the names of a process's two files are durable.

use super::super::disk::fs::Stamp;
use super::super::journal::JournalState;

/// Two files whose names are durable. The same files may have come back since, from the trash or
/// by a rename, under names that are not: that shows in the stamp.
#[derive(PartialEq, Eq)]
pub(super) struct DurableNames {
    /// The journal's epoch.
    epoch: u64,
    /// The stamp of the JSON file.
    pub(super) json: Stamp,
}

impl DurableNames {
    pub(super) fn of(journal: &JournalState, json: &Stamp) -> Self {
        Self {
            epoch: journal.head.epoch,
            json: *json,
        }
    }
}
