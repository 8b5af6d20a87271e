//! The journal's past: the files of history that long journals became, and the journals that were
//! damaged and set aside. Their names, reading them, and taking away those that are too old.

use std::collections::{BTreeMap, HashMap};
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;

use super::super::disk::fs::Stamp;
use super::super::disk::store_dir::{StoreDir, Unavailable, unreadable_journal};
use super::super::disk::{names, passed_time};
use super::end::last_change;
use super::{Journal, scan};
use crate::HistoryEntry;
use crate::history::LastChange;
use crate::store::retention::outdated;
use crate::store::{HISTORY_AGE, HISTORY_CHANGES};

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

/// The newest file of history of each process, by its lock.
pub(crate) struct Newest(HashMap<String, Segment>);

impl Newest {
    /// Finds them all, in one look at the directory of the journals.
    pub(crate) fn find(dir: &StoreDir) -> std::io::Result<Self> {
        let mut newest: HashMap<String, Segment> = HashMap::new();
        for name in names(dir)? {
            let Some((lock_id, segment)) = segment(dir, &name) else {
                continue;
            };
            let known = newest.get(lock_id).map_or(0, |known| known.last);
            if segment.last > known {
                newest.insert(lock_id.to_owned(), segment);
            }
        }
        Ok(Self(newest))
    }

    /// The change that made `revision`, if it is the last one of a process's history.
    pub(crate) fn last_change(
        &self,
        dir: &StoreDir,
        lock_id: &str,
        revision: u64,
    ) -> std::io::Result<Option<Arc<LastChange>>> {
        match self.0.get(lock_id) {
            Some(segment) if segment.last == revision => {
                last_change(&*dir.fs.open_journal(&segment.path)?, revision)
            }
            _ => Ok(None),
        }
    }
}

/// Takes away the files of history that are too old, or beyond the number of changes or of bytes
/// that are kept.
pub(crate) fn trim(dir: &StoreDir, lock_id: &str) -> std::io::Result<()> {
    // If a clock that is wrong once were believed, nothing might be left.
    let now = passed_time::certain(dir);
    let (mut changes, mut bytes) = (0, 0);
    for segment in segments(dir, lock_id)?.into_iter().rev() {
        let stamp = dir.fs.stat(&segment.path)?.stamp;
        bytes += stamp.len;
        if changes >= HISTORY_CHANGES as u64
            || bytes > HISTORY_BYTES
            || now.is_some_and(|now| modified_before(&stamp, now) > HISTORY_AGE)
        {
            dir.fs.remove(&segment.path)?;
        }
        changes += segment.last - segment.first + 1;
    }
    Ok(())
}

/// The history of a process behind the revision `after`, oldest first.
pub(crate) fn history(
    dir: &StoreDir,
    lock_id: &str,
    after: u64,
) -> Result<Vec<Arc<HistoryEntry>>, Unavailable> {
    let unreadable = |error: std::io::Error| unreadable_journal(&error);
    let mut entries = BTreeMap::new();
    // The journal is read first: one that becomes history meanwhile was read whole, or is found
    // there.
    let mut has_all = false;
    if let Some((journal, reading)) = Journal::open(dir, lock_id, None).map_err(unreadable)? {
        has_all = !journal.known.is_headless()
            && reaches_back(dir, lock_id, &journal, after).map_err(unreadable)?;
        entries.extend(reading.changes().into_iter().map(|c| (c.revision, c)));
    }
    let older = if has_all {
        Vec::new()
    } else {
        segments(dir, lock_id).map_err(unreadable)?
    };
    for segment in older {
        if segment.last <= after {
            continue;
        }
        let file = match dir.fs.open_journal(&segment.path) {
            Ok(file) => file,
            // The file was taken away just now, for its age.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(unreadable(error)),
        };
        let bytes = file.read_at(0, u64::MAX).map_err(unreadable)?;
        // A journal begins with copies of the changes that came while the one before ended.
        for change in scan(&bytes).changes {
            entries.entry(change.revision).or_insert(change);
        }
    }
    let entries = entries.split_off(&after.saturating_add(1));
    let mut entries: Vec<_> = entries.into_values().collect();
    entries.drain(..outdated(&entries, dir.clock.now()));
    Ok(entries)
}

