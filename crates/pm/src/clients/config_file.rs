//! A client's file on the disk: read, added to and put back in one step, with what was there kept
//! beside it.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use pm_core::reason;
use tempfile::NamedTempFile;

use super::{Client, Problem, Server};

/// The largest file that is taken for a configuration, in bytes.
const BYTES_MAX: u64 = 64 << 20;

/// How many backups of one file are kept before more are refused.
const BACKUPS_MAX: u32 = 100;

/// What became of a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// It says the same already.
    Unchanged,
    /// There was none.
    Created,
    /// The server was added or brought up to date.
    Changed {
        /// The file as it was.
        backup: PathBuf,
    },
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unwritten {
    /// The file cannot be read.
    #[error("{} cannot be read: {}", file.display(), reason(source))]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("{} cannot be written: {}", file.display(), reason(source))]
    Unwritable {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is not such that the server can be added.
    #[error("{} is left as it is: {problem}", file.display())]
    Content {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        problem: Problem,
    },
    /// Somebody else wrote it at the same moment.
    #[error("{} was changed meanwhile by another program", file.display())]
    Changed {
        /// The file.
        file: PathBuf,
    },
}

/// Adds the server to the file, or brings it up to date there.
///
/// A symbolic link stays one: the file that it leads to is changed. A file that is not valid is not
/// touched.
pub(crate) fn put(client: &Client, server: &Server, file: &Path) -> Result<Written, Unwritten> {
    let unwritable = |source| Unwritten::Unwritable {
        file: file.to_owned(),
        source,
    };
    let content = |problem| Unwritten::Content {
        file: file.to_owned(),
        problem,
    };
    let before = read(file)?;
    let text = before.as_deref().unwrap_or_default();
    let merged = client.merged(text, server).map_err(content)?;
    if before.as_deref() == Some(merged.as_str()) {
        return Ok(Written::Unchanged);
    }
    let target = match before {
        Some(_) => fs::canonicalize(file).map_err(unwritable)?,
        None => file.to_owned(),
    };
    let directory = target.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory).map_err(unwritable)?;
    // Of the name of a file that is only on its way nobody need know.
    let staged = NamedTempFile::new_in(directory).map_err(|error| unwritable(error.kind().into()));
    let mut staged = staged?;
    staged.write_all(merged.as_bytes()).map_err(unwritable)?;
    let Some(before) = before else {
        staged.as_file().sync_all().map_err(unwritable)?;
        return match staged.persist_noclobber(&target) {
            Ok(_) => Ok(Written::Created),
            Err(error) => Err(unwritable(error.error)),
        };
    };
    let permissions = fs::metadata(&target).map_err(unwritable)?.permissions();
    let set = staged.as_file().set_permissions(permissions);
    set.map_err(unwritable)?;
    staged.as_file().sync_all().map_err(unwritable)?;
    let backup = back_up(&target, &before).map_err(unwritable)?;
    // Clients write their files as well, some of them often.
    if read(&target)?.as_ref() != Some(&before) {
        // The backup is not what is there now.
        let _ = fs::remove_file(&backup);
        return Err(Unwritten::Changed {
            file: file.to_owned(),
        });
    }
    staged
        .persist(&target)
        .map_err(|error| unwritable(error.error))?;
    Ok(Written::Changed { backup })
}

/// The text of a file; `None` if there is none.
fn read(file: &Path) -> Result<Option<String>, Unwritten> {
    let unreadable = |source| Unwritten::Unreadable {
        file: file.to_owned(),
        source,
    };
    match fs::metadata(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
        Ok(found) if !found.is_file() || found.len() > BYTES_MAX => {
            return Err(unreadable(io::Error::other("it is no file of settings")));
        }
        Ok(_) => {}
    }
    fs::read_to_string(file).map(Some).map_err(unreadable)
}

/// Keeps the text beside the file, under a name that nothing has.
fn back_up(file: &Path, text: &str) -> io::Result<PathBuf> {
    let name = file.file_name().unwrap_or_default().to_os_string();
    for number in 1..=BACKUPS_MAX {
        let mut name = name.clone();
        match number {
            1 => name.push(".bak"),
            _ => name.push(format!(".{number}.bak")),
        }
        let backup = file.with_file_name(name);
        let created = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&backup);
        let mut created = match created {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            created => created?,
        };
        // It may hold secrets, as the file does.
        created.set_permissions(fs::metadata(file)?.permissions())?;
        created.write_all(text.as_bytes())?;
        created.sync_all()?;
        return Ok(backup);
    }
    Err(io::Error::other(format!(
        "there are {BACKUPS_MAX} backups of it already; remove some"
    )))
}
