//! What lies beside processes and journals: conflict files, temporary files, the trash, the
//! index, and the lock files.

use std::ffi::{OsStr, OsString};
use std::fs::TryLockError;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::super::catalog::saved_index;
use super::super::disk::fs::FileKind;
use super::super::disk::names;
use super::super::disk::probes::LockSupport;
use super::super::disk::store_dir::StoreDir;
use super::finding::{Finding, FindingKind, TrashContents, Writer};
use super::paths::{age_of, below, shown_in};
use super::pause;
use super::pause::Paused;

/// How old a temporary file that is written without a lock may be before its writer counts as dead.
/// The index is such a file, and the one that shows whether files can be made.
const SHORT_LIVED: Duration = Duration::from_secs(60);

/// A temporary file.
#[derive(Debug)]
pub(crate) struct Temporary {
    /// The directory it is in, below the storage directory.
    pub(crate) dir: &'static str,
    pub(crate) name: OsString,
    age: Duration,
    pub(crate) writer: Writer,
}

impl Temporary {
    pub(crate) fn finding(&self) -> Finding {
        let (age, writer) = (self.age, self.writer);
        Finding::new(
            shown_in(self.dir, &self.name),
            FindingKind::Temporary { age, writer },
        )
    }
}

/// The temporary files among these names that are still there.
pub(crate) fn temporary(
    store_dir: &StoreDir,
    dir: &'static str,
    names: &[OsString],
    now: SystemTime,
) -> Vec<Temporary> {
    let look = |name: &OsString| {
        let lock_id = names::lock_of_temporary(name)?;
        let path = below(store_dir, dir).join(name);
        // The lock comes first: a file that is still there under it has lost its writer.
        let paused = pause::attempt(store_dir, lock_id);
        let age = age_of(store_dir, &path, now)?;
        let is_locked = !lock_id.starts_with('@');
        let writer = match paused {
            Paused::Quiet { .. } if is_locked || age > SHORT_LIVED => Writer::Dead,
            Paused::Quiet { .. } | Paused::Busy => Writer::Alive,
        };
        Some(Temporary {
            dir,
            name: name.clone(),
            age,
            writer,
        })
    };
    names.iter().filter_map(look).collect()
}

/// The conflict files among these names.
pub(crate) fn conflicts(dir: &StoreDir, names: &[OsString], now: SystemTime) -> Vec<Finding> {
    let conflicts = names.iter().filter(|name| names::is_conflict(name));
    conflicts
        .filter_map(|name| {
            let age = age_of(dir, &dir.path(name), now)?;
            Some(Finding::new(
                names::shown(name),
                FindingKind::Conflict { age },
            ))
        })
        .collect()
}

/// What is in the trash.
pub(crate) fn trash(store_dir: &StoreDir, now: SystemTime) -> io::Result<TrashContents> {
    let dir = below(store_dir, ".pm/trash");
    let names = match store_dir.fs.names(&dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        names => names?,
    };
    let mut contents = TrashContents::default();
    for name in names {
        let item = dir.join(&name);
        contents.items += 1;
        contents.bytes += bytes_in(store_dir, &item);
        contents.oldest = contents.oldest.max(thrown_away(&name, now));
    }
    Ok(contents)
}

/// How long ago something came into the trash, from its name.
fn thrown_away(name: &OsStr, now: SystemTime) -> Option<Duration> {
    let came = name.to_str()?.split('-').next()?.parse().ok()?;
    let came = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(came))?;
    Some(now.duration_since(came).unwrap_or_default())
}

/// The bytes of the files in an item of the trash, which holds no directories.
fn bytes_in(dir: &StoreDir, item: &Path) -> u64 {
    // What has left the trash meanwhile takes no room.
    let names = dir.fs.names(item).unwrap_or_default();
    let sizes = names.iter().filter_map(|name| {
        let stat = dir.fs.stat(&item.join(name)).ok()?;
        (stat.kind == FileKind::Regular).then_some(stat.stamp.len)
    });
    sizes.sum()
}

/// What is wrong with the index.
pub(crate) fn index(dir: &StoreDir) -> Option<Finding> {
    let kind = match saved_index::read(dir) {
        Ok(files) => {
            let is_stale = |file: &OsString, stamps: &super::super::catalog::scan::Stamps| {
                let file_now = dir.stamp(file).ok();
                let journal = dir.journal_stamp(&names::lock_id(file)).ok().flatten();
                file_now != Some(stamps.file) || journal != stamps.journal
            };
            let kept = files.iter();
            let stale = kept.filter(|(file, entry)| {
                let stamps = entry.stamps.as_ref();
                stamps.is_some_and(|stamps| is_stale(file, stamps))
            });
            match stale.count() {
                0 => return None,
                files => FindingKind::IndexStale { files },
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(_) => FindingKind::IndexUnreadable,
    };
    Some(Finding::new(".pm/index.json", kind))
}

/// Whether a lock that one handle holds keeps another one out; `None` if there is no lock file to
/// try it on.
pub(crate) fn locks(dir: &StoreDir) -> Option<LockSupport> {
    let probe: PathBuf = dir.locks_dir().join("@probe.lock");
    let (first, second) = (pause::open(&probe).ok()?, pause::open(&probe).ok()?);
    // Only programs that start use this lock, for as short a time.
    match (first.try_lock(), second.try_lock()) {
        // The first attempt may be kept out by a program that has gone since.
        (_, Err(TryLockError::WouldBlock)) | (Err(TryLockError::WouldBlock), _) => {
            Some(LockSupport::Working)
        }
        (Ok(()), Ok(())) => Some(LockSupport::Missing),
        (Err(TryLockError::Error(error)), _) | (_, Err(TryLockError::Error(error))) => {
            (error.kind() == io::ErrorKind::Unsupported).then_some(LockSupport::Missing)
        }
    }
}
