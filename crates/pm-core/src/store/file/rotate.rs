//! The journal's past: a long journal becomes a file of history and a new one begins, so that
//! opening a process never means reading much more than its JSON file.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use time::OffsetDateTime;

use super::journal::{AppendError, Journal, Line, scan};
use super::place::{Absent, Place, unreadable_journal};
use super::slot::{Cached, Slot};
use crate::store::{HISTORY_AGE, HISTORY_CHANGES};
use crate::{HistoryEntry, Timestamp};

/// From how many changes on a journal becomes history.
const LONG_CHANGES: u64 = 250;

/// From how many bytes on a journal becomes history.
const LONG_BYTES: u64 = 1 << 20;

/// How many bytes of history are kept of a process, beside its journal.
const HISTORY_BYTES: u64 = 64 << 20;

/// The ending of a file of history.
const ENDING: &str = ".history";

/// A file of history: a journal that was, with its changes from a first to a last revision.
struct Segment {
    path: PathBuf,
    first: u64,
    last: u64,
}

/// Begins a new journal where the present one is long. To be called under the lock, when the
/// JSON file durably holds the revision `placed.in_json`.
pub(super) fn if_long(slot: &Slot, place: &Place, placed: &Cached) -> Result<(), AppendError> {
    let Some(known) = &placed.journal else {
        return Ok(());
    };
    let head = &known.head;
    if head.changes < LONG_CHANGES && head.end < LONG_BYTES {
        return Ok(());
    }
    let opened = Journal::open(place, &slot.lock_id, None).map_err(AppendError::reading)?;
    let (_, reading) = opened.ok_or_else(AppendError::stale)?;
    // What came while the file was being written.
    let lines = reading
        .changes()
        .into_iter()
        .filter(|change| change.revision > placed.in_json)
        .map(|entry| Line::Change { entry, json: None })
        .collect();
    let first = head.revision.saturating_sub(head.changes) + 1;
    let name = format!("{}.{first}-{}{ENDING}", slot.lock_id, head.revision);
    let aside = place.journals_dir().join(name);
    let begins = slot.journal_base(placed);
    let known = Journal::replace(place, &slot.lock_id, &begins, lines, Some(&aside))?;
    slot.has_named(&known, &placed.json);
    slot.remember(Cached {
        journal: Some(known),
        ..placed.clone()
    });
    // What cannot be taken away now is tried again the next time.
    let _ = trim(slot, place);
    Ok(())
}

/// Takes away the history that nobody is to read any more.
fn trim(slot: &Slot, place: &Place) -> std::io::Result<()> {
    let now = SystemTime::now();
    let (mut changes, mut bytes) = (0, 0);
    for segment in segments(place, &slot.lock_id)?.into_iter().rev() {
        let stamp = place.fs.stat(&segment.path)?.stamp;
        bytes += stamp.len;
        if changes >= HISTORY_CHANGES as u64
            || bytes > HISTORY_BYTES
            || stamp.modified_age(now) > HISTORY_AGE
        {
            place.fs.remove(&segment.path)?;
        }
        changes += segment.last - segment.first + 1;
    }
    Ok(())
}

/// The history of a process, oldest first.
pub(super) fn history(slot: &Slot, place: &Place) -> Result<Vec<Arc<HistoryEntry>>, Absent> {
    let unreadable = |error: std::io::Error| unreadable_journal(&error);
    let mut entries = BTreeMap::new();
    for segment in segments(place, &slot.lock_id).map_err(unreadable)? {
        let file = match place.fs.open_journal(&segment.path) {
            Ok(file) => file,
            // Taken away this moment, for its age.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(unreadable(error)),
        };
        let bytes = file.read_at(0, u64::MAX).map_err(unreadable)?;
        entries.extend(scan(&bytes).changes.into_iter().map(|c| (c.revision, c)));
    }
    if let Some((_, reading)) = Journal::open(place, &slot.lock_id, None).map_err(unreadable)? {
        // A journal begins with copies of what came while the one before ended.
        entries.extend(reading.changes().into_iter().map(|c| (c.revision, c)));
    }
    let age = time::Duration::try_from(HISTORY_AGE).unwrap_or(time::Duration::MAX);
    let oldest = OffsetDateTime::now_utc().checked_sub(age);
    let oldest = Timestamp::from(oldest.unwrap_or(OffsetDateTime::UNIX_EPOCH));
    let skipped = entries.len().saturating_sub(HISTORY_CHANGES);
    let entries = entries.into_values().skip(skipped);
    Ok(entries
        .skip_while(|entry| entry.at.as_str() < oldest.as_str())
        .collect())
}

/// The files of history of the process file with this lock, oldest first.
fn segments(place: &Place, lock_id: &str) -> std::io::Result<Vec<Segment>> {
    let dir = place.journals_dir();
    let names = match place.fs.names(&dir) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        names => names?,
    };
    let mut segments: Vec<_> = names
        .iter()
        .filter_map(|name| {
            let rest = name.to_str()?.strip_prefix(lock_id)?.strip_prefix('.')?;
            let (first, last) = rest.strip_suffix(ENDING)?.split_once('-')?;
            Some(Segment {
                path: dir.join(name),
                first: first.parse().ok()?,
                last: last.parse().ok()?,
            })
        })
        .collect();
    segments.sort_unstable_by_key(|segment| segment.first);
    Ok(segments)
}

/// Whether a name that begins with a lock's is, after that, one of a journal or of history.
pub(super) fn is_of_journal(rest: &str) -> bool {
    rest == ".journal" || rest.ends_with(ENDING)
}

/// Everything that belongs to the journal of the process file with this lock, but for the
/// journal itself.
pub(super) fn past(place: &Place, lock_id: &str) -> std::io::Result<Vec<PathBuf>> {
    let segments = segments(place, lock_id)?.into_iter();
    Ok(segments.map(|segment| segment.path).collect())
}

/// How long ago a stamp's file was last written.
trait ModifiedAge {
    fn modified_age(&self, now: SystemTime) -> Duration;
}

impl ModifiedAge for super::fs::Stamp {
    fn modified_age(&self, now: SystemTime) -> Duration {
        let now = now.duration_since(SystemTime::UNIX_EPOCH);
        let now = now.map_or(0, |now| now.as_nanos());
        let age = i128::try_from(now).unwrap_or(i128::MAX) - self.modified_ns;
        u64::try_from(age).map_or(Duration::ZERO, Duration::from_nanos)
    }
}
