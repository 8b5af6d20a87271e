//! The texts of a process that are looked through, borrowed from a process in memory, or from the
//! JSON of its file, which is never made into a process for that.

use std::borrow::Cow;

use crate::model::{COMMENTS, LABELS, comments_of};
use crate::{FileFields, Process, ProcessName, Task};

/// The fields in which people and programs keep notes; the model does not know them.
const NOTE_FIELDS: [&str; 5] = ["note", "notes", "status_note", LABELS, COMMENTS];

/// The texts of a process.
pub(crate) struct Texts<'a> {
    pub(crate) name: ProcessName,
    pub(crate) description: Cow<'a, str>,
    pub(crate) notes: Notes<'a>,
    pub(crate) tasks: Vec<TaskTexts<'a>>,
}

/// The texts of a task.
pub(crate) struct TaskTexts<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) description: Cow<'a, str>,
    pub(crate) notes: Notes<'a>,
    pub(crate) jobs: Vec<EntryTexts<'a>>,
    /// All versions, in the order of the file.
    pub(crate) code: Vec<EntryTexts<'a>>,
}

/// The texts of a job or of a version of a snippet.
pub(crate) struct EntryTexts<'a> {
    pub(crate) name: Cow<'a, str>,
    /// The job's description, or the code.
    pub(crate) content: Cow<'a, str>,
    pub(crate) notes: Notes<'a>,
}

/// The notes on something, nearly always none; in the order of [`NOTE_FIELDS`].
#[derive(Default)]
pub(crate) struct Notes<'a>([Option<&'a str>; NOTE_FIELDS.len()]);

impl<'a> Notes<'a> {
    /// Takes the values as JSON of the fields, in their order.
    pub(crate) fn new(fields: [Option<&'a str>; NOTE_FIELDS.len()]) -> Self {
        Self(fields)
    }

    fn of(fields: &'a FileFields) -> Self {
        Self(NOTE_FIELDS.map(|name| fields.get(name).map(serde_json::value::RawValue::get)))
    }

    /// The notes as texts: one each, those of a list, or those of comments; what is none of them is
    /// shown as JSON.
    pub(super) fn texts(&self) -> impl Iterator<Item = String> + '_ {
        let there = self.0.iter().flatten();
        there.flat_map(|json| comments_of(json).into_iter().map(|note| note.text))
    }
}

impl<'a> Texts<'a> {
    pub(super) fn of(process: &'a Process) -> Self {
        let tasks = process.tasks.iter();
        Self {
            name: process.name.clone(),
            description: process.description.as_str().into(),
            notes: Notes::of(&process.file_fields),
            tasks: tasks
                .map(|(name, task)| TaskTexts::of(name.as_str(), task))
                .collect(),
        }
    }
}

impl<'a> TaskTexts<'a> {
    /// A task of which the rest is known to hold nothing.
    pub(crate) fn nothing_but(name: Cow<'a, str>) -> Self {
        Self {
            name,
            description: Cow::default(),
            notes: Notes::default(),
            jobs: Vec::new(),
            code: Vec::new(),
        }
    }

    fn of(name: &'a str, task: &'a Task) -> Self {
        let jobs = task.jobs.values().map(|job| EntryTexts {
            name: job.name.as_str().into(),
            content: job.description.as_str().into(),
            notes: Notes::of(&job.file_fields),
        });
        let code = task.code.values().map(|version| EntryTexts {
            name: version.name.as_str().into(),
            content: version.content.as_str().into(),
            notes: Notes::of(&version.file_fields),
        });
        Self {
            name: name.into(),
            description: task.description.as_str().into(),
            notes: Notes::of(&task.file_fields),
            jobs: jobs.collect(),
            code: code.collect(),
        }
    }
}
