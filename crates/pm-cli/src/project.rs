//! The process that is worked on in a directory: `.pm-process` in it or above it names one, and
//! `.processes` beside that file is a store of its own.

use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

/// The file that names the process.
pub const PROJECT_FILE: &str = ".pm-process";

/// The storage directory beside that file, if the project has one.
pub const PROJECT_STORE: &str = ".processes";

/// The most of the file that is read, in bytes: a name and some comments.
const BYTES_MAX: u64 = 4096;

/// What a directory says of the process that is worked on in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// The directory in which the file stands.
    pub root: PathBuf,
    /// The process that it names, if it names one.
    pub process: Option<String>,
}

/// Why a project is not known.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// Its file cannot be read.
    #[error("cannot read {}: {reason}; it holds the name of a process on a line", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// There is no such file.
    #[error(
        "there is no {PROJECT_FILE} in {} or above it; `pm init` writes one into the directory in \
         which it is run",
        .0.display()
    )]
    Missing(PathBuf),
    /// The directory cannot be entered.
    #[error(
        "there is no project in {}: {}; name its directory",
        directory.display(),
        pm_core::reason(reason)
    )]
    NoDirectory {
        /// The directory named.
        directory: PathBuf,
        /// What the system says.
        reason: std::io::Error,
    },
}

impl Project {
    /// The project in which the program was started; `None` if there is none, or if the working
    /// directory is gone.
    pub fn here() -> Result<Option<Self>, ProjectError> {
        match std::env::current_dir() {
            Ok(here) => Self::above(&here),
            Err(_) => Ok(None),
        }
    }

    /// The project of `directory`, which must have one.
    pub fn of(directory: &Path) -> Result<Self, ProjectError> {
        let whole = whole(directory).map_err(|reason| ProjectError::NoDirectory {
            directory: directory.to_owned(),
            reason,
        })?;
        Self::above(&whole)?.ok_or(ProjectError::Missing(whole))
    }

    /// Finds the file in `directory` or above it; the nearest counts.
    pub fn above(directory: &Path) -> Result<Option<Self>, ProjectError> {
        for root in directory.ancestors() {
            let file = root.join(PROJECT_FILE);
            match std::fs::File::open(&file) {
                Ok(opened) => {
                    let mut text = String::new();
                    let read = opened.take(BYTES_MAX).read_to_string(&mut text);
                    read.map_err(|error| ProjectError::Unreadable {
                        file,
                        reason: pm_core::reason(&error),
                    })?;
                    return Ok(Some(Self {
                        root: root.to_owned(),
                        process: named(&text),
                    }));
                }
                // A directory above may be closed to us, and is then passed over.
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::NotFound | ErrorKind::PermissionDenied
                    ) => {}
                Err(error) => {
                    return Err(ProjectError::Unreadable {
                        file,
                        reason: pm_core::reason(&error),
                    });
                }
            }
        }
        Ok(None)
    }

    /// The storage directory of the project, if it has one.
    pub fn store(&self) -> Option<PathBuf> {
        let store = self.root.join(PROJECT_STORE);
        store.is_dir().then_some(store)
    }
}

/// The path from the root, so that it names all that is above a directory.
fn whole(directory: &Path) -> std::io::Result<PathBuf> {
    if cfg!(windows) {
        // There `canonicalize` writes paths in a way that few programs take.
        return std::path::absolute(directory);
    }
    directory.canonicalize()
}

/// The first line that is neither blank nor a comment.
fn named(text: &str) -> Option<String> {
    let mut lines = text.lines().map(str::trim);
    let name = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    name.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_file_counts() {
        let place = tempfile::tempdir().unwrap();
        let (root, below) = (place.path().join("a"), place.path().join("a/b/c"));
        std::fs::create_dir_all(&below).unwrap();
        std::fs::write(
            root.join(PROJECT_FILE),
            "# of us all\n\n  Garden Planner \n",
        )
        .unwrap();
        let found = Project::above(&below).unwrap().unwrap();
        assert_eq!(found.root, root);
        assert_eq!(found.process.as_deref(), Some("Garden Planner"));
        assert_eq!(found.store(), None);
        std::fs::create_dir(root.join(PROJECT_STORE)).unwrap();
        assert_eq!(found.store(), Some(root.join(PROJECT_STORE)));
        std::fs::write(below.join(PROJECT_FILE), "\n").unwrap();
        let found = Project::above(&below).unwrap().unwrap();
        assert_eq!((found.root, found.process), (below, None));
    }

    #[test]
    fn a_project_that_is_asked_for_must_be_there() {
        let place = tempfile::tempdir().unwrap();
        let place = place.path().canonicalize().unwrap();
        let told = |directory: &Path| Project::of(directory).unwrap_err().to_string();
        assert!(told(&place).contains("`pm init`"), "{}", told(&place));
        let gone = place.join("gone");
        assert!(told(&gone).contains(&gone.display().to_string()));
        std::fs::create_dir_all(place.join("a/b")).unwrap();
        std::fs::write(place.join("a/b").join(PROJECT_FILE), "Below\n").unwrap();
        std::fs::write(place.join(PROJECT_FILE), "Above\n").unwrap();
        let process = |directory: &str| Project::of(&place.join(directory)).unwrap().process;
        assert_eq!(process("a/b").as_deref(), Some("Below"));
        // What lies below a directory is none of its business, however it is written.
        assert_eq!(process("a/b/..").as_deref(), Some("Above"));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join(PROJECT_FILE);
        std::fs::write(&file, b"\xff\n").unwrap();
        let error = Project::above(place.path()).unwrap_err().to_string();
        assert!(error.contains(&file.display().to_string()), "{error}");
    }
}
