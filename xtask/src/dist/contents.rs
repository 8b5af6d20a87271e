//! The files of an archive, in order, each with what it holds and whether it can be run.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};

/// A file.
pub(super) struct File {
    pub(super) bytes: Vec<u8>,
    /// Whether it is a program.
    pub(super) runs: bool,
}

/// Files by their path in the archive, separated by `/`.
#[derive(Default)]
pub(super) struct Contents {
    files: BTreeMap<String, File>,
}

impl Contents {
    /// Adds a text.
    pub(super) fn add(&mut self, path: impl Into<String>, bytes: Vec<u8>) {
        self.files.insert(path.into(), File { bytes, runs: false });
    }

    /// Adds a file of the repository.
    pub(super) fn add_file(&mut self, path: &str, file: &Path) -> Result<()> {
        self.add(path, read(file)?);
        Ok(())
    }

    /// Adds a program.
    pub(super) fn add_program(&mut self, path: &str, file: &Path) -> Result<()> {
        let bytes = read(file)?;
        self.files
            .insert(path.to_owned(), File { bytes, runs: true });
        Ok(())
    }

    /// All files, in the order of their paths.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &File)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// Writes all of them below a directory.
    pub(super) fn unpack(&self, directory: &Path) -> Result<()> {
        for (path, file) in self.files() {
            let place = directory.join(path);
            if let Some(parent) = place.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(&place, &file.bytes)?;
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                let mode = if file.runs { 0o755 } else { 0o644 };
                fs::set_permissions(&place, fs::Permissions::from_mode(mode))?;
            }
        }
        Ok(())
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("{} cannot be read", file.display()))
}
