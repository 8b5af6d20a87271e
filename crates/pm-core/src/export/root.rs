//! The directory below which files are written, and nowhere else.
//!
//! Every directory on the way is opened by its own name, below the one before, and no symbolic link
//! is followed; so a link that somebody plants meanwhile changes nothing. A file is written under
//! another name and gets its own when it is whole.

mod outcome;
#[cfg(unix)]
mod unix;

use std::io;
use std::path::{Path, PathBuf};

pub use self::outcome::{Exported, IfPresent, Obstacle};
use super::{ExportPath, ExportPlan};

/// The directory below which files are written.
#[derive(Debug, Clone)]
pub struct ExportRoot {
    dir: PathBuf,
    hidden: HiddenNames,
}

/// Whether files are written that have a hidden name on their way: what programs read without
/// being asked to, such as `.bashrc`, `.ssh/authorized_keys` or `app/.vscode/tasks.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HiddenNames {
    /// Files with a hidden name are refused.
    #[default]
    Refused,
    /// Files with a hidden name are written like any other.
    Written,
}

impl ExportRoot {
    /// Takes a directory, which is made if it is missing, to write below it. On platforms other
    /// than Unix the error is [`Unsupported`](io::ErrorKind::Unsupported).
    pub fn open(dir: &Path) -> io::Result<Self> {
        if cfg!(not(unix)) {
            return Err(io::ErrorKind::Unsupported.into());
        }
        std::fs::create_dir_all(dir)?;
        // The one path in which links are followed: it was given by the person who starts the
        // program.
        let dir = std::fs::canonicalize(dir)?;
        Ok(Self {
            dir,
            hidden: HiddenNames::default(),
        })
    }

    /// Sets whether files with hidden names are written; without this call they are refused.
    #[must_use]
    pub fn with_hidden_names(self, hidden: HiddenNames) -> Self {
        Self { hidden, ..self }
    }

    /// The directory, absolute and without symbolic links.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Writes the files of a plan below the root, or below a directory in it; answers what became
    /// of each. An error says that the root itself cannot be used.
    pub fn write(
        &self,
        plan: &ExportPlan<'_>,
        directory: Option<&ExportPath>,
        if_present: IfPresent,
    ) -> io::Result<Vec<(ExportPath, Exported)>> {
        let root = self.open_root()?;
        let files = plan.files.iter().map(|file| {
            let path = match directory {
                Some(directory) => file.path.below(directory),
                None => file.path.clone(),
            };
            let content = file.version.snippet.content.as_bytes();
            let exported = self
                .refuse_hidden(&path)
                .and_then(|()| write_file(&root, &path, content, if_present));
            (path, exported.unwrap_or_else(Exported::Obstructed))
        });
        Ok(files.collect())
    }

    fn refuse_hidden(&self, path: &ExportPath) -> Result<(), Obstacle> {
        match path.hidden_name() {
            Some(name) if self.hidden == HiddenNames::Refused => {
                Err(Obstacle::Hidden(name.to_owned()))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(unix)]
use self::unix::write_file;

#[cfg(unix)]
impl ExportRoot {
    fn open_root(&self) -> io::Result<std::os::fd::OwnedFd> {
        unix::open_root(&self.dir)
    }
}

/// Is never called: where there are no Unix handles, no root can be opened.
#[cfg(not(unix))]
fn write_file(
    (): &(),
    _path: &ExportPath,
    _content: &[u8],
    _if_present: IfPresent,
) -> Result<Exported, Obstacle> {
    Err(Obstacle::System {
        action: "write the file",
        reason: io::Error::from(io::ErrorKind::Unsupported).to_string(),
    })
}

#[cfg(not(unix))]
impl ExportRoot {
    fn open_root(&self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
