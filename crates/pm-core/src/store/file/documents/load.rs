//! The content of a process from its two files: the JSON file, and the changes in the journal
//! that it does not hold yet.

use std::sync::Arc;
use std::time::SystemTime;

use super::super::disk::fs::Stamp;
use super::super::disk::store_dir::{StoreDir, Unavailable, missing_fields, unreadable_journal};
use super::super::format::read_process;
use super::super::journal::{Checksum, Head, Journal, JournalState, Marker, Reading, Tail};
use super::document::{Cached, Document, JsonSeen};
use crate::{Actor, HistoryEntry, Process};

/// What was found in the files.
pub(crate) enum Loaded {
    /// The journal knows the JSON file, or there is none.
    Known(Box<Cached>),
    /// Somebody else wrote the JSON file.
    Outside(Box<Outside>),
}

impl Loaded {
    /// Whether the journal cannot be read on.
    fn is_damaged(&self) -> bool {
        let journal = match self {
            Self::Known(cached) => cached.journal.as_ref(),
            Self::Outside(outside) => outside.journal.as_ref().map(|(known, _)| known),
        };
        journal.is_some_and(|known| known.tail == Tail::Damaged)
    }
}

/// A JSON file that somebody else wrote, beside what was there before.
pub(crate) struct Outside {
    /// The file.
    pub(crate) json: JsonSeen,
    /// What it holds; its revision is the one that stands in it.
    pub(crate) process: Process,
    /// What was known before, where anything was.
    pub(crate) before: Option<Cached>,
    /// The journal with all its changes, where there is one.
    pub(crate) journal: Option<(JournalState, Vec<Arc<HistoryEntry>>)>,
}

/// The JSON file, and its bytes where they had to be read.
struct JsonRead {
    seen: JsonSeen,
    bytes: Option<Vec<u8>>,
}

impl Document {
    /// Reads what is not known from `before`, which may be out of date.
    pub(crate) fn read(
        &self,
        place: &StoreDir,
        before: Option<&Cached>,
    ) -> Result<Loaded, Unavailable> {
        let known = before.and_then(|before| before.journal.as_ref());
        let opened = Journal::open(place, &self.lock_id, known)
            .map_err(|error| unreadable_journal(&error))?;
        // A journal gets its name when its header is durable: one without has lost what it held.
        let is_headless = matches!(&opened, Some((journal, _)) if journal.known.is_headless());
        let opened = opened.filter(|_| !is_headless);
        let epoch = |known: &JournalState| known.head.epoch;
        if opened.as_ref().map(|(journal, _)| epoch(&journal.known)) != known.map(epoch) {
            place.damage.is_new();
        }
        let json = self.read_json(place, before)?;
        let loaded = match opened {
            None => self.without_journal(place, before, json),
            Some((journal, reading)) => {
                self.with_journal(place, before, json, journal.known, reading)
            }
        }?;
        place
            .damage
            .looked_at(self.file(), is_headless || loaded.is_damaged());
        Ok(loaded)
    }

    fn without_journal(
        &self,
        place: &StoreDir,
        before: Option<&Cached>,
        json: JsonRead,
    ) -> Result<Loaded, Unavailable> {
        match before {
            None => {
                let process = self.parse(place, &json, None)?;
                Ok(Loaded::Known(Box::new(Cached {
                    in_json: process.revision,
                    process: Arc::new(process),
                    json: json.seen,
                    journal: None,
                })))
            }
            // Also where the journal was taken away with changes that the file lacks: they are
            // still here.
            Some(before) if before.json.checksum == json.seen.checksum => {
                Ok(Loaded::Known(Box::new(Cached {
                    in_json: before.in_json,
                    process: Arc::clone(&before.process),
                    json: json.seen,
                    journal: None,
                })))
            }
            Some(before) => {
                let process = self.parse(place, &json, None)?;
                if process.created_at != before.process.created_at {
                    // Another process, made in the place of one that was deleted.
                    return self.without_journal(place, None, json);
                }
                Ok(Loaded::Outside(Box::new(Outside {
                    json: json.seen,
                    process,
                    before: Some(before.clone()),
                    journal: None,
                })))
            }
        }
    }

