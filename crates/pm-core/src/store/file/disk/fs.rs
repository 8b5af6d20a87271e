//! The file operations that the store needs, behind one trait, so that tests can put faults in
//! between.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// How long after its last change a file's stamp may still miss another one: several ticks of
/// the clock (1 to 10 ms) from which Linux file systems take their times.
const TIMESTAMP_RESOLUTION: Duration = Duration::from_millis(50);

/// What kind of thing a name in a directory stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    Regular,
    Directory,
    SymbolicLink,
    Other,
}

/// What the file system says of a file without opening it.
///
/// A hint that the content is the same, never the proof: times have a resolution, and inode
/// numbers are used again. See [`Stamp::is_settled`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Stamp {
    pub(crate) inode: u64,
    pub(crate) len: u64,
    pub(crate) modified_ns: i128,
    pub(crate) changed_ns: i128,
}

impl Stamp {
    /// Whether any change after `now` must show in the stamp, because the last one is older than
    /// the resolution of file times. Before that, equal stamps prove nothing (the "racy clean"
    /// problem that Git's index has, too).
    pub(crate) fn is_settled(&self, now: SystemTime) -> bool {
        self.age(now) > TIMESTAMP_RESOLUTION
    }

    /// How long before `now` the file last changed; zero if that is in the future.
    pub(crate) fn age(&self, now: SystemTime) -> Duration {
        let now = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |d| d.as_nanos());
        let age = i128::try_from(now).unwrap_or(i128::MAX) - self.changed_ns;
        u64::try_from(age).map_or(
            if age < 0 {
                Duration::ZERO
            } else {
                Duration::MAX
            },
            Duration::from_nanos,
        )
    }
}

/// A file's kind and stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stat {
    pub(crate) kind: FileKind,
    pub(crate) stamp: Stamp,
}

/// A file that is being written.
pub(crate) trait NewFile: Send {
    /// Appends all of `bytes`.
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Makes all that was written to it durable.
    fn sync(&mut self) -> io::Result<()>;
    /// Stamps the file, under whatever name it has by now.
    fn stamp(&self) -> io::Result<Stamp>;
}

/// A file that grows at its end, record by record.
pub(crate) trait JournalFile: Send {
    /// Writes all of `bytes` at `offset`, over whatever is there.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// Reads at most `limit` bytes from `offset` on.
    fn read_at(&self, offset: u64, limit: u64) -> io::Result<Vec<u8>>;
    /// Cuts the file off behind `len` bytes.
    fn set_len(&mut self, len: u64) -> io::Result<()>;
    /// Makes the content durable, and as much of the rest as is needed to read it.
    fn sync_data(&mut self) -> io::Result<()>;
    /// Stamps the file, under whatever name it has by now.
    fn stamp(&self) -> io::Result<Stamp>;
}

/// An open directory, through which its names are looked at without walking to it each time.
pub(crate) trait OpenDirectory {
    /// Looks at what a name in it stands for, without following a symbolic link.
    fn stat(&self, name: &OsStr) -> io::Result<Stat>;
}

/// Holds a lock until it is dropped.
pub(crate) trait LockGuard: Send {}

/// The operations on files that the store needs.
///
/// Paths are always the storage directory or something in it, most of it in `.pm/`.
pub(crate) trait FileSystem: Send + Sync {
    /// Whether a directory is known to be on a disk of this machine, or in its memory; over a
    /// network even a look at a file may hang.
    fn is_local(&self, dir: &Path) -> bool;
    /// Makes a directory and its parents, if they are missing.
    fn create_dir_all(&self, dir: &Path) -> io::Result<()>;
    /// The names in a directory, in no particular order.
    fn names(&self, dir: &Path) -> io::Result<Vec<OsString>>;
    /// Looks at what a name stands for, without following a symbolic link.
    fn stat(&self, path: &Path) -> io::Result<Stat>;
    /// Opens a directory of which many names are to be looked at; `None` if that is no quicker than
    /// [`stat`](Self::stat), or fails.
    fn open_directory(&self, _dir: &Path) -> Option<Box<dyn OpenDirectory>> {
        None
    }
    /// Reads at most `limit` bytes of a regular file, without following a symbolic link; the stamp
    /// is taken just before reading.
    fn read(&self, path: &Path, limit: u64) -> io::Result<(Stamp, Vec<u8>)>;
    /// Makes a new file, with the permissions of `like` if that exists, and with its owner as far
    /// as the system lets this program; the name must be free.
    fn create(&self, path: &Path, like: &Path) -> io::Result<Box<dyn NewFile>>;
    /// Makes a new, empty journal; the name must be free.
    fn create_journal(&self, path: &Path) -> io::Result<Box<dyn JournalFile>>;
    /// Opens a journal, without following a symbolic link.
    fn open_journal(&self, path: &Path) -> io::Result<Box<dyn JournalFile>>;
    /// Opens a journal like [`open_journal`](Self::open_journal), to read it alone, so that it need
    /// not be writable.
    fn open_journal_to_read(&self, path: &Path) -> io::Result<Box<dyn JournalFile>> {
        self.open_journal(path)
    }
    /// Whether a file is not to be written: nobody may, or this program may not.
    fn is_read_only(&self, _path: &Path) -> bool {
        false
    }
    /// Gives a file a second name, which must be free.
    fn link(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Sets the time of a file's last change; a file system may be without such times.
    fn set_modified(&self, _path: &Path, _at: SystemTime) -> io::Result<()> {
        Ok(())
    }
    /// Renames a file over whatever has the new name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Renames a file; refused with `AlreadyExists` if the new name is taken.
    fn rename_to_free_name(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Removes an empty directory.
    fn remove_dir(&self, dir: &Path) -> io::Result<()>;
    /// Makes the names in a directory durable.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
    /// Takes the lock on a lock file, which is made if it is missing; waits for it.
    fn lock(&self, path: &Path) -> io::Result<Box<dyn LockGuard>>;
    /// Like [`lock`](Self::lock), but answers `None` at once if it is held.
    fn try_lock(&self, path: &Path) -> io::Result<Option<Box<dyn LockGuard>>>;
    /// The operating system's number of the program that holds the lock, if that is known and the
    /// program is there.
    fn lock_holder(&self, _path: &Path) -> Option<u32> {
        None
    }
}
