//! Whether the names of a process's two files are durable.

use super::super::disk::fs::Stamp;
use super::super::disk::store_dir::StoreDir;
use super::super::journal::JournalState;
use super::document::{Document, JsonSeen, locked};

/// Two files whose names are durable. The same files may have come back since, from the trash or
/// by a rename, under names that are not: that shows in the stamp.
#[derive(PartialEq, Eq)]
pub(crate) struct DurableNames {
    /// The journal's epoch.
    epoch: u64,
    /// The stamp of the JSON file.
    json: Stamp,
}

impl DurableNames {
    fn of(journal: &JournalState, json: &Stamp) -> Self {
        Self {
            epoch: journal.head.epoch,
            json: *json,
        }
    }
}

impl Document {
    /// Makes the names of the file and of its journal durable, unless they are known to be: who
    /// gave them may have been ended before that, and what is written behind a name that goes
    /// with a power cut goes with it. To be called under the lock.
    pub(crate) fn settle_names(
        &self,
        place: &StoreDir,
        journal: &JournalState,
        json: &JsonSeen,
    ) -> std::io::Result<()> {
        let mut named = locked(&self.named);
        let wanted = Some(DurableNames::of(journal, &json.stamp));
        if *named != wanted {
            place.sync_private()?;
            place.sync_journals()?;
            *named = wanted;
        }
        Ok(())
    }

    /// Takes note of a journal that was made here, durably with its name and that of the file.
    pub(crate) fn has_named(&self, journal: &JournalState, json: &JsonSeen) {
        *locked(&self.named) = Some(DurableNames::of(journal, &json.stamp));
    }

    /// Takes note of a file that was put in place here, durably with its name.
    pub(crate) fn has_named_file(&self, json: &JsonSeen) {
        if let Some(named) = locked(&self.named).as_mut() {
            named.json = json.stamp;
        }
    }
}
