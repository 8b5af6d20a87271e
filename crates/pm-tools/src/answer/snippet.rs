//! Code snippets: one version, one with all that is known of it, and what is said of deleted ones.

use indexmap::IndexMap;
use pm_core::language::language_of;
use pm_core::model::NumberedVersion;
use pm_core::{SnippetVersion, Task};
use serde::Serialize;
use serde_json::{Map, Value};

use super::extra::extra;
use super::page::{ListEntry, Shown, handles};
use super::style::AnswerStyle;
use crate::text::phrases::named;
use crate::text::position::Position;

/// A version of a code snippet.
#[derive(Debug, Serialize)]
pub(crate) struct SnippetBody {
    name: String,
    content: String,
    created_at: String,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl SnippetBody {
    pub(crate) fn of(version: &SnippetVersion, style: AnswerStyle) -> Self {
        Self {
            name: version.name.to_string(),
            content: version.content.clone(),
            created_at: style.time(&version.created_at),
            extra: extra(&version.file_fields, &[]),
        }
    }
}

/// A version of a code snippet in the list of all.
pub(crate) struct ListedSnippet<'a> {
    /// What finds just this one: its name, or its key if there are other versions.
    handle: &'a str,
    version: &'a SnippetVersion,
    style: AnswerStyle,
}

impl<'a> ListedSnippet<'a> {
    /// The versions of a task, in order.
    pub(crate) fn all(task: &'a Task, style: AnswerStyle) -> Vec<Self> {
        let named = |(key, version): (&'a String, &'a SnippetVersion)| {
            (key.as_str(), version.name.as_str())
        };
        let handles = handles(task.code.iter().map(named));
        let versions = handles.into_iter().zip(task.code.values());
        let listed = |(handle, version)| Self {
            handle,
            version,
            style,
        };
        versions.map(listed).collect()
    }

    /// Its name.
    pub(crate) fn name(&self) -> &'a str {
        self.version.name.as_str()
    }
}

impl ListEntry for ListedSnippet<'_> {
    type Body = SnippetBody;

    const FORMS: &'static [Shown] = &[Shown::Whole];

    fn body(&self, _: Shown) -> SnippetBody {
        SnippetBody::of(self.version, self.style)
    }

    fn after(&self) -> String {
        named(self.handle)
    }
}

/// A version of a code snippet with all that is known of it.
#[derive(Debug, Serialize)]
pub(crate) struct VersionBody {
    name: String,
    version: usize,
    of: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'static str>,
    /// Of the whole content, as are the bytes.
    lines: usize,
    bytes: usize,
    /// The position at which what is shown of the content begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    from_line: Option<Value>,
    content: String,
    created_at: String,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

/// The fields of a [`VersionBody`] that a person may have used for something else.
const OF_A_VERSION: &[&str] = &[
    "version",
    "of",
    "language",
    "lines",
    "bytes",
    "from_line",
    "next_line",
];

impl VersionBody {
    /// Shows a version from a position on, or all of it. A caller that reads on gets nothing but the
    /// content: what else there is was shown with the beginning, and must not take the room of the
    /// content.
    pub(crate) fn new(
        version: &NumberedVersion<'_>,
        from: Option<Position>,
        style: AnswerStyle,
    ) -> Self {
        let snippet = version.snippet;
        let content = &snippet.content;
        let start = from.unwrap_or(Position::START);
        Self {
            name: snippet.name.to_string(),
            version: version.version,
            of: version.of,
            language: language_of(snippet.name.as_str()).map(|language| language.name),
            lines: content.lines().count(),
            bytes: content.len(),
            from_line: from.map(Value::from),
            content: start.rest_of(content).unwrap_or_default().to_owned(),
            created_at: style.time(&snippet.created_at),
            extra: match from {
                Some(_) => Map::new(),
                None => extra(&snippet.file_fields, OF_A_VERSION),
            },
        }
    }
}

/// Code that was deleted: which and how much. It is not shown once more, since taking the deletion
/// back brings it back.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum DeletedCode {
    /// A snippet with all its versions.
    Lean(DeletedSnippet),
    /// One version, with its content.
    Recorded(SnippetBody),
}

/// How much a deleted snippet held.
#[derive(Debug, Serialize)]
pub(crate) struct DeletedSnippet {
    name: String,
    versions: usize,
    /// Of the newest version, as are the bytes.
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
