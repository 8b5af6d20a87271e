//! What a list says of a process as JSON text: in the index, and for stores that keep it beside the
//! process.

use std::borrow::Cow;
use std::num::NonZeroUsize;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::super::journal::ActorText;
use crate::history::LastChange;
use crate::model::Claims;
use crate::{Claim, ProcessName, ProcessSummary, Progress, Timestamp};

/// A summary, borrowed from what it is made of.
#[derive(Serialize, Deserialize)]
pub(crate) struct SummaryText<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    description: Cow<'a, str>,
    #[serde(borrow)]
    created_at: Cow<'a, str>,
    #[serde(borrow)]
    updated_at: Cow<'a, str>,
    revision: u64,
    tasks: usize,
    jobs: usize,
    code: usize,
    /// If a task has a status: how many are todo, in progress, blocked, done and cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    progress: Option<[usize; 5]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waiting: Option<NonZeroUsize>,
    /// The claims that end last, each as its owner and its end.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    claims: Vec<ClaimText<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    more_claims: Option<NonZeroUsize>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    last: Option<LastChangeText<'a>>,
}

/// A claim: whose it is, and when it ends.
#[derive(Serialize, Deserialize)]
struct ClaimText<'a>(#[serde(borrow)] Cow<'a, str>, #[serde(borrow)] Cow<'a, str>);

/// The last change of a process.
#[derive(Serialize, Deserialize)]
struct LastChangeText<'a> {
    revision: u64,
    #[serde(borrow)]
    at: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<ActorText>,
    #[serde(borrow)]
    operation: Cow<'a, str>,
    #[serde(borrow)]
    summary: Cow<'a, str>,
}

impl<'a> SummaryText<'a> {
    pub(crate) fn new(summary: &'a ProcessSummary) -> Self {
        let (claims, more_claims) = summary.claims.parts();
        Self {
            name: summary.name.as_str().into(),
            description: summary.description.as_str().into(),
            created_at: summary.created_at.as_str().into(),
            updated_at: summary.updated_at.as_str().into(),
            revision: summary.revision,
            tasks: summary.tasks,
            jobs: summary.jobs,
            code: summary.code,
            progress: {
                let Progress {
                    todo,
                    in_progress,
                    blocked,
                    done,
                    cancelled,
                } = summary.progress;
                let untouched = summary.progress.is_untouched();
                (!untouched).then_some([todo, in_progress, blocked, done, cancelled])
            },
            waiting: NonZeroUsize::new(summary.waiting),
            claims: claims.iter().map(ClaimText::new).collect(),
            more_claims: NonZeroUsize::new(more_claims),
            last: summary.last_change.as_deref().map(LastChangeText::new),
        }
    }

    pub(crate) fn into_summary(self) -> ProcessSummary {
        let untouched = [self.tasks, 0, 0, 0, 0];
        let [todo, in_progress, blocked, done, cancelled] = self.progress.unwrap_or(untouched);
        ProcessSummary {
            name: ProcessName::stored(&*self.name),
            description: self.description.into_owned(),
            created_at: Timestamp::stored(&*self.created_at),
            updated_at: Timestamp::stored(&*self.updated_at),
            revision: self.revision,
            tasks: self.tasks,
            jobs: self.jobs,
            code: self.code,
            progress: Progress {
                todo,
                in_progress,
                blocked,
                done,
                cancelled,
            },
            waiting: self.waiting.map_or(0, NonZeroUsize::get),
            claims: Claims::new(
                self.claims.into_iter().map(ClaimText::into_claim).collect(),
                self.more_claims.map_or(0, NonZeroUsize::get),
            ),
            last_change: self.last.map(|last| Arc::new(last.into_change())),
        }
    }
}

impl<'a> ClaimText<'a> {
    fn new(claim: &'a Claim) -> Self {
        Self(claim.by.as_str().into(), claim.until.as_str().into())
    }

    fn into_claim(self) -> Claim {
        Claim {
            by: self.0.into_owned(),
            until: Timestamp::stored(&*self.1),
        }
    }
}

impl<'a> LastChangeText<'a> {
    fn new(change: &'a LastChange) -> Self {
        Self {
            revision: change.revision,
            at: change.at.as_str().into(),
            by: ActorText::new(&change.actor),
            operation: (&*change.operation).into(),
            summary: change.summary.as_str().into(),
        }
    }

    fn into_change(self) -> LastChange {
        LastChange {
            revision: self.revision,
            at: Timestamp::stored(&*self.at),
            actor: ActorText::into_actor(self.by),
            operation: (&*self.operation).into(),
            summary: self.summary.into_owned(),
        }
    }
}

/// Writes a summary down.
pub(crate) fn write_summary(summary: &ProcessSummary) -> serde_json::Result<String> {
    serde_json::to_string(&SummaryText::new(summary))
}

/// Reads what [`write_summary`] wrote.
pub(crate) fn read_summary(text: &str) -> serde_json::Result<ProcessSummary> {
    serde_json::from_str(text).map(SummaryText::into_summary)
}
