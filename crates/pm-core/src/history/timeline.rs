//! How far a process was over time, found from what its changes say of the statuses of tasks,
//! without making a former state again.

use serde_json::value::RawValue;

use super::{Edit, Entity, EntryEdit, HistoryEntry};
use crate::model::{STATUS, status_of};
use crate::{Process, Progress, Status, Timestamp};

/// How far a process was from a moment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineStep {
    /// The revision that made it so.
    pub revision: u64,
    /// When that revision was made.
    pub at: Timestamp,
    /// How many of its tasks had each status from then on.
    pub progress: Progress,
}

/// How far `present` was over the time of `entries`, the last of its history without a gap and
/// oldest first: a step for each change of the counts, and one for the beginning. If there would be
/// more steps than `most`, which counts as two at least, some are left out, evenly.
pub(crate) fn timeline(
    present: &Process,
    entries: &[&HistoryEntry],
    most: usize,
) -> Vec<TimelineStep> {
    let mut progress = Progress::of_tasks(present);
    let mut steps = Vec::new();
    let mut begin = (present.revision, &present.created_at);
    for entry in entries.iter().rev() {
        begin = (entry.revision, &entry.at);
        // Nothing is known of the time before a change whose patch is not known.
        let Some(patch) = &entry.patch else { break };
        let since = progress;
        for edit in &patch.0 {
            take_back(edit, &mut progress);
        }
        if since != progress {
            steps.push(TimelineStep {
                revision: entry.revision,
                at: entry.at.clone(),
                progress: since,
            });
        }
        let before = entry.revision.saturating_sub(1);
        // Older changes may be forgotten; then it is not known since when the counts were so.
        let since = if before <= 1 {
            &present.created_at
        } else {
            &entry.at
        };
        begin = (before, since);
    }
    steps.push(TimelineStep {
        revision: begin.0,
        at: begin.1.clone(),
        progress,
    });
    steps.reverse();
    thinned(steps, most.max(2))
}

/// Counts tasks under the status that they had before an edit.
fn take_back(edit: &Edit, progress: &mut Progress) {
    match edit {
        Edit::Field {
            entity: Entity::Task(_),
            field,
            old,
            new,
        } if field == STATUS => {
            let status = |value: Option<&RawValue>| value.map_or(Status::default(), status_of);
            progress.discount(status(new.as_deref()));
            progress.count(status(old.as_deref()));
        }
        Edit::Task(EntryEdit { old, new, .. }) => {
            if let Some(task) = new {
                progress.discount(task.status());
            }
            if let Some(task) = old {
                progress.count(task.status());
            }
        }
        _ => {}
    }
}

/// At most `most` of the steps, evenly chosen, with the first and the last.
fn thinned(steps: Vec<TimelineStep>, most: usize) -> Vec<TimelineStep> {
    let (all, gaps) = (steps.len(), most.saturating_sub(1).max(1));
    if all <= most {
        return steps;
    }
    let mut chosen = (0..most).map(|number| number * (all - 1) / gaps).peekable();
    let steps = steps.into_iter().enumerate();
    steps
        .filter(|(place, _)| chosen.next_if_eq(place).is_some())
        .map(|(_, step)| step)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(revision: u64) -> TimelineStep {
        TimelineStep {
            revision,
            at: Timestamp::stored("then"),
            progress: Progress::default(),
        }
    }

    #[test]
    fn many_steps_are_thinned_evenly() {
        let thin = |all: u64, most| -> Vec<u64> {
            let steps = thinned((0..all).map(step).collect(), most);
            steps.into_iter().map(|step| step.revision).collect()
        };
        assert_eq!(thin(3, 3), [0, 1, 2]);
        assert_eq!(thin(5, 3), [0, 2, 4]);
        assert_eq!(thin(10, 4), [0, 3, 6, 9]);
        assert_eq!(thin(1000, 2), [0, 999]);
    }
}
