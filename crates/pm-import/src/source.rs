//! What is read, and what may be wrong with it.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::json::Kind;
use crate::{Format, MAX_ENTRIES, MAX_FILE_BYTES, Report};

/// Why a file makes no process.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct ImportError {
    /// The file or folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: Problem,
    /// What was left out of it, if that leaves nothing.
    pub report: Box<Report>,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// There is none.
    #[error("there is no such file or folder")]
    Missing,
    /// The operating system refuses to read it.
    #[error("it cannot be read: {}", pm_core::reason(.0))]
    Unreadable(io::Error),
    /// It is larger than what is read.
    #[error("it has more than {} MiB, which are the most that is read", MAX_FILE_BYTES >> 20)]
    TooLarge,
    /// It holds more than one process should.
    #[error("it holds more parts than {MAX_ENTRIES} tasks and jobs have; split it")]
    TooMany,
    /// It is not text.
    #[error("line {0} is not UTF-8 text; save the file as UTF-8")]
    NotText(usize),
    /// It is in none of the formats.
    #[error(
        "it is in no format that is known here; name one with --format if it is one of {}",
        Format::WORDS.join(", ")
    )]
    UnknownFormat,
    /// It is a folder in which nothing is found.
    #[error(
        "this folder holds nothing that can be imported: no .taskmaster/tasks/tasks.json, no \
         .beads/*.jsonl, no backlog/tasks; name a file"
    )]
    NothingFound,
    /// It is the folder of beads, without what beads writes for others.
    #[error("there is no JSON Lines file in it; run `bd export -o issues.jsonl` and import that")]
    NotExported,
    /// It is a folder and should be a file, or a file and should be a folder.
    #[error("as {0} a {1} is read, and this is none; leave --format out, or name another")]
    WrongKind(Format, &'static str),
    /// It is not the JSON that it should be, from this place on.
    #[error(
        "line {line}, column {column}: {}",
        if *is_cut_off {
            "the JSON ends too early, as in a file that was cut off"
        } else {
            "this is not JSON; mend it there, or export it anew"
        }
    )]
    NotJson {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// Whether the text ends before the JSON does.
        is_cut_off: bool,
    },
    /// It is JSON, but of another shape, on this line.
    #[error("line {line}: {what}")]
    Shape {
        /// The line, from 1.
        line: usize,
        /// What is expected there, and what stands there.
        what: String,
    },
    /// There is no task in it.
    #[error("there is no task in it, read as {0}: {1}")]
    NothingInIt(Format, &'static str),
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            _ => Self::Unreadable(error),
        }
    }
}

/// A file or a folder that was read.
pub(crate) struct Source {
    path: PathBuf,
    /// Its path as it was given.
    named: PathBuf,
    content: Content,
}

/// What was read.
enum Content {
    /// The text of a file.
    File(String),
    /// The folder itself; its reader knows which files of it matter.
    Folder,
}

impl Source {
    pub(crate) fn file(path: &Path) -> Result<Self, Problem> {
        let content = Content::File(read_text(path)?);
        Ok(Self::at(path, content))
    }

    pub(crate) fn folder_at(path: &Path) -> Self {
        Self::at(path, Content::Folder)
    }

    /// What stands in a file of this name, wherever that is: no folder says what project it is of.
    pub(crate) fn of_bytes(name: &Path, bytes: Vec<u8>) -> Result<Self, Problem> {
        Ok(Self {
            path: name.to_owned(),
            named: name.to_owned(),
            content: Content::File(text_of(bytes)?),
        })
    }

    fn at(path: &Path, content: Content) -> Self {
        Self {
            path: std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
            named: path.to_owned(),
            content,
        }
    }

    /// The text, if it is a file.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.content {
            Content::File(text) => Some(text),
            Content::Folder => None,
        }
    }

    /// The text of the file that `format` asks for.
    pub(crate) fn text(&self, format: Format) -> Result<&str, Problem> {
        self.as_text().ok_or(Problem::WrongKind(format, "file"))
    }

    /// The folder that `format` asks for.
    pub(crate) fn folder(&self, format: Format) -> Result<&Path, Problem> {
        match &self.content {
            Content::Folder => Ok(&self.path),
            Content::File(_) => Err(Problem::WrongKind(format, "folder")),
        }
    }

    /// Its path, as it was given.
    pub(crate) fn named(&self) -> &Path {
        &self.named
    }

    /// The ending of its name, in lower case.
    pub(crate) fn ending(&self) -> Option<String> {
        let ending = self.path.extension()?.to_str()?;
        Some(ending.to_ascii_lowercase())
    }

    /// Whether it is the text of an export, and not JSON.
    pub(crate) fn is_markdown(&self) -> bool {
        self.as_text()
            .is_some_and(|text| Kind::of(text) != Kind::Object)
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

/// Reads a file of text.
pub(crate) fn read_text(path: &Path) -> Result<String, Problem> {
    let file = fs::File::open(path)?;
    let size = file.metadata()?.len().min(MAX_FILE_BYTES);
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default() + 1);
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    text_of(bytes)
}

/// The text that bytes are, without the mark that some editors put at its beginning. UTF-16, as
/// Windows programs write it, is read as well, if it has that mark.
fn text_of(bytes: Vec<u8>) -> Result<String, Problem> {
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(Problem::TooLarge);
    }
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => return utf_16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => return utf_16(rest, u16::from_be_bytes),
        _ => {}
    }
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let good = error.as_bytes().get(..error.utf8_error().valid_up_to());
        let lines = good.unwrap_or_default().split(|byte| *byte == b'\n');
        Problem::NotText(lines.count())
    })?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Problem> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text = String::from_utf16(&pairs.iter().copied().map(unit).collect::<Vec<_>>());
    match text {
        Ok(text) if rest.is_empty() => Ok(text),
        _ => Err(Problem::NotText(1)),
    }
}
