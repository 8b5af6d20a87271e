//! The content of a process from its two files: the JSON file, and the changes in the journal
//! that it does not hold yet.

use std::ffi::OsStr;
use std::sync::Arc;
use std::time::SystemTime;

use super::super::disk::fs::Stamp;
use super::super::disk::names;
use super::super::disk::store_dir::{Unavailable, modified_at, unreadable_journal};
use super::super::format::{Defaults, read_process};
use super::super::journal::{Checksum, Head, Journal, JournalState, Marker, Reading, Tail};
use super::shared::Shared;
use super::state::{Cached, JsonSeen};
use crate::{Actor, HistoryEntry, Process, Timestamp};

/// What was found in the files.
pub(crate) enum Loaded {
    /// The journal knows the JSON file, or there is no journal.
    Known(Box<Cached>),
    /// The JSON file was written from outside.
    Outside(Box<Outside>),
}

impl Loaded {
    /// Whether the journal is damaged.
    fn is_damaged(&self) -> bool {
        let journal = match self {
            Self::Known(cached) => cached.journal.as_ref(),
            Self::Outside(outside) => outside.journal.as_ref().map(|(known, _)| known),
        };
        journal.is_some_and(|known| known.tail == Tail::Damaged)
    }
}

/// A JSON file that was written from outside, beside the state before.
pub(crate) struct Outside {
    /// The file.
    pub(crate) json: JsonSeen,
    /// What it holds; its revision is the one that stands in it.
    pub(crate) process: Process,
    /// The state that was known before, if any was.
    pub(crate) before: Option<Cached>,
    /// The journal with all its changes, if there is one.
    pub(crate) journal: Option<(JournalState, Vec<Arc<HistoryEntry>>)>,
}

/// The JSON file, and its bytes if they had to be read.
struct JsonRead {
    seen: JsonSeen,
    bytes: Option<Vec<u8>>,
}

/// The two files of a process.
pub(crate) struct Files<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) file: &'a OsStr,
    pub(crate) lock_id: &'a str,
}

impl Files<'_> {
    /// Reads what is not known from `before`, which may be out of date.
    pub(crate) fn load(&self, before: Option<&Cached>) -> Result<Loaded, Unavailable> {
        let known = before.and_then(|before| before.journal.as_ref());
        let opened = Journal::open(&self.shared.dir, self.lock_id, known)
            .map_err(|error| unreadable_journal(&error))?;
        // A journal gets its name when its header is durable: one without a header has lost its
        // content.
        let is_headless = matches!(&opened, Some((journal, _)) if journal.known.is_headless());
        let opened = opened.filter(|_| !is_headless);
        let epoch = |known: &JournalState| known.head.epoch;
        if opened.as_ref().map(|(journal, _)| epoch(&journal.known)) != known.map(epoch) {
            self.shared.damage.is_new();
        }
        let json = self.read_json(before)?;
        let loaded = match opened {
            None => self.without_journal(before, json),
            Some((journal, reading)) => self.with_journal(before, json, journal.known, reading),
        }?;
        self.shared
            .damage
            .looked_at(self.file, is_headless || loaded.is_damaged());
        Ok(loaded)
    }

    fn without_journal(
        &self,
        before: Option<&Cached>,
        json: JsonRead,
    ) -> Result<Loaded, Unavailable> {
        match before {
            None => {
                let process = self.parse(&json, None)?;
                Ok(Loaded::Known(Box::new(Cached {
                    in_json: process.revision,
                    process: Arc::new(process),
                    json: json.seen,
                    journal: None,
                })))
            }
            // This holds even if the journal was taken away with changes that the file lacks: they
            // are still in memory.
            Some(before) if before.json.checksum == json.seen.checksum => {
                Ok(Loaded::Known(Box::new(Cached {
                    in_json: before.in_json,
                    process: Arc::clone(&before.process),
                    json: json.seen,
                    journal: None,
                })))
            }
            Some(before) => {
                let process = self.parse(&json, None)?;
                if process.created_at != before.process.created_at {
                    // This is another process, made in the place of one that was deleted.
                    return self.without_journal(None, json);
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
                let opened = Journal::open(&self.shared.dir, self.lock_id, None);
                match opened.map_err(|error| unreadable_journal(&error))? {
                    Some((journal, reading)) => {
                        known = journal.known;
                        reading.changes()
                    }
                    None => return self.without_journal(before, json),
                }
            }
        };
        let Some(marker) = known.head.marker_of(json.seen.checksum) else {
            let process = self.parse(&json, Some(&known.head))?;
            return Ok(Loaded::Outside(Box::new(Outside {
                json: json.seen,
                process,
                before: before.cloned(),
                journal: Some((known, changes)),
            })));
        };
        let mut process = self.parse(&json, Some(&known.head))?;
        if !replayed(&mut process, marker, &changes) {
            // The journal is sound line by line, and yet contradicts itself.
            known.tail = Tail::Damaged;
        }
        Ok(Loaded::Known(Box::new(Cached {
            process: Arc::new(process),
            json: json.seen,
            in_json: marker.revision,
            journal: Some(known),
        })))
    }

    /// The JSON file, which is read unless its stamp proves it unchanged.
    fn read_json(&self, before: Option<&Cached>) -> Result<JsonRead, Unavailable> {
        let stamp = self.shared.dir.stamp(self.file)?;
        match before {
            Some(before) if before.json.is_unchanged(&stamp) => Ok(JsonRead {
                seen: before.json.clone(),
                bytes: None,
            }),
            _ => {
                let now = SystemTime::now();
                let (stamp, bytes) = self.shared.dir.read(self.file)?;
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
    fn parse(&self, json: &JsonRead, journal: Option<&Head>) -> Result<Process, Unavailable> {
        let parse = |bytes: &[u8], stamp: &Stamp| {
            let missing = missing_fields(self.file, stamp, journal);
            read_process(bytes, &missing).map_err(Unavailable::Problem)
        };
        if let Some(bytes) = &json.bytes {
            return parse(bytes, &json.seen.stamp);
        }
        let (stamp, bytes) = self.shared.dir.read(self.file)?;
        parse(&bytes, &stamp)
    }
}

/// What was known before with the changes made since; `None` if that does not follow from the
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

/// Makes the changes that `process`, as the file of `marker` holds it, lacks. Stops at one that
/// does not fit, and answers whether all of them did.
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

/// What stands in for the fields that a file lacks. The journal keeps the time of creation; without
/// a journal the time of the file has to do, which moves with each edit.
pub(crate) fn missing_fields(file: &OsStr, stamp: &Stamp, journal: Option<&Head>) -> Defaults {
    let settled = journal.and_then(|head| head.created_at.as_ref());
    let shown = names::shown(file);
    let name = shown
        .strip_suffix(names::ENDING)
        .unwrap_or(&shown)
        .to_owned();
    Defaults {
        name,
        created_at: settled.map_or_else(|| modified_at(stamp), Timestamp::clone),
        has_journal: journal.is_some(),
    }
}
