//! From a file's bytes to a process.

use serde::de::MapAccess;

use super::defaults::{Defaults, MOST_REVISION, without_mark};
use super::object::{Entries, FromFields, Object, or_default};
use super::unparsable::problem;
use crate::model::{JOB_FIELDS, PROCESS_FIELDS, SNIPPET_FIELDS, TASK_FIELDS};
use crate::store::UnusableKind;
use crate::{
    Job, JobName, Process, ProcessName, SnippetName, SnippetVersion, Task, TaskName, Timestamp,
};

/// Reads a process; `missing` has the values for fields that the file lacks.
pub(crate) fn read_process(bytes: &[u8], missing: &Defaults) -> Result<Process, UnusableKind> {
    let bytes = without_mark(bytes);
    let object: Object<ProcessFields> =
        serde_json::from_slice(bytes).map_err(|error| problem(bytes, &error))?;
    let fields = object.value;
    if fields.process_name.is_none() && fields.tasks.is_none() && !missing.has_journal {
        return Err(UnusableKind::NotAProcess);
    }
    let created_at = time_or(fields.created_at, &missing.created_at);
    let tasks = fields
        .tasks
        .unwrap_or_default()
        .0
        .into_iter()
        .map(|(name, task)| (TaskName::stored(name), into_task(task, &created_at)))
        .collect();
    Ok(Process {
        name: name_or(fields.process_name, &missing.name),
        description: fields.description,
        created_at,
        revision: fields.revision.min(MOST_REVISION),
        tasks,
        file_fields: object.file_fields,
    })
}

/// The name that a file gives its process, or `stem` if it gives none.
pub(crate) fn name_or(name: Option<String>, stem: &str) -> ProcessName {
    ProcessName::stored(
        name.filter(|name| !name.trim().is_empty())
            .unwrap_or_else(|| stem.into()),
    )
}

/// The time that an object says, or that of the object that holds it.
fn time_or(time: Option<String>, outer: &Timestamp) -> Timestamp {
    time.map_or_else(|| outer.clone(), Timestamp::stored)
}

pub(crate) fn into_task(object: Object<TaskFields>, process_created_at: &Timestamp) -> Task {
    let fields = object.value;
    let created_at = time_or(fields.created_at, process_created_at);
    let jobs = fields.jobs.0.into_iter().map(|(key, job)| {
        let job = into_job(&key, job, &created_at);
        (key, job)
    });
    let code = fields.code.0.into_iter().map(|(key, version)| {
        let version = into_snippet_version(&key, version, &created_at);
        (key, version)
    });
    Task {
        description: fields.description,
        jobs: jobs.collect(),
        code: code.collect(),
        created_at,
        file_fields: object.file_fields,
    }
}

pub(crate) fn into_job(key: &str, object: Object<JobFields>, task_created_at: &Timestamp) -> Job {
    let fields = object.value;
    Job {
        name: JobName::stored(fields.name.unwrap_or_else(|| key.to_owned())),
        description: fields.description,
        created_at: time_or(fields.created_at, task_created_at),
        file_fields: object.file_fields,
    }
}

pub(crate) fn into_snippet_version(
    key: &str,
    object: Object<SnippetFields>,
    task_created_at: &Timestamp,
) -> SnippetVersion {
    let fields = object.value;
    SnippetVersion {
        name: SnippetName::stored(fields.name.unwrap_or_else(|| key.to_owned())),
        content: fields.content,
        created_at: time_or(fields.created_at, task_created_at),
        file_fields: object.file_fields,
    }
}

#[derive(Default)]
struct ProcessFields {
    process_name: Option<String>,
    description: String,
    created_at: Option<String>,
    revision: u64,
    tasks: Option<Entries<Object<TaskFields>>>,
}

impl<'de> FromFields<'de> for ProcessFields {
    const WHAT: &'static str = "a process (an object)";
    const FIELDS: &'static [&'static str] = PROCESS_FIELDS;

    fn read<A: MapAccess<'de>>(&mut self, field: &str, from: &mut A) -> Result<(), A::Error> {
        match field {
            "process_name" => self.process_name = from.next_value()?,
            "description" => self.description = or_default(from)?,
            "created_at" => self.created_at = from.next_value()?,
            "revision" => self.revision = or_default(from)?,
            _ => self.tasks = from.next_value()?,
        }
        Ok(())
    }
}

#[derive(Default)]
pub(crate) struct TaskFields {
    description: String,
    created_at: Option<String>,
    jobs: Entries<Object<JobFields>>,
    code: Entries<Object<SnippetFields>>,
}

impl<'de> FromFields<'de> for TaskFields {
    const WHAT: &'static str = "a task (an object)";
    const FIELDS: &'static [&'static str] = TASK_FIELDS;

    fn read<A: MapAccess<'de>>(&mut self, field: &str, from: &mut A) -> Result<(), A::Error> {
        match field {
            "description" => self.description = or_default(from)?,
            "created_at" => self.created_at = from.next_value()?,
            "jobs" => self.jobs = or_default(from)?,
            _ => self.code = or_default(from)?,
        }
        Ok(())
    }
}

#[derive(Default)]
pub(crate) struct JobFields {
    name: Option<String>,
    description: String,
    created_at: Option<String>,
}

impl<'de> FromFields<'de> for JobFields {
    const WHAT: &'static str = "a job (an object)";
    const FIELDS: &'static [&'static str] = JOB_FIELDS;

    fn read<A: MapAccess<'de>>(&mut self, field: &str, from: &mut A) -> Result<(), A::Error> {
        match field {
            "name" => self.name = from.next_value()?,
            "description" => self.description = or_default(from)?,
            _ => self.created_at = from.next_value()?,
        }
        Ok(())
    }
}

#[derive(Default)]
pub(crate) struct SnippetFields {
    name: Option<String>,
    content: String,
    created_at: Option<String>,
}

impl<'de> FromFields<'de> for SnippetFields {
    const WHAT: &'static str = "a snippet version (an object)";
    const FIELDS: &'static [&'static str] = SNIPPET_FIELDS;

    fn read<A: MapAccess<'de>>(&mut self, field: &str, from: &mut A) -> Result<(), A::Error> {
        match field {
            "name" => self.name = from.next_value()?,
            "content" => self.content = or_default(from)?,
            _ => self.created_at = from.next_value()?,
        }
        Ok(())
    }
}
