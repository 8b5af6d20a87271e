//! Tasks and processes as lists show them: as much of each as there is room for.

use pm_core::model::ProcessSummary;
use pm_core::store::Unusable;
use pm_core::{Task, TaskName, Timestamp};
use serde::Serialize;

use super::page::{ListEntry, Shown};
use super::plan::{PlanBody, ProgressBody};
use super::style::AnswerStyle;
use crate::text::phrases::named;

/// A task in a list.
#[derive(Clone, Copy)]
pub(crate) struct ListedTask<'a> {
    pub(crate) name: &'a TaskName,
    pub(crate) task: &'a Task,
    pub(crate) style: AnswerStyle,
    pub(crate) now: &'a Timestamp,
}

/// A task as a list shows it.
#[derive(Debug, Default, Serialize)]
pub(crate) struct TaskSummaryBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_count: Option<usize>,
    #[serde(flatten)]
    plan: PlanBody,
}

impl ListEntry for ListedTask<'_> {
    type Body = (String, TaskSummaryBody);

    fn body(&self, shown: Shown) -> Self::Body {
        let (task, style) = (self.task, self.style);
        let summary = match shown {
            Shown::Name => TaskSummaryBody {
                plan: PlanBody::status_alone(task.status()),
                ..TaskSummaryBody::default()
            },
            _ => TaskSummaryBody {
                description: style.text(&shown.text(&task.description)),
                created_at: style.time_in_list(&task.created_at),
                job_count: style.count(task.jobs.len()),
                code_count: style.count(task.code.len()),
                plan: PlanBody::in_list(task, style, self.now).shortened(shown),
            },
        };
        (self.name.to_string(), summary)
    }

    fn after(&self) -> String {
        named(self.name)
    }

    fn is_over(&self) -> bool {
        self.task.status().is_over()
    }

    fn description(&self) -> Option<&str> {
        Some(&self.task.description)
    }
}

/// A process in a list.
#[derive(Clone, Copy)]
pub(crate) struct ListedProcess<'a> {
    pub(crate) summary: &'a ProcessSummary,
    pub(crate) style: AnswerStyle,
}

/// A process as a list shows it.
#[derive(Debug, Default, Serialize)]
pub(crate) struct ProcessSummaryBody {
    process: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    task_count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<ProgressBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<String>,
}

impl ListEntry for ListedProcess<'_> {
    type Body = ProcessSummaryBody;

    fn body(&self, shown: Shown) -> Self::Body {
        let Self { summary, style } = self;
        let process = summary.name.to_string();
        match shown {
            Shown::Name => ProcessSummaryBody {
                process,
                ..ProcessSummaryBody::default()
            },
            _ => ProcessSummaryBody {
                process,
                description: style.text(&shown.text(&summary.description)),
                task_count: style.count(summary.tasks),
                job_count: style.count(summary.jobs),
                code_count: style.count(summary.code),
                progress: ProgressBody::where_begun(summary.progress),
                created_at: style.time_in_list(&summary.created_at),
                updated_at: Some(style.time(&summary.updated_at)),
            },
        }
    }

    fn after(&self) -> String {
        named(&self.summary.name)
    }

    fn description(&self) -> Option<&str> {
        Some(&self.summary.description)
    }
}

/// A file that cannot be used.
#[derive(Debug, Serialize)]
pub(crate) struct ProblemBody {
    file: String,
    problem: String,
}

impl From<&Unusable> for ProblemBody {
    fn from(problem: &Unusable) -> Self {
        Self {
            file: problem.file.clone(),
            problem: problem.to_string(),
        }
    }
}
