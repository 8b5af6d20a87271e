//! A process's file that was renamed by hand, and its journal, which has kept the old name: the
//! journal follows the file, as `docs/storage.md#edits-from-outside` describes.
//!
//! If anything fails on the way, both stay as they are.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::io;

use super::super::disk::names;
use super::super::disk::store_dir::StoreDir;
use super::super::format::read_outline;
use super::super::journal::{Checksum, Head, scan, segments};

/// The most files that are compared at one look: few are renamed by hand, and each is read whole.
const FILES_MAX: usize = 256;

/// What came of a look for files that were renamed.
#[derive(Default)]
pub(crate) struct Followed {
    /// The files that have got their journals.
    pub(crate) files: Vec<OsString>,
    /// Whether another has to be tried again, as a program was at work on it or on its journal.
    pub(crate) is_busy: bool,
}

/// Gives the journals that have no file to those of `bare` files that they know, as far as these
/// are among the first. `all` are the files of all processes.
pub(crate) fn follow<'a>(
    dir: &StoreDir,
    bare: impl Iterator<Item = &'a OsString>,
    all: impl Iterator<Item = &'a OsString>,
) -> Followed {
    let mut bare = bare.peekable();
    if bare.peek().is_none() {
        return Followed::default();
    }
    let Ok(names) = dir.fs.names(&dir.journals_dir()) else {
        return Followed::default();
    };
    let owned: HashSet<String> = all.map(|file| names::lock_id(file)).collect();
    let lock_ids = names.iter().filter_map(|name| names::lock_of_journal(name));
    let lone: Vec<_> = lock_ids
        .filter(|lock_id| !owned.contains(*lock_id))
        .filter_map(|lock_id| Some((lock_id, head(dir, lock_id)?)))
        .collect();
    let mut followed = Followed::default();
    if lone.is_empty() {
        return followed;
    }
    for file in bare.take(FILES_MAX) {
        let Ok((_, bytes)) = dir.read(file) else {
            continue;
        };
        let it = Moved::of(&bytes);
        let own = lone.iter().find(|(_, head)| it.is_known_to(head));
        let own = own.or_else(|| lone.iter().find(|(_, head)| it.is_process_of(head)));
        let given = own.map(|(lock_id, _)| give(dir, lock_id, file, &it));
        match given {
            Some(Ok(Given::Yes)) => followed.files.push(file.clone()),
            Some(Ok(Given::Busy)) => followed.is_busy = true,
            Some(Ok(Given::No) | Err(_)) | None => {}
        }
    }
    followed
}

/// Whether a journal was given to a file.
enum Given {
    Yes,
    /// They are not what they were.
    No,
    /// A program is at work on one of them.
    Busy,
}

/// What a file says of itself.
struct Moved {
    json: Checksum,
    /// The name of its process, and when that was created.
    process: Option<(String, String)>,
}

impl Moved {
    fn of(bytes: &[u8]) -> Self {
        let outline = read_outline(bytes).ok();
        Self {
            json: Checksum::of(bytes),
            process: outline.and_then(|outline| outline.process_name.zip(outline.created_at)),
        }
    }

    /// Whether a journal knows the very file.
    fn is_known_to(&self, head: &Head) -> bool {
        head.marker_of(self.json).is_some()
    }

    /// Whether a journal is about the process of the file.
    fn is_process_of(&self, head: &Head) -> bool {
        let (Some((name, created_at)), Some(process), Some(created)) =
            (&self.process, &head.process, &head.created_at)
        else {
            return false;
        };
        process.as_str() == name && created.as_str() == created_at
    }
}

/// How far a journal goes; `None` if it cannot be read.
fn head(dir: &StoreDir, lock_id: &str) -> Option<Head> {
    let (_, bytes) = dir.fs.read(&dir.journal_path(lock_id), u64::MAX).ok()?;
    Some(scan(&bytes).head)
}

/// Gives a journal and its history the name that goes with `file`, unless a program is at work on
/// one of the two, or they are not what they were.
fn give(dir: &StoreDir, lock_id: &str, file: &OsStr, it: &Moved) -> io::Result<Given> {
    let new_id = names::lock_id(file);
    let locked = |lock_id: &str| dir.try_lock(lock_id).ok().flatten();
    let (Some(_old), Some(_new)) = (locked(lock_id), locked(&new_id)) else {
        return Ok(Given::Busy);
    };
    // A call that deletes or makes a process may have had the lock meanwhile; and a list may miss a
    // file that is just being replaced.
    let head = head(dir, lock_id);
    let is_known = head.is_some_and(|head| it.is_known_to(&head) || it.is_process_of(&head));
    let names = dir.fs.names(&dir.dir)?;
    let mut files = names.iter().filter(|name| names::has_ending(name));
    let has_file = files.any(|file| names::lock_id(file) == lock_id);
    if has_file || !is_known || dir.journal_stamp(&new_id)?.is_some() {
        return Ok(Given::No);
    }
    let journals = segments::journals(dir, lock_id)?;
    if is_of_another(dir, lock_id, &names)? {
        return Ok(Given::No);
    }
    segments::name_too(dir, &journals, lock_id, &new_id)?;
    // What stays is taken away when the name is used again.
    segments::remove(dir, &journals);
    Ok(Given::Yes)
}

/// Whether the journal of this lock is that of one of `files` as well: a crash left it two names.
fn is_of_another(dir: &StoreDir, lock_id: &str, files: &[OsString]) -> io::Result<bool> {
    let own = dir.journal_stamp(lock_id)?.filter(|own| own.inode != 0);
    let files = files.iter().filter(|name| names::has_ending(name));
    let mut stamps = files.filter_map(|file| dir.journal_stamp(&names::lock_id(file)).ok()?);
    Ok(own.is_some_and(|own| stamps.any(|stamp| stamp == own)))
}
