//! Lock files: the program that holds the lock writes its number into the file, for those that wait
//! in vain.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;

use super::super::fs::LockGuard;
use super::not_through_links;

/// How long the content is: a number, filled up with spaces, and a line break.
const LENGTH: usize = 11;

/// A lock that is held.
pub(crate) struct OsLockGuard {
    /// Closing the handle releases the lock.
    _file: File,
}

impl LockGuard for OsLockGuard {}

/// Takes the lock; waits for it.
pub(crate) fn lock(path: &Path) -> io::Result<OsLockGuard> {
    let file = open(path)?;
    loop {
        match file.lock() {
            Ok(()) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if is_unsupported(&error) => break,
            Err(error) => return Err(error),
        }
    }
    Ok(held(file))
}

/// Takes the lock, if it is free.
pub(crate) fn try_lock(path: &Path) -> io::Result<Option<OsLockGuard>> {
    let file = open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(held(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) if is_unsupported(&error) => Ok(Some(held(file))),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// The number of the program that holds the lock, if it has left that and is there.
pub(crate) fn holder(path: &Path) -> Option<u32> {
    let mut content = String::new();
    let file = not_through_links(OpenOptions::new().read(true))
        .open(path)
        .ok()?;
    file.take(LENGTH as u64).read_to_string(&mut content).ok()?;
    let holder = content.trim().parse().ok()?;
    is_there(holder).then_some(holder)
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).read(true).write(true);
    not_through_links(&mut options).open(path)
}

/// Leaves this program's number in the file, unless it is there from the last time.
fn held(file: File) -> OsLockGuard {
    let content = format!("{:<10}\n", std::process::id());
    let mut there = [0; LENGTH];
    let mut reader = &file;
    let is_left = reader.read_exact(&mut there).is_ok() && there == content.as_bytes();
    if !is_left {
        // The number is for people, and nothing depends on it.
        let _ = reader
            .rewind()
            .and_then(|()| reader.write_all(content.as_bytes()));
    }
    OsLockGuard { _file: file }
}

/// Whether there is a program of this number: one that has ended since, or one on another machine,
/// may have left it.
#[cfg(target_os = "linux")]
fn is_there(program: u32) -> bool {
    Path::new("/proc").join(program.to_string()).exists()
}

#[cfg(not(target_os = "linux"))]
fn is_there(_program: u32) -> bool {
    true
}

/// Whether the file system has no locks at all. The store found that out when it was opened and
/// says so; from then on it works as if it were alone.
fn is_unsupported(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Unsupported
        || matches!(error.raw_os_error(), Some(code) if NO_LOCKS.contains(&code))
}

/// What file systems without locks answer: `ENOLCK` and `ENOSYS`.
#[cfg(unix)]
const NO_LOCKS: [i32; 2] = [
    rustix::io::Errno::NOLCK.raw_os_error(),
    rustix::io::Errno::NOSYS.raw_os_error(),
];
#[cfg(not(unix))]
const NO_LOCKS: [i32; 0] = [];
