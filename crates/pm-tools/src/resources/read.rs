//! The content of a resource, within the limit of an answer.

use std::fmt::Write as _;

use pm_core::{
    CodeShown, PLAIN_TEXT, ProcessManager, language_of, process_markdown, task_markdown,
};
use rmcp::model::{ErrorData, ReadResourceResult, ResourceContents};

use super::near::{no_such_address, not_found};
use super::{MARKDOWN, Target};

/// Reads a resource; what is longer than `limit` bytes ends with where to read on.
pub(crate) fn read(
    manager: &ProcessManager,
    uri: &str,
    limit: usize,
) -> Result<ReadResourceResult, ErrorData> {
    let target = Target::parse(uri).ok_or_else(|| no_such_address(uri))?;
    let process = manager.process(target.process());
    let process = process.map_err(|error| not_found(&error, &target))?;
    let (text, media_type) = match &target {
        Target::Process { .. } => {
            let text = process_markdown(&process, CodeShown::Names);
            (
                cut(text, limit, "each task has an address of its own"),
                MARKDOWN,
            )
        }
        Target::Task { task, .. } => {
            let found = process.task(task);
            let (name, task) = found.map_err(|error| not_found(&error, &target))?;
            let whole = task_markdown(name, task, CodeShown::Latest);
            let text = if whole.len() > limit {
                let names = task_markdown(name, task, CodeShown::Names);
                cut(names, limit, "read the rest with tools")
            } else {
                whole
            };
            (text, MARKDOWN)
        }
        Target::Code {
            task,
            code,
            version,
            line,
            ..
        } => {
            let found = process.snippet_version(task, code, *version);
            let (task, found) = found.map_err(|error| not_found(&error, &target))?;
            let name = &found.snippet.name;
            let rest = |line| Target::Code {
                process: process.name.to_string(),
                task: task.to_string(),
                code: name.to_string(),
                version: Some(found.version),
                line: Some(line),
            };
            let text = lines(&found.snippet.content, line.unwrap_or(1), limit, rest);
            let language = language_of(name.as_str());
            (text, language.map_or(PLAIN_TEXT, |known| known.media_type))
        }
    };
    let contents = ResourceContents::text(text, uri).with_mime_type(media_type);
    Ok(ReadResourceResult::new(vec![contents]))
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

/// Cuts a text behind a line, where it is too long, and says so.
fn cut(mut text: String, limit: usize, rest: &str) -> String {
    if text.len() > limit {
        let bytes = text.len();
        text.truncate(end_of_lines(&text, limit));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "\n… cut here: the whole has {bytes} bytes; {rest}");
    }
    text
}

/// The lines of code from `first` on, as many as fit, and behind them where to read on.
fn lines(content: &str, first: usize, limit: usize, rest: impl Fn(usize) -> Target) -> String {
    let skipped = content.split_inclusive('\n').take(first.max(1) - 1);
    let start: usize = skipped.map(str::len).sum();
    let behind = content.get(start..).unwrap_or_default();
    if behind.len() <= limit {
        return behind.to_owned();
    }
    let mut text = behind.to_owned();
    text.truncate(end_of_lines(behind, limit));
    let shown = text.matches('\n').count();
    let next = first.max(1) + shown.max(1);
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let address = rest(next).uri();
    let _ = writeln!(text, "… cut here: read on at {address}");
    text
}

/// The end of the last whole line that ends within `limit` bytes; of the last character, where no
/// line does.
fn end_of_lines(text: &str, limit: usize) -> usize {
    let mut within = limit.min(text.len());
    while !text.is_char_boundary(within) {
        within -= 1;
    }
    let lines = text.get(..within).and_then(|text| text.rfind('\n'));
    lines.map_or(within, |end| end + 1)
}