/// Whether a journal is known to have all changes behind `after`, which spares a look at the names
/// of all journals.
fn reaches_back(
    dir: &StoreDir,
    lock_id: &str,
    journal: &Journal,
    after: u64,
) -> std::io::Result<bool> {
    let head = &journal.known.head;
    let begins = head.revision.saturating_sub(head.changes);
    if begins != 1 || after > 0 {
        return Ok(begins <= after);
    }
    // Nearly always the creation of a process made its first revision, and no change did.
    match dir.fs.stat(&history_path(dir, lock_id, 1, 1)) {
        Ok(_) => Ok(false),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// The files of history of the process file with this lock, oldest first.
fn segments(dir: &StoreDir, lock_id: &str) -> std::io::Result<Vec<Segment>> {
    Ok(segments_in(dir, lock_id, &names(dir)?))
}

/// The names in the directory of the journals; none if there is no such directory.
fn names(dir: &StoreDir) -> std::io::Result<Vec<OsString>> {
    match dir.fs.names(&dir.journals_dir()) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        names => names,
    }
}

fn segments_in(store_dir: &StoreDir, lock_id: &str, names: &[OsString]) -> Vec<Segment> {
    let all = names.iter().filter_map(|name| segment(store_dir, name));
    let own = all.filter(|(owner, _)| *owner == lock_id);
    let mut segments: Vec<_> = own.map(|(_, segment)| segment).collect();
    segments.sort_unstable_by_key(|segment| segment.first);
    segments
}

/// The file of history of this name, and the lock of the process file that it belongs to.
fn segment<'a>(dir: &StoreDir, name: &'a OsStr) -> Option<(&'a str, Segment)> {
    let (lock_id, range) = name.to_str()?.strip_suffix(ENDING)?.rsplit_once('.')?;
    let (first, last) = range.split_once('-')?;
    let segment = Segment {
        path: dir.journals_dir().join(name),
        first: first.parse().ok()?,
        last: last.parse().ok()?,
    };
    Some((lock_id, segment))
}

/// The name under which a journal becomes history that has `changes` changes and came to
/// `revision`.
pub(crate) fn history_path(dir: &StoreDir, lock_id: &str, changes: u64, revision: u64) -> PathBuf {
    let name = history_name(lock_id, changes, revision);
    dir.journals_dir().join(name)
}

/// The name of a file of history, as in [`history_path`], without its directory.
pub(super) fn history_name(lock_id: &str, changes: u64, revision: u64) -> String {
    let first = revision.saturating_sub(changes) + 1;
    format!("{lock_id}.{first}-{revision}{ENDING}")
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
fn past(store_dir: &StoreDir, lock_id: &str) -> std::io::Result<Vec<PathBuf>> {
    let dir = store_dir.journals_dir();
    let names = names(store_dir)?;
    let damaged = names
        .iter()
        .filter(|name| names::lock_of_damaged(name) == Some(lock_id))
        .map(|name| dir.join(name));
    let segments = segments_in(store_dir, lock_id, &names).into_iter();
    let history = segments.map(|segment| segment.path);
    Ok(history.chain(damaged).collect())
}

/// How long before `now` a stamp's file was last written.
fn modified_before(stamp: &Stamp, now: OffsetDateTime) -> Duration {
    let age = now.unix_timestamp_nanos() - stamp.modified_ns;
    u64::try_from(age).map_or(Duration::ZERO, Duration::from_nanos)
}

/// The path under which a damaged journal is kept: that of this moment, or of the next one that no
/// other journal has.
pub(crate) fn damaged_journal(dir: &StoreDir, lock_id: &str) -> PathBuf {
    let mut moment = OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000;
    loop {
        let name = names::damaged_journal(lock_id, moment);
        let path = dir.journals_dir().join(name);
        if dir.fs.stat(&path).is_err() {
            return path;
        }
        moment += 1;
    }
}

/// The journal of the process file with this lock, its history, and its damaged journals.
pub(crate) fn journals(dir: &StoreDir, lock_id: &str) -> std::io::Result<Vec<PathBuf>> {
    let mut paths = past(dir, lock_id)?;
    if dir.journal_stamp(lock_id)?.is_some() {
        paths.push(dir.journal_path(lock_id));
    }
    Ok(paths)
}

/// Gives the journals of one lock the names that go with another one, too, durably.
pub(crate) fn name_too(
    dir: &StoreDir,
    journals: &[PathBuf],
    old_id: &str,
    new_id: &str,
) -> std::io::Result<()> {
    // The journal itself comes last: once it is there, all that belongs to it is.
    for path in journals {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let rest = name.strip_prefix(old_id).unwrap_or_default();
        let target = dir.journals_dir().join(format!("{new_id}{rest}"));
        dir.link_or_copy(path, &target)?;
    }
    if journals.is_empty() {
        return Ok(());
    }
    dir.sync_journals()
}

/// Takes away names of journals that have other names as well. One that cannot be taken away stays.
pub(crate) fn remove(dir: &StoreDir, journals: &[PathBuf]) {
    for path in journals {
        let _ = dir.fs.remove(path);
    }
}
