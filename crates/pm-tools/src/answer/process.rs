//! A process and its tasks, whole.

use indexmap::IndexMap;
use pm_core::{Process, Task, TaskName, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value};

use super::extra::extra;
use super::job::JobBody;
use super::plan::PlanBody;
use super::snippet::SnippetBody;
use super::style::AnswerStyle;

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

    /// The process without its tasks.
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
