//! What an import leaves in a task, so that the next import of the same finds it and sees what
//! has changed since, in the file and here.

use std::hash::Hasher;

use pm_core::model::IMPORTED_AS;
use pm_core::{Process, Task, TaskName};
use serde_json::value::RawValue;
use twox_hash::XxHash3_64;

use crate::build::text;

/// The field of a process that says in which format it was.
pub(crate) const IMPORTED_FROM: &str = "imported_from";
/// The field of a task or a job that holds what the file calls it by.
pub(crate) const IMPORTED_ID: &str = "imported_id";
/// The field of a task that holds when it was last changed there, in the file's words.
pub(crate) const IMPORTED_UPDATED: &str = "imported_updated_at";

/// A part of a task that can change by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Name,
    Description,
    Status,
    Priority,
    Dependencies,
    Jobs,
    Labels,
}

impl Part {
    pub(crate) const ALL: [Self; 7] = [
        Self::Name,
        Self::Description,
        Self::Status,
        Self::Priority,
        Self::Dependencies,
        Self::Jobs,
        Self::Labels,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Description => "description",
            Self::Status => "status",
            Self::Priority => "priority",
            Self::Dependencies => "dependencies",
            Self::Jobs => "jobs",
            Self::Labels => "labels",
        }
    }
}

/// The checksums of a task's parts, as many characters each.
const MARK_CHARS: usize = 4;

/// The 64 characters of a checksum.
const CHARACTERS: &[u8; 64] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";

/// Leaves in a process and its tasks how they are now.
pub(crate) fn leave(process: &mut Process) {
    let mark = of_text(&process.description);
    process.set_field(IMPORTED_AS, text(&mark));
    for name in process.tasks.keys().cloned().collect::<Vec<_>>() {
        leave_in_task(process, &name);
    }
}

fn leave_in_task(process: &mut Process, name: &TaskName) {
    let Some(task) = process.tasks.get(name) else {
        return;
    };
    let marks = of_all(process, name, task);
    if let Some(task) = process.tasks.get_mut(name) {
        task.set_field(IMPORTED_AS, text(&marks));
    }
}

/// The checksums of all parts, as they are now.
fn of_all(process: &Process, name: &TaskName, task: &Task) -> String {
    let parts = Part::ALL.iter();
    parts.map(|part| of(process, name, task, *part)).collect()
}

/// The checksum of a part, as it is now.
pub(crate) fn of(process: &Process, name: &TaskName, task: &Task, part: Part) -> String {
    let mut hasher = XxHash3_64::with_seed(0);
    let mut add = |text: &str| {
        hasher.write(text.as_bytes());
        // In no UTF-8 text.
        hasher.write_u8(0xff);
    };
    match part {
        Part::Name => add(name.as_str()),
        Part::Description => add(&task.description),
        Part::Status => {
            add(task.status().as_str());
            add(task.status_details().note.as_deref().unwrap_or_default());
        }
        Part::Priority => add(task.priority().as_str()),
        // By id, so that a new name of one is no change of the others.
        Part::Dependencies => {
            for (name, task) in process.dependencies(task) {
                match field(&task.file_fields, IMPORTED_ID) {
                    Some(id) => add(&id.to_lowercase()),
                    None => add(name.as_str()),
                }
            }
        }
        Part::Jobs => {
            for job in task.jobs.values() {
                add(job.name.as_str());
                add(&job.description);
                add(job.status().as_str());
            }
        }
        Part::Labels => {
            for label in task.labels() {
                add(label.as_str());
            }
        }
    }
    short(hasher.finish())
}

/// The checksum of a text that stands alone.
pub(crate) fn of_text(text: &str) -> String {
    short(XxHash3_64::oneshot(text.as_bytes()))
}

fn short(checksum: u64) -> String {
    let mut rest = checksum;
    let mut mark = String::with_capacity(MARK_CHARS);
    for _ in 0..MARK_CHARS {
        let character = CHARACTERS.get((rest % 64) as usize).copied();
        mark.push(character.map_or('0', char::from));
        rest /= 64;
    }
    mark
}

/// The checksum of a part when it was last imported; `None` if none was left.
pub(crate) fn at_import(task: &Task, part: Part) -> Option<String> {
    let marks = field(&task.file_fields, IMPORTED_AS)?;
    let place = Part::ALL.iter().position(|other| *other == part)?;
    let mark = marks.get(place * MARK_CHARS..(place + 1) * MARK_CHARS)?;
    Some(mark.to_owned())
}

/// A field that the model does not know, if it is a text.
pub(crate) fn field(fields: &pm_core::model::FileFields, name: &str) -> Option<String> {
    serde_json::from_str(raw_field(fields, name)?.get()).ok()
}

/// A field that the model does not know.
pub(crate) fn raw_field<'a>(
    fields: &'a pm_core::model::FileFields,
    name: &str,
) -> Option<&'a RawValue> {
    let mut unknown = fields.unknown();
    unknown
        .find(|(other, _)| *other == name)
        .map(|(_, value)| value)
}
