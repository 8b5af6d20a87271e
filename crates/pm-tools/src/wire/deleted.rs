//! What is said of code that was deleted: which and how much. It is not shown once more, since
//! taking the deletion back brings it back.

use indexmap::IndexMap;
use pm_core::SnippetVersion;
use serde::Serialize;

use super::SnippetBody;
use crate::options::AnswerStyle;

/// Code that was deleted.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum DeletedCode {
    /// A snippet with all its versions.
    Lean(DeletedSnippet),
    /// One version, with its content.
    Recorded(SnippetBody),
}

/// How much a snippet was.
#[derive(Debug, Serialize)]
pub(crate) struct DeletedSnippet {
    name: String,
    versions: usize,
    /// Of the newest version, and so the bytes.
    lines: usize,
    bytes: usize,
}

/// What is said of these versions, which were deleted.
pub(crate) fn deleted_codes(versions: &[SnippetVersion], style: AnswerStyle) -> Vec<DeletedCode> {
    if style == AnswerStyle::Recorded {
        let bodies = versions.iter().map(|code| SnippetBody::of(code, style));
        return bodies.map(DeletedCode::Recorded).collect();
    }
    let mut snippets: IndexMap<&str, DeletedSnippet> = IndexMap::new();
    for version in versions {
        let name = version.name.as_str();
        let before = snippets.get(name).map_or(0, |snippet| snippet.versions);
        let snippet = DeletedSnippet {
            name: name.to_owned(),
            versions: before + 1,
            lines: version.content.lines().count(),
            bytes: version.content.len(),
        };
        snippets.insert(name, snippet);
    }
    snippets.into_values().map(DeletedCode::Lean).collect()
}
