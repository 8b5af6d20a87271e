//! The trash: processes that were deleted, each in a directory of its own in `.pm/trash/`, with
//! its file, its journal and its history.
//!
//! The orders in which a process comes there and back are in
//! `docs/storage.md#orders-and-why-they-are-safe`.

use std::collections::{BTreeMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::super::disk::locks::NamesGuard;
use super::super::disk::names;
use super::super::disk::store_dir::{PRIVATE_DIR, StoreDir, unusable};
use super::super::documents::load::{missing_fields, replayed};
use super::super::documents::writer::Writer;
use super::super::format::read_process;
use super::super::journal::rebuilt::write_journals;
use super::super::journal::{Base, Checksum, Marker, scan, segments};
use crate::store::retention::outdated;
use crate::store::{StoreError, Trashed, WholeProcess};
use crate::{Actor, Error, HistoryEntry, Process, ProcessName, Timestamp};

/// What a directory in the trash says of itself.
const ABOUT: &str = "about.json";

/// The most that is read of it, in bytes.
const ABOUT_BYTES: u64 = 64 << 10;

#[derive(Serialize, Deserialize)]
struct About {
    process_name: String,
    file: String,
    deleted_at: String,
    by: String,
}

/// Something in the trash.
pub(crate) struct Item {
    dir: PathBuf,
    about: About,
}

/// Puts a process into the trash.
pub(crate) fn put(
    _names: &NamesGuard<'_>,
    writer: &Writer<'_>,
    name: &ProcessName,
    actor: &Actor,
) -> Result<(), StoreError> {
    let (dir, file, lock_id) = (writer.dir(), writer.file(), &writer.lock_id);
    let failed = |error| StoreError::io("move the process into the trash", error);
    let about = About {
        process_name: name.to_string(),
        file: names::shown(file),
        deleted_at: Timestamp::from(dir.clock.now()).to_string(),
        by: actor.to_string(),
    };
    let item = new_item(dir, lock_id, &about).map_err(failed)?;
    let journals = segments::journals(dir, lock_id).map_err(failed)?;
    let (target, kept) = (dir.path(file), item.join(kept_name(file)));
    journals
        .iter()
        .try_for_each(|path| keep(dir, path, &item))
        .and_then(|()| dir.link_or_copy(&target, &kept))
        .and_then(|()| dir.fs.sync_dir(&item))
        .map_err(failed)?;
    // From here on the process is gone.
    dir.fs
        .remove(&target)
        .map_err(|error| StoreError::io("remove the file", error))?;
    dir.sync_names()?;
    // What stays is taken away when the name is used again.
    segments::remove(dir, &journals);
    Ok(())
}

/// The processes in the trash, the last deleted first.
pub(crate) fn items(dir: &StoreDir) -> io::Result<Vec<Item>> {
    let trash = dir.trash_dir();
    let names = match dir.fs.names(&trash) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        names => names?,
    };
    let mut items: Vec<_> = names
        .iter()
        .filter_map(|name| Item::read(dir, trash.join(name)))
        .collect();
    items.sort_unstable_by(|a, b| b.about.deleted_at.cmp(&a.about.deleted_at));
    Ok(items)
}

impl Item {
    fn read(store_dir: &StoreDir, dir: PathBuf) -> Option<Self> {
        let (_, bytes) = store_dir.fs.read(&dir.join(ABOUT), ABOUT_BYTES).ok()?;
        let about: About = serde_json::from_slice(&bytes).ok()?;
        // One without a name is nothing that anybody could ask for.
        (!about.process_name.is_empty()).then_some(Self { dir, about })
    }

    /// Its description for people.
    pub(crate) fn describe(&self) -> Trashed {
        Trashed {
            name: ProcessName::stored(self.about.process_name.as_str()),
            deleted_at: Timestamp::stored(self.about.deleted_at.as_str()),
            by: self.about.by.clone(),
        }
    }

    /// The process, as its file and the journal beside it have it.
    pub(crate) fn process(&self, store_dir: &StoreDir) -> Result<Process, Error> {
        self.process_and_file(store_dir).map(|(process, _)| process)
    }

