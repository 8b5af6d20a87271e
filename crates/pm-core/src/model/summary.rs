//! A summary: what a list says of a process.

use std::sync::Arc;

use super::Claims;
use crate::history::LastChange;
use crate::{Process, ProcessName, Progress, Timestamp};

/// The longest description in a summary, in characters; a longer one is cut.
pub const DESCRIPTION_CUT_CHARS: usize = 200;

/// What a list says of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessSummary {
    /// Its name.
    pub name: ProcessName,
    /// Its description, cut after [`DESCRIPTION_CUT_CHARS`] characters with `…`.
    pub description: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed, by any caller or by hand.
    pub updated_at: Timestamp,
    /// Its revision, as [`Process::revision`] counts.
    pub revision: u64,
    /// The number of its tasks.
    pub tasks: usize,
    /// The number of jobs in all its tasks.
    pub jobs: usize,
    /// The number of snippet versions in all its tasks.
    pub code: usize,
    /// How far its tasks are.
    pub progress: Progress,
    /// The number of its tasks that are neither blocked nor over and wait for others.
    pub waiting: usize,
    /// Who is at work in it.
    pub claims: Claims,
    /// Its last change; `None` if there was none since it was created, or nothing is known of it.
    pub last_change: Option<Arc<LastChange>>,
}

impl ProcessSummary {
    /// Sums up `process`, which last changed at `updated_at`, by `last_change` if that is known.
    pub fn of(
        process: &Process,
        updated_at: Timestamp,
        last_change: Option<Arc<LastChange>>,
    ) -> Self {
        Self {
            name: process.name.clone(),
            description: cut(&process.description),
            created_at: process.created_at.clone(),
            updated_at,
            revision: process.revision,
            tasks: process.tasks.len(),
            jobs: process.tasks.values().map(|task| task.jobs.len()).sum(),
            code: process.tasks.values().map(|task| task.code.len()).sum(),
            progress: Progress::of_tasks(process),
            waiting: process.waiting_tasks(),
            claims: Claims::of(process.tasks.values()),
            last_change,
        }
    }
}

/// Cuts a description to what a list shows of it.
pub(crate) fn cut(description: &str) -> String {
    match description.char_indices().nth(DESCRIPTION_CUT_CHARS) {
        None => description.to_owned(),
        Some((end, _)) => {
            let mut text = description.get(..end).unwrap_or_default().to_owned();
            text.push('…');
            text
        }
    }
}
