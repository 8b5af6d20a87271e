//! What differs between two versions of a code snippet, as a unified diff.

use askama::Template;
use pm_core::ProcessManager;
use pm_core::model::NumberedVersion;

use crate::address;
use crate::diff_lines::DiffLines;
use crate::found;
use crate::frame::{Frame, Link};
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "difference.html")]
struct Difference<'a> {
    frame: Frame,
    old: NumberedVersion<'a>,
    new: NumberedVersion<'a>,
    address: String,
    lines: DiffLines,
}

/// The page of two versions, one of which is the last if none is asked for.
pub(super) fn render(
    manager: &ProcessManager,
    (process, task, snippet): &(String, String, String),
    version: Option<usize>,
    with: usize,
) -> Result<String, Problem> {
    let process = found::process(manager, process)?;
    let (task, one) = found::version(manager, &process, (task, snippet), version)?;
    let name = &one.snippet.name;
    let (_, other) = process.snippet_version(task.as_str(), name.as_str(), Some(with))?;
    // The older one is always what the newer one is held against.
    let (old, new) = if one.version < other.version {
        (one, other)
    } else {
        (other, one)
    };
    let trail = vec![
        Link::to_process(&process.name),
        Link::to_task(&process.name, task),
    ];
    let page = Difference {
        frame: Frame::new(name).below(trail).of_process(&process.name),
        address: address::snippet(&process.name, task, name),
        lines: DiffLines::between(&old.snippet.content, &new.snippet.content),
        old,
        new,
    };
    Ok(page.render()?)
}
