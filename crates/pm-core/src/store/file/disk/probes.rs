//! Finding out what can be done in a directory, making it ready, and sweeping up after dead
//! writers.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::names;
use super::store_dir::{PRIVATE_DIR, StoreDir};
use crate::reason;

/// Whether the file system of a directory has locks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockSupport {
    /// A lock that one handle holds keeps others out.
    Working,
    /// A lock keeps nobody out; some network file systems and container volumes are like that.
    Missing,
}

/// What is wrong with a directory.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum OpenProblem {
    /// Something else has that name.
    NotADirectory,
    /// It is not there, and a store for reading only makes none.
    Missing,
    /// It is not there and cannot be made.
    CannotCreate(Arc<io::Error>),
    /// Files in it cannot be made.
    NotWritable(Arc<io::Error>),
    /// The operating system fails otherwise.
    Failed(Arc<io::Error>),
}

impl fmt::Display for OpenProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotADirectory => f.write_str("it is not a directory"),
            Self::Missing => f.write_str("it is not there, and is not made for reading alone"),
            Self::CannotCreate(error) => write!(f, "it cannot be made ({})", reason(error)),
            Self::NotWritable(error) => write!(f, "it is not writable ({})", reason(error)),
            Self::Failed(error) => f.write_str(&reason(error)),
        }
    }
}

/// Makes sure that there is a directory to be read.
pub(crate) fn look_for_directory(dir: &StoreDir) -> Result<(), OpenProblem> {
    match std::fs::metadata(&dir.dir) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) => Err(OpenProblem::NotADirectory),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(OpenProblem::Missing),
        Err(error) => Err(OpenProblem::Failed(Arc::new(error))),
    }
}

pub(crate) fn make_directories(store_dir: &StoreDir) -> Result<(), OpenProblem> {
    if let Ok(metadata) = std::fs::metadata(&store_dir.dir)
        && !metadata.is_dir()
    {
        return Err(OpenProblem::NotADirectory);
    }
    // A new directory is only as durable as its name in the one above, and so on up.
    let above: Vec<&Path> = store_dir
        .dir
        .ancestors()
        .take_while(|dir| !dir.as_os_str().is_empty() && !dir.exists())
        .filter_map(Path::parent)
        .map(|dir| {
            if dir.as_os_str().is_empty() {
                Path::new(".")
            } else {
                dir
            }
        })
        .collect();
    store_dir
        .fs
        .create_dir_all(&store_dir.dir)
        .and_then(|()| above.iter().try_for_each(|dir| store_dir.fs.sync_dir(dir)))
        .map_err(|error| OpenProblem::CannotCreate(Arc::new(error)))?;
    store_dir
        .fs
        .create_dir_all(&store_dir.locks_dir())
        .and_then(|()| store_dir.fs.create_dir_all(&store_dir.journals_dir()))
        // They are synced even if they were there: the program that made them may have died before
        // this.
        .and_then(|()| store_dir.sync_private())
        .map_err(|error| OpenProblem::NotWritable(Arc::new(error)))?;
    keep_out_of_git(store_dir);
    Ok(())
}

/// Has Git pass over the private directory, unless there is a rule for it already: its files are of
/// no use elsewhere, and change all the time.
fn keep_out_of_git(dir: &StoreDir) {
    let path = dir.dir.join(PRIVATE_DIR).join(".gitignore");
    if dir.fs.stat(&path).is_ok() {
        return;
    }
    // If it cannot be written nothing is lost, and the next start tries again.
    if let Ok(mut file) = dir.fs.create(&path, &path) {
        let _ = file.write_all(b"*\n");
    }
}

/// Finds out now whether files can be made, and not at the first change.
pub(crate) fn probe_writing(dir: &StoreDir) -> Result<(), OpenProblem> {
    let probe = dir.path(names::temporary_name("@probe"));
    dir.fs
        .create(&probe, &probe)
        .map_err(|error| OpenProblem::NotWritable(Arc::new(error)))?;
    match dir.fs.remove(&probe) {
        // Another store that was opened just now may have swept it.
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(OpenProblem::NotWritable(Arc::new(error)))
        }
        _ => Ok(()),
    }
}

/// Finds out whether a lock that one handle holds keeps another one out.
pub(crate) fn probe_locks(dir: &StoreDir) -> Result<LockSupport, OpenProblem> {
    let path = dir.locks_dir().join("@probe.lock");
    let held = dir.fs.lock(&path);
    let second = dir.fs.try_lock(&path);
    match (held, second) {
        (Ok(_held), Ok(None)) => Ok(LockSupport::Working),
        (Ok(_held), Ok(Some(_))) => Ok(LockSupport::Missing),
        (Err(error), _) | (_, Err(error)) => Err(OpenProblem::NotWritable(Arc::new(error))),
    }
}

/// Removes temporary files whose writers are dead: those whose lock nobody holds. Not to be called
/// on a file system whose locks keep nobody out.
pub(crate) fn sweep(store_dir: &StoreDir, dir: &Path, names: &[OsString]) {
    for name in names {
        let Some(lock_id) = names::lock_of_temporary(name) else {
            continue;
        };
        let lock = store_dir.locks_dir().join(format!("{lock_id}.lock"));
        // What cannot be removed now is tried again at the next look; it is in nobody's way.
        if let Ok(Some(_guard)) = store_dir.fs.try_lock(&lock) {
            let _ = store_dir.fs.remove(&dir.join(name));
        }
    }
}
