//! From the model to what goes over the wire, and nothing else.
//!
//! Fields that the model does not know (a person wrote them into the file) go out with the
//! object that holds them, so that they reach the language model.

mod deleted;
mod jobs;
mod listed;
mod plan;
mod style;

pub(crate) use deleted::{DeletedCode, deleted_codes};
use indexmap::IndexMap;
pub(crate) use jobs::{JobBody, ListedJob};
pub(crate) use listed::{ListedProcess, ListedTask, ProcessEntry, TaskSummary};
pub(crate) use plan::{ClaimBody, PlanBody, ProgressBody, is_zero};
use pm_core::{
    FileFields, FileProblem, IMPORTED_AS, NumberedVersion, Process, Progress, SnippetVersion, Task,
    TaskName, Timestamp, language_of,
};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::options::AnswerStyle;
use crate::place::Place;

/// What every answer says of the process that it concerns.
#[derive(Debug, Serialize)]
pub(crate) struct Concerned {
    process_name: String,
    revision: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

impl Concerned {
    pub(crate) fn new(process: &Process, note: Option<String>) -> Self {
        Self {
            process_name: process.name.to_string(),
            revision: process.revision,
            note,
        }
    }
}

/// How far the tasks of `process` are, where one was ever begun.
pub(crate) fn progress(process: &Process) -> Option<ProgressBody> {
    ProgressBody::where_begun(Progress::of_tasks(process))
}

/// A whole process.
#[derive(Debug, Serialize)]
pub(crate) struct ProcessBody {
    process_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    created_at: String,
    tasks: IndexMap<String, TaskBody>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl ProcessBody {
    pub(crate) fn of(process: &Process, style: AnswerStyle, now: &Timestamp) -> Self {
        let mut body = Self::without_tasks(process, style);
        let task =
            |(name, task): (&TaskName, &Task)| (name.to_string(), TaskBody::of(task, style, now));
        body.take_in(process.tasks.iter().map(task));
        body
    }

    /// The process but for its tasks.
    pub(crate) fn without_tasks(process: &Process, style: AnswerStyle) -> Self {
        Self {
            process_name: process.name.to_string(),
            description: style.text(&process.description),
            created_at: style.time(&process.created_at),
            tasks: IndexMap::new(),
            extra: extra(&process.file_fields, &[]),
        }
    }

    /// Adds tasks, each with its name.
    pub(crate) fn take_in(&mut self, tasks: impl IntoIterator<Item = (String, TaskBody)>) {
        self.tasks.extend(tasks);
    }
}

/// A task with all that it holds.
#[derive(Debug, Serialize)]
pub(crate) struct TaskBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    #[serde(flatten)]
    plan: PlanBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    jobs: Option<IndexMap<String, JobBody>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<IndexMap<String, SnippetBody>>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl TaskBody {
    pub(crate) fn of(task: &Task, style: AnswerStyle, now: &Timestamp) -> Self {
        let (jobs, code) = (task.jobs.iter(), task.code.iter());
        let plan = PlanBody::of(task, style, now);
        Self {
            description: style.text(&task.description),
            created_at: style.time_in_list(&task.created_at),
            extra: extra(&task.file_fields, &plan.shown()),
            plan,
            jobs: style.list(jobs.map(|(key, job)| (key.clone(), JobBody::in_list(job, style)))),
            code: style.list(code.map(|(key, code)| (key.clone(), SnippetBody::of(code, style)))),
        }
    }
}

/// A version of a code snippet.
#[derive(Debug, Serialize)]
pub(crate) struct SnippetBody {
    name: String,
    content: String,
    created_at: String,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl SnippetBody {
    pub(crate) fn of(version: &SnippetVersion, style: AnswerStyle) -> Self {
        Self {
            name: version.name.to_string(),
            content: version.content.clone(),
            created_at: style.time(&version.created_at),
            extra: extra(&version.file_fields, &[]),
        }
    }
}

/// A version of a code snippet with all that is known of it.
#[derive(Debug, Serialize)]
pub(crate) struct VersionBody {
    name: String,
    version: usize,
    of: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'static str>,
    /// Of the whole content, and so the bytes.
    lines: usize,
    bytes: usize,
    /// The place at which what is shown of the content begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    from_line: Option<Value>,
    content: String,
    created_at: String,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

/// The fields of a [`VersionBody`] that a person may have used otherwise.
const OF_A_VERSION: &[&str] = &[
    "version",
    "of",
    "language",
    "lines",
    "bytes",
    "from_line",
    "next_line",
];

impl VersionBody {
    /// Shows a version from a place on, or all of it. Whoever reads on gets nothing but the
    /// content: what else there is was shown with its beginning, and must not take its room.
    pub(crate) fn new(
        version: &NumberedVersion<'_>,
        from: Option<Place>,
        style: AnswerStyle,
    ) -> Self {
        let snippet = version.snippet;
        let content = &snippet.content;
        let place = from.unwrap_or(Place::START);
        Self {
            name: snippet.name.to_string(),
            version: version.version,
            of: version.of,
            language: language_of(snippet.name.as_str()).map(|language| language.name),
            lines: content.lines().count(),
            bytes: content.len(),
            from_line: from.map(Value::from),
            content: place.rest_of(content).unwrap_or_default().to_owned(),
            created_at: style.time(&snippet.created_at),
            extra: match from {
                Some(_) => Map::new(),
                None => extra(&snippet.file_fields, OF_A_VERSION),
            },
        }
    }
}

/// A file that cannot be used.
#[derive(Debug, Serialize)]
pub(crate) struct Problem {
    file: String,
    problem: String,
}

impl From<&FileProblem> for Problem {
    fn from(problem: &FileProblem) -> Self {
        Self {
            file: problem.file.clone(),
            problem: problem.to_string(),
        }
    }
}

/// The fields that the model does not know, apart from those whose names an answer needs.
pub(crate) fn extra(fields: &FileFields, reserved: &[&str]) -> Map<String, Value> {
    fields
        .unknown()
        .filter(|(name, _)| !reserved.contains(name) && *name != IMPORTED_AS)
        .map(|(name, value)| {
            // A value that does not parse (nested too deep) is still shown, as its text.
            let parsed = serde_json::from_str(value.get());
            (
                name.to_owned(),
                parsed.unwrap_or_else(|_| value.get().into()),
            )
        })
        .collect()
}
