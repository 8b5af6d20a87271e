//! What is read, and what may be wrong with it.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::{Format, MAX_FILE_BYTES};

/// Why a file makes no process.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct ImportError {
    /// The file or folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The operating system refuses to read it.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// It is larger than what is read.
    #[error("it has more than {MAX_FILE_BYTES} bytes")]
    TooLarge,
    /// It is not text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It is in none of the formats.
    #[error(
        "it is in no format that is known here; name one with --format if it is one of {}",
        Format::WORDS.join(", ")
    )]
    UnknownFormat,
    /// It is a folder where a file belongs, or a file where a folder does.
    #[error("{0} reads a {1}, and this is none")]
    WrongKind(Format, &'static str),
    /// It is not the JSON that it should be, at this line and column.
    #[error("line {0}, column {1}: {2}")]
    Json(usize, usize, String),
    /// A file of the folder, or a line of the file, is not as it should be.
    #[error("{place}: {reason}")]
    Part {
        /// The file's name or the line.
        place: String,
        /// What is wrong there.
        reason: String,
    },
    /// There is no task in it.
    #[error("there is no task in it, read as {0}")]
    NothingInIt(Format),
    /// The rules for processes refuse it.
    #[error("{0}")]
    Refused(Box<pm_core::Error>),
}

/// A file or a folder that was read.
pub(crate) struct Source {
    path: PathBuf,
    pub(crate) content: Content,
}

/// What was read.
pub(crate) enum Content {
    /// The text of a file.
    File(String),
    /// The folder itself; its reader knows which files of it matter.
    Folder,
}

impl Source {
    pub(crate) fn read(path: &Path) -> Result<Self, Problem> {
        let content = if fs::metadata(path)?.is_dir() {
            Content::Folder
        } else {
            Content::File(read_text(path)?)
        };
        Ok(Self {
            path: std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
            content,
        })
    }

    /// The text of the file that `format` asks for.
    pub(crate) fn text(&self, format: Format) -> Result<&str, Problem> {
        match &self.content {
            Content::File(text) => Ok(text),
            Content::Folder => Err(Problem::WrongKind(format, "file")),
        }
    }

    /// The folder that `format` asks for.
    pub(crate) fn folder(&self, format: Format) -> Result<&Path, Problem> {
        match &self.content {
            Content::Folder => Ok(&self.path),
            Content::File(_) => Err(Problem::WrongKind(format, "folder")),
        }
    }

    /// The ending of its name, in lower case.
    pub(crate) fn ending(&self) -> Option<String> {
        let ending = self.path.extension()?.to_str()?;
        Some(ending.to_ascii_lowercase())
    }

    /// The name without its ending.
    pub(crate) fn stem(&self) -> String {
        let stem = self.path.file_stem().unwrap_or_default();
        stem.to_string_lossy().into_owned()
    }

    /// The name of the project that it lies in: the innermost folder above it that is not one of
    /// the format's own (`own`, or one that begins with a dot).
    pub(crate) fn project(&self, own: &[&str]) -> Option<String> {
        let above = match self.content {
            Content::File(_) => self.path.parent()?,
            Content::Folder => &self.path,
        };
        let names = above.ancestors().filter_map(Path::file_name);
        let mut names = names.map(|name| name.to_string_lossy().into_owned());
        names.find(|name| !name.starts_with('.') && !own.contains(&name.as_str()))
    }
}

/// Reads a file of text, without the mark that some editors put at its beginning.
pub(crate) fn read_text(path: &Path) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path)?;
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(Problem::TooLarge);
    }
    let text = String::from_utf8(bytes).map_err(|_| Problem::NotText)?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}
