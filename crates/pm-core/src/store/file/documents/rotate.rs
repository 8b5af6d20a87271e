//! The journal's past: a long journal becomes a file of history and a new one begins, so that
//! opening a process never means reading much more than its JSON file.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;

use super::super::disk::fs::Stamp;
use super::super::disk::store_dir::{StoreDir, Unavailable, unreadable_journal};
use super::super::disk::{names, passed_time};
use super::super::journal::{AppendError, Journal, Line, scan};
use super::document::{Cached, Document};
use crate::HistoryEntry;
use crate::store::rules::outdated;
use crate::store::{HISTORY_AGE, HISTORY_CHANGES};

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
pub(crate) fn if_long(
    document: &Document,
    place: &StoreDir,
    placed: &Cached,
) -> Result<(), AppendError> {
    let Some(known) = &placed.journal else {
        return Ok(());
    };
    let head = &known.head;
    if head.changes < LONG_CHANGES && head.end < LONG_BYTES {
        return Ok(());
    }
    let opened = Journal::open(place, &document.lock_id, None).map_err(AppendError::reading)?;
    let (_, reading) = opened.ok_or_else(AppendError::stale)?;
    // What came while the file was being written.
    let lines = reading
        .changes()
        .into_iter()
        .filter(|change| change.revision > placed.in_json)
        .map(|entry| Line::Change { entry, json: None })
        .collect();
    let first = head.revision.saturating_sub(head.changes) + 1;
    let name = format!("{}.{first}-{}{ENDING}", document.lock_id, head.revision);
    let aside = place.journals_dir().join(name);
    let begins = document.journal_base(placed);
    let known = Journal::replace(place, &document.lock_id, &begins, lines, Some(&aside))?;
    document.has_named(&known, &placed.json);
    document.remember(Cached {
        journal: Some(known),
        ..placed.clone()
    });
    // What cannot be taken away now is tried again the next time.
    let _ = trim(document, place);
    Ok(())
}

/// Takes away the history that nobody is to read any more.
fn trim(document: &Document, place: &StoreDir) -> std::io::Result<()> {
    // By a clock that is wrong for once, nothing would be left.
    let now = passed_time::certain(place);
    let (mut changes, mut bytes) = (0, 0);
    for segment in segments(place, &document.lock_id)?.into_iter().rev() {
        let stamp = place.fs.stat(&segment.path)?.stamp;
        bytes += stamp.len;
        if changes >= HISTORY_CHANGES as u64
            || bytes > HISTORY_BYTES
            || now.is_some_and(|now| modified_before(&stamp, now) > HISTORY_AGE)
        {
            place.fs.remove(&segment.path)?;
        }
        changes += segment.last - segment.first + 1;
    }
    Ok(())
}

/// The history of a process behind the revision `after`, oldest first.
pub(crate) fn history(
    document: &Document,
    place: &StoreDir,
    after: u64,
) -> Result<Vec<Arc<HistoryEntry>>, Unavailable> {
    let unreadable = |error: std::io::Error| unreadable_journal(&error);
    let mut entries = BTreeMap::new();
    for segment in segments(place, &document.lock_id).map_err(unreadable)? {
        if segment.last <= after {
            continue;
        }
        let file = match place.fs.open_journal(&segment.path) {
            Ok(file) => file,
            // Taken away this moment, for its age.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(unreadable(error)),
        };
        let bytes = file.read_at(0, u64::MAX).map_err(unreadable)?;
        entries.extend(scan(&bytes).changes.into_iter().map(|c| (c.revision, c)));
    }
    if let Some((_, reading)) = Journal::open(place, &document.lock_id, None).map_err(unreadable)? {
        // A journal begins with copies of what came while the one before ended.
        entries.extend(reading.changes().into_iter().map(|c| (c.revision, c)));
    }
    let entries = entries.split_off(&after.saturating_add(1));
    let mut entries: Vec<_> = entries.into_values().collect();
    entries.drain(..outdated(&entries, place.clock.now()));
    Ok(entries)
}

/// The files of history of the process file with this lock, oldest first.
fn segments(place: &StoreDir, lock_id: &str) -> std::io::Result<Vec<Segment>> {
    Ok(segments_in(place, lock_id, &names(place)?))
}

/// The names in the directory of the journals; none where there is no such directory.
fn names(place: &StoreDir) -> std::io::Result<Vec<OsString>> {
    match place.fs.names(&place.journals_dir()) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        names => names,
    }
}

fn segments_in(place: &StoreDir, lock_id: &str, names: &[OsString]) -> Vec<Segment> {
    let dir = place.journals_dir();
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
    segments
}

/// Whether a name that begins with a lock's is, after that, one of a journal or of history, or of a
/// journal that was damaged.
pub(crate) fn is_of_journal(rest: &str) -> bool {
    rest == ".journal"
        || rest.ends_with(ENDING)
        || names::lock_of_damaged(rest.as_ref()) == Some("")
}

/// Everything that belongs to the journal of the process file with this lock, but for the
/// journal itself: its history, and journals of it that were damaged.
pub(crate) fn past(place: &StoreDir, lock_id: &str) -> std::io::Result<Vec<PathBuf>> {
    let dir = place.journals_dir();
    let names = names(place)?;
    let damaged = names
        .iter()
        .filter(|name| names::lock_of_damaged(name) == Some(lock_id))
        .map(|name| dir.join(name));
    let segments = segments_in(place, lock_id, &names).into_iter();
    let history = segments.map(|segment| segment.path);
    Ok(history.chain(damaged).collect())
}

/// How long before `now` a stamp's file was last written.
fn modified_before(stamp: &Stamp, now: OffsetDateTime) -> Duration {
    let age = now.unix_timestamp_nanos() - stamp.modified_ns;
    u64::try_from(age).map_or(Duration::ZERO, Duration::from_nanos)
}