    fn with_journal(
        &self,
        place: &StoreDir,
        before: Option<&Cached>,
        json: JsonRead,
        mut known: JournalState,
        reading: Reading,
    ) -> Result<Loaded, Unavailable> {
        let marker = known.head.marker_of(json.seen.checksum);
        if let (Some(marker), Reading::Further(changes), Some(before)) = (marker, &reading, before)
            && let Some(process) = advanced(before, changes)
        {
            return Ok(Loaded::Known(Box::new(Cached {
                process,
                in_json: marker.revision,
                json: json.seen,
                journal: Some(known),
            })));
        }
        let changes = match reading {
            Reading::Whole(changes) => changes,
            Reading::Further(_) => {
                let opened = Journal::open(place, &self.lock_id, None);
                match opened.map_err(|error| unreadable_journal(&error))? {
                    Some((journal, reading)) => {
                        known = journal.known;
                        reading.changes()
                    }
                    None => return self.without_journal(place, before, json),
                }
            }
        };
        let Some(marker) = known.head.marker_of(json.seen.checksum) else {
            let process = self.parse(place, &json, Some(&known.head))?;
            return Ok(Loaded::Outside(Box::new(Outside {
                json: json.seen,
                process,
                before: before.cloned(),
                journal: Some((known, changes)),
            })));
        };
        let mut process = self.parse(place, &json, Some(&known.head))?;
        if !replayed(&mut process, marker, &changes) {
            // The journal is sound line by line and yet says what cannot be.
            known.tail = Tail::Damaged;
        }
        Ok(Loaded::Known(Box::new(Cached {
            process: Arc::new(process),
            json: json.seen,
            in_json: marker.revision,
            journal: Some(known),
        })))
    }

    /// The JSON file, which is read only where its stamp does not tell that it is unchanged.
    fn read_json(
        &self,
        place: &StoreDir,
        before: Option<&Cached>,
    ) -> Result<JsonRead, Unavailable> {
        let stamp = place.stamp(self.file())?;
        match before {
            Some(before) if before.json.is_unchanged(&stamp) => Ok(JsonRead {
                seen: before.json.clone(),
                bytes: None,
            }),
            _ => {
                let now = SystemTime::now();
                let (stamp, bytes) = place.read(self.file())?;
                Ok(JsonRead {
                    seen: JsonSeen {
                        stamp,
                        settled: stamp.is_settled(now),
                        checksum: Checksum::of(&bytes),
                    },
                    bytes: Some(bytes),
                })
            }
        }
    }

    /// Reads the process of the JSON file, beside which there is a journal of this head.
    fn parse(
        &self,
        place: &StoreDir,
        json: &JsonRead,
        journal: Option<&Head>,
    ) -> Result<Process, Unavailable> {
        let parse = |bytes: &[u8], stamp: &Stamp| {
            let missing = missing_fields(self.file(), stamp, journal);
            read_process(bytes, &missing).map_err(Unavailable::Problem)
        };
        if let Some(bytes) = &json.bytes {
            return parse(bytes, &json.seen.stamp);
        }
        let (stamp, bytes) = place.read(self.file())?;
        parse(&bytes, &stamp)
    }
}

/// What was known before with the changes made since; `None` where that cannot be said from the
/// changes alone.
fn advanced(before: &Cached, changes: &[Arc<HistoryEntry>]) -> Option<Arc<Process>> {
    if changes.is_empty() {
        return Some(Arc::clone(&before.process));
    }
    let mut process = Process::clone(&before.process);
    for change in changes {
        // What was changed outside is to be read from the file, which has more than a patch.
        let by_a_program = change.actor != Actor::Outside;
        let next = by_a_program && change.revision == process.revision.checked_add(1)?;
        next.then_some(())?;
        process.apply(change.patch.as_ref()?).ok()?;
        process.revision = change.revision;
    }
    Some(Arc::new(process))
}

/// Makes the changes that `process`, as the file of `marker` holds it, lacks; stops at one that
/// does not fit, and says so.
pub(crate) fn replayed(
    process: &mut Process,
    marker: Marker,
    changes: &[Arc<HistoryEntry>],
) -> bool {
    process.revision = marker.revision;
    for change in changes.iter().filter(|c| c.revision > marker.revision) {
        let fits = match &change.patch {
            Some(patch) => process.apply(patch).is_ok(),
            None => false,
        };
        if !fits {
            return false;
        }
        process.revision = change.revision;
    }
    true
}