    /// All that is kept of the process.
    pub(crate) fn whole(&self, store_dir: &StoreDir) -> Result<WholeProcess, Error> {
        let (process, bytes) = self.process_and_file(store_dir)?;
        let history = self.history(store_dir);
        let history =
            history.map_err(|error| StoreError::io("read the history in the trash", error))?;
        let whole = WholeProcess::new(Arc::new(process), history)?.deleted(&self.describe());
        Ok(match String::from_utf8(bytes) {
            Ok(text) => whole.in_the_words_of(text),
            Err(_) => whole,
        })
    }

    /// The last changes of the process, oldest first.
    fn history(&self, store_dir: &StoreDir) -> io::Result<Vec<Arc<HistoryEntry>>> {
        let lock_id = names::lock_id(OsStr::new(&self.about.file));
        let mut entries = BTreeMap::new();
        for name in store_dir.fs.names(&self.dir)? {
            let rest = name.to_str().and_then(|name| name.strip_prefix(&lock_id));
            let is_sound = names::lock_of_damaged(&name).is_none();
            if is_sound && rest.is_some_and(segments::is_of_journal) {
                let (_, bytes) = store_dir.fs.read(&self.dir.join(&name), u64::MAX)?;
                let changes = scan(&bytes).changes.into_iter();
                entries.extend(changes.map(|change| (change.revision, change)));
            }
        }
        let mut entries: Vec<_> = entries.into_values().collect();
        entries.drain(..outdated(&entries, store_dir.clock.now()));
        Ok(entries)
    }

    /// The process, and the bytes of its file.
    fn process_and_file(&self, store_dir: &StoreDir) -> Result<(Process, Vec<u8>), Error> {
        let file = OsStr::new(&self.about.file);
        let failed = |error| StoreError::io("read the process in the trash", error);
        let names = store_dir.fs.names(&self.dir).map_err(failed)?;
        let kept = names.iter().find(|name| is_kept_file(name));
        let kept = kept.ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?;
        let journal = self.dir.join(names::journal(&names::lock_id(file)));
        let journal = match store_dir.fs.read(&journal, u64::MAX) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            read => Some(scan(&read.map_err(failed)?.1)),
        };
        // One without a header has lost its content.
        let journal = journal.filter(|journal| !journal.head.markers.is_empty());
        let head = journal.as_ref().map(|journal| &journal.head);
        let path = self.dir.join(kept);
        let read = store_dir.read(path.as_os_str());
        let (stamp, bytes) = read.map_err(|absent| absent.refusal(file))?;
        let process = read_process(&bytes, &missing_fields(file, &stamp, head));
        let mut process = process.map_err(|kind| unusable(file, kind))?;
        if let Some(journal) = &journal
            && let Some(marker) = journal.head.marker_of(Checksum::of(&bytes))
        {
            // If a change does not fit, the last good state counts, as it does once it is back.
            let _ = replayed(&mut process, marker, &journal.changes);
        }
        process.settle();
        Ok((process, bytes))
    }

    /// Puts the process back, as the file of `writer`, if there is neither such a file nor a
    /// journal of it.
    pub(crate) fn restore(&self, writer: &Writer<'_>) -> io::Result<()> {
        let (store_dir, lock_id) = (writer.dir(), &writer.lock_id);
        let old_id = names::lock_id(OsStr::new(&self.about.file));
        let names = store_dir.fs.names(&self.dir)?;
        let dir = store_dir.journals_dir();
        store_dir.make_private(&dir)?;
        // The journal comes first: it may have what the file lacks.
        for name in &names {
            if let Some(rest) = name.to_str().and_then(|name| name.strip_prefix(&old_id))
                && segments::is_of_journal(rest)
            {
                let target = dir.join(format!("{lock_id}{rest}"));
                store_dir.link_or_copy(&self.dir.join(name), &target)?;
            }
        }
        store_dir.fs.sync_dir(&dir)?;
        let kept = names.iter().find(|name| is_kept_file(name));
        let kept = kept.ok_or(io::ErrorKind::NotFound)?;
        store_dir.link_or_copy(&self.dir.join(kept), &store_dir.path(writer.file()))?;
        store_dir.fs.sync_dir(&store_dir.dir)?;
        // What stays behind is taken with the next purge.
        let _ = self.remove(store_dir);
        Ok(())
    }

    /// Takes the process out of the trash for ever.
    pub(crate) fn remove(&self, dir: &StoreDir) -> io::Result<()> {
        remove_dir(dir, &self.dir)
    }
}

