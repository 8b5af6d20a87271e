//! Jobs, and as many of a task's as an answer may show.

use pm_core::{FileFields, Job, Task};
use serde::Serialize;
use serde_json::{Map, Value};

use super::extra;
use super::plan::not_understood;
use crate::bounded::{Ahead, Texts};
use crate::options::AnswerStyle;

/// A job.
#[derive(Debug, Serialize)]
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

/// The jobs of a task, as far as an answer of at most `limit` bytes may show them, as its list
/// `jobs`.
pub(crate) fn jobs(task: &Task, style: AnswerStyle, limit: usize) -> (Vec<JobBody>, Ahead) {
    let texts = task.jobs.values().map(|job| Texts {
        description: &job.description,
        others: [job.name.as_str(), job.created_at.as_str(), ""],
    });
    let (made, ahead) = Ahead::of("jobs", texts, limit);
    let jobs = |count| {
        let jobs = task.jobs.values().take(count);
        jobs.map(|job| JobBody::in_list(job, style)).collect()
    };
    // What is left out of other fields is counted as well.
    let mut others = task.jobs.values().skip(made);
    if others.all(|job| is_plain(&job.file_fields)) {
        (jobs(made), ahead)
    } else {
        (jobs(task.jobs.len()), Ahead::default())
    }
}

/// Whether the fields that the model does not know are all short, and none is a list: nothing in
/// them is ever cut.
fn is_plain(fields: &FileFields) -> bool {
    const SHORT: usize = 64;
    fields.unknown().all(|(_, value)| {
        let text = value.get();
        text.len() <= SHORT && !text.starts_with(['[', '{'])
    })
}
