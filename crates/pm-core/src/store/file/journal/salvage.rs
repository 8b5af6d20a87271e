//! The lines behind the place from which a journal cannot be read on. The store cannot use them,
//! since the changes before them are not known, but they show people what they have lost.

use super::checksum::Checksum;
use super::record::Line;

/// What whole lines behind damage say.
#[derive(Debug, Default)]
pub(crate) struct Salvage {
    /// The last revision that any of them is about.
    pub(crate) last: Option<u64>,
    /// The JSON files that they know, each with the revision that it holds.
    known: Vec<(Checksum, u64)>,
}

impl Salvage {
    /// The revision that the JSON file with this checksum holds.
    pub(crate) fn revision_of(&self, json: Checksum) -> Option<u64> {
        let known = self.known.iter().rfind(|(known, _)| *known == json);
        known.map(|(_, revision)| *revision)
    }
}

/// Looks for whole lines behind the part of a journal that is believed.
pub(crate) fn salvage(rest: &[u8]) -> Salvage {
    let mut salvage = Salvage::default();
    for start in Line::may_start_at(rest) {
        let text = rest.get(start..).unwrap_or_default();
        let text = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let (revision, json) = match Line::read(text).map(|read| read.line) {
            Some(Line::Change { entry, json }) => (entry.revision, json),
            Some(Line::Checkpoint { revision, json }) => (revision, Some(json)),
            Some(Line::Header { .. } | Line::Placed { .. }) | None => continue,
        };
        salvage.last = salvage.last.max(Some(revision));
        salvage.known.extend(json.map(|json| (json, revision)));
    }
    salvage
}
