//! Writing one file by handles of the directories on the way to it.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;

use super::outcome::{Exported, IfPresent, Obstacle};
use crate::export::ExportPath;

const DIRECTORY: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// A pipe in the place of a file must not hang the caller.
const READ: OFlags = OFlags::RDONLY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::NONBLOCK)
    .union(OFlags::CLOEXEC);

const CREATE: OFlags = OFlags::WRONLY
    .union(OFlags::CREATE)
    .union(OFlags::EXCL)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// How often a name is tried that turns out to be taken or gone a moment later.
const RETRIES: u32 = 8;

pub(super) fn open_root(dir: &Path) -> io::Result<OwnedFd> {
    Ok(rustix::fs::open(dir, DIRECTORY, Mode::empty())?)
}

/// Writes one file below `root`; whole, or not at all.
pub(super) fn write_file(
    root: &OwnedFd,
    path: &ExportPath,
    content: &[u8],
    if_present: IfPresent,
) -> Result<Exported, Obstacle> {
    let Some((name, directories)) = path.names().split_last() else {
        return Ok(Exported::Unchanged);
    };
    let directory = open_directories(root, directories)?;
    let directory = directory.as_ref().unwrap_or(root);
    for _ in 0..RETRIES {
        let present = look(directory, name, path, content)?;
        let exported = match (&present, if_present) {
            (Present::Same, _) => return Ok(Exported::Unchanged),
            (Present::Different(_), IfPresent::Leave) => return Ok(Exported::Differs),
            (Present::Different(_), IfPresent::Replace) => Exported::Replaced,
            (Present::Nothing, _) => Exported::Written,
        };
        if put(directory, name, content, &present)? {
            return Ok(exported);
        }
        // Somebody else took the name meanwhile.
    }
    Err(system("write the file", &Errno::AGAIN.into()))
}

/// Opens the directories on the way, and makes those that are missing; `None` if there is none on
/// the way.
fn open_directories(root: &OwnedFd, names: &[String]) -> Result<Option<OwnedFd>, Obstacle> {
    let mut opened = None;
    for (place, name) in names.iter().enumerate() {
        let parent = opened.as_ref().unwrap_or(root);
        let directory = open_directory(parent, name).map_err(|error| {
            let so_far = names.get(..=place).unwrap_or(names).join("/");
            match kind(parent, name) {
                Some(FileType::Symlink) => Obstacle::SymbolicLink(so_far),
                Some(FileType::Directory) | None => system("make the directory", &error),
                Some(_) => Obstacle::NotADirectory(so_far),
            }
        })?;
        opened = Some(directory);
    }
    Ok(opened)
}

fn open_directory(parent: &OwnedFd, name: &str) -> io::Result<OwnedFd> {
    match rustix::fs::openat(parent, name, DIRECTORY, Mode::empty()) {
        Err(Errno::NOENT) => {
            match rustix::fs::mkdirat(parent, name, Mode::from_raw_mode(0o777)) {
                Ok(()) | Err(Errno::EXIST) => {}
                Err(error) => return Err(error.into()),
            }
            Ok(rustix::fs::openat(parent, name, DIRECTORY, Mode::empty())?)
        }
        outcome => Ok(outcome?),
    }
}

/// What stands under a name.
enum Present {
    Nothing,
    /// A file with the same content.
    Same,
    /// Another file.
    Different(std::fs::Permissions),
}

fn look(
    directory: &OwnedFd,
    name: &str,
    path: &ExportPath,
    content: &[u8],
) -> Result<Present, Obstacle> {
    match kind(directory, name) {
        None | Some(FileType::RegularFile) => {}
        Some(FileType::Symlink) => return Err(Obstacle::SymbolicLink(path.to_string())),
        Some(_) => return Err(Obstacle::NotAFile(path.to_string())),
    }
    let file = match rustix::fs::openat(directory, name, READ, Mode::empty()) {
        Ok(file) => File::from(file),
        Err(Errno::NOENT) => return Ok(Present::Nothing),
        Err(Errno::LOOP) => return Err(Obstacle::SymbolicLink(path.to_string())),
        Err(error) => return Err(system("read the file that is there", &error.into())),
    };
    let unread = |error: io::Error| system("read the file that is there", &error);
    let metadata = file.metadata().map_err(unread)?;
    if !metadata.is_file() {
        return Err(Obstacle::NotAFile(path.to_string()));
    }
    let different = Present::Different(metadata.permissions());
    if metadata.len() != content.len() as u64 {
        return Ok(different);
    }
    let mut there = Vec::with_capacity(content.len() + 1);
    // The file may grow meanwhile.
    let limit = content.len() as u64 + 1;
    file.take(limit).read_to_end(&mut there).map_err(unread)?;
    Ok(if there == content {
        Present::Same
    } else {
        different
    })
}

/// Writes the file under a temporary name and gives it its own; `false` if what stands under its
/// own name is no longer as it was found.
fn put(
    directory: &OwnedFd,
    name: &str,
    content: &[u8],
    present: &Present,
) -> Result<bool, Obstacle> {
    let temporary = format!(".pm-export-{:016x}.tmp", random());
    let write = |error: io::Error| system("write the file", &error);
    let mode = Mode::from_raw_mode(0o666);
    let file = rustix::fs::openat(directory, &*temporary, CREATE, mode);
    let file = File::from(file.map_err(|error| write(error.into()))?);
    let written = write_whole(file, content, present)
        .and_then(|()| give_name(directory, &temporary, name, present));
    if !matches!(written, Ok(Named::Renamed)) {
        // If this fails, too, a file stays behind that has no snippet's name.
        let _ = rustix::fs::unlinkat(directory, &*temporary, AtFlags::empty());
    }
    Ok(written.map_err(write)? != Named::Taken)
}

fn write_whole(mut file: File, content: &[u8], present: &Present) -> io::Result<()> {
    file.write_all(content)?;
    if let Present::Different(permissions) = present {
        // A script stays one that can be run.
        file.set_permissions(permissions.clone())?;
    }
    // The file is synced before it gets its name: a power cut leaves the old file or the new one.
    file.sync_all()
}

#[derive(PartialEq, Eq)]
enum Named {
    /// The temporary name is gone.
    Renamed,
    /// The temporary name is there still.
    Linked,
    /// Somebody else has the name by now.
    Taken,
}

fn give_name(
    directory: &OwnedFd,
    temporary: &str,
    name: &str,
    present: &Present,
) -> io::Result<Named> {
    if matches!(present, Present::Nothing) {
        // Unlike a rename, a hard link never takes the place of what came meanwhile.
        match rustix::fs::linkat(directory, temporary, directory, name, AtFlags::empty()) {
            Ok(()) => return Ok(Named::Linked),
            Err(Errno::EXIST) => return Ok(Named::Taken),
            // The file system has no hard links.
            Err(_) if kind(directory, name).is_none() => {}
            Err(error) => return Err(error.into()),
        }
    }
    // A rename replaces a symbolic link itself, never what the link points to.
    rustix::fs::renameat(directory, temporary, directory, name)?;
    Ok(Named::Renamed)
}

/// What kind of thing stands under a name; `None` if there is nothing, or it is not known.
fn kind(directory: &OwnedFd, name: &str) -> Option<FileType> {
    let stat = rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
    Some(FileType::from_raw_mode(stat.st_mode))
}

/// A number for a name that is not taken; if it is taken all the same, `CREATE` fails.
fn random() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    RandomState::new().hash_one(std::process::id())
}

fn system(action: &'static str, error: &io::Error) -> Obstacle {
    Obstacle::System {
        action,
        reason: crate::reason(error),
    }
}
