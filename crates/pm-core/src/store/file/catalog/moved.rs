//! A process's file that somebody renamed, and its journal, which has kept the old name: the
//! journal follows the file, so that neither the history is lost nor what the file lacks.
//!
//! A journal knows the checksum of each file that holds its process. So a file that is new and has
//! no journal belongs to a journal that has no file exactly where that journal knows it. Whatever
//! fails on the way leaves both as they are.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::io;

use super::super::disk::names;
use super::super::disk::store_dir::StoreDir;
use super::super::journal::{Checksum, Head, scan, segments};

/// The most files that are compared at one look: those that somebody renames by hand are few,
/// and each is read whole.
const FILES_MAX: usize = 64;

/// Gives the journals that have no file to those of `new` files that they know, and answers which
/// files these are. `all` are the files of all processes.
pub(crate) fn follow<'a>(
    place: &StoreDir,
    new: &[OsString],
    all: impl Iterator<Item = &'a OsString>,
) -> Vec<OsString> {
    if new.is_empty() || new.len() > FILES_MAX {
        return Vec::new();
    }
    let Ok(names) = place.fs.names(&place.journals_dir()) else {
        return Vec::new();
    };
    let owned: HashSet<String> = all.map(|file| names::lock_id(file)).collect();
    let lock_ids = names.iter().filter_map(|name| names::lock_of_journal(name));
    let lone: Vec<_> = lock_ids
        .filter(|lock_id| !owned.contains(*lock_id))
        .filter_map(|lock_id| Some((lock_id, head(place, lock_id)?)))
        .collect();
    if lone.is_empty() {
        return Vec::new();
    }
    let is_followed = |file: &&OsString| {
        let Ok((_, bytes)) = place.read(file) else {
            return false;
        };
        let json = Checksum::of(&bytes);
        let mut lone = lone.iter();
        lone.find(|(_, head)| head.marker_of(json).is_some())
            .is_some_and(|(lock_id, _)| give(place, lock_id, file, json).unwrap_or(false))
    };
    new.iter().filter(is_followed).cloned().collect()
}

/// Where a journal stands; `None` where it cannot be read.
fn head(place: &StoreDir, lock_id: &str) -> Option<Head> {
    let (_, bytes) = place.fs.read(&place.journal_path(lock_id), u64::MAX).ok()?;
    Some(scan(&bytes).head)
}

/// Gives a journal and its history the name that goes with `file`, unless somebody is at work on
/// one of the two, or they are not what they were.
fn give(place: &StoreDir, lock_id: &str, file: &OsStr, json: Checksum) -> io::Result<bool> {
    let new_id = names::lock_id(file);
    let locked = |lock_id: &str| place.try_lock(lock_id).ok().flatten();
    let (Some(_old), Some(_new)) = (locked(lock_id), locked(&new_id)) else {
        return Ok(false);
    };
    // Whoever deletes or makes a process had the lock meanwhile; and a list may miss a file that
    // is just being replaced.
    let is_known = head(place, lock_id).is_some_and(|head| head.marker_of(json).is_some());
    let names = place.fs.names(&place.dir)?;
    let mut files = names.iter().filter(|name| names::has_ending(name));
    let has_file = files.any(|file| names::lock_id(file) == lock_id);
    if has_file || !is_known || place.journal_stamp(&new_id)?.is_some() {
        return Ok(false);
    }
    let journals = segments::journals(place, lock_id)?;
    segments::name_too(place, &journals, lock_id, &new_id)?;
    // What stays is put into the trash when the name is used again.
    segments::remove(place, &journals);
    Ok(true)
}
