//! The content of a resource, within the limit of an answer.

use std::borrow::Cow;
use std::fmt::Write as _;

use pm_core::language::{PLAIN_TEXT, language_of};
use pm_core::markdown::{CodeShown, process_markdown, task_markdown};
use pm_core::{Error, Process, ProcessManager, Task, TaskName, Timestamp};
use rmcp::model::{ErrorData, ReadResourceResult, ResourceContents};

use super::near::{no_such_address, no_such_position, not_found};
use super::templates::MARKDOWN;
use super::uri::Target;
use crate::text::position::{Position, whole_lines};

/// Reads a resource; a text that is longer than `limit` bytes ends with the address from which to
/// read on.
pub(crate) fn read(
    manager: &ProcessManager,
    uri: &str,
    limit: usize,
) -> Result<ReadResourceResult, ErrorData> {
    let (target, from) = Target::parse_from(uri).ok_or_else(|| no_such_address(uri))?;
    let process = manager.process(target.process());
    let process = process.map_err(|error| not_found(&error, &target))?;
    let whole = whole(&process, &target, limit, &manager.now());
    let whole = whole.map_err(|error| not_found(&error, &target))?;
    let rest = from.rest_of(&whole.text);
    let rest = rest.ok_or_else(|| no_such_position(&whole.target, uri))?;
    let text = page(rest, from, limit, &whole.target);
    let contents = ResourceContents::text(text, uri).with_mime_type(whole.media_type);
    Ok(ReadResourceResult::new(vec![contents]))
}

/// The text of a resource.
struct Whole<'a> {
    text: Cow<'a, str>,
    media_type: &'static str,
    /// What was read, by the names that it has, and which version.
    target: Target,
}

fn whole<'a>(
    process: &'a Process,
    target: &Target,
    limit: usize,
    now: &Timestamp,
) -> Result<Whole<'a>, Error> {
    let named = process.name.to_string();
    Ok(match target {
        Target::Process { .. } => Whole {
            text: process_markdown(process, CodeShown::Names, now).into(),
            media_type: MARKDOWN,
            target: Target::Process { process: named },
        },
        Target::Task { task, .. } => {
            let (name, task) = process.task(task)?;
            let mut text = task_markdown(name, task, CodeShown::Latest, now);
            if text.len() > limit {
                text = without_code(&named, name, task, now);
            }
            Whole {
                text: text.into(),
                media_type: MARKDOWN,
                target: Target::Task {
                    process: named,
                    task: name.to_string(),
                },
            }
        }
        Target::Code {
            task,
            code,
            version,
            ..
        } => {
            let (task, found) = process.snippet_version(task, code, *version)?;
            let name = &found.snippet.name;
            let language = language_of(name.as_str());
            Whole {
                text: found.snippet.content.as_str().into(),
                media_type: language.map_or(PLAIN_TEXT, |known| known.media_type),
                target: Target::Code {
                    process: named,
                    task: task.to_string(),
                    code: name.to_string(),
                    version: Some(found.version),
                },
            }
        }
    })
}

/// A task whose code is too long to stand in it, with the address of the code instead.
fn without_code(process: &str, name: &TaskName, task: &Task, now: &Timestamp) -> String {
    let mut text = task_markdown(name, task, CodeShown::Names, now);
    for version in task.latest_versions() {
        let code = Target::Code {
            process: process.to_owned(),
            task: name.to_string(),
            code: version.snippet.name.to_string(),
            version: None,
        };
        // Writing to a string cannot fail.
        let _ = write!(text, "\n… code left out here: read it at {}", code.uri());
    }
    text.push('\n');
    text
}

/// Refuses the address of a resource that is not there.
pub(crate) fn must_exist(manager: &ProcessManager, uri: &str) -> Result<(), ErrorData> {
    let target = Target::parse(uri).ok_or_else(|| no_such_address(uri))?;
    let process = manager.process(target.process());
    let found = process.and_then(|process| match &target {
        Target::Process { .. } => Ok(()),
        Target::Task { task, .. } => process.task(task).map(drop),
        Target::Code {
            task,
            code,
            version,
            ..
        } => process.snippet_version(task, code, *version).map(drop),
    });
    found.map_err(|error| not_found(&error, &target))
}

/// The part of a text that fits, up to the end of a line if one ends within it, and the address
/// from which to read on. `rest` is all of the text of `target` from `from` on.
fn page(rest: &str, from: Position, limit: usize, target: &Target) -> String {
    if rest.len() <= limit {
        return rest.to_owned();
    }
    let furthest = Position {
        line: usize::MAX,
        column: usize::MAX,
    };
    // A long name takes nine bytes a character in an address, which may be more than fits.
    let names_all = where_to_read_on(&target.uri_from(furthest)).len() <= limit / 4;
    let next = |position| {
        where_to_read_on(&if names_all {
            target.uri_from(position)
        } else {
            let query = target.query(position);
            format!("the same address with {query} behind its path")
        })
    };
    let mut end = limit.saturating_sub(next(furthest).len());
    while !rest.is_char_boundary(end) {
        end -= 1;
    }
    let shown = whole_lines(rest.get(..end).unwrap_or_default());
    format!("{shown}{}", next(from.behind(shown)))
}

/// The note at the end of what fits, whose first line end is not part of the text before it.
fn where_to_read_on(address: &str) -> String {
    format!("\n… cut here: read on at {address}\n")
}
