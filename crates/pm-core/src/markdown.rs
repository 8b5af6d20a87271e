//! A process or a task as Markdown: what people and models read of it as one text.
//!
//! Whatever the texts in it hold, the headings and lists here stay what they are: descriptions
//! stand in quotes and list items, and the fence of a code block is longer than any in the code. A
//! character in them that nobody would see, or that would steer what shows them, stands there as
//! its number.

mod plan;

use std::fmt::Write as _;

use serde_json::value::RawValue;

use crate::model::Comment;
use crate::{
    FileFields, IMPORTED_AS, Job, NumberedVersion, Process, Progress, Task, TaskName, Timestamp,
    for_markdown, language_of,
};
use plan::{Told, moment};

/// How much of the code is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeShown {
    /// The last version of each snippet.
    Latest,
    /// The snippets' names and sizes.
    Names,
}

/// The most characters of a field that the model does not know.
const MOST_OF_A_FIELD: usize = 200;

/// A process as Markdown, with its tasks, their jobs and their code, as they are at the time
/// `now`. Earlier versions of code are counted, not shown.
pub fn process_markdown(process: &Process, code: CodeShown, now: &Timestamp) -> String {
    let mut text = head(process);
    for (name, task) in &process.tasks {
        add_task(&mut text, 2, (name, task), code, now);
    }
    for_markdown(&text).into_owned()
}

/// What a process as Markdown begins with, in front of its tasks.
pub fn process_head_markdown(process: &Process) -> String {
    for_markdown(&head(process)).into_owned()
}

fn head(process: &Process) -> String {
    let mut text = String::new();
    heading(&mut text, 1, process.name.as_str());
    quote(&mut text, &process.description);
    if let Some(progress) = plan::progress(Progress::of_tasks(process)) {
        separate(&mut text);
        let _ = writeln!(text, "{progress}");
    }
    let tasks = || process.tasks.values();
    let jobs: usize = tasks().map(|task| task.jobs.len()).sum();
    let snippets: usize = tasks().map(|task| task.snippet_names().len()).sum();
    let mut counts = vec![
        format!("created: {}", moment(&process.created_at)),
        format!("revision: {}", process.revision),
        format!("tasks: {}", process.tasks.len()),
        format!("jobs: {jobs}"),
        format!("snippets: {snippets}"),
    ];
    counts.extend(unknown_fields(&process.file_fields, |_| false));
    fields(&mut text, &counts);
    text
}

/// What a process as Markdown says of one of its tasks; an empty line separates it from what is
/// before.
pub fn task_section_markdown(
    name: &TaskName,
    task: &Task,
    code: CodeShown,
    now: &Timestamp,
) -> String {
    let mut text = String::new();
    add_task(&mut text, 2, (name, task), code, now);
    for_markdown(&text).into_owned()
}

/// A task as Markdown, with its jobs and its code, as it is at the time `now`.
pub fn task_markdown(name: &TaskName, task: &Task, code: CodeShown, now: &Timestamp) -> String {
    let mut text = String::new();
    add_task(&mut text, 1, (name, task), code, now);
    for_markdown(&text).into_owned()
}

fn add_task(
    text: &mut String,
    level: usize,
    (name, task): (&TaskName, &Task),
    code: CodeShown,
    now: &Timestamp,
) {
    heading(text, level, name.as_str());
    quote(text, &task.description);
    let told = Told::of_task(task, now);
    let others = unknown_fields(&task.file_fields, |field| told.says(field));
    fields(text, &[told.words, others].concat());
    if let Some(note) = told.note {
        fields(text, &[format!("note: {note}")]);
    }
    if !task.jobs.is_empty() {
        separate(text);
    }
    for job in task.jobs.values() {
        add_job(text, job);
    }
    add_comments(text, &told.comments);
    for version in task.latest_versions() {
        add_snippet(text, level + 1, &version, code);
    }
}

fn add_job(text: &mut String, job: &Job) {
    let _ = write!(text, "- **{}**", inline(job.name.as_str()));
    let told = Told::of_job(job);
    let others = unknown_fields(&job.file_fields, |field| told.says(field));
    let note = told.note.iter().map(|note| format!("note: {note}"));
    let known: Vec<String> = told
        .words
        .iter()
        .cloned()
        .chain(note)
        .chain(others)
        .collect();
    if !known.is_empty() {
        let _ = write!(text, " ({})", known.join(", "));
    }
    add_item_text(text, &job.description);
}

/// What was left on a task, oldest first.
fn add_comments(text: &mut String, comments: &[Comment]) {
    if comments.is_empty() {
        return;
    }
    separate(text);
    text.push_str("Comments:\n\n");
    for comment in comments {
        let at = comment.at.as_ref().map(moment);
        let by = comment.by.as_deref().map(inline);
        let of: Vec<String> = at.into_iter().chain(by).collect();
        let of = if of.is_empty() {
            "somebody".to_owned()
        } else {
            of.join(", ")
        };
        let _ = write!(text, "- {of}");
        add_item_text(text, &comment.text);
    }
}

