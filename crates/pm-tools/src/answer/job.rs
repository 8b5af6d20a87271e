//! Jobs, alone and in lists: as much of each as there is room for.

use pm_core::{Job, Status, Task};
use serde::Serialize;
use serde_json::{Map, Value};

use super::extra::extra;
use super::page::{ListEntry, Shown, handles};
use super::plan::not_understood;
use super::style::AnswerStyle;
use crate::text::phrases::named;

/// A job.
#[derive(Debug, Default, Serialize)]
pub(crate) struct JobBody {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_understood: Option<String>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl JobBody {
    /// A job that was asked for by its name.
    pub(crate) fn of(job: &Job, style: AnswerStyle) -> Self {
        Self {
            created_at: Some(style.time(&job.created_at)),
            ..Self::in_list(job, style)
        }
    }

    /// A job among others.
    pub(crate) fn in_list(job: &Job, style: AnswerStyle) -> Self {
        Self {
            name: job.name.to_string(),
            description: style.text(&job.description),
            created_at: style.time_in_list(&job.created_at),
            not_understood: not_understood(&job.unread_words()),
            extra: extra(&job.file_fields, &[]),
        }
    }
}

/// A job in a list.
pub(crate) struct ListedJob<'a> {
    /// What finds just this one: its name, or its key if others have the same name.
    handle: &'a str,
    job: &'a Job,
    style: AnswerStyle,
}

impl<'a> ListedJob<'a> {
    /// The jobs of a task, in order.
    pub(crate) fn all(task: &'a Task, style: AnswerStyle) -> Vec<Self> {
        let named = |(key, job): (&'a String, &'a Job)| (key.as_str(), job.name.as_str());
        let handles = handles(task.jobs.iter().map(named));
        let jobs = handles.into_iter().zip(task.jobs.values());
        jobs.map(|(handle, job)| Self { handle, job, style })
            .collect()
    }

    /// Its name.
    pub(crate) fn name(&self) -> &'a str {
        self.job.name.as_str()
    }

    /// How far it is.
    pub(crate) fn status(&self) -> Status {
        self.job.status()
    }
}

impl ListEntry for ListedJob<'_> {
    type Body = JobBody;

    fn body(&self, shown: Shown) -> JobBody {
        let (job, style) = (self.job, self.style);
        if shown == Shown::Name {
            let status = Some(self.status()).filter(|status| *status != Status::Todo);
            let status = status.map(|status| ("status".to_owned(), status.as_str().into()));
            return JobBody {
                name: job.name.to_string(),
                extra: status.into_iter().collect(),
                ..JobBody::default()
            };
        }
        JobBody {
            description: style.text(&shown.text(&job.description)),
            ..JobBody::in_list(job, style)
        }
    }

    fn after(&self) -> String {
        named(self.handle)
    }

    fn is_over(&self) -> bool {
        self.status().is_over()
    }

    fn description(&self) -> Option<&str> {
        Some(&self.job.description)
    }
}
