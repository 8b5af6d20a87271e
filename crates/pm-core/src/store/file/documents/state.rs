//! What a document saw of its two files when it last looked at them.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::super::disk::fs::Stamp;
use super::super::journal::{Checksum, JournalState, Marker};
use crate::Process;

/// What the two files held when they were last looked at.
#[derive(Clone)]
pub(crate) struct Cached {
    pub(crate) process: Arc<Process>,
    pub(crate) json: JsonSeen,
    /// The revision up to which the JSON file holds the process.
    pub(crate) in_json: u64,
    /// What is known of the journal; `None` if there is none.
    pub(crate) journal: Option<JournalState>,
}

/// What is known of the JSON file.
#[derive(Clone)]
pub(crate) struct JsonSeen {
    pub(crate) stamp: Stamp,
    /// Whether an equal stamp proves equal content; see [`Stamp::is_settled`].
    pub(crate) settled: bool,
    pub(crate) checksum: Checksum,
}

/// The largest file that is read again at each look while its stamp proves nothing yet. Reading
/// a larger one would make the cost of a change grow with the process; such a file is believed for
/// [`BELIEVED`], unless it is about to be written over, and then read once more.
const READ_AGAIN_BYTES: u64 = 64 << 10;

/// See [`READ_AGAIN_BYTES`].
const BELIEVED: Duration = Duration::from_secs(1);

impl JsonSeen {
    /// Whether the file with this stamp now may be taken for unchanged.
    pub(crate) fn is_unchanged(&self, stamp: &Stamp) -> bool {
        self.stamp == *stamp
            && (self.settled
                || (stamp.len > READ_AGAIN_BYTES && stamp.age(SystemTime::now()) < BELIEVED))
    }
}

impl Cached {
    /// The JSON file as a marker: what it holds, and up to which revision.
    pub(crate) fn marker(&self) -> Marker {
        Marker {
            revision: self.in_json,
            json: self.json.checksum,
        }
    }

    /// The size of the process's file, once it has what the journal has; in bytes, and roughly.
    pub(crate) fn size(&self) -> u64 {
        let pending = self
            .journal
            .as_ref()
            .map_or(0, |known| known.head.pending());
        self.json.stamp.len.saturating_add(pending)
    }

    /// Whether the JSON file lacks changes that the journal has.
    pub(crate) fn is_ahead(&self) -> bool {
        self.in_json < self.process.revision
    }
}
