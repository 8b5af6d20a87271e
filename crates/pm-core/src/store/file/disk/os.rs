//! [`FileSystem`] over the operating system.

#[cfg(target_os = "linux")]
mod directory;
mod lock_file;
#[cfg(unix)]
mod owner;

use std::ffi::OsString;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::SystemTime;

#[cfg(target_os = "linux")]
use super::fs::OpenDirectory;
use super::fs::{FileKind, FileSystem, JournalFile, LockGuard, NewFile, Stamp, Stat};

/// The file system of the operating system.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OsFileSystem;

struct OsNewFile(File);

impl NewFile for OsNewFile {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_all()
    }

    fn stamp(&self) -> io::Result<Stamp> {
        Ok(stat(&self.0.metadata()?).stamp)
    }
}

impl JournalFile for File {
    #[cfg(unix)]
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        use std::os::unix::fs::FileExt as _;
        self.write_all_at(bytes, offset)
    }

    #[cfg(not(unix))]
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.seek(SeekFrom::Start(offset))?;
        self.write_all(bytes)
    }

    fn read_at(&self, offset: u64, limit: u64) -> io::Result<Vec<u8>> {
        let mut file = self;
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        file.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn set_len(&mut self, len: u64) -> io::Result<()> {
        File::set_len(self, len)
    }

    fn sync_data(&mut self) -> io::Result<()> {
        File::sync_data(self)
    }

    fn stamp(&self) -> io::Result<Stamp> {
        Ok(stat(&self.metadata()?).stamp)
    }
}

impl FileSystem for OsFileSystem {
    #[cfg(target_os = "linux")]
    fn is_local(&self, dir: &Path) -> bool {
        let Ok(stat) = rustix::fs::statfs(dir) else {
            return false;
        };
        // The type of the field differs from one architecture to the next, its low 32 bits don't.
        LOCAL.contains(&(i128::from(stat.f_type) & 0xffff_ffff))
    }

    #[cfg(not(target_os = "linux"))]
    fn is_local(&self, _dir: &Path) -> bool {
        false
    }

    fn create_dir_all(&self, dir: &Path) -> io::Result<()> {
        std::fs::create_dir_all(dir)
    }

    fn names(&self, dir: &Path) -> io::Result<Vec<OsString>> {
        std::fs::read_dir(dir)?
            .map(|entry| entry.map(|entry| entry.file_name()))
            .collect()
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        Ok(stat(&std::fs::symlink_metadata(path)?))
    }