/// The text of a list item, behind what it begins with.
fn add_item_text(text: &mut String, item: &str) {
    let mut lines = lines(item);
    if let Some(first) = lines.next().filter(|first| !first.trim().is_empty()) {
        let _ = write!(text, ": {first}");
    }
    text.push('\n');
    for line in lines {
        // Indented, a line belongs to the item, and nothing in it reaches beyond.
        let _ = writeln!(text, "{}", format!("  {line}").trim_end());
    }
}

fn add_snippet(text: &mut String, level: usize, version: &NumberedVersion<'_>, code: CodeShown) {
    let NumberedVersion {
        version,
        of,
        snippet,
    } = version;
    let name = snippet.name.as_str();
    let title = match of {
        1 => name.to_owned(),
        _ => format!("{name} (version {version} of {of})"),
    };
    heading(text, level, &title);
    fields(text, &unknown_fields(&snippet.file_fields, |_| false));
    separate(text);
    match code {
        CodeShown::Latest => code_block(text, name, &snippet.content),
        CodeShown::Names => {
            let _ = writeln!(text, "({} bytes)", snippet.content.len());
        }
    }
}

fn code_block(text: &mut String, name: &str, content: &str) {
    let fence = "`".repeat(3.max(1 + longest_run(content, '`')));
    let language = language_of(name).map_or("", |language| language.name);
    let end = if content.is_empty() || content.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let _ = writeln!(text, "{fence}{language}\n{content}{end}{fence}");
}

fn longest_run(text: &str, of: char) -> usize {
    let runs = text.split(|c| c != of).map(str::len);
    runs.max().unwrap_or_default()
}

fn heading(text: &mut String, level: usize, name: &str) {
    separate(text);
    let marks = "#".repeat(level);
    let _ = writeln!(text, "{marks} {}", inline(name));
}

fn quote(text: &mut String, description: &str) {
    if description.trim().is_empty() {
        return;
    }
    separate(text);
    for line in lines(description) {
        let _ = writeln!(text, "{}", format!("> {line}").trim_end());
    }
}

/// What is known of a thing besides its texts, on one line.
fn fields(text: &mut String, known: &[String]) {
    if !known.is_empty() {
        separate(text);
        let _ = writeln!(text, "{}", no_list_item(&known.join(" · ")));
    }
}

/// The line, escaped if it would begin a list item: the first field may be called anything.
fn no_list_item(line: &str) -> String {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = line.strip_suffix(rest).unwrap_or_default();
    let marks = if number.is_empty() {
        ["- ", "+ "]
    } else {
        [". ", ") "]
    };
    if marks.iter().any(|mark| rest.starts_with(mark)) {
        format!("{number}\\{rest}")
    } else {
        line.to_owned()
    }
}

/// The fields that the model does not know and that were not told otherwise, each as
/// `name: value` on one line.
fn unknown_fields(fields: &FileFields, is_told: impl Fn(&str) -> bool) -> Vec<String> {
    let is_told = |name: &str| name == IMPORTED_AS || is_told(name);
    let unknown = fields.unknown().filter(|(name, _)| !is_told(name));
    unknown.map(|(name, value)| field(name, value)).collect()
}

/// A field that the model does not know, as `name: value` on one line.
fn field(name: &str, value: &RawValue) -> String {
    let text: Result<String, _> = serde_json::from_str(value.get());
    let value = text.unwrap_or_else(|_| value.get().to_owned());
    let mut short: String = value.chars().take(MOST_OF_A_FIELD).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    format!("{}: {}", inline(name), inline(&short))
}

fn separate(text: &mut String) {
    if !text.is_empty() && !text.ends_with("\n\n") {
        text.push('\n');
    }
}

/// The lines of a text; Markdown takes a lone carriage return for the end of one as well.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.trim_end()
        .split('\n')
        .flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// A text on one line in which nothing is markup.
fn inline(text: &str) -> String {
    let text = text.trim();
    let mut escaped = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let character = if character.is_control() {
            ' '
        } else {
            character
        };
        let after = rest.peek().copied().unwrap_or(' ');
        let is_markup = match character {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '~' | '|' => true,
            // Within a word an underscore is just that, as in most names of code.
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            '#' => after == ' ' || after == '#',
            '&' => after == '#' || after.is_ascii_alphabetic(),
            _ => false,
        };
        if is_markup {
            escaped.push('\\');
        }
        escaped.push(character);
        before = character;
    }
    escaped
}

#[cfg(test)]
mod tests;
