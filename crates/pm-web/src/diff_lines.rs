//! What differs between two texts, line by line.

use askama::Template;
use askama::filters::HtmlSafe;
use pm_core::diff::unified_diff;

/// How many lines of a difference are shown.
const SHOWN_MAX: usize = 2000;

/// The lines that came and went, with some around them.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "parts/diff-lines.html")]
pub(crate) struct DiffLines {
    pub(crate) added: usize,
    pub(crate) removed: usize,
    /// Each with what it is.
    lines: Vec<(&'static str, String)>,
    /// How many more lines there are than are shown.
    left_out: usize,
}

/// It is made of a template that escapes.
impl HtmlSafe for DiffLines {}

impl DiffLines {
    /// What came into `new` and went from `old`.
    pub(crate) fn between(old: &str, new: &str) -> Self {
        let diff = unified_diff(("old", old), ("new", new));
        // The head says what the page says already.
        let mut lines = diff.text.lines().skip(2);
        let shown = lines.by_ref().take(SHOWN_MAX);
        Self {
            added: diff.added,
            removed: diff.removed,
            lines: shown.map(|line| (kind(line), line.to_owned())).collect(),
            left_out: lines.count(),
        }
    }
}

fn kind(line: &str) -> &'static str {
    match line.chars().next() {
        Some('+') => "added",
        Some('-') => "removed",
        Some('@' | '\\') => "place",
        _ => "same",
    }
}