    #[cfg(target_os = "linux")]
    fn open_directory(&self, dir: &Path) -> Option<Box<dyn OpenDirectory>> {
        Some(Box::new(File::open(dir).ok()?))
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<(Stamp, Vec<u8>)> {
        let file = regular(not_through_links(OpenOptions::new().read(true)).open(path)?)?;
        let stat = stat(&file.metadata()?);
        let mut bytes = Vec::new();
        let expected = usize::try_from(stat.stamp.len.min(limit)).unwrap_or_default();
        bytes.try_reserve_exact(expected.saturating_add(1))?;
        file.take(limit).read_to_end(&mut bytes)?;
        Ok((stat.stamp, bytes))
    }

    fn create(&self, path: &Path, like: &Path) -> io::Result<Box<dyn NewFile>> {
        let file = OpenOptions::new().write(true).create_new(true).open(path)?;
        match std::fs::symlink_metadata(like) {
            Ok(like) => make_like(&file, &like)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        Ok(Box::new(OsNewFile(file)))
    }

    fn create_journal(&self, path: &Path) -> io::Result<Box<dyn JournalFile>> {
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create_new(true).open(path)?;
        Ok(Box::new(file))
    }

    fn open_journal(&self, path: &Path) -> io::Result<Box<dyn JournalFile>> {
        let file = not_through_links(OpenOptions::new().read(true).write(true)).open(path)?;
        Ok(Box::new(regular(file)?))
    }

    fn open_journal_to_read(&self, path: &Path) -> io::Result<Box<dyn JournalFile>> {
        let file = not_through_links(OpenOptions::new().read(true)).open(path)?;
        Ok(Box::new(regular(file)?))
    }

    fn is_read_only(&self, path: &Path) -> bool {
        let metadata = std::fs::symlink_metadata(path);
        metadata.is_ok_and(|metadata| metadata.permissions().readonly() || !may_write(path))
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::hard_link(from, to)
    }

    fn set_modified(&self, path: &Path, at: SystemTime) -> io::Result<()> {
        OpenOptions::new().write(true).open(path)?.set_modified(at)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn rename_to_free_name(&self, from: &Path, to: &Path) -> io::Result<()> {
        // Renames without replacing if the platform can, and links and unlinks otherwise.
        tempfile::TempPath::try_from_path(from)?
            .persist_noclobber(to)
            .map_err(|error| {
                // The caller decides what becomes of the file.
                let _ = error.path.keep();
                error.error
            })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn remove_dir(&self, dir: &Path) -> io::Result<()> {
        std::fs::remove_dir(dir)
    }

    #[cfg(unix)]
    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        File::open(dir)?.sync_all()
    }

    /// Windows keeps names durable by itself and cannot open a directory as a file.
    #[cfg(not(unix))]
    fn sync_dir(&self, _dir: &Path) -> io::Result<()> {
        Ok(())
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn LockGuard>> {
        Ok(Box::new(lock_file::lock(path)?))
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<Box<dyn LockGuard>>> {
        Ok(lock_file::try_lock(path)?.map(|guard| Box::new(guard) as Box<dyn LockGuard>))
    }

    fn lock_holder(&self, path: &Path) -> Option<u32> {
        lock_file::holder(path)
    }
}

/// Gives a new file the permissions and the owner of the one whose place it takes. A file that its
/// owner closed to others must not be opened to them by a change.
#[cfg(unix)]
fn make_like(file: &File, like: &Metadata) -> io::Result<()> {
    owner::make_like(file, like)
}

#[cfg(not(unix))]
fn make_like(file: &File, like: &Metadata) -> io::Result<()> {
    file.set_permissions(like.permissions())
}

/// Whether the system lets this program write a file; any doubt is a yes.
#[cfg(unix)]
fn may_write(path: &Path) -> bool {
    use rustix::fs::{Access, access};
    use rustix::io::Errno;
    !matches!(
        access(path, Access::WRITE_OK),
        Err(Errno::ACCESS | Errno::PERM | Errno::ROFS)
    )
}

#[cfg(not(unix))]
fn may_write(_path: &Path) -> bool {
    true
}

/// The magic numbers, by statfs(2), of the file systems that keep files on this machine. Others
/// may, too; FUSE, for one, may be anything.
#[cfg(target_os = "linux")]
const LOCAL: [i128; 9] = [
    0xef53,      // ext2, ext3, ext4
    0x5846_5342, // XFS
    0x9123_683e, // Btrfs
    0xca45_1a4e, // bcachefs
    0x2fc1_2fc1, // ZFS
    0xf2f5_2010, // F2FS
    0x0102_1994, // tmpfs
    0x8584_58f6, // ramfs
    0x794c_7630, // overlayfs, as in containers
];

/// Refuses to open a file through a symbolic link.
#[cfg(unix)]
pub(crate) fn not_through_links(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    // NONBLOCK: a pipe in the place of a file must not hang the caller.
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    options.custom_flags(flags.bits().cast_signed())
}

#[cfg(not(unix))]
pub(crate) fn not_through_links(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Refuses a pipe or device, which can be opened like a file: a pipe would seem to be an empty one.
fn regular(file: File) -> io::Result<File> {
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other("it is no regular file"))
    }
}

fn stat(metadata: &Metadata) -> Stat {
    let kind = metadata.file_type();
    let kind = if kind.is_file() {
        FileKind::Regular
    } else if kind.is_dir() {
        FileKind::Directory
    } else if kind.is_symlink() {
        FileKind::SymbolicLink
    } else {
        FileKind::Other
    };
    Stat {
        kind,
        stamp: stamp(metadata),
    }
}

#[cfg(unix)]
fn stamp(metadata: &Metadata) -> Stamp {
    use std::os::unix::fs::MetadataExt as _;
    let nanoseconds = |s: i64, ns: i64| i128::from(s) * 1_000_000_000 + i128::from(ns);
    Stamp {
        inode: metadata.ino(),
        len: metadata.len(),
        modified_ns: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
        changed_ns: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
    }
}

#[cfg(not(unix))]
fn stamp(metadata: &Metadata) -> Stamp {
    let modified_ns = metadata
        .modified()
        .ok()
        .and_then(|at| at.duration_since(std::time::SystemTime::UNIX_EPOCH).ok())
        .map_or(0, |since| {
            i128::try_from(since.as_nanos()).unwrap_or(i128::MAX)
        });
    Stamp {
        inode: 0,
        len: metadata.len(),
        modified_ns,
        changed_ns: modified_ns,
    }
}
