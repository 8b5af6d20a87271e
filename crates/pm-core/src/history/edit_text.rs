//! What an edit is about and what it changes, as texts for people who choose between two states.

use std::fmt::Write as _;

use serde_json::value::RawValue;

use super::{Edit, Entity, FieldValue, quoted};
use crate::{Job, Process, SnippetVersion, Task, TaskName};

/// A place in which two states differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditText {
    /// Which place it is, such as `the description of the task "beds"`.
    pub place: String,
    /// What stands there; `None` if nothing does.
    pub present: Option<String>,
    /// What would stand there instead; `None` if nothing would.
    pub other: Option<String>,
}

impl EditText {
    /// What an edit of `process`, or of another state of it, is about.
    pub(crate) fn of(edit: &Edit, process: Option<&Process>) -> Self {
        match edit {
            Edit::Field {
                entity,
                field,
                old,
                new,
            } => Self {
                place: format!(
                    "the {} of {}",
                    field.replace('_', " "),
                    named(entity, process)
                ),
                present: old.as_ref().map(text_of),
                other: new.as_ref().map(text_of),
            },
            Edit::Task(edit) => Self {
                place: format!("the task {}", quoted(&edit.key)),
                present: edit.old.as_deref().map(whole_task),
                other: edit.new.as_deref().map(whole_task),
            },
            Edit::Job(task, edit) => {
                let job = edit.new.as_ref().or(edit.old.as_ref());
                let name = job.map_or(edit.key.as_str(), |job| job.name.as_str());
                Self {
                    place: format!("the job {} of the task {}", quoted(name), quoted(task)),
                    present: edit.old.as_deref().map(whole_job),
                    other: edit.new.as_deref().map(whole_job),
                }
            }
            Edit::Code(task, edit) => {
                let version = edit.new.as_ref().or(edit.old.as_ref());
                let name = version.map_or(edit.key.as_str(), |version| version.name.as_str());
                let content = |version: &SnippetVersion| version.content.clone();
                Self {
                    place: format!("a version of {} of the task {}", quoted(name), quoted(task)),
                    present: edit.old.as_deref().map(content),
                    other: edit.new.as_deref().map(content),
                }
            }
            Edit::RenameTask { old, new } => Self {
                place: format!("the name of the task {}", quoted(old)),
                present: Some(old.to_string()),
                other: Some(new.to_string()),
            },
            Edit::Order {
                entity,
                entries,
                old,
                new,
            } => Self {
                place: format!("the order of the {entries} of {}", named(entity, process)),
                present: Some(old.join("\n")),
                other: Some(new.join("\n")),
            },
        }
    }
}

/// What something is called, as far as `process` has it.
fn named(entity: &Entity, process: Option<&Process>) -> String {
    let task = |name: &TaskName| process.and_then(|process| process.tasks.get(name));
    match entity {
        Entity::Process => "the process".to_owned(),
        Entity::Task(name) => format!("the task {}", quoted(name)),
        Entity::Job(name, key) => {
            let job = task(name).and_then(|task: &Task| task.jobs.get(key));
            let job = job.map_or(key.as_str(), |job| job.name.as_str());
            format!("the job {} of the task {}", quoted(job), quoted(name))
        }
        Entity::Code(name, key) => {
            let version = task(name).and_then(|task: &Task| task.code.get(key));
            let code = version.map_or(key.as_str(), |version| version.name.as_str());
            format!("a version of {} of the task {}", quoted(code), quoted(name))
        }
    }
}

/// The text in a value, or the value as it is written if it holds none.
fn text_of(value: &FieldValue) -> String {
    let text = serde_json::from_str(RawValue::get(value));
    text.unwrap_or_else(|_| value.get().to_owned())
}

fn whole_task(task: &Task) -> String {
    let mut text = task.description.clone();
    for job in task.jobs.values() {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n\nJob {}\n{}", job.name, job.description);
    }
    for version in task.code.values() {
        let _ = write!(text, "\n\nCode {}\n{}", version.name, version.content);
    }
    text.trim_start_matches('\n').to_owned()
}

fn whole_job(job: &Job) -> String {
    let text = format!("{}\n{}", job.name, job.description);
    text.trim_end_matches('\n').to_owned()
}
