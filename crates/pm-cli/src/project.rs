//! The process that a directory works in: `.pm-process` in it or above it names one, and
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

/// A file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}: {reason}; it holds the name of a process on a line", file.display())]
pub struct ProjectError {
    file: PathBuf,
    reason: String,
}

impl Project {
    /// Finds the file in `directory` or above it; the nearest counts.
    pub fn above(directory: &Path) -> Result<Option<Self>, ProjectError> {
        for root in directory.ancestors() {
            let file = root.join(PROJECT_FILE);
            match std::fs::File::open(&file) {
                Ok(opened) => {
                    let mut text = String::new();
                    let read = opened.take(BYTES_MAX).read_to_string(&mut text);
                    read.map_err(|error| ProjectError {
                        file,
                        reason: error.to_string(),
                    })?;
                    return Ok(Some(Self {
                        root: root.to_owned(),
                        process: named(&text),
                    }));
                }
                // A directory above may be nobody's business.
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::NotFound | ErrorKind::PermissionDenied
                    ) => {}
                Err(error) => {
                    return Err(ProjectError {
                        file,
                        reason: error.to_string(),
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
    fn a_file_that_cannot_be_read_is_named() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join(PROJECT_FILE);
        std::fs::write(&file, b"\xff\n").unwrap();
        let error = Project::above(place.path()).unwrap_err().to_string();
        assert!(error.contains(&file.display().to_string()), "{error}");
    }
}
