//! Jobs, and as many of a task's as an answer may show.

use pm_core::{FileFields, Job, Task};
use serde::Serialize;
use serde_json::{Map, Value};

use super::extra;
use crate::bounded::{Ahead, Texts};

/// A job.
#[derive(Debug, Serialize)]
pub(crate) struct JobBody {
    name: String,
    description: String,
    created_at: String,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl From<&Job> for JobBody {
    fn from(job: &Job) -> Self {
        Self {
            name: job.name.to_string(),
            description: job.description.clone(),
            created_at: job.created_at.to_string(),
            extra: extra(&job.file_fields, &[]),
        }
    }
}

/// The jobs of a task, as far as an answer of at most `limit` bytes may show them, as its list
/// `jobs`.
pub(crate) fn jobs(task: &Task, limit: usize) -> (Vec<JobBody>, Ahead) {
    let texts = task.jobs.values().map(|job| Texts {
        description: &job.description,
        others: [job.name.as_str(), job.created_at.as_str(), ""],
    });
    let (made, ahead) = Ahead::of("jobs", texts, limit);
    let jobs = |count| task.jobs.values().take(count).map(Into::into).collect();
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
