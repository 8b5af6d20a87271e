//! How far tasks are and who has them, as answers say it: only what is set, and only claims that
//! count.

use pm_core::model::{Comment, UnreadWord};
use pm_core::{Claim, Priority, Process, Progress, Status, Task, Timestamp};
use serde::Serialize;

use super::page::Shown;
use super::style::AnswerStyle;

/// How far the tasks of a process are.
#[derive(Debug, Serialize)]
pub(crate) struct ProgressBody {
    done: usize,
    of: usize,
    open: usize,
    #[serde(skip_serializing_if = "is_zero")]
    blocked: usize,
}

/// Whether a count is not worth saying.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands out references"
)]
pub(crate) fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl ProgressBody {
    /// `None` if no task was ever begun: the number of tasks says enough then.
    pub(crate) fn where_begun(progress: Progress) -> Option<Self> {
        (!progress.is_untouched()).then(|| progress.into())
    }
}

impl From<Progress> for ProgressBody {
    fn from(progress: Progress) -> Self {
        Self {
            done: progress.done,
            of: progress.all(),
            open: progress.open(),
            blocked: progress.blocked,
        }
    }
}

/// How far the tasks of `process` are, if one was ever begun.
pub(crate) fn progress(process: &Process) -> Option<ProgressBody> {
    ProgressBody::where_begun(Progress::of_tasks(process))
}

/// Who has a task, and until when.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ClaimBody {
    by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

impl ClaimBody {
    pub(crate) fn of(claim: &Claim, style: AnswerStyle) -> Self {
        Self {
            by: claim.by.clone(),
            until: Some(style.time(&claim.until)),
        }
    }

    /// The claim of the caller, whose work prolongs it: only others need to know how long it holds.
    pub(crate) fn own(claim: &Claim, style: AnswerStyle) -> Self {
        match style {
            AnswerStyle::Lean => Self {
                by: claim.by.clone(),
                until: None,
            },
            AnswerStyle::Recorded => Self::of(claim, style),
        }
    }
}

/// What somebody left on a task.
#[derive(Debug, Serialize)]
struct CommentBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    text: String,
}

impl CommentBody {
    fn of(comment: Comment, style: AnswerStyle) -> Self {
        Self {
            at: comment.at.map(|at| style.time(&at)),
            by: comment.by,
            text: comment.text,
        }
    }
}

/// A task's part in the plan, as far as it is set.
#[derive(Debug, Default, Serialize)]
pub(crate) struct PlanBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claim: Option<ClaimBody>,
    /// What was left on it, oldest first; a list says only how much.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    comments: Vec<CommentBody>,
    #[serde(skip_serializing_if = "is_zero")]
    comment_count: usize,
    /// Words in the file that are none of those known, and what counts in their place.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_understood: Option<String>,
}

/// What is said of words in a file that are none of those known.
pub(super) fn not_understood(words: &[UnreadWord]) -> Option<String> {
    let told: Vec<_> = words.iter().map(ToString::to_string).collect();
    (!told.is_empty()).then(|| told.join(", "))
}

impl PlanBody {
    /// All of it, at the time `now`.
    pub(crate) fn of(task: &Task, style: AnswerStyle, now: &Timestamp) -> Self {
        let details = task.status_details();
        let comments = task.comments().into_iter();
        Self {
            status_at: details.at.map(|at| style.time(&at)),
            status_by: details.by,
            comments: comments.map(|it| CommentBody::of(it, style)).collect(),
            comment_count: 0,
            ..Self::in_list(task, style, now)
        }
    }

    /// What a list says of it.
    pub(crate) fn in_list(task: &Task, style: AnswerStyle, now: &Timestamp) -> Self {
        let (status, priority) = (task.status(), task.priority());
        Self {
            status: (status != Status::Todo).then(|| status.as_str()),
            status_note: task.status_details().note,
            priority: (priority != Priority::Normal).then(|| priority.as_str()),
            depends_on: task.depends_on(),
            labels: task.labels().iter().map(ToString::to_string).collect(),
            comment_count: task.comments().len(),
            claim: task.claim_at(now).map(|claim| ClaimBody::of(&claim, style)),
            not_understood: not_understood(&task.unread_words()),
            ..Self::default()
        }
    }

    /// How far it is and nothing else.
    pub(crate) fn status_alone(status: Status) -> Self {
        Self {
            status: (status != Status::Todo).then(|| status.as_str()),
            ..Self::default()
        }
    }

    /// The same, with as much of its note as is shown.
    pub(crate) fn shortened(self, shown: Shown) -> Self {
        Self {
            status_note: self.status_note.map(|note| shown.text(&note)),
            ..self
        }
    }

    /// The fields of the file that are shown here, so that they are not shown again as they stand.
    /// The claim is always among them, also if it no longer counts. A field that could not be read
    /// is not, and is shown as it stands.
    pub(crate) fn shown(&self) -> Vec<&'static str> {
        let fields = [
            ("status", self.status.is_some()),
            ("status_note", self.status_note.is_some()),
            ("status_at", self.status_at.is_some()),
            ("status_by", self.status_by.is_some()),
            ("priority", self.priority.is_some()),
            ("depends_on", !self.depends_on.is_empty()),
            ("labels", !self.labels.is_empty()),
            ("claim", true),
            ("comments", !self.comments.is_empty()),
        ];
        let shown = fields.iter().filter(|(_, is_shown)| *is_shown);
        shown.map(|(name, _)| *name).collect()
    }
}
