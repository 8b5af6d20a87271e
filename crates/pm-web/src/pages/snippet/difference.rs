//! What differs between two versions of a code snippet, as a unified diff.

use askama::Template;
use pm_core::ProcessManager;
use pm_core::diff::unified_diff;
use pm_core::model::NumberedVersion;

use super::A_PAGE;
use crate::address;
use crate::frame::{Frame, Link};
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "difference.html")]
struct Difference<'a> {
    frame: Frame,
    old: NumberedVersion<'a>,
    new: NumberedVersion<'a>,
    address: String,
    added: usize,
    removed: usize,
    lines: Vec<DiffLine<'a>>,
    /// How many more lines there are than are shown.
    left_out: usize,
}

/// A line of a diff, and what it is.
struct DiffLine<'a> {
    kind: &'static str,
    text: &'a str,
}

/// The page of two versions, one of which is the last if none is asked for.
pub(super) fn render(
    manager: &ProcessManager,
    (process, task, snippet): &(String, String, String),
    version: Option<usize>,
    with: usize,
) -> Result<String, Problem> {
    let process = manager.process(process)?;
    let (task, one) = process.snippet_version(task, snippet, version)?;
    let name = &one.snippet.name;
    let (_, other) = process.snippet_version(task.as_str(), name.as_str(), Some(with))?;
    // The older one is always what the newer one is held against.
    let (old, new) = if one.version < other.version {
        (one, other)
    } else {
        (other, one)
    };
    let head = |version: usize| format!("version {version}");
    let (old_head, new_head) = (head(old.version), head(new.version));
    let diff = unified_diff(
        (&old_head, &old.snippet.content),
        (&new_head, &new.snippet.content),
    );
    // The head says what the page says already.
    let mut lines = diff.text.lines().skip(2).map(DiffLine::new);
    let shown = lines.by_ref().take(A_PAGE).collect();
    let trail = vec![
        Link::to_process(&process.name),
        Link::to_task(&process.name, task),
    ];
    let page = Difference {
        frame: Frame::new(name).below(trail).of_process(&process.name),
        address: address::snippet(&process.name, task, name),
        added: diff.added,
        removed: diff.removed,
        lines: shown,
        left_out: lines.count(),
        old,
        new,
    };
    Ok(page.render()?)
}

impl<'a> DiffLine<'a> {
    fn new(text: &'a str) -> Self {
        let kind = match text.chars().next() {
            Some('+') => "added",
            Some('-') => "removed",
            Some('@' | '\\') => "place",
            _ => "same",
        };
        Self { kind, text }
    }
}
