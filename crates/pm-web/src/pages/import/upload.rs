//! What a form for an import asks for: a file, or one that was looked at before, and how it is to be
//! read.

use axum::body::{Body, to_bytes};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use http::{HeaderMap, StatusCode, header};
use pm_import::{Bullets, IfThere, Options};

use crate::download::last_name;
use crate::form::TooLarge;
use crate::multipart::{Part, boundary, parts};
use crate::problem::Problem;

/// The most bytes of a form; a server takes fewer, as its options say.
const FORM_BYTES_MAX: usize = 128 << 20;

/// What a form asks for.
#[derive(Debug)]
pub(super) struct Upload {
    /// What the file is called.
    pub(super) file: String,
    pub(super) bytes: Vec<u8>,
    /// The bytes as a field of a form keeps them to the letter.
    pub(super) content: String,
    pub(super) options: Options,
    /// The name that the process is given, if that is not its own.
    pub(super) name: String,
    pub(super) if_there: IfThere,
    /// Whether what would come of it was seen, and is to be done.
    pub(super) is_final: bool,
}

/// Bytes as a field of a form keeps them: in a text, a form would change the ends of lines.
pub(super) fn encoded(bytes: &[u8]) -> String {
    STANDARD_NO_PAD.encode(bytes)
}

impl Upload {
    pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Self, Problem> {
        let kind = headers.get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok());
        let boundary = kind.and_then(boundary).ok_or_else(unreadable)?;
        let body = to_bytes(body, FORM_BYTES_MAX).await;
        let body = body.map_err(|_| TooLarge)?;
        let parts = parts(&body, boundary).map_err(|_| unreadable())?;
        Self::of(&parts)
    }

    fn of(parts: &[Part<'_>]) -> Result<Self, Problem> {
        let part = |name: &str| parts.iter().find(|part| part.name == name);
        let text = |name: &str| {
            let content = part(name).map_or(&[][..], |part| part.content);
            String::from_utf8_lossy(content).trim().to_owned()
        };
        let chosen = part("file").and_then(|part| Some((part.file.as_deref()?, part.content)));
        let chosen = chosen.filter(|(name, _)| !name.is_empty());
        let (file, bytes) = if let Some((name, content)) = chosen {
            (last_name(name).to_owned(), content.to_vec())
        } else {
            let content = part("content").ok_or_else(no_file)?.content;
            let bytes = STANDARD_NO_PAD.decode(content);
            (text("file_name"), bytes.map_err(|_| unreadable())?)
        };
        let format = match text("format").as_str() {
            "" => None,
            format => Some(format.parse().map_err(|_| unreadable())?),
        };
        let bullets = match text("bullets").as_str() {
            "" => Bullets::WithBoxes,
            _ => Bullets::All,
        };
        let if_there = match text("update").as_str() {
            "" => IfThere::Refuse,
            _ => IfThere::Update,
        };
        Ok(Self {
            file,
            bytes,
            content: String::new(),
            options: Options { format, bullets },
            name: text("name"),
            if_there,
            is_final: part("now").is_some(),
        })
    }
}

fn unreadable() -> Problem {
    let sentence = "Nothing was imported: the form cannot be read. Open the page once more.";
    Problem::new(StatusCode::BAD_REQUEST, sentence)
}

fn no_file() -> Problem {
    let sentence = "Nothing was imported: choose a file first.";
    Problem::new(StatusCode::BAD_REQUEST, sentence)
}