/// The name of a process's file in the trash: its own, unless what describes the item has that.
fn kept_name(file: &OsStr) -> OsString {
    if file.eq_ignore_ascii_case(ABOUT) {
        let mut name = OsString::from("_");
        name.push(file);
        return name;
    }
    file.to_owned()
}

/// Whether a file in an item of the trash is that of the process.
fn is_kept_file(name: &OsStr) -> bool {
    names::has_ending(name) && name != ABOUT
}

pub(crate) fn milliseconds(time: OffsetDateTime) -> i128 {
    time.unix_timestamp_nanos() / 1_000_000
}

pub(crate) fn remove_dir(store_dir: &StoreDir, dir: &Path) -> io::Result<()> {
    for name in store_dir.fs.names(dir)? {
        store_dir.fs.remove(&dir.join(name))?;
    }
    store_dir.fs.remove_dir(dir)
}

/// Puts a process into the trash that was in that of another store.
pub(crate) fn keep_whole(
    _names: &NamesGuard<'_>,
    dir: &StoreDir,
    whole: &WholeProcess,
    item: &Trashed,
) -> Result<(), StoreError> {
    let name = whole.name();
    let file = names::free_file_name(name, &HashSet::new());
    let about = About {
        process_name: item.name.to_string(),
        file: file.clone(),
        deleted_at: item.deleted_at.to_string(),
        by: item.by.clone(),
    };
    let lock_id = names::lock_id(OsStr::new(&file));
    let base = Base {
        file: OsStr::new(&file),
        marker: Marker {
            revision: whole.process().revision,
            json: Checksum::of(whole.text().as_bytes()),
        },
        process: name,
        created_at: &whole.process().created_at,
    };
    let came = item.deleted_at.instant();
    let came = came.unwrap_or_else(|| dir.clock.now());
    let kept = || -> io::Result<()> {
        let item = new_dir(dir, &lock_id, came)?;
        write_journals(dir, &item, &lock_id, &base, whole.history())?;
        let kept = item.join(kept_name(OsStr::new(&file)));
        write_file(dir, &kept, whole.text().as_bytes())?;
        // It is in the trash once this is there.
        describe(dir, &item, &about)?;
        dir.fs.sync_dir(&item)
    };
    kept().map_err(|error| StoreError::io("keep the process in the trash", error))
}

fn new_item(dir: &StoreDir, lock_id: &str, about: &About) -> io::Result<PathBuf> {
    let item = new_dir(dir, lock_id, dir.clock.now())?;
    describe(dir, &item, about)?;
    Ok(item)
}

/// A new directory in the trash, for what came there at a time.
fn new_dir(dir: &StoreDir, lock_id: &str, came: OffsetDateTime) -> io::Result<PathBuf> {
    let trash = dir.trash_dir();
    let came = milliseconds(came);
    let item = trash.join(format!("{came}-{:04x}-{lock_id}", names::random() & 0xffff));
    dir.make_private(&trash)?;
    dir.fs.create_dir_all(&item)?;
    dir.fs.sync_dir(&trash)?;
    Ok(item)
}

fn describe(dir: &StoreDir, item: &Path, about: &About) -> io::Result<()> {
    write_file(dir, &item.join(ABOUT), &serde_json::to_vec_pretty(about)?)
}

fn write_file(dir: &StoreDir, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = dir.fs.create(path, path)?;
    file.write_all(bytes)?;
    file.sync()
}

fn keep(dir: &StoreDir, path: &Path, item: &Path) -> io::Result<()> {
    let name = path.file_name().map(OsString::from).unwrap_or_default();
    dir.link_or_copy(path, &item.join(name))
}

impl StoreDir {
    pub(crate) fn trash_dir(&self) -> PathBuf {
        self.dir.join(PRIVATE_DIR).join("trash")
    }
}
