//! What there is to say of the next task.

use serde::Serialize;

use crate::answer::{ClaimBody, Concerned, ProgressBody, is_zero};

/// The most bytes of an answer: 300 tokens, at 4.2 bytes a token. Only the names of the process
/// and the task, which have to be whole to be of use, may take more.
pub(crate) const ANSWER_BYTES_MAX: usize = 1_260;

/// How much is shown of a note, or of a name with which nothing has to be called, in characters.
pub(super) const GLIMPSE_CHARS: usize = 80;

#[derive(Serialize)]
pub(crate) struct TaskNextAnswer {
    pub(super) message: String,
    #[serde(flatten)]
    pub(super) task: Option<TaskToDo>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) held_up: Vec<HeldUp>,
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) more_held_up: usize,
    pub(super) progress: ProgressBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) finished_last: Option<String>,
    #[serde(flatten)]
    pub(super) concerned: Concerned,
}

/// The task to work on.
#[derive(Serialize)]
pub(super) struct TaskToDo {
    pub(super) task_name: String,
    pub(super) description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) priority: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status_note: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) open_jobs: Vec<OpenJob>,
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) more_jobs: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) codes: Vec<CodeVersion>,
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) more_codes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) claim: Option<ClaimBody>,
}

#[derive(Serialize)]
pub(super) struct OpenJob {
    pub(super) name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) description: String,
}

/// A snippet by its name and newest version.
#[derive(Serialize)]
pub(super) struct CodeVersion {
    pub(super) name: String,
    pub(super) version: usize,
}

/// A task that is not to be begun, and why.
#[derive(Serialize)]
pub(super) struct HeldUp {
    pub(super) task_name: String,
    pub(super) why: String,
}
