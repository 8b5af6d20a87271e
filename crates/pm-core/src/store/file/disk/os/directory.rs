//! Looking at many names of one directory without walking to it each time.

use std::ffi::OsStr;
use std::fs::File;
use std::io;

use rustix::fs::{AtFlags, FileType, statat};

use super::super::fs::{FileKind, OpenDirectory, Stamp, Stat};

impl OpenDirectory for File {
    fn stat(&self, name: &OsStr) -> io::Result<Stat> {
        let stat = statat(self, name, AtFlags::SYMLINK_NOFOLLOW)?;
        let kind = match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => FileKind::Regular,
            FileType::Directory => FileKind::Directory,
            FileType::Symlink => FileKind::SymbolicLink,
            _ => FileKind::Other,
        };
        // The types of the fields differ from one architecture to the next; all fit these.
        let nanoseconds = |s: i128, ns: i128| s * 1_000_000_000 + ns;
        let stamp = Stamp {
            inode: stat.st_ino,
            len: u64::try_from(stat.st_size).unwrap_or_default(),
            modified_ns: nanoseconds(stat.st_mtime.into(), stat.st_mtime_nsec.into()),
            changed_ns: nanoseconds(stat.st_ctime.into(), stat.st_ctime_nsec.into()),
        };
        Ok(Stat { kind, stamp })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::super::fs::FileSystem as _;
    use super::super::OsFileSystem;
    use super::*;

    fn same(dir: &Path, name: &str) -> FileKind {
        let open = OsFileSystem.open_directory(dir).unwrap();
        let stat = open.stat(OsStr::new(name)).unwrap();
        assert_eq!(stat, OsFileSystem.stat(&dir.join(name)).unwrap());
        stat.kind
    }

    #[test]
    fn an_open_directory_says_what_the_path_says() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        std::fs::write(dir.join("file"), "content").unwrap();
        std::fs::create_dir(dir.join("directory")).unwrap();
        std::os::unix::fs::symlink("file", dir.join("link")).unwrap();
        assert_eq!(same(dir, "file"), FileKind::Regular);
        assert_eq!(same(dir, "directory"), FileKind::Directory);
        assert_eq!(same(dir, "link"), FileKind::SymbolicLink);
        let open = OsFileSystem.open_directory(dir).unwrap();
        let missing = open.stat(OsStr::new("missing")).unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    }
}
