//! The text files that tidy looks at, read once.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::cmd::cmd;

/// The text files below a root.
pub(crate) struct Tree {
    files: Vec<SourceFile>,
    places: BTreeSet<String>,
}

/// One text file.
pub(crate) struct SourceFile {
    /// The path from the root, with `/` on every platform.
    pub(crate) path: String,
    /// The whole text.
    pub(crate) text: String,
}

impl Tree {
    /// The files that git tracks or would add: a new file is checked before it
    /// is committed, a build product never is.
    pub(crate) fn of_repository(root: &Path) -> Result<Self> {
        let listing = cmd("git")
            .args(["ls-files", "-z", "--cached", "--others"])
            .arg("--exclude-standard")
            .dir(root)
            .read()?;
        Self::load(root, listing.split('\0').filter(|path| !path.is_empty()))
    }

    /// Reads the named files; one that is not text, no longer there, or to the
    /// letter that of other people (`vendor`), only counts as a place that
    /// links may lead to.
    fn load<'a>(root: &Path, paths: impl Iterator<Item = &'a str>) -> Result<Self> {
        let mut tree = Self {
            files: Vec::new(),
            places: BTreeSet::new(),
        };
        for path in paths {
            let full: PathBuf = root.join(path);
            if !full.is_file() {
                continue;
            }
            for place in Path::new(path).ancestors() {
                tree.places.insert(place.to_string_lossy().into_owned());
            }
            if path.contains("/vendor/") {
                continue;
            }
            let bytes = fs::read(&full).with_context(|| format!("{path} could not be read"))?;
            if let Ok(text) = String::from_utf8(bytes)
                && !text.contains('\0')
            {
                let path = path.to_owned();
                tree.files.push(SourceFile { path, text });
            }
        }
        Ok(tree)
    }

    /// The text files, in the order of the listing.
    pub(crate) fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The text file at a path.
    pub(crate) fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether a path is that of a file or a folder; the root is "".
    pub(crate) fn has(&self, path: &str) -> bool {
        self.places.contains(path)
    }

    /// The files and folders at the root.
    pub(crate) fn at_root(&self) -> impl Iterator<Item = &str> {
        let places = self.places.iter().map(String::as_str);
        places.filter(|place| !place.is_empty() && !place.contains('/'))
    }

    /// A tree that a test makes up, in a directory of its own.
    #[cfg(test)]
    pub(crate) fn made_up(files: &[(&str, &str)]) -> Self {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self::load(root.path(), files.iter().map(|(path, _)| *path)).unwrap()
    }
}

impl SourceFile {
    /// What stands after the last dot of the file's name.
    pub(crate) fn extension(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// Whether this is a Rust source of ours.
    pub(crate) fn is_rust(&self) -> bool {
        self.extension() == "rs"
    }

    /// Whether this is a Rust source of tests alone.
    pub(crate) fn is_test(&self) -> bool {
        let folder = |folder: &str| self.path.split('/').any(|part| part == folder);
        folder("tests") || folder("benches") || self.path.ends_with("_tests.rs") || {
            self.path.ends_with("/tests.rs")
        }
    }

    /// Whether the bytes of this file are an input or an expectation of a test,
    /// and so not ours to tidy.
    pub(crate) fn is_recorded(&self) -> bool {
        let written_by_us = ["rs", "toml", "md"].contains(&self.extension());
        let below_tests = self.path.split('/').any(|part| part == "tests");
        self.extension() == "snap" || (below_tests && !written_by_us)
    }
}
