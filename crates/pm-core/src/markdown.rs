//! A process or a task as Markdown: what people and models read of it as one text.
//!
//! Whatever the texts in it hold, the headings and lists here stay what they are: descriptions
//! stand in quotes and list items, and the fence of a code block is longer than any in the code.
//! What nobody would see in them, or would steer what shows them, stands there as its number.
//! An export has what that takes away beside it (`exact.rs`), so that reading it gives all texts back
//! to the letter.

mod escape;
mod exact;
mod field_line;
mod of_model;
mod parts;
mod reader;

use std::collections::HashSet;

use crate::{Process, Task, TaskName, Timestamp, for_markdown};
use exact::Part;

pub use parts::{CodePart, CommentPart, JobPart, ProcessPart, TaskPart, UnknownFields};
pub use reader::{Found, FoundTask, NotRead, ReadMarkdown, read};

/// How much of the code is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeShown {
    /// The last version of each snippet.
    Latest,
    /// The snippets' names and sizes.
    Names,
}

/// The level of the headings of tasks within a process.
const TASK_LEVEL: usize = 2;

/// What stands over the comments on a task.
const COMMENTS: &str = "Comments:";

/// Who left a comment of which nobody knows it.
const NOBODY: &str = "somebody";

/// A process as Markdown, with its tasks, their jobs and their code, as they are at the time
/// `now`. Earlier versions of code are counted, not shown.
pub fn process_markdown(process: &Process, code: CodeShown, now: &Timestamp) -> String {
    whole(process, &Form { code, exact: None }, now)
}

/// A process as Markdown that is to be read again, by [`read`]: the last version of each code, and
/// beside a text that what people read cannot give back, the text to the letter.
pub fn export_markdown(process: &Process, now: &Timestamp) -> String {
    let names = process.tasks.keys().map(TaskName::to_string).collect();
    let form = Form {
        code: CodeShown::Latest,
        exact: Some(names),
    };
    whole(process, &form, now)
}

/// What a process as Markdown begins with, in front of its tasks.
pub fn process_head_markdown(process: &Process) -> String {
    let mut text = String::new();
    ProcessPart::of(process).write(&mut text);
    for_markdown(&text).into_owned()
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
    let form = Form { code, exact: None };
    form.add_task(&mut text, TASK_LEVEL, (name, task), now);
    for_markdown(&text).into_owned()
}

/// A task as Markdown, with its jobs and its code, as it is at the time `now`.
pub fn task_markdown(name: &TaskName, task: &Task, code: CodeShown, now: &Timestamp) -> String {
    let mut text = String::new();
    let form = Form { code, exact: None };
    form.add_task(&mut text, 1, (name, task), now);
    for_markdown(&text).into_owned()
}

fn whole(process: &Process, form: &Form, now: &Timestamp) -> String {
    let mut text = String::new();
    let head = ProcessPart::of(process);
    head.write(&mut text);
    form.add_exact(&mut text, &head);
    for (name, task) in &process.tasks {
        form.add_task(&mut text, TASK_LEVEL, (name, task), now);
    }
    for_markdown(&text).into_owned()
}

/// What is told, and how exactly.
struct Form {
    code: CodeShown,
    /// The names of the process's tasks, if what the Markdown cannot give back stands beside it.
    exact: Option<HashSet<String>>,
}

impl Form {
    fn add_task(
        &self,
        text: &mut String,
        level: usize,
        (name, task): (&TaskName, &Task),
        now: &Timestamp,
    ) {
        let part = TaskPart::of(name, task, now);
        part.write(text, level);
        self.add_exact(text, &part);
        if !task.jobs.is_empty() {
            parts::separate(text);
        }
        for job in task.jobs.values() {
            let part = JobPart::of(job);
            part.write(text);
            self.add_exact_in_item(text, &part);
        }
        let comments = task.comments();
        if !comments.is_empty() {
            parts::separate(text);
            *text += COMMENTS;
            *text += "\n\n";
        }
        for comment in &comments {
            let part = CommentPart::of(comment);
            part.write(text);
            self.add_exact_in_item(text, &part);
        }
        for version in task.latest_versions() {
            let part = CodePart::of(&version, self.code);
            part.write(text, level + 1);
            self.add_exact(text, &part);
        }
    }

    fn add_exact(&self, text: &mut String, part: &impl Part) {
        if let Some(comment) = self.exact_comment(part) {
            parts::separate(text);
            *text += &comment;
            text.push('\n');
        }
    }

    /// Indented, so that it belongs to the item.
    fn add_exact_in_item(&self, text: &mut String, part: &impl Part) {
        if let Some(comment) = self.exact_comment(part) {
            *text += "  ";
            *text += &comment;
            text.push('\n');
        }
    }

    fn exact_comment(&self, part: &impl Part) -> Option<String> {
        let names = self.exact.as_ref()?;
        exact::comment(part, names)
    }
}

#[cfg(test)]
mod tests;
